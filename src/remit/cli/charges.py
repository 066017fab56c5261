"""`remit charges`: the pro-forma invoice of a month."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from remit.cli.commands import WithExamples
from remit.cli.corridor import Month, Sources, corridor_options, opened
from remit.cli.exit_statuses import ExitStatus
from remit.cli.outputs import check_output, terminal_width, write_output
from remit.cli.progress import progress_shown
from remit.terms.periods import Period

if TYPE_CHECKING:
    from remit.finance.invoices import Invoice
    from remit.finance.pro_forma import ProForma


@click.command(
    "charges",
    cls=WithExamples,
    examples="""
    remit charges contract.yaml --facts export/ --period 2026-03
    remit charges contract.yaml --facts export/ --period 2026-03 --trace
    remit charges contract.yaml --facts export/ --period 2026-03 --as xlsx --out march.xlsx
    remit charges contract.yaml --store facts-store --period 2026-03 --as ubl --out march.xml
    """,
)
@click.argument("contract", type=click.Path(path_type=Path))
@click.option("--period", type=Month(), required=True, help="The month, as 2026-03.")
@click.option(
    "--as",
    "form",
    type=click.Choice(["text", "json", "csv", "xlsx", "ubl"]),
    default="text",
    show_default=True,
    help="The form of the pro-forma; `ubl` is UBL 2.1 XML.",
)
@click.option("--trace", "traced", is_flag=True, help="In text: the steps behind each charge.")
@corridor_options
def command(*, sources: Sources, period: Period, form: str, traced: bool) -> ExitStatus:
    """Print the pro-forma invoice of a month of CONTRACT: delivered units by the rate card, net of credits and bonuses.

    The credits of the month, or of the one before it where the contract says so, come off it; a year's minimum volume
    is trued up in the year's last month.
    """
    from remit.finance.pro_forma import as_invoice
    from remit.runs.invoicing import invoice_month

    check_output(sources.out, kind=form)
    with opened(sources) as run, progress_shown() as tell:
        ours = invoice_month(run.versions, run.evidence, period, as_of=sources.as_of, progress=tell)
    invoice = as_invoice(ours, number=f"PF-{ours.contract}-{ours.period.label}", issued_on=ours.period.last_on)
    write_output(_document(form, ours, invoice, traced=traced), sources.out)
    return ExitStatus.DONE


def _document(form: str, ours: "ProForma", invoice: "Invoice", *, traced: bool) -> str | bytes:
    from remit.reports.invoices import PRO_FORMA, invoice_as_csv, invoice_as_ubl, pro_forma_as_json, pro_forma_as_text

    if form == "text":
        return pro_forma_as_text(ours, width=terminal_width(), traced=traced)
    if form == "xlsx":
        from remit.reports.invoices.workbook import invoice_as_workbook

        return invoice_as_workbook(invoice)
    if form == "ubl":
        return invoice_as_ubl(invoice, type_code=PRO_FORMA, terms=ours.terms)
    return pro_forma_as_json(ours, invoice) if form == "json" else invoice_as_csv(invoice)
