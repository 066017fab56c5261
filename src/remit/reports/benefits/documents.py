"""Savings against the business case as text, as JSON, and as CSV with a row for each effect."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from typing import Any

from remit.finance.benefits import BenefitMonth, Driver, Effect
from remit.reports.quoting import inert, printable
from remit.terms.business_cases import BusinessCase
from remit.terms.money import Rounding

_SHORT = {Driver.RETAINED: "retained"}
_SIX = Rounding(places=6)


@dataclass(frozen=True, slots=True)
class BenefitReport:
    """A case with the hash it is frozen by, the months told, and what could not be told."""

    case: BusinessCase
    sha256: str
    months: Sequence[BenefitMonth]
    notes: Sequence[str] = ()


def benefits_as_text(report: BenefitReport, *, traced: bool = False) -> str:
    """Two tables, savings and what moved them away from the case; traced, every effect below its month."""
    case = report.case
    head, approval = case.business_case, case.approval
    title = f": {printable(head.title)}" if head.title else ""
    lines = [
        f"business case {head.id} of {head.contract}{title}, in {case.currency} before tax",
        f"approved on {approval.on} by {printable(', '.join(approval.by))}; sha256 {report.sha256}",
        "",
        _row("month", ["before", "now", "saved", "planned", "variance"]),
    ]
    lines += [_row(one.period.label, [_money(amount) for amount in _amounts(one)]) for one in report.months]
    lines += [_row("together", [_money(amount) for amount in _sums(report.months, _amounts)]), ""]
    lines += [_row("variance", ["in all", *(_SHORT.get(driver, driver.value) for driver in Driver)])]
    for one in report.months:
        lines.append(_row(one.period.label, [_money(amount) for amount in _parts(one)]))
        lines += [f"    {_told(effect)}" for effect in one.effects if traced]
    lines.append(_row("together", [_money(amount) for amount in _sums(report.months, _parts)]))
    lines += ["", *(f"note: {printable(note)}" for note in report.notes)] if report.notes else []
    return "\n".join(lines) + "\n"


def _row(label: str, cells: Sequence[str]) -> str:
    return f"{label:<9}" + "".join(f"{cell:>15}" for cell in cells)


def _amounts(month: BenefitMonth) -> list[Decimal]:
    return [month.baseline, month.cost, month.realised, month.planned, month.variance]


def _parts(month: BenefitMonth) -> list[Decimal]:
    return [month.variance, *(month.part(driver) for driver in Driver)]


def _sums(months: Sequence[BenefitMonth], cells: Any) -> list[Decimal]:
    rows = [cells(month) for month in months]
    return [sum(column, Decimal(0)) for column in zip(*rows, strict=True)]


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _told(effect: Effect) -> str:
    moved = f"{_number(effect.planned)} planned, {_number(effect.actual)} came"
    return f"{effect.amount:>+15,.2f}  {printable(effect.item)}, {effect.driver.value}: {moved}"


def _number(value: Fraction) -> str:
    """At most six places, without idle zeros; ≈ where that is not the whole of it."""
    rounded = _SIX.apply(value)
    whole, _, places = f"{rounded:,f}".partition(".")
    places = places.rstrip("0")
    return ("" if Fraction(rounded) == value else "≈") + (f"{whole}.{places}" if places else whole)


def benefits_as_json(report: BenefitReport) -> str:
    """Every month with its effects; amounts are texts, so that no reader turns them into binary fractions."""
    case = report.case
    told = {
        "business_case": case.business_case.id,
        "contract": case.business_case.contract,
        "currency": case.currency,
        "approved_on": case.approval.on.isoformat(),
        "approved_by": list(case.approval.by),
        "sha256": report.sha256,
        "months": [_month(month) for month in report.months],
        "notes": list(report.notes),
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _month(month: BenefitMonth) -> dict[str, Any]:
    return {
        "month": month.period.label,
        "baseline": {"planned": f"{month.baseline_planned:f}", "actual": f"{month.baseline:f}"},
        "cost": {"planned": f"{month.cost_planned:f}", "actual": f"{month.cost:f}"},
        "savings": {"planned": f"{month.planned:f}", "actual": f"{month.realised:f}"},
        "variance": f"{month.variance:f}",
        "parts": {driver.value: f"{month.part(driver):f}" for driver in Driver},
        "effects": [
            {
                "item": effect.item,
                "part": effect.driver.value,
                "planned": _exact(effect.planned),
                "actual": _exact(effect.actual),
                "amount": f"{effect.amount:f}",
            }
            for effect in month.effects
        ],
    }


def _exact(value: Fraction) -> str:
    """A value as it is: a decimal where six places hold it, else numerator/denominator."""
    rounded = _SIX.apply(value)
    return f"{rounded.normalize():f}" if Fraction(rounded) == value else str(value)


def benefits_as_csv(report: BenefitReport) -> str:
    """A row for each month's planned and realised savings, then one for each effect between them."""
    told = StringIO()
    writer = csv.writer(told, lineterminator="\n")
    writer.writerow(["business_case", "sha256", "month", "kind", "item", "part", "planned", "actual", "amount"])
    head = [report.case.business_case.id, report.sha256]
    for month in report.months:
        own = [*head, month.period.label]
        writer.writerow([*own, "savings", "", "", f"{month.planned:f}", f"{month.realised:f}", f"{month.variance:f}"])
        for one in month.effects:
            values = [_exact(one.planned), _exact(one.actual), f"{one.amount:f}"]
            writer.writerow([*own, "effect", inert(one.item), one.driver.value, *values])
    return told.getvalue()
