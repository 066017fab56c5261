"""Results of the corridor as the records keep them, and made again from there: nothing is lost on the way."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from remit.performance.service_levels import Attainment, Ratio, Standing
from remit.performance.settlements import Settlement
from remit.reports.statements import LevelWords, StatementContext
from remit.terms.periods import Period
from remit.web.performance.models import Attained

__all__ = [
    "StatementContext",
    "amounts_of",
    "attainment_of",
    "level_words",
    "rows_of",
    "settlement_of",
    "settlement_text",
    "words_of",
    "words_text",
]

_SETTLEMENT = TypeAdapter(Settlement)
_WORDS = TypeAdapter(StatementContext)


def settlement_text(settlement: Settlement) -> str:
    """A settlement as JSON that gives the very same settlement again."""
    return _SETTLEMENT.dump_json(settlement).decode()


def settlement_of(text: str) -> Settlement:
    """A kept settlement."""
    return _SETTLEMENT.validate_json(text)


def words_text(words: StatementContext) -> str:
    """What the contract calls things, as JSON."""
    return _WORDS.dump_json(words).decode()


@lru_cache(maxsize=256)
def words_of(text: str) -> StatementContext:
    """Kept words; read once a process, since every page of a run shows them."""
    return _WORDS.validate_json(text)


def level_words(words: StatementContext, level: str) -> LevelWords | None:
    """The words of a level; None where the contract has no such level."""
    return words.service_levels.get(level)


def rows_of(run_id: int, month: Period, attainments: Iterable[Attainment]) -> list[Attained]:
    """A month's attainments as rows, in the contract's order; parts of a level name their dimension."""
    return [_row(run_id, month.start_on, place, one) for place, one in enumerate(attainments)]


def _row(run_id: int, month_on: date, position: int, one: Attainment) -> Attained:
    low, high = one.interval or (None, None)
    return Attained(
        run_id=run_id,
        month_on=month_on,
        level=one.service_level,
        position=position,
        window_start=one.window.start_on,
        window_end=one.window.end_on,
        standing=str(one.standing),
        numerator=one.ratio.numerator,
        denominator=one.ratio.denominator,
        sample=one.ratio.records,
        excluded=one.excluded,
        value=_text(one.value),
        expected=_text(one.expected),
        minimum=_text(one.minimum),
        low=_text(low),
        high=_text(high),
        is_critical=one.is_critical,
        at_most=one.at_most,
        note=one.note,
        dimension=", ".join(name for name, _ in one.dimensions),
        part=", ".join(value for _, value in one.dimensions)[:300],
    )


def attainment_of(row: Attained) -> Attainment:
    """The attainment a row keeps."""
    ratio = Ratio(row.numerator, row.denominator, row.sample)
    return Attainment(
        service_level=row.level,
        window=Period(row.window_start, row.window_end),
        standing=Standing(row.standing),
        ratio=ratio,
        value=_number(row.value),
        exact=Fraction(row.numerator, row.denominator) if row.value and row.denominator else None,
        interval=_interval(row),
        expected=_number(row.expected),
        minimum=_number(row.minimum),
        excluded=row.excluded,
        is_critical=row.is_critical,
        at_most=row.at_most,
        note=row.note,
        dimensions=((row.dimension, row.part),) if row.dimension else (),
    )


def _text(value: Decimal | None) -> str:
    return "" if value is None else str(value)


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _interval(row: Attained) -> tuple[Decimal, Decimal] | None:
    low, high = _number(row.low), _number(row.high)
    return None if low is None or high is None else (low, high)


def amounts_of(settlement: Settlement) -> Mapping[str, Any]:
    """The amounts of a settled month, exact, as its record keeps them."""
    statement = settlement.statement
    return {
        "starts_on": settlement.period.start_on,
        "ends_on": settlement.period.end_on,
        "currency": statement.currency,
        "charges": f"{statement.charges:f}",
        "at_risk": "" if statement.at_risk is None else f"{statement.at_risk:f}",
        "credit": f"{statement.credit:f}",
        "is_provisional": any(note.startswith("provisional") for note in statement.notes),
        "settlement": settlement_text(settlement),
    }
