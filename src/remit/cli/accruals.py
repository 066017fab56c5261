"""`remit accruals`: what is owed for months not billed yet, and what the year will come to."""

from pathlib import Path

import click

from remit.cli.commands import WithExamples
from remit.cli.corridor import Month, Sources, corridor_options, opened
from remit.cli.exit_statuses import ExitStatus
from remit.cli.outputs import check_output, write_output
from remit.cli.progress import progress_shown
from remit.terms.periods import Period
from remit.terms.problems import Problem, ProblemsFound


@click.command(
    "accruals",
    cls=WithExamples,
    examples="""
    remit accruals contract.yaml --facts export/
    remit accruals contract.yaml --facts export/ --billed 2026-01 --billed 2026-02
    remit accruals contract.yaml --store facts-store --method seasonal --year contract --as json
    """,
)
@click.argument("contract", type=click.Path(path_type=Path))
@click.option("--billed", type=Month(), multiple=True, help="A month an invoice was received for; may be repeated.")
@click.option(
    "--method",
    type=click.Choice(["average", "seasonal"]),
    default="average",
    show_default=True,
    help="How volumes are foreseen: the mean of the last months, or the year before moved by how this one compares.",
)
@click.option("--back", type=click.IntRange(min=1, max=60), default=6, show_default=True, help="How many last months.")
@click.option(
    "--year", type=click.Choice(["calendar", "contract"]), default="calendar", show_default=True, help="Whose year end."
)
@click.option("--as", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@corridor_options
def command(
    *, sources: Sources, billed: tuple[Period, ...], method: str, back: int, year: str, form: str
) -> ExitStatus:
    """Print what is owed for the delivered months of CONTRACT without an invoice, and a forecast to the year's end.

    Volumes of months to come are foreseen from delivered ones and priced by the rate card; credits are not foreseen.
    The range prices the least and the most any month looked back on delivered.
    """
    from remit.finance.accruals import accrued
    from remit.reports.accruals import AccrualReport, accruals_as_json, accruals_as_text
    from remit.runs.accruing import Foreseeing, outlook_of

    check_output(sources.out, kind=form)
    how = Foreseeing(
        "seasonal" if method == "seasonal" else "average", back, "contract" if year == "contract" else "calendar"
    )
    with opened(sources) as run, progress_shown() as tell:
        found = outlook_of(run.versions, run.evidence, how, as_of=sources.as_of, progress=tell)
    if found is None:
        raise ProblemsFound([Problem(sources.place, 0, "", "no month of the term is over yet by these facts")])
    report = AccrualReport(found.currency, accrued(found.delivered, billed), found.forecast)
    write_output(accruals_as_json(report) if form == "json" else accruals_as_text(report), sources.out)
    return ExitStatus.DONE
