"""Windows, months and standings: which window is judged in which month, by which terms, and how it stands."""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from tests.lib.oracle import counting, timing
from tests.lib.oracle.counting import Question, Tally
from tests.lib.oracle.hours import instant
from tests.lib.oracle.records import Records
from tests.lib.oracle.versions import Versions, terms_of
from tests.lib.oracle.words import Days, Words, add_months, level_value, rounded

MET, BELOW_EXPECTED, BELOW_MINIMUM, NOT_MEASURED = "met", "below_expected", "below_minimum", "not_measured"

COUNTS: Mapping[str, Callable[[Question], Tally]] = {
    "service_factor": counting.service_factor,
    "speed_of_answer": counting.speed_of_answer,
    "handle_time": counting.handle_time,
    "abandonment": counting.abandonment,
    **dict.fromkeys(("occupancy", "utilisation", "shrinkage", "adherence", "conformance"), counting.agents),
    **dict.fromkeys(("turnaround", "first_response"), timing.turnaround),
    "first_contact_resolution": counting.first_contact_resolution,
    "reopening": counting.reopening,
    "backlog": timing.backlog,
    "accuracy": counting.accuracy,
    "satisfaction": counting.satisfaction,
    "net_promoter": counting.net_promoter,
    "volume": counting.volume,
    "throughput": timing.throughput,
    "availability": timing.availability,
    "ratio": counting.ratio,
    "attrition": counting.attrition,
    **dict.fromkeys(("forecast_accuracy", "forecast_bias"), counting.forecast),
}
_LESS_IS_BETTER = frozenset(
    ("speed_of_answer", "handle_time", "abandonment", "shrinkage", "reopening", "backlog", "attrition")
)


_CROSSED: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "below": operator.lt,
    "at_or_below": operator.le,
    "above": operator.gt,
    "at_or_above": operator.ge,
}


@dataclass(frozen=True)
class Judged:
    """One level in one window, judged in one month."""

    level_id: str
    window: Days
    tally: Tally
    value: Fraction | None
    expected: Fraction | None
    minimum: Fraction | None
    at_most: bool
    standing: str

    @property
    def is_miss(self) -> bool:
        return self.standing in (BELOW_EXPECTED, BELOW_MINIMUM)

    @property
    def is_measured(self) -> bool:
        return self.standing != NOT_MEASURED

    def reaches(self, bound: Words) -> bool:
        """Whether the value has crossed a line: `{below: 98%}`."""
        if self.value is None:
            return False
        for word, is_crossed in _CROSSED.items():
            if word in bound:
                return is_crossed(self.value, level_value(bound[word]))
        raise AssertionError(bound)


def is_at_most(level: Words) -> bool:
    """Whether less is better: as the level says, or by its measure's own way."""
    if "better" in level:
        return bool(level["better"] == "lower")
    return level["measure"]["is"] in _LESS_IS_BETTER or "statistic" in level["measure"]


def windows_of(level: Words, month: Days, term: Days) -> Iterator[Days]:
    """The windows whose last day lies in a month, cut to the term."""
    words = level.get("window", "calendar month").split()
    for days in _windows(words, month, term):
        cut = days.cut_to(term)
        if cut.number and month.first <= cut.last < month.after:
            yield cut


def _windows(words: list[str], month: Days, term: Days) -> Iterator[Days]:
    kind = words[0]
    if kind == "week":
        names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        first = month.first - timedelta(days=13)
        first += timedelta(days=(names.index(words[-1]) - first.weekday()) % 7)
        for number in range(9):
            yield Days(first + timedelta(days=7 * number), first + timedelta(days=7 * number + 7))
    elif words == ["contract", "year"]:
        for number in range(5):
            yield Days(add_months(term.first, 12 * number), add_months(term.first, 12 * number + 12))
    elif words == ["quarter"]:
        first = date(month.first.year, (month.first.month - 1) // 3 * 3 + 1, 1)
        yield Days(first, add_months(first, 3))
    elif kind == "rolling":
        after = month.cut_to(term).after
        wide = int(words[1])
        yield Days(add_months(month.first, 1 - wide) if "month" in words[2] else after - timedelta(days=wide), after)
    else:
        yield month


def count(level_id: str, window: Days, versions: Versions, month: Days, records: Records, as_of: int) -> Tally:
    """A window's counts, by the terms its records are measured by."""
    total: Tally | None = None
    for contract, days in terms_of(versions, level_id, window, month):
        zone = contract["time_zone"]
        asked = Question(
            contract, level_id, records, instant(days.first, zone), instant(days.after, zone), as_of
        )  # fmt: skip
        found = COUNTS[asked.measure["is"]](asked)
        total = found if total is None else total + found
    return total or Tally(Fraction(0), Fraction(0), 0)


@dataclass
class Levels:
    """Judges levels month after month, with what small windows left over and what the ratchet moved."""

    versions: Versions
    records: Records
    as_of: int

    def __post_init__(self) -> None:
        self.left_over: dict[str, Tally] = {}
        self.moved: dict[str, tuple[Fraction, Fraction | None]] = {}

    def judged(self, month: Days) -> list[Judged]:
        contract = self.versions.judging(month)
        found = []
        for level_id, level in contract["service_levels"].items():
            for window in windows_of(level, month, self.versions.term):
                tally = count(level_id, window, self.versions, month, self.records, self.as_of)
                found.append(self._judge(level_id, level, window, tally))
        return found

    def _judge(self, level_id: str, level: Words, window: Days, tally: Tally) -> Judged:
        low, own = level.get("low_volume"), tally
        is_small, misses = False, None
        if low:
            if low.get("then") == "accumulate" and level_id in self.left_over:
                tally = tally + self.left_over.pop(level_id)
            is_small = tally.records < int(low["below"])
            if is_small and low.get("then") == "accumulate":
                self.left_over[level_id] = tally
            misses = int(low.get("misses", "0")) if low.get("then") == "allow_misses" and is_small else None
        expected, minimum = self._standards(level_id, level, window)
        value = tally.value
        if value is not None and "rounding" in level:
            value = rounded(value, int(level["rounding"]["places"]), level["rounding"].get("mode", "half_up"))
        # A window that is itself carried on is stated with its own counts; the one that is judged has them all.
        stated = own if level_id in self.left_over else tally
        judged = Judged(level_id, window, stated, value, expected, minimum, is_at_most(level), NOT_MEASURED)
        if value is None or expected is None or (is_small and misses is None):
            return judged
        judged = replace(judged, standing=standing(judged))
        if misses is not None and judged.is_miss and _missed(judged) <= misses:
            judged = replace(judged, standing=MET)
        return judged

    def _standards(self, level_id: str, level: Words, window: Days) -> tuple[Fraction | None, Fraction | None]:
        expected = level_value(level["expected"]) if "expected" in level else None
        begun = [day for day in level.get("history", {}) if date.fromisoformat(day) <= window.first]
        if begun:
            expected = level_value(level["history"][max(begun)])
        minimum = level_value(level["minimum"]) if "minimum" in level else None
        if level_id in self.moved and expected is not None:
            moved, moved_minimum = self.moved[level_id]
            expected = min(expected, moved) if is_at_most(level) else max(expected, moved)
            minimum = moved_minimum
        return expected, minimum


def _missed(judged: Judged) -> Fraction:
    return judged.tally.over if judged.at_most else judged.tally.under - judged.tally.over


def standing(judged: Judged) -> str:
    """Exactly on the level counts as met."""
    value, expected, minimum = judged.value, judged.expected, judged.minimum
    assert value is not None
    assert expected is not None
    sign = -1 if judged.at_most else 1
    if sign * value >= sign * expected:
        return MET
    return BELOW_MINIMUM if minimum is not None and sign * value < sign * minimum else BELOW_EXPECTED
