"""Histories of attainments and charges as text tables, settled by terms as a contract writes them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from remit.performance.service_credits import CreditStatement, MeasuredPeriod, PeriodCharges, settle
from remit.performance.service_levels import Attainment, Ratio, Standard, judge
from remit.terms.credit_terms import CreditTerms
from remit.terms.notation import read_rate
from remit.terms.periods import Period, month_of

NOT_MEASURED = "-"


def month(label: str) -> Period:
    """The period of `2026-03`."""
    return month_of(date.fromisoformat(f"{label}-01"))


def ratio(value: str) -> Ratio:
    """The counts of a share such as `93.10%`, out of 100,000 records; `-` is nothing measured."""
    return Ratio(0, 0, 0) if value == NOT_MEASURED else Ratio(int(read_rate(value) * 100_000), 100_000, 100_000)


def attained(level: str, value: str, window: Period, *, expected: str = "95%", minimum: str = "90%") -> Attainment:
    """One judged attainment; an empty minimum is none, and `<=5%` expects at most 5 %."""
    at_most = expected.startswith("<=")
    standard = Standard(
        service_level=level,
        expected=read_rate(expected.removeprefix("<=")),
        minimum=read_rate(minimum) if minimum else None,
        at_most=at_most,
    )
    return judge(standard, ratio(value), window=window)


def history(table: str, standards: Mapping[str, tuple[str, str]] | None = None) -> list[MeasuredPeriod]:
    """A history from a table with the columns month, charges, invoice (both optional) and one for each level.

    Several values in a cell, with a slash between, are several windows of the level in that month; an empty cell is
    a level without a window in it. Charges are 100,000 where the table has none, and the invoice equals them.
    """
    header, *rows = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    found = []
    for cells in rows:
        row = dict(zip(header, cells, strict=True))
        period = month(row.pop("month"))
        base = Decimal(row.pop("charges", "100000"))
        invoice = Decimal(row.pop("invoice", str(base)))
        attainments = [
            attained(level, value.strip(), period, expected=expected, minimum=minimum)
            for level, cell in row.items()
            for expected, minimum in [(standards or {}).get(level, ("95%", "90%"))]
            for value in cell.split("/")
            if value.strip()
        ]
        found.append(MeasuredPeriod(period, tuple(attainments), PeriodCharges(base, invoice)))
    return found


def credit_terms(**written: Any) -> CreditTerms:
    """Credit terms as the contract file writes them."""
    return CreditTerms.model_validate(written)


def settled(
    terms: CreditTerms, table: str, standards: Mapping[str, tuple[str, str]] | None = None
) -> tuple[CreditStatement, ...]:
    """The statements of a history under the same terms throughout."""
    periods = history(table, standards)
    return settle({one.period: terms for one in periods}, periods, currency="USD")


def credits_of(terms: CreditTerms, table: str, standards: Mapping[str, tuple[str, str]] | None = None) -> list[str]:
    """The credit of each month, as text."""
    return [str(statement.credit) for statement in settled(terms, table, standards)]
