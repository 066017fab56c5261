"""`remit backtest`: terms tested on past months before anybody signs them."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from remit import __version__
from remit.cli.commands import WithExamples
from remit.cli.corridor import Month, Opened, Sources, corridor_options, opened
from remit.cli.exit_statuses import ExitStatus
from remit.cli.outputs import check_output, terminal_width, uses_colour, write_output
from remit.cli.progress import progress_shown
from remit.ingest.contract_files import ContractVersions, read_versions
from remit.performance.backtests import Season
from remit.terms.periods import Period

if TYPE_CHECKING:
    from remit.reports.backtests import TrialReport
    from remit.runs.backtesting import Trial


@click.command(
    "backtest",
    cls=WithExamples,
    examples="""
    remit backtest contract.yaml --facts export/
    remit backtest draft.yaml --store facts-store --from 2025-01 --to 2025-12 --sensitivity
    remit backtest draft-a.yaml --against draft-b.yaml --facts export/ --as html --out drafts.html
    remit backtest draft.yaml --facts export/ --years 10000 --seed 7 --season quarter --as json
    """,
)
@click.argument("contract", type=click.Path(path_type=Path))
@click.option(
    "--against", type=click.Path(path_type=Path), metavar="DRAFT", help="A second draft, tested on the same months."
)
@click.option("--from", "first", type=Month(), help="The first past month, as 2025-01.")
@click.option("--to", "last", type=Month(), help="The last past month, as 2025-12.")
@click.option(
    "--years", type=click.IntRange(10, 1_000_000), default=1000, show_default=True, help="How many years are drawn."
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="The same seed draws the same years."
)
@click.option(
    "--season",
    type=click.Choice([str(one) for one in Season]),
    default="none",
    show_default=True,
    help="Draw each month of a year from any past month, from those of its quarter, or from its own month.",
)
@click.option("--sensitivity", is_flag=True, help="Change the terms one thing at a time, and list what each does.")
@click.option(
    "--as",
    "form",
    type=click.Choice(["text", "html", "csv", "json"]),
    default="text",
    show_default=True,
    help="The form of the report.",
)
@corridor_options
def command(  # noqa: PLR0913 - click hands over one argument an option
    *,
    sources: Sources,
    against: Path | None,
    first: Period | None,
    last: Period | None,
    years: int,
    seed: int,
    season: str,
    sensitivity: bool,
    form: str,
) -> ExitStatus:
    """Test the terms of CONTRACT on the past months of a folder of records: what credits to expect in a year.

    Each whole past month is measured once by the terms. Years are then drawn from those months, whole months at a time,
    and each is settled by the same rules as a real one: repeats, caps, earn-backs and rights to terminate. Drafts whose
    term begins later are tested as they stand on their first day.
    """
    from remit.runs.backtesting import Trial

    if first is not None and last is not None and last < first:
        raise click.UsageError(f"--to {last.label} lies before --from {first.label}; swap them")
    check_output(sources.out, kind=form)
    trial = Trial(first, last, years, seed, Season(season), varies=sensitivity, as_of=sources.as_of)
    second = None if against is None else read_versions(against)
    with opened(sources) as run:
        drafts = [(sources.contract, run.versions)]
        if against is not None and second is not None:
            drafts.append((against, second))
        write_output(_document(form, _report(run, drafts, trial)), sources.out)
    return ExitStatus.DONE


def _report(run: Opened, drafts: list[tuple[Path, ContractVersions]], trial: "Trial") -> "TrialReport":
    from remit.reports.backtests import TermsOnTrial, TrialReport
    from remit.runs.backtesting import backtest

    names = _names([path for path, _ in drafts])
    tested = []
    for name, (_, versions) in zip(names, drafts, strict=True):
        with progress_shown() as tell:
            test = backtest(versions, run.evidence, trial, progress=tell)
        tested.append(TermsOnTrial(name, versions.sha256, test))
    recompute = shlex.join(["remit", *sys.argv[1:]])
    return TrialReport(tuple(tested), run.evidence.sha256, __version__, recompute)


def _names(paths: list[Path]) -> list[str]:
    """File names, with as much of their folders as tells them apart."""
    names = [path.name for path in paths]
    return names if len(set(names)) == len(names) else [str(path) for path in paths]


def _document(form: str, report: "TrialReport") -> str:
    from remit.reports.backtests import backtest_as_csv, backtest_as_json, backtest_as_text

    if form == "html":
        from remit.reports.backtests.page import backtest_as_html

        return backtest_as_html(report)
    if form == "text":
        return backtest_as_text(report, colour=uses_colour(), width=terminal_width())
    return backtest_as_json(report) if form == "json" else backtest_as_csv(report)
