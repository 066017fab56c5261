"""`remit store`: a store of facts checked, compacted, vacuumed; a version held; a load withdrawn."""

import getpass
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from remit.cli.commands import GroupWithExamples, WithExamples
from remit.cli.exit_statuses import ExitStatus
from remit.cli.problems_printed import print_problems
from remit.ingest.contract_files import read_versions
from remit.runs.connections import connect
from remit.store import Act, Place, check, compact, pin, read_manifest, vacuum, withdraw

_DAY_SECONDS = 86_400

_STORE = click.option(
    "--store", "url", required=True, metavar="URL", help="The store: a folder, or a bucket's address."
)
_BY = click.option("--by", metavar="NAME", default=getpass.getuser, show_default="you", help="Who does it.")
_MEMORY = click.option(
    "--memory", "memory_mb", type=click.IntRange(min=128), default=2048, show_default=True, metavar="MB",
    help="The most memory the engine may take before it spills to disk.",
)  # fmt: skip


@click.group(
    "store",
    cls=GroupWithExamples,
    examples="""
    remit store check --store facts-store
    remit store hold 7 --store facts-store --note 'March 2026 closed'
    remit store vacuum --store facts-store --older-than 730
    """,
)
def command() -> None:
    """Look after a store of facts: whole, compact, and no larger than it must be."""


def _deed(name: str, examples: str) -> Callable[[Callable[..., Any]], click.Command]:
    return command.command(name, cls=WithExamples, examples=examples)


@_deed("check", "remit store check --store facts-store")
@_STORE
@_MEMORY
def check_command(*, url: str, memory_mb: int) -> ExitStatus:
    """See that every file is there and byte for byte what was written, and that no two records share a key."""
    with connect(memory_mb=memory_mb) as connection:
        checked = check(read_manifest(url), connection)
    print_problems(checked.problems)
    if checked.problems:
        return ExitStatus.PROBLEMS
    megabytes = checked.size_bytes / 1_000_000
    click.echo(f"{url} is whole: {checked.versions:,} versions, {checked.files:,} files, {megabytes:,.1f} MB")
    return ExitStatus.DONE


@_deed("compact", "remit store compact --store facts-store")
@_STORE
@_BY
@_MEMORY
def compact_command(*, url: str, by: str, memory_mb: int) -> ExitStatus:
    """Join the small files of each month into one, as a new version with the same records."""
    with connect(memory_mb=memory_mb) as connection:
        entry = compact(Place(url), _act("C", by), connection)
    click.echo("nothing to join" if entry is None else f"{url} is at version {entry.version}, its small files joined")
    return ExitStatus.DONE


@_deed(
    "vacuum",
    """
    remit store vacuum --store facts-store --dry-run
    remit store vacuum --store facts-store --older-than 730
    """,
)
@_STORE
@_BY
@click.option(
    "--older-than", "days", type=click.IntRange(min=1), metavar="DAYS",
    help="Give up versions older than this, but for those held; without it only what no version names goes.",
)  # fmt: skip
@click.option(
    "--idle", "idle_hours", type=click.IntRange(min=1), default=24, show_default=True, metavar="HOURS",
    help="Leave files younger than this alone: a load at work may have just written them.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would go, and take nothing.")
def vacuum_command(*, url: str, by: str, days: int | None, idle_hours: int, dry_run: bool) -> ExitStatus:
    """Take away files that nothing needs. The newest version, and every one held, stays readable whatever its age."""
    act = _act("V", by)
    keep_after = None if days is None else act.at - days * _DAY_SECONDS
    found = vacuum(Place(url), act, keep_after=keep_after, idle_hours=idle_hours, pretend=dry_run)
    would = "would take" if dry_run else "took"
    click.echo(f"{would} {len(found.files):,} files and give up {len(found.versions):,} versions")
    for path in found.files if dry_run else ():
        click.echo(path)
    return ExitStatus.DONE


@_deed("hold", "remit store hold 7 --store facts-store --note 'March 2026 closed'")
@click.argument("version", type=click.IntRange(min=1))
@_STORE
@_BY
@click.option("--contract", type=click.Path(path_type=Path), metavar="FILE", help="The contract it was settled for.")
@click.option("--note", required=True, help="What it is held for, such as the month that was closed on it.")
def hold_command(*, version: int, url: str, by: str, contract: Path | None, note: str) -> ExitStatus:
    """Hold VERSION for good: what was settled on it can be computed again, whatever is vacuumed later."""
    engagement = "" if contract is None else read_versions(contract).latest.id
    pin(Place(url), version, _act("P", by, note), engagement=engagement)
    click.echo(f"version {version} of {url} is held: {note}")
    return ExitStatus.DONE


@_deed("withdraw", "remit store withdraw L8af9f54e7678 --store facts-store --note 'wrong month sent'")
@click.argument("load")
@_STORE
@_BY
@_MEMORY
@click.option("--note", default="", help="Why.")
def withdraw_command(*, load: str, url: str, by: str, memory_mb: int, note: str) -> ExitStatus:
    """Take LOAD back, as a new version: its records go, or go back to what they were; older versions keep them."""
    with connect(memory_mb=memory_mb) as connection:
        entry = withdraw(Place(url), load, _act("W", by, note), connection)
    click.echo(f"{load} is withdrawn; {url} is at version {entry.version}")
    manifest = read_manifest(url)
    (taken,) = [one for one in manifest.loads() if one.id == load]
    brought = {file.sha256 for file in taken.files}
    for later in manifest.live(taken.engagement):
        if brought.intersection(later.known):
            what = f"{later.id} came with files of it too, which were not read again then; load that export again"
            click.echo(what, err=True)
    return ExitStatus.DONE


def _act(letter: str, by: str, note: str = "") -> Act:
    return Act(f"{letter}{secrets.token_hex(6)}", by, int(time.time()), note)
