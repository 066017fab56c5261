"""Reopenings right after closing: stops that stopped nothing but the clock."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

SOON_SECONDS = 3_600
"""A case opened again within an hour of its stop was hardly done."""
LEAST_RECORDS = 10
LEAST_SHARE = 0.05
"""From so many, and such a share of a month's stops, on it is worth asking about."""

Change = tuple[str, int, str | None, str | None]
"""A case's key, the instant, the status before and the status after; in the order of each case's life."""


@dataclass(frozen=True, slots=True)
class SoonReopened:
    """A month's stops, and the cases among them that were opened again within the hour."""

    month_on: date
    stops: int
    keys: tuple[str, ...]

    @property
    def is_signal(self) -> bool:
        return len(self.keys) >= LEAST_RECORDS and len(self.keys) >= LEAST_SHARE * self.stops


@dataclass(frozen=True, slots=True)
class Stop:
    """A case entering a status that stops its clock, and when it left those statuses again, if it did."""

    key: str
    at: int
    again_at: int | None = None

    @property
    def is_soon(self) -> bool:
        return self.again_at is not None and self.again_at - self.at <= SOON_SECONDS


def stops_of(changes: Iterable[Change], statuses: Collection[str]) -> list[Stop]:
    """Every stop of every case; moving from one stopping status to another is no stop and no reopening."""
    found: list[Stop] = []
    standing: dict[str, int] = {}
    for key, at, _before, after in changes:
        if after is None:
            continue
        is_stopped = key in standing
        if after in statuses and not is_stopped:
            standing[key] = len(found)
            found.append(Stop(key, at))
        elif after not in statuses and is_stopped:
            place = standing.pop(key)
            found[place] = Stop(key, found[place].at, at)
    return found
