"""`remit restate`: what later loads changed in a settled month: which records, which levels, how much money."""

from pathlib import Path

import click

from remit.cli.commands import WithExamples
from remit.cli.corridor import Month
from remit.cli.exit_statuses import ExitStatus
from remit.cli.outputs import terminal_width, uses_colour, write_output
from remit.cli.problems_printed import print_problems
from remit.ingest.contract_files import read_versions
from remit.reports.stores import restatement_as_json, restatement_as_text
from remit.runs.restating import restate
from remit.runs.wording import statement_context
from remit.store import read_manifest, version_asked
from remit.terms.periods import Period


@click.command(
    "restate",
    cls=WithExamples,
    examples="""
    remit restate contract.yaml --store facts-store --period 2026-03 --from 4
    remit restate contract.yaml --store facts-store --period 2026-03 --from 4 --to 9 --as json
    """,
)
@click.argument("contract", type=click.Path(path_type=Path))
@click.option("--store", "url", required=True, metavar="URL", help="The store: a folder, or a bucket's address.")
@click.option("--period", type=Month(), required=True, help="The month, as 2026-03.")
@click.option("--from", "before", type=click.IntRange(min=1), required=True, metavar="VERSION", help="Settled on this.")
@click.option(
    "--to", "after", type=click.IntRange(min=1), metavar="VERSION", help="And on this; the newest without it."
)
@click.option(
    "--as",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="The form of the answer.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="Write there; to standard output without it.",
)
@click.option(
    "--memory", "memory_mb", type=click.IntRange(min=128), default=2048, show_default=True, metavar="MB",
    help="The most memory the engine may take before it spills to disk.",
)  # fmt: skip
def command(  # noqa: PLR0913 - the options of the command are its arguments
    *,
    contract: Path,
    url: str,
    period: Period,
    before: int,
    after: int | None,
    form: str,
    out: Path | None,
    memory_mb: int,
) -> ExitStatus:
    """Settle a month of CONTRACT on two versions of a store, and show what differs: records, levels, money."""
    versions = read_versions(contract)
    print_problems(versions.warnings)
    manifest = read_manifest(url)
    first, last = version_asked(manifest, version=before), version_asked(manifest, version=after)
    if last < first:
        raise click.UsageError(f"--to {last} lies before --from {first}; swap them")
    found = restate(versions, manifest, period, before=first, after=last, memory_mb=memory_mb)
    if form == "json":
        document = restatement_as_json(found)
    else:
        units = {level: words.unit for level, words in statement_context(versions).service_levels.items()}
        document = restatement_as_text(found, units, colour=uses_colour(), width=terminal_width())
    write_output(document, out)
    return ExitStatus.DONE
