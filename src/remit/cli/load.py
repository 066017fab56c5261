"""`remit load`: an export of records loaded into a store of facts."""

import getpass
import secrets
import time
from pathlib import Path

import click

from remit.cli.commands import WithExamples
from remit.cli.corridor import Instant
from remit.cli.exit_statuses import ExitStatus
from remit.cli.problems_printed import print_problems
from remit.cli.progress import progress_shown
from remit.ingest.contract_files import read_versions
from remit.runs.connections import connect
from remit.runs.loading import Export, Loaded, load_export
from remit.store import Act


@click.command(
    "load",
    cls=WithExamples,
    examples="""
    remit load contract.yaml --facts export/ --store facts-store
    remit load contract.yaml --facts corrected/ --store facts-store --by ann --exported-at 2026-04-20T06:00:00Z
    """,
)
@click.argument("contract", type=click.Path(path_type=Path))
@click.option(
    "--facts", "facts", type=click.Path(path_type=Path), required=True, metavar="DIR", help="The folder of records."
)
@click.option(
    "--mapping",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="How the records' columns become ours; DIR/mapping.yaml without it.",
)
@click.option("--store", "url", required=True, metavar="URL", help="The store: a folder, or a bucket's address.")
@click.option("--by", metavar="NAME", default=getpass.getuser, show_default="you", help="Who loads it.")
@click.option(
    "--exported-at",
    type=Instant(),
    help="What instant the records are as of, where they bring no updated_at of their own.  [default: now]",
)
@click.option(
    "--quarantine",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where rows that fail a check are kept, with the reason.  [default: quarantine.csv]",
)
@click.option(
    "--memory",
    "memory_mb",
    type=click.IntRange(min=128),
    default=2048,
    show_default=True,
    metavar="MB",
    help="The most memory the engine may take before it spills to disk.",
)
def command(  # noqa: PLR0913 - the options of the command are its arguments
    *,
    contract: Path,
    facts: Path,
    mapping: Path | None,
    url: str,
    by: str,
    exported_at: int | None,
    quarantine: Path | None,
    memory_mb: int,
) -> ExitStatus:
    """Load an export of CONTRACT's records into a store, as one new version: wholly or not at all.

    A file that is in the store already is not read again, and a record that is there already is kept once. A record
    that says something else replaces the one held, if it is as new; older versions of the store stay readable. Where a
    load was cut short the store shows nothing of it: run it again.
    """
    versions = read_versions(contract)
    print_problems(versions.warnings)
    now = int(time.time())
    aside = quarantine if quarantine is not None else Path("quarantine.csv")
    limit = versions.latest.facts.quarantine_limit
    export = Export(facts, mapping, now if exported_at is None else exported_at, aside, limit)
    with connect(memory_mb=memory_mb) as connection, progress_shown() as tell:
        loaded = load_export(
            export,
            url=url,
            engagement=versions.latest.id,
            act=Act(f"L{secrets.token_hex(6)}", by, now),
            connection=connection,
            on_file=lambda name: tell(f"reading {name}", 0, 0),
        )
        if loaded.facts is not None:
            print_problems(loaded.facts.warnings)
    _tell(loaded, url, aside)
    return ExitStatus.DONE


def _tell(loaded: Loaded, url: str, aside: Path) -> None:
    if loaded.entry is None or not loaded.is_new:
        click.echo(f"nothing to load: {url} has every one of these files already")
        return
    entry, counts = loaded.entry, loaded.entry.total
    click.echo(
        f"{entry.id}: {counts.new:,} new, {counts.changed:,} changed, {counts.unchanged + counts.older:,} unchanged, "
        f"{entry.quarantined:,} quarantined; {url} is at version {entry.version}"
    )
    if counts.older:
        click.echo(f"{counts.older:,} records are older than what the store holds, which stays", err=True)
    if entry.known:
        click.echo(f"{len(entry.known):,} files were in the store already and were not read again", err=True)
    if entry.quarantined:
        click.echo(f"{entry.quarantined:,} rows are set aside in {aside}, each with its reason", err=True)
