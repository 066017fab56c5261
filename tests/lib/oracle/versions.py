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


def terms_of(versions: Versions, window: Days, month: Days) -> list[tuple[Words, Days]]:
    """The terms a window's records are measured by, with their days: one version, or one after the other."""
    if versions.signed.get("amended_inside_period") != "by_record":
        return [(versions.judging(month), window)]
    changes = [first for first, _ in versions.by_day if window.first < first < window.after]
    cuts = [window.first, *changes, window.after]
    return [(versions.on(first), Days(first, after)) for first, after in itertools.pairwise(cuts)]


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
