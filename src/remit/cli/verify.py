"""`remit verify`: a packet's signature checked, and everything in it computed again."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from remit.cli.commands import WithExamples
from remit.cli.exit_statuses import ExitStatus
from remit.cli.outputs import size_text
from remit.cli.progress import progress_shown
from remit.reports.quoting import printable

if TYPE_CHECKING:
    from remit.runs.packets.verifying import Verified


@click.command(
    "verify",
    cls=WithExamples,
    examples="""
    remit verify march.zip
    remit verify march.zip --trust signing-key.pub
    remit verify march.zip --trust SHA256:tUpZ8z1vN0ZtSrr8O4CYTUoHnNx1oE6kWJ5uVZJ1n4g
    """,
)
@click.argument("packet", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--trust", metavar="KEY", help="Whose packets you believe: a public key, its file, or its fingerprint."
)  # fmt: skip
@click.option("--unsigned", is_flag=True, help="Compute a packet again that nobody signed.")
@click.option(
    "--memory", "memory_mb", type=click.IntRange(min=128), default=2048, show_default=True, metavar="MB",
    help="The most memory the engine may take before it spills to disk.",
)  # fmt: skip
@click.option(
    "--spill", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Where the packet is unpacked to meanwhile; the system's temporary folder without it.",
)  # fmt: skip
def command(*, packet: Path, trust: str | None, unsigned: bool, memory_mb: int, spill: Path | None) -> ExitStatus:
    """Check who signed PACKET and that no byte of it was changed, then compute all of it again from what it carries.

    Prints "reproduced", or the first thing that comes out otherwise with both values; then the exit status is 1, as it
    is for a packet that was changed, that is not signed, or that is signed by another than --trust names.
    """
    from remit.runs.packets.making import Working
    from remit.runs.packets.verifying import Trust, verify_packet

    believed = Trust(_key_named(trust), unsigned)
    with progress_shown() as tell:
        found = verify_packet(packet, believed, Working(memory_mb, spill, tell))
    _tell(packet, found)
    return ExitStatus.DONE if found.difference is None else ExitStatus.PROBLEMS


def _key_named(trust: str | None) -> str:
    """A key or fingerprint as given, or the key in the file of that name."""
    from remit.packets.signatures import is_fingerprint, read_public_key

    if trust is None:
        return ""
    if is_fingerprint(trust) or read_public_key(trust) is not None:
        return trust
    path = Path(trust)
    key = read_public_key(path.read_text(errors="replace")) if path.is_file() else None
    if key is None:
        what = f"{trust!r} is no public key, no fingerprint of one and no file with one"
        raise click.BadParameter(what, param_hint="--trust")
    return key.written


def _say(line: str) -> None:
    """A line of what the packet says of itself: no escape sequence of its maker may paint over the verdict."""
    click.echo(printable(line))


def _tell(packet: Path, found: "Verified") -> None:
    options, computed = found.manifest.options, found.computed
    months = options.first if options.first == options.last else f"{options.first} to {options.last}"
    maker = " ".join(found.manifest.made_by.name.split())
    _say(f"{packet}: {found.manifest.contract.id}, {months}; {size_text(found.size)}, SHA-256 {found.sha256}")
    if found.signed_by is None:
        _say(f"not signed; it says it was made by {maker}")
    else:
        trusted = "the key you trust" if found.is_trusted else "a key nobody told me to trust: compare its fingerprint"
        _say(f"signed by {maker} with {found.signed_by.fingerprint}, {trusted}")
    for note in found.notes:
        _say(f"note: {note}")
    counts = [
        _counted(len(computed.settlements), "month"), _counted(computed.levels, "service level"),
        _counted(computed.records, "record"), _counted(computed.credit_lines, "credit line"),
        _counted(computed.clock_tables, "clock table"),
    ]  # fmt: skip
    _say(f"computed again from the contract and the facts: {', '.join(counts)}")
    facts = found.manifest.facts
    _say(f"taken from the packet: {facts.rows:,} rows at the source, {facts.quarantined:,} of them set aside")
    verdict = "reproduced" if found.difference is None else f"not reproduced: {found.difference}"
    click.secho(printable(verdict), bold=True)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
