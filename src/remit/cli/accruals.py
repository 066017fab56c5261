"""`remit accruals`: what is owed for months not billed yet, and what the year will come to."""

import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from remit.cli.commands import WithExamples
from remit.cli.corridor import Month, Sources, corridor_options, opened
from remit.cli.exit_statuses import ExitStatus
from remit.cli.outputs import check_output, write_output
from remit.cli.progress import progress_shown
from remit.terms.periods import Period
from remit.terms.problems import Problem, ProblemsFound

if TYPE_CHECKING:
    from remit.finance.accruals import Accrual, YearForecast


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
    from remit.finance.accruals import accrued, forecast
    from remit.runs.accruing import delivered_months
    from remit.terms.periods import contract_year_of

    check_output(sources.out, kind=form)
    with opened(sources) as run, progress_shown() as tell:
        months = delivered_months(run.versions, run.evidence, as_of=sources.as_of, progress=tell)
    if not months:
        raise ProblemsFound([Problem(sources.place, 0, "", "no month of the term is over yet by these facts")])
    last = months[-1].period
    starts_on = run.versions.signed.term.first_on
    whole = contract_year_of(last.last_on, term_starts_on=starts_on) if year == "contract" else _calendar_year(last)
    terms = run.versions.terms_for(last)
    told = forecast(terms, months, whole, method="seasonal" if method == "seasonal" else "average", back=back)
    write_output(_document(form, terms.currency, accrued(months, billed), told), sources.out)
    return ExitStatus.DONE


def _calendar_year(month: Period) -> Period:
    first = month.start_on.replace(month=1, day=1)
    return Period(first, first.replace(year=first.year + 1))


def _document(form: str, currency: str, accruals: "tuple[Accrual, ...]", told: "YearForecast") -> str:
    if form == "json":
        return json.dumps(_as_data(currency, accruals, told), indent=2) + "\n"
    lines = [f"owed for months without an invoice, before tax, in {currency}"]
    lines += [f"  {one.period.label}  {one.amount:>16,.2f}" for one in accruals]
    lines.append(f"  together {sum((one.amount for one in accruals), Decimal(0)):>15,.2f}")
    how = f"{told.method} of {told.looked_back_on[0]} to {told.looked_back_on[-1]}"
    lines += ["", f"forecast for {told.year.label}, before tax and without credits to come ({how})"]
    lines.append(f"  delivered {told.delivered:>14,.2f}")
    lines += [
        f"  {one.period.label}  {one.amount:>16,.2f}  from {one.low:,.2f} to {one.high:,.2f}" for one in told.months
    ]
    lines.append(f"  the year {told.total:>15,.2f}  from {told.low:,.2f} to {told.high:,.2f}")
    return "\n".join(lines) + "\n"


def _as_data(currency: str, accruals: "tuple[Accrual, ...]", told: "YearForecast") -> dict[str, object]:
    return {
        "currency": currency,
        "accruals": [{"month": one.period.label, "amount": f"{one.amount:f}"} for one in accruals],
        "forecast": {
            "year": told.year.label,
            "method": told.method,
            "looked_back_on": list(told.looked_back_on),
            "delivered": f"{told.delivered:f}",
            "months": [
                {"month": one.period.label, "amount": f"{one.amount:f}", "low": f"{one.low:f}", "high": f"{one.high:f}"}
                for one in told.months
            ],
            "total": f"{told.total:f}",
            "low": f"{told.low:f}",
            "high": f"{told.high:f}",
        },
    }
