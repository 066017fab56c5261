"""Savings against the business case as an Excel workbook: the months with their parts, and every effect behind them."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO

from openpyxl import Workbook

from remit.finance.benefits import Driver
from remit.reports.benefits.documents import BenefitReport
from remit.reports.cells import MONEY, Shown, append, head_row, new_sheet, set_table
from remit.terms.money import Rounding

_WRITTEN_AT = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_SIX = Rounding(places=6)
_MONTHS = ("month", "before", "now", "saved", "planned", "variance", *(driver.value for driver in Driver))
_EFFECTS = ("month", "item", "part", "planned", "actual", "amount")


def benefits_as_workbook(report: BenefitReport) -> bytes:
    """Three sheets: the case, its months, and the factors; the same savings give the same cells."""
    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = _WRITTEN_AT
    _add_case(book, report)
    _add_months(book, report)
    _add_effects(book, report)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _add_case(book: Workbook, report: BenefitReport) -> None:
    case, sheet = report.case, new_sheet(book, "Case", [22, 90])
    told = {
        "business case": case.business_case.id,
        "title": case.business_case.title,
        "contract": case.business_case.contract,
        "currency": case.currency,
        "approved on": case.approval.on.isoformat(),
        "approved by": ", ".join(case.approval.by),
        "sha256": report.sha256,
    }
    for name, text in told.items():
        append(sheet, Shown(name, is_bold=True), Shown(text))
    for note in report.notes:
        append(sheet, Shown("note", is_bold=True), Shown(note, wraps=True))


def _add_months(book: Workbook, report: BenefitReport) -> None:
    sheet = new_sheet(book, "Savings", [12, *[16] * (len(_MONTHS) - 1)])
    set_table(sheet, head_at=1, columns=len(_MONTHS), rows=len(report.months))
    sheet.append(head_row(sheet, _MONTHS))
    for month in report.months:
        amounts = [month.baseline, month.cost, month.realised, month.planned, month.variance]
        amounts += [month.part(driver) for driver in Driver]
        append(sheet, Shown(month.period.label), *(Shown(amount, format=MONEY) for amount in amounts))


def _add_effects(book: Workbook, report: BenefitReport) -> None:
    rows = [(month.period.label, effect) for month in report.months for effect in month.effects]
    sheet = new_sheet(book, "Factors", [12, 40, 22, 18, 18, 16])
    set_table(sheet, head_at=1, columns=len(_EFFECTS), rows=len(rows))
    sheet.append(head_row(sheet, _EFFECTS))
    for label, effect in rows:
        values = (Shown(_to_six_places(value)) for value in (effect.planned, effect.actual))
        texts = (Shown(label), Shown(effect.item), Shown(effect.driver.value))
        append(sheet, *texts, *values, Shown(effect.amount, format=MONEY))


def _to_six_places(value: Fraction) -> Decimal:
    """A factor's value for a cell; the CSV and the JSON have it whole."""
    return _SIX.apply(value).normalize()
