"""`remit audit`: the trail of what people did, verified and exported."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from remit.cli.commands import GroupWithExamples, WithExamples
from remit.cli.exit_statuses import ExitStatus
from remit.cli.outputs import check_output, write_output
from remit.cli.records import DATA, open_records

if TYPE_CHECKING:
    from remit.web.shared.audit import Verified


@click.group(
    "audit",
    cls=GroupWithExamples,
    examples="""
    remit audit verify
    remit audit verify --expect 5f0c…e1
    remit audit export --out audit.csv
    """,
)
def command() -> None:
    """Verify and export the audit trail: each action is an entry, and each entry holds the hash of the one before."""


@command.command(
    "verify",
    cls=WithExamples,
    examples="""
    remit audit verify --data /srv/remit
    remit audit verify --expect "$(cat last-hash)" --as json
    """,
)
@DATA
@click.option("--expect", metavar="HASH", help="A hash noted earlier: fails where no entry bears it any more.")
@click.option("--as", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="The form.")
def verify_command(*, data: Path | None, expect: str | None, form: str) -> ExitStatus:
    """Walk the whole chain and name every entry that was changed, taken out or slipped in; exit 1 where there is one.

    Whoever can write to the database could turn the whole chain back to an earlier entry, or write all of it anew.
    Note the last hash somewhere else from time to time, and give it as --expect.
    """
    open_records(data)
    from remit.web.shared.audit import verify

    found = verify(expected=expect)
    click.echo(_as_json(found) if form == "json" else _as_text(found))
    return ExitStatus.PROBLEMS if found.faults else ExitStatus.DONE


def _as_text(found: "Verified") -> str:
    faults = [fault.sentence for fault in found.faults]
    what = "does not hold" if faults else "holds"
    return "\n".join([*faults, f"the chain of {found.entries:,} entries {what}; its last hash is {found.head}"])


def _as_json(found: "Verified") -> str:
    faults = [{"number": fault.number, "sentence": fault.sentence} for fault in found.faults]
    return json.dumps({"entries": found.entries, "head": found.head, "faults": faults}, indent=2)


@command.command(
    "export",
    cls=WithExamples,
    examples="""
    remit audit export > audit.csv
    remit audit export --engagement care-north --out care-north.csv
    """,
)
@DATA
@click.option("--engagement", metavar="SLUG", help="Only the entries of one engagement, by its short name.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
def export_command(*, data: Path | None, engagement: str | None, out: Path | None) -> ExitStatus:
    """Write the trail as CSV, the oldest entry first; no cell of it runs as a formula."""
    check_output(out, kind="csv")
    open_records(data)
    from remit.web.accounts.models import Engagement
    from remit.web.accounts.trail import HEADER, rows
    from remit.web.shared.exports import csv_lines
    from remit.web.shared.models import AuditEntry

    entries = AuditEntry.objects.all()
    if engagement is not None:
        known = Engagement.objects.filter(slug=engagement).first()
        if known is None:
            raise click.BadParameter(f"there is no engagement {engagement}", param_hint="--engagement")
        entries = entries.filter(engagement_id=known.pk)
    write_output("".join(csv_lines(HEADER, rows(entries))), out)
    return ExitStatus.DONE
