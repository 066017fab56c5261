"""Attainments as pages show them: figures as the reader's locale writes them, each standing with its word."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.utils.translation import get_language, gettext, gettext_lazy

from remit.performance.clocks import Going
from remit.reports.figures import count_text, interval_text, threshold_text, value_text
from remit.reports.standings import WORST_FIRST, mark_of
from remit.reports.statements import LevelWords, StatementContext
from remit.reports.statements.tabular import judged_fields
from remit.runs.timing import TimeLine
from remit.terms.measure_terms import Unit
from remit.terms.periods import Period
from remit.web.performance.bridge.kept import attainment_of
from remit.web.performance.bridge.records import Told
from remit.web.performance.models import Attained
from remit.web.shared.bridge import STANDING_STYLES, STANDING_WORDS, in_locale, money

__all__ = [
    "Cell",
    "Line",
    "RecordRow",
    "Shown",
    "SpanShown",
    "Tally",
    "Window",
    "first_day",
    "heat_lines",
    "in_locale",
    "is_month",
    "json_fields",
    "money",
    "month_name",
    "month_period",
    "record_row",
    "shown",
    "spans_shown",
    "tallies",
    "windows_by_month",
    "words_for",
    "worst_first",
]


@dataclass(frozen=True, slots=True)
class Shown:
    """One attainment in words: `style` names the standing's look, `words` say it."""

    level: str
    label: str
    month: str
    value: str
    style: str
    words: str
    expected: str
    minimum: str
    interval: str
    numerator: str
    denominator: str
    sample: str
    excluded: int
    note: str
    part: str = ""
    is_critical: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A level's month on the heat map: its value and standing; of several windows the worst one's."""

    month: str
    value: str
    style: str
    words: str
    windows: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A level's row on the heat map; a month without the level has no cell."""

    level: str
    name: str
    is_critical: bool
    cells: tuple[Cell | None, ...]


def month_name(day: date) -> str:
    """A month as addresses have it."""
    return f"{day:%Y-%m}"


def words_for(words: StatementContext, level: str) -> LevelWords:
    """The words of a level; one that the contract does not name shows under its id."""
    return words.words(level)


def shown(row: Attained, words: LevelWords) -> Shown:
    """A row in words."""
    one = attainment_of(row)
    mark = mark_of(one)
    unit = words.unit
    return Shown(
        level=row.level,
        label=one.window.label,
        month=month_name(row.month_on),
        value=in_locale(value_text(one.value, unit, beside=(one.expected, one.minimum))),
        style=STANDING_STYLES[mark],
        words=str(STANDING_WORDS[mark]),
        expected=in_locale(threshold_text(one.expected, unit, at_most=one.at_most)),
        minimum=in_locale(threshold_text(one.minimum, unit, at_most=one.at_most)),
        interval=in_locale(interval_text(one.interval, unit)),
        numerator=in_locale(count_text(row.numerator)),
        denominator=in_locale(count_text(row.denominator)),
        sample=in_locale(count_text(row.sample)),
        excluded=row.excluded,
        note=row.note,
        part=row.part,
        is_critical=row.is_critical,
    )


def heat_lines(rows: Iterable[Attained], months: Sequence[date], words: StatementContext) -> list[Line]:
    """The heat map: levels in the contract's order by months, critical ones first."""
    by_level: dict[str, dict[date, list[Attained]]] = {}
    for row in rows:
        by_level.setdefault(row.level, {}).setdefault(row.month_on, []).append(row)
    lines = []
    for level, found in by_level.items():
        told = words.words(level)
        cells = tuple(_cell(month, found.get(month, []), told.unit) for month in months)
        is_critical = any(row.is_critical for month in found.values() for row in month)
        lines.append(Line(level, told.name, is_critical, cells))
    return sorted(lines, key=lambda line: not line.is_critical)


def _cell(month: date, rows: Sequence[Attained], unit: Unit) -> Cell | None:
    if not rows:
        return None
    judged = [attainment_of(row) for row in rows]
    worst = min(judged, key=lambda one: WORST_FIRST.index(mark_of(one)))
    mark = mark_of(worst)
    value = in_locale(value_text(worst.value, unit, beside=(worst.expected, worst.minimum)))
    is_open = any("the window is not over" in row.note for row in rows)
    return Cell(month_name(month), value, STANDING_STYLES[mark], str(STANDING_WORDS[mark]), len(rows), is_open)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many levels of a month bear which standing."""

    style: str
    words: str
    count: int


def tallies(rows: Iterable[Attained]) -> list[Tally]:
    """A month's levels counted by standing, the worst first; standings that no level has are left out."""
    marks = [mark_of(attainment_of(row)) for row in rows]
    counted = [(mark, marks.count(mark)) for mark in WORST_FIRST]
    return [Tally(STANDING_STYLES[mark], str(STANDING_WORDS[mark]), count) for mark, count in counted if count]


def worst_first(rows: Iterable[Attained]) -> list[Attained]:
    """A level's parts of one window, the worst first."""
    return sorted(rows, key=lambda row: (WORST_FIRST.index(mark_of(attainment_of(row))), row.part))


def windows_by_month(rows: Iterable[Attained]) -> dict[str, list[Attained]]:
    """Rows by month, in order."""
    return {month_name(month): list(found) for month, found in groupby(rows, key=lambda row: row.month_on)}


def is_month(text: str) -> bool:
    """Whether an address names a month, as 2026-03."""
    try:
        date.fromisoformat(f"{text}-01")
    except ValueError:
        return False
    return len(text) == 7


def first_day(month: str) -> date:
    """The first day of a month of an address."""
    return date.fromisoformat(f"{month}-01")


def month_period(month: str) -> Period:
    """A month of an address as the corridor counts it."""
    start = first_day(month)
    return Period(start, date(start.year + start.month // 12, start.month % 12 + 1, 1))


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record of a list in words: how it counted, its clock's reading against the target, and what it is split by."""

    key: str
    window: str
    style: str
    words: str
    counts: str
    seconds: str
    target: str
    excluded_by: str
    at: int | None
    dimensions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """A window of a month with what is said of it beside its records."""

    shown: Shown
    told: Told


def record_row(row: Mapping[str, Any], dimensions: Sequence[str]) -> RecordRow:
    """A row of a listing in words."""
    style, words = _verdict(row)
    return RecordRow(
        key=row["key"],
        window=row["win"],
        style=style,
        words=words,
        counts=f"{in_locale(count_text(row['numerator']))} / {in_locale(count_text(row['denominator']))}",
        seconds=_clock(row["seconds"], row["target_seconds"]),
        target=_clock(row["target_seconds"], row["seconds"]),
        excluded_by=row["excluded_by"] or "",
        at=row["at"],
        dimensions=tuple(row[name] or "" for name in dimensions),
    )


def _verdict(row: Mapping[str, Any]) -> tuple[str, str]:
    if row["excluded_by"] is not None:
        return "none", gettext("left out")
    if row["met"] is None:
        return "none", gettext("counted")
    return ("met", gettext("met")) if row["met"] else ("missed", gettext("missed"))


def _clock(seconds: int | None, beside: int | None) -> str:
    """A clock's reading, told apart from the one it is compared with."""
    return "" if seconds is None else _seconds_text(seconds, beside, get_language())


@lru_cache(maxsize=4_096)
def _seconds_text(seconds: int, beside: int | None, _language: str | None) -> str:
    """Kept in mind: the records of a list took much the same few times, against the same target."""
    other = None if beside is None else Decimal(beside)
    return in_locale(value_text(Decimal(seconds), Unit.SECONDS, beside=(other,)))


@dataclass(frozen=True, slots=True)
class SpanShown:
    """A span of a record's clock in words."""

    start_at: int
    end_at: int
    words: str
    length: str
    counted: str


_GOING: Mapping[Going, Any] = {
    Going.RUNNING: gettext_lazy("running"),
    Going.PAUSED: gettext_lazy("paused"),
    Going.CLOSED: gettext_lazy("closed hours"),
    Going.STOPPED: gettext_lazy("stopped"),
}


def spans_shown(line: TimeLine) -> list[SpanShown]:
    """The spans of a clock in words; what they counted adds up to what was measured."""
    return [
        SpanShown(
            span.start_at,
            span.end_at,
            str(_GOING[span.going]),
            _clock(span.end_at - span.start_at, None),
            _clock(span.counted, None),
        )
        for span in line.spans
    ]


def json_fields(row: Attained) -> dict[str, Any]:
    """A row as programs get it: the very fields of `remit settle --as json`."""
    one = attainment_of(row)
    names = ("window_start", "window_end", "dimension", "part", "is_critical", "note")
    return {
        **{name: getattr(row, name) for name in names},
        **judged_fields(one),
        "run": row.run_id,
        "month": month_name(row.month_on),
        "service_level": row.level,
        "records": row.sample,
        "better": "lower" if row.at_most else "higher",
    }
