"""How values are written in a contract: shares, numbers, lengths of time, level values, "3 of 6 months"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import yaml

Words = dict[str, Any]
"""A part of the contract file: every scalar is text."""

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_LENGTH = re.compile(r"(\d+) (business |calendar )?(second|minute|hour|day|week)s?( by end of day)?")


def read_words(text: str) -> Words:
    """The contract file with every scalar as the text it is written in."""
    words = yaml.load(text, Loader=yaml.BaseLoader)
    assert isinstance(words, dict)
    return words


@dataclass(frozen=True)
class Length:
    """A length of time: so many seconds of all time, of open time, or of days (86,400 each) of some kind."""

    seconds: int
    clock: str
    """`all`, `open`, `business days` or `calendar days`, the last two with ` by end` where written so."""


def length(text: str) -> Length:
    found = _LENGTH.fullmatch(text)
    assert found, text
    number, kind, unit, by_end = found.groups()
    seconds = int(number) * _SECONDS[unit]
    if kind is None:
        return Length(seconds, "all")
    if unit in ("day", "week"):
        return Length(seconds, f"{kind}days{' by end' if by_end else ''}")
    return Length(seconds, "open")


def number(text: str) -> Fraction:
    """`95%`, `95 %`, `0.95`, `1200`."""
    if text.endswith("%"):
        return Fraction(text[:-1].strip()) / 100
    return Fraction(text)


def level_value(text: str) -> Fraction:
    """A level value in its unit: a share, seconds of a length of time, or a count."""
    return Fraction(length(text).seconds) if _LENGTH.fullmatch(text) else number(text)


def flag(words: Words, word: str, *, default: bool = False) -> bool:
    return bool({"true": True, "false": False}[words[word]]) if word in words else default


def listed(value: Any) -> list[Any]:
    """A list; a member alone may be written without brackets, and nothing is the empty list."""
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def how_often(text: str) -> tuple[int, int]:
    """`1 month` is (1, 1), `3 of 6 months` is (3, 6)."""
    parts = re.findall(r"\d+", text)
    return int(parts[0]), int(parts[-1])


def rounded(value: Fraction, places: int, mode: str) -> Fraction:
    """Half up (away from zero), half even, up (away from zero) or down, on so many decimal places."""
    scaled = abs(value) * 10**places
    whole, rest = scaled.numerator // scaled.denominator, scaled % 1
    half = Fraction(1, 2)
    more = {
        "half_up": rest >= half,
        "half_even": rest > half or (rest == half and whole % 2 == 1),
        "up": rest > 0,
        "down": False,
    }[mode]
    return (1 if value >= 0 else -1) * Fraction(whole + more, 10**places)


@dataclass(frozen=True, order=True)
class Days:
    """A stretch of whole days: the first is in it, the last is not."""

    first: date
    after: date

    def cut_to(self, other: "Days") -> "Days":
        return Days(max(self.first, other.first), min(self.after, other.after))

    @property
    def number(self) -> int:
        return max(0, (self.after - self.first).days)

    @property
    def last(self) -> date:
        return self.after - timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """The same day of another month; the month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (after - timedelta(days=1)).day))


def month_of(day: date) -> Days:
    first = day.replace(day=1)
    return Days(first, add_months(first, 1))


def months_between(first: date, last: date) -> Iterator[Days]:
    """The calendar months from the one of a day to the one of another."""
    month = month_of(first)
    while month.first <= last:
        yield month
        month = month_of(month.after)
