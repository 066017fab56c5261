"""A contract with its amendments: which terms hold on which day, and which of them a period is judged by."""

import copy
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.lib.oracle.words import Days, Words, listed, read_words


@dataclass(frozen=True)
class Versions:
    """The contract's words from each day on which they changed."""

    by_day: Sequence[tuple[date, Words]]

    @property
    def signed(self) -> Words:
        return self.by_day[0][1]

    @property
    def term(self) -> Days:
        term = self.by_day[-1][1]["term"]
        return Days(date.fromisoformat(term["from"]), date.fromisoformat(term["to"]) + timedelta(days=1))

    def on(self, day: date) -> Words:
        return [words for first, words in self.by_day if first <= day][-1]

    def judging(self, period: Days) -> Words:
        """The terms a period is judged by: those of its first day in the term, or of its last."""
        inside = self.signed.get("amended_inside_period", "start")
        cut = period.cut_to(self.term)
        cut = cut if cut.number else period
        return self.on(cut.first if inside == "start" else cut.last)


def terms_of(versions: Versions, level_id: str, window: Days, month: Days) -> list[tuple[Words, Days]]:
    """The terms a window's records are measured by, with their days: one version, or one after the other."""
    if versions.signed.get("amended_inside_period") != "by_record":
        return [(versions.judging(month), window)]
    changes = [first for first, _ in versions.by_day if window.first < first < window.after]
    cuts, own = [window.first, *changes, window.after], versions.judging(month)
    pieces = [(versions.on(first), Days(first, after)) for first, after in itertools.pairwise(cuts)]
    pieces = [(words, days) for words, days in pieces if level_id in words["service_levels"]]
    return pieces if all(_is_sum_over_days(words, own, level_id) for words, _ in pieces) else [(own, window)]


NO_SUMS = ("backlog", "volume", "throughput", "attrition")


def _is_sum_over_days(words: Words, own: Words, level_id: str) -> bool:
    """Whether records of a day can be measured by a version, and added to those measured by the one that judges."""
    level, other = words["service_levels"][level_id], own["service_levels"][level_id]
    measure, after = level["measure"], other["measure"]
    if measure["is"] != after["is"] or measure.get("statistic") != after.get("statistic"):
        return False
    if measure["is"] in NO_SUMS or measure.get("statistic") in ("median", "percentile"):
        return False
    if words is own or "clock" not in measure:
        return True
    decides = {(one.get("attribute_to", "stop"), one.get("still_open", "left_out")) for one in (level, other)}
    falls_due = any(by == "due" or left == "missed_once_past_target" for by, left in decides)
    clocks = [(one["clocks"][measure["clock"]], one["calendars"]) for one in (words, own)]
    has_history = not isinstance(clocks[0][0].get("stops", "resolved_at"), str)
    if falls_due and not all(by == "start" and left == "missed_once_past_target" for by, left in decides):
        return False
    return len(decides) == 1 and (not has_history or clocks[0] == clocks[1])


def read_versions(text: str, amendments: Sequence[str] = ()) -> Versions:
    """A contract file's words and those of its amendments, applied by date, then by id."""
    words = read_words(text)
    found = [(date.fromisoformat(words["term"]["from"]), words)]
    read = [read_words(one) for one in amendments]
    for one in sorted(read, key=lambda one: (one["amendment"]["from"], one["amendment"]["id"])):
        words = _amended(words, one)
        found.append((date.fromisoformat(one["amendment"]["from"]), words))
    return Versions(found)


def _amended(words: Words, amendment: Words) -> Words:
    result = copy.deepcopy(words)
    for path, value in amendment.get("change", {}).items():
        holder, last = _place(result, path.split("."))
        holder[last] = value
    for path, value in amendment.get("add", {}).items():
        holder, last = _place(result, path.split("."))
        held = holder.setdefault(last, {} if isinstance(value, dict) else [])
        if isinstance(held, dict):
            held.update(value)
        else:
            held.extend(value)
    for path in listed(amendment.get("remove")):
        holder, last = _place(result, path.split("."))
        del holder[last]
    return result


def _place(words: Words, path: list[str]) -> tuple[Any, Any]:
    """Where the last word of a path stands; a member of a list is named by its id."""
    held: Any = words
    for word in path[:-1]:
        held = held[_member(held, word)]
    return held, _member(held, path[-1])


def _member(held: Any, word: str) -> Any:
    if isinstance(held, list):
        return next(index for index, one in enumerate(held) if one["id"] == word)
    return word
