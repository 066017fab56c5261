"""`remit invoice check`: a provider's invoice matched against the pro-forma of its month."""

from pathlib import Path

import click

from remit.cli.commands import GroupWithExamples, WithExamples
from remit.cli.corridor import Month, Sources, corridor_options, opened
from remit.cli.exit_statuses import ExitStatus
from remit.cli.outputs import check_output, write_output
from remit.cli.progress import progress_shown
from remit.terms.periods import Period, month_of
from remit.terms.problems import Problem, ProblemsFound


@click.group(
    "invoice",
    cls=GroupWithExamples,
    examples="""
    remit invoice check contract.yaml --facts export/ --invoice march.xlsx
    """,
)
def command() -> None:
    """Invoices of a provider: matched line by line with what the contract makes of the delivered units."""


@command.command(
    "check",
    cls=WithExamples,
    examples="""
    remit invoice check contract.yaml --facts export/ --invoice march.csv
    remit invoice check contract.yaml --facts export/ --invoice march.xml --earlier february.xml
    remit invoice check contract.yaml --store facts-store --invoice march.xlsx --period 2026-03 --as json
    """,
)
@click.argument("contract", type=click.Path(path_type=Path))
@click.option(
    "--invoice",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The invoice: CSV, XLSX, JSON, or UBL 2.1 XML.",
)
@click.option(
    "--earlier",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    help="An invoice received before, to know one by that comes twice; may be repeated.",
)
@click.option("--period", type=Month(), help="The month, as 2026-03; the one the invoice names without it.")
@click.option(
    "--as",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="The form of the findings.",
)
@corridor_options
def check(*, sources: Sources, file: Path, earlier: tuple[Path, ...], period: Period | None, form: str) -> ExitStatus:
    """Match an invoice line by line with the pro-forma of its month by CONTRACT.

    Every difference is told at its root, with the evidence and the clause. Exit status 1 where there is any.
    """
    from remit.finance.invoices import EarlierInvoice
    from remit.finance.matching import match
    from remit.ingest.invoices import read_invoice_file
    from remit.reports.invoices import findings_as_csv, findings_as_json, findings_as_text
    from remit.runs.invoicing import invoice_month

    check_output(sources.out, kind=form)
    invoice = read_invoice_file(file)
    month = period or (None if invoice.first_on is None else month_of(invoice.first_on))
    if month is None:
        hint = "name its month with --period 2026-03"
        raise ProblemsFound([Problem(str(file), 0, "from", "the invoice does not say which days it is for", hint)])
    before = [
        EarlierInvoice(one.number, month_of(one.first_on) if one.first_on else month, one.total)
        for one in (read_invoice_file(path) for path in earlier)
    ]
    with opened(sources) as run, progress_shown() as tell:
        ours = invoice_month(run.versions, run.evidence, month, as_of=sources.as_of, progress=tell)
    matched = match(invoice, ours, earlier=before)
    documents = {
        "text": lambda: findings_as_text(matched, invoice, ours),
        "json": lambda: findings_as_json(matched, invoice, ours),
        "csv": lambda: findings_as_csv(matched),
    }
    write_output(documents[form](), sources.out)
    return ExitStatus.DONE if matched.is_clean else ExitStatus.PROBLEMS
