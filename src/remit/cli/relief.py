"""`remit relief`: whose doing a miss was, and what the contract's forecast terms excuse."""

from pathlib import Path

import click

from remit.cli.commands import WithExamples
from remit.cli.corridor import Month, Sources, corridor_options, months_asked, opened
from remit.cli.exit_statuses import ExitStatus
from remit.cli.outputs import check_output, terminal_width, uses_colour, write_output
from remit.terms.periods import Period


@click.command(
    "relief",
    cls=WithExamples,
    examples="""
    remit relief contract.yaml --facts export/ --period 2026-03
    remit relief contract.yaml --store facts-store --from 2026-01 --as json
    """,
)
@click.argument("contract", type=click.Path(path_type=Path))
@click.option("--period", type=Month(), help="One month, as 2026-03; all months with facts without it.")
@click.option("--from", "first", type=Month(), help="The first month, as 2026-01.")
@click.option("--to", "last", type=Month(), help="The last month, as 2026-06.")
@click.option("--as", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="The form.")
@corridor_options
def command(
    *, sources: Sources, period: Period | None, first: Period | None, last: Period | None, form: str
) -> ExitStatus:
    """Compare each month's volume with its forecast, and show what the forecast's clause gives for a missed level.

    A miss is shared among volume, handle time and staffing by replaying the intervals; the month is then settled again
    with the relief. What `remit settle` prints stays as it is until both sides agree.
    """
    from remit.reports.relief import relief_as_json, relief_as_text
    from remit.runs.relieving import relieve

    request = months_asked(period, first, last, sources.as_of)
    check_output(sources.out, kind=form)
    with opened(sources) as run:
        found = relieve(run.versions, run.evidence, request)
    text = relief_as_json(found) if form == "json" else ""
    write_output(text or relief_as_text(found, colour=uses_colour(), width=terminal_width()), sources.out)
    return ExitStatus.DONE
