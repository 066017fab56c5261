"""Which key dates are to be reminded of on a day: ninety, thirty and seven days before, each once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from remit.ingest.contract_files import ContractVersions
from remit.reports.contracts import KeyDate, KeyDateKind, key_dates

_AHEAD = timedelta(days=400)
# What comes every month is known by heart; a mail three months before would be noise.
_DISTANCES: Mapping[str | None, Sequence[int]] = {
    None: (90, 30, 7),
    "year": (30, 7),
    "quarter": (30, 7),
    "month": (7,),
    "week": (),
}
_NOT_REMINDED = frozenset({KeyDateKind.LEVEL})


@dataclass(frozen=True, slots=True)
class Due:
    """A key date to be reminded of, and at which distance."""

    date: KeyDate
    days_before: int


def due_reminders(terms: ContractVersions, today: date) -> list[Due]:
    """The reminders whose day has come for dates that have not; of several distances of a date the nearest alone.

    So a worker that stood still for a month sends one mail about a date and not three.
    """
    return [Due(one, min(begun)) for one, days in _coming(terms, today) if (begun := _begun(one, days, today))]


def next_reminder_on(terms: ContractVersions, today: date) -> date | None:
    """The next day after today on which a reminder is due; None where nothing is to come within a year."""
    days = (one.on - timedelta(days=before) for one, distances in _coming(terms, today) for before in distances)
    return min((day for day in days if day > today), default=None)


def _coming(terms: ContractVersions, today: date) -> Iterator[tuple[KeyDate, Sequence[int]]]:
    for one in key_dates(terms.versions, first_on=today, last_on=today + _AHEAD):
        if one.kind not in _NOT_REMINDED:
            yield one, _DISTANCES[one.every]


def _begun(one: KeyDate, distances: Sequence[int], today: date) -> list[int]:
    return [before for before in distances if one.on - timedelta(days=before) <= today]
