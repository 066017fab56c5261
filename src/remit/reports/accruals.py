"""Accruals and the year's forecast: as text and as JSON."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from remit.finance.accruals import Accrual, YearForecast


@dataclass(frozen=True, slots=True)
class AccrualReport:
    """What is owed for months without an invoice, and what the year will come to."""

    currency: str
    accruals: Sequence[Accrual]
    forecast: YearForecast


def accruals_as_text(report: AccrualReport) -> str:
    """What is owed month by month, then the year with its months to come and their range."""
    told = report.forecast
    lines = [f"owed for months without an invoice, before tax, in {report.currency}"]
    lines += [f"  {one.period.label}  {one.amount:>16,.2f}" for one in report.accruals]
    lines.append(f"  together {sum((one.amount for one in report.accruals), Decimal(0)):>15,.2f}")
    how = f"{told.method} of {told.looked_back_on[0]} to {told.looked_back_on[-1]}"
    lines += ["", f"forecast for {told.year.label}, before tax and without credits to come ({how})"]
    lines.append(f"  delivered {told.delivered:>14,.2f}")
    lines += [
        f"  {one.period.label}  {one.amount:>16,.2f}  from {one.low:,.2f} to {one.high:,.2f}" for one in told.months
    ]
    lines.append(f"  the year {told.total:>15,.2f}  from {told.low:,.2f} to {told.high:,.2f}")
    return "\n".join(lines) + "\n"


def accruals_as_json(report: AccrualReport) -> str:
    """The same; amounts are texts, so that no reader turns them into binary fractions."""
    return json.dumps(_as_data(report), indent=2) + "\n"


def _as_data(report: AccrualReport) -> dict[str, Any]:
    told = report.forecast
    return {
        "currency": report.currency,
        "accruals": [{"month": one.period.label, "amount": f"{one.amount:f}"} for one in report.accruals],
        "forecast": {
            "year": told.year.label,
            "from": told.year.start_on.isoformat(),
            "to": told.year.last_on.isoformat(),
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
