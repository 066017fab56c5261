"""`remit benefits`: the savings a contract brought, against the business case that was approved for it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from remit.cli.commands import WithExamples
from remit.cli.corridor import Month, Sources, corridor_options, opened
from remit.cli.exit_statuses import ExitStatus
from remit.cli.outputs import check_output, spare_inputs, write_output
from remit.cli.progress import progress_shown
from remit.runs import Request
from remit.terms.periods import Period

if TYPE_CHECKING:
    from remit.reports.benefits import BenefitReport


@click.command(
    "benefits",
    cls=WithExamples,
    examples="""
    remit benefits case.yaml contract.yaml --costs costs.csv --facts export/
    remit benefits case.yaml contract.yaml --costs costs.csv --facts export/ --period 2026-03 --trace
    remit benefits case.yaml contract.yaml --costs costs.csv --store facts-store --as csv --out savings.csv
    """,
)
@click.argument("case", type=click.Path(path_type=Path))
@click.argument("contract", type=click.Path(path_type=Path))
@click.option(
    "--costs",
    "costs_file",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="What the client itself spent, as CSV: month, kind (retained or transition), amount.",
)
@click.option("--period", type=Month(), help="Only this month, as 2026-03; every month of the case without it.")
@click.option("--as", "form", type=click.Choice(["text", "json", "csv", "xlsx"]), default="text", show_default=True)
@click.option("--trace", "traced", is_flag=True, help="In text: every effect behind each month's variance.")
@corridor_options
def command(
    *, sources: Sources, case: Path, costs_file: Path, period: Period | None, form: str, traced: bool
) -> ExitStatus:
    """Print what CONTRACT saved month by month against the approved business CASE, and what moved it away from it.

    Savings are the delivered work at its cost before, indexed, less charges net of credits, the retained organisation
    and transition. Their variance is split into rate, volume, productivity, transition, retained organisation and
    currency, which add up to the cent. The case is frozen: a file that is not what was approved is refused.
    """
    from remit.ingest.business_cases import read_business_case, read_costs
    from remit.reports.benefits import BenefitReport
    from remit.runs.benefits import benefits_of

    check_output(sources.out, kind=form)
    if sources.out is not None:
        spare_inputs(sources.out, [case, costs_file], option="--out")
    approved, costs = read_business_case(case), read_costs(costs_file)
    request = Request(first=period, last=period, as_of=sources.as_of)
    with opened(sources) as run, progress_shown() as tell:
        found = benefits_of(approved, costs, run.versions, run.evidence, request, progress=tell)
    report = BenefitReport(approved.case, approved.sha256, found.months, found.notes)
    write_output(_document(report, form, traced=traced), sources.out)
    return ExitStatus.DONE


def _document(report: "BenefitReport", form: str, *, traced: bool) -> str | bytes:
    from remit.reports import benefits

    if form == "text":
        return benefits.benefits_as_text(report, traced=traced)
    if form == "xlsx":
        return benefits.benefits_as_workbook(report)
    return benefits.benefits_as_json(report) if form == "json" else benefits.benefits_as_csv(report)
