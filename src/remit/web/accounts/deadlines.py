"""What is due in an engagement: each subject tells its own days and instants, for lists and calendars."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Side
from remit.web.shared.follow_ups import declared


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something that is due on a day, or at an instant (`at`, then `on` is its day in `zone`, the contract's).

    `key` names it within its engagement for good: told again later, or with another time, it is the same deadline.
    `side` is whose doing it is, None where it concerns both.
    """

    key: str
    what: str
    address: str
    on: date
    at: datetime | None = None
    zone: str = "UTC"
    side: Side | None = None
    clause: str = ""

    @property
    def order(self) -> datetime:
        """By what deadlines are put in order; a day's end for those of a day."""
        return self.at or datetime.combine(self.on, time.max, tzinfo=UTC)

    def is_over(self, at: datetime) -> bool:
        """Whether it lies in the past."""
        return self.order <= at


Telling = Callable[[Place, datetime], Iterable[Deadline]]
"""What a subject declares as `deadlines` in its AppConfig: what is due, as far as whoever looks may know of it."""


def deadlines_of(place: Place, *, at: datetime) -> list[Deadline]:
    """Everything that is due in an engagement, the next one first; what is over comes with what is to come."""
    tellings: list[Telling] = declared("deadlines")
    told = {one.key: one for telling in tellings for one in telling(place, at)}
    return sorted(told.values(), key=lambda one: (one.order, one.key))
