"""The pro-forma of a run's month, and an invoice matched with it: the page's figures are the commands' figures."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from remit.finance.accruals import DeliveredMonth, accrued
from remit.finance.invoices import EarlierInvoice, Finding, Invoice, Matched
from remit.finance.matching import match
from remit.finance.pro_forma import ProForma, as_invoice
from remit.ingest.invoices import read_invoice
from remit.reports.figures import amount_text
from remit.reports.invoices import PRO_FORMA, invoice_as_csv, invoice_as_ubl, pro_forma_as_json
from remit.reports.invoices.workbook import invoice_as_workbook
from remit.runs.invoicing import invoice_settled_month
from remit.terms.periods import Period, add_months, month_of
from remit.terms.problems import ProblemsFound
from remit.web.finance.bridge.forecasts import forecast_shown, foresee
from remit.web.performance.bridge.kept import settlement_of
from remit.web.performance.bridge.measuring import evidence_of_run
from remit.web.performance.bridge.problems import kept
from remit.web.performance.bridge.terms import terms_of_sha256
from remit.web.performance.models import Run, SettledMonth

__all__ = [
    "FORMS",
    "Finding",
    "Held",
    "Invoice",
    "Made",
    "amount_shown",
    "document",
    "forecast_shown",
    "foresee",
    "hold",
    "make",
    "read",
    "shown",
]

_PRO_FORMA = TypeAdapter(ProForma)
Tell = Callable[[str, int, int], None]

FORMS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xml": "application/xml",
}
"""The forms a pro-forma can be had in, with their content types."""


@dataclass(frozen=True, slots=True)
class Made:
    """A pro-forma as JSON, or the problems that were in the way."""

    content: str = ""
    problems: list[dict[str, Any]] = field(default_factory=list)


def make(run: Run, month_on: date, *, tell: Tell) -> Made:
    """The pro-forma of a month by a run's contract and facts; its credits are those the run settled."""
    tell("counting the delivered units", 1, 2)
    terms = terms_of_sha256(run.engagement, run.contract_sha256)
    if terms is None:
        return Made(problems=[{"file": "", "line": 0, "path": "", "what": "the run's contract is gone", "hint": ""}])
    try:
        with evidence_of_run(run) as (evidence, _):
            settled = [settlement_of(one.settlement) for one in _months_behind(run, month_on)]
            ours = invoice_settled_month(terms, evidence, month_of(month_on), settled)
    except ProblemsFound as found:
        return Made(problems=kept(found.problems))
    return Made(_PRO_FORMA.dump_json(ours).decode())


def _months_behind(run: Run, month_on: date) -> Iterable[SettledMonth]:
    """The month and the one before it, whose credits may come off its invoice."""
    months: Iterable[SettledMonth] = run.months.filter(starts_on__in=[add_months(month_on, -1), month_on])
    return sorted(months, key=lambda month: month.starts_on)


def pro_forma_of(content: str) -> ProForma:
    """A kept pro-forma."""
    return _PRO_FORMA.validate_json(content)


def read(name: str, content: bytes) -> tuple[Invoice | None, list[dict[str, Any]]]:
    """An invoice from a file's bytes, or why it can't be read."""
    try:
        return read_invoice(name, content), []
    except ProblemsFound as found:
        return None, kept(found.problems)


@dataclass(frozen=True, slots=True)
class Held:
    """An invoice held against a pro-forma, as its records keep it."""

    matched: Matched
    by_contract: Decimal
    missing: tuple[tuple[str, str, str], ...]


def hold(invoice: Invoice, content: str, earlier: Iterable[tuple[str, date | None, str]]) -> Held:
    """An invoice matched with a kept pro-forma; `earlier` are the engagement's other invoices: number, month, total.

    `missing` are the lines of ours that it lacks: reference, charge and words.
    """
    ours = _PRO_FORMA.validate_json(content)
    before = [
        EarlierInvoice(number, month_of(day), Decimal(total) if total else None)
        for number, day, total in earlier
        if day is not None
    ]
    matched = match(invoice, ours, earlier=before)
    billed = {ref for _, ref in matched.pairs}
    missing = [(line.ref, line.charge, line.name) for line in ours.lines if line.ref not in billed and line.amount]
    return Held(matched, ours.total, tuple(missing))


def document(content: str, form: str) -> str | bytes:
    """A kept pro-forma as `remit charges` writes it."""
    ours = _PRO_FORMA.validate_json(content)
    invoice = as_invoice(ours, number=f"PF-{ours.contract}-{ours.period.label}", issued_on=ours.period.last_on)
    if form == "xlsx":
        return invoice_as_workbook(invoice)
    if form == "xml":
        return invoice_as_ubl(invoice, type_code=PRO_FORMA, terms=ours.terms)
    return pro_forma_as_json(ours, invoice) if form == "json" else invoice_as_csv(invoice)


@dataclass(frozen=True, slots=True)
class Owed:
    """Delivered months without an invoice: each with its charges, what comes off or is added, and both together."""

    months: Sequence[tuple[str, ...]]
    total: str
    currency: str


def owed(run: Run, billed: Iterable[date]) -> Owed:
    """What a run's months that are over come to by its settlements, those left out that were billed."""
    kept_months = run.months.filter(is_provisional=False).order_by("starts_on")
    settled = [settlement_of(one.settlement) for one in kept_months]
    months = [
        DeliveredMonth(
            one.period,
            {},
            one.statement.invoice,
            -sum((two.statement.credit for two in settled if two.statement.applies_to == one.period.label), Decimal(0)),
        )
        for one in settled
    ]
    found = accrued(months, [month_of(day) for day in billed])
    currency = settled[-1].statement.currency if settled else ""
    shown_months = [
        (one.period.label, *(amount_text(amount, currency) for amount in (one.charged, one.adjusted, one.amount)))
        for one in found
    ]
    return Owed(shown_months, amount_text(sum((one.amount for one in found), Decimal(0)), currency), currency)


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line of the pro-forma in words."""

    ref: str
    name: str
    quantity: str
    rate: str
    amount: str
    clause: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProFormaShown:
    """A pro-forma in words, for its page."""

    currency: str
    lines: Sequence[LineShown]
    adjustments: Sequence[tuple[str, str, str, str]]
    sums: Sequence[tuple[str, str]]
    notes: Sequence[str]


def shown(content: str) -> ProFormaShown:
    """A kept pro-forma for its page."""
    ours = _PRO_FORMA.validate_json(content)
    lines = [
        LineShown(
            one.ref,
            one.name,
            "" if one.unit == "lump" else f"{one.quantity.normalize():,f} {one.unit}",
            "" if one.unit == "lump" else f"{one.rate:f} {one.currency}",
            amount_text(one.amount, ours.currency),
            one.clause or "",
            tuple(f"{step.value}: {step.rule}" for step in one.trace),
        )
        for one in ours.lines
    ]
    adjustments = [
        (f"{one.kind} {one.month}", one.service_level, one.reason, amount_text(one.amount, ours.currency))
        for one in ours.adjustments
    ]
    sums = [
        ("charges", amount_text(ours.charged, ours.currency)),
        ("net", amount_text(ours.net, ours.currency)),
        *((f"tax {(one.rate * 100).normalize():f} %", amount_text(one.tax, ours.currency)) for one in ours.subtotals),
        ("to pay", amount_text(ours.total, ours.currency)),
    ]
    return ProFormaShown(ours.currency, lines, adjustments, sums, ours.notes)


def amount_shown(text: str, currency: str) -> str:
    """A kept amount in words; a dash where there is none."""
    return amount_text(Decimal(text), currency) if text else "–"


def month_of_invoice(invoice: Invoice) -> Period | None:
    """The month an invoice says it is for."""
    return None if invoice.first_on is None else month_of(invoice.first_on)
