"""`remit signals`: patterns in records and months that are worth asking about."""

from pathlib import Path

import click

from remit.cli.commands import WithExamples
from remit.cli.corridor import Month, Sources, corridor_options, months_asked, opened
from remit.cli.exit_statuses import ExitStatus
from remit.cli.outputs import check_output, terminal_width, uses_colour, write_output
from remit.terms.periods import Period


@click.command(
    "signals",
    cls=WithExamples,
    examples="""
    remit signals contract.yaml --facts export/
    remit signals contract.yaml --store facts-store --from 2025-10 --as json
    """,
)
@click.argument("contract", type=click.Path(path_type=Path))
@click.option("--from", "first", type=Month(), help="The first month, as 2026-01.")
@click.option("--to", "last", type=Month(), help="The last month, as 2026-06.")
@click.option("--as", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="The form.")
@corridor_options
def command(*, sources: Sources, first: Period | None, last: Period | None, form: str) -> ExitStatus:
    """Look for stops and pauses bunched just before a target or a month's end, stops undone, levels green outside only.

    With --store also for records that later loads moved over a month's end.

    Every signal is a question to ask, with the records behind it, and no proof of anything.
    """
    from remit.reports.fairness import signals_as_json, signals_as_text
    from remit.runs.signalling import signals

    request = months_asked(None, first, last, sources.as_of)
    check_output(sources.out, kind=form)
    with opened(sources) as run:
        found = signals(run.versions, run.evidence, request, stored=run.stored)
    text = signals_as_json(found) if form == "json" else ""
    write_output(text or signals_as_text(found, colour=uses_colour(), width=terminal_width()), sources.out)
    return ExitStatus.DONE
