"""Deadlines: when a length of time that began at an instant is over, on one of a contract's calendars."""

from collections.abc import Sequence

from remit.performance.clocks.curves import Stretch, draw_curve
from remit.performance.clocks.pauses import due_with_pauses
from remit.terms.calendars import AROUND_THE_CLOCK, DAY_SECONDS, Calendar
from remit.terms.clocks import ALWAYS_OPEN
from remit.terms.contracts import Contract
from remit.terms.durations import Duration

# A due instant is looked for this many days around the start, then further, then given up.
_DAYS_AHEAD = (400, 4_000, 27_000)


def due_on(
    name: str, calendar: Calendar, length: Duration, *, start_at: int, pauses: Sequence[Stretch] = ()
) -> int:  # fmt: skip
    """The instant at which a clock that started at `start_at` (UTC seconds) has run a length on a calendar.

    It is looked for further and further from the start: a calendar may have opened only for an hour. Raises ValueError
    where the calendar has no open time left.
    """
    last_pause = max((end for _, end in pauses), default=start_at)
    told = ValueError()
    for days in _DAYS_AHEAD:
        from_at = start_at - (days * DAY_SECONDS if length.seconds < 0 else 0)
        to_at = last_pause + days * DAY_SECONDS
        curve = draw_curve(name, calendar, unit=length.unit, from_at=max(from_at, 0), to_at=to_at)
        try:
            return due_with_pauses(curve, start_at, target=length.seconds, pauses=pauses)
        except ValueError as nothing_due:
            told = nothing_due
    raise told


def deadline(contract: Contract, calendar: str | None, length: Duration, *, start_at: int) -> int:
    """The instant at which a length that began at `start_at` is over, on a calendar of the contract.

    Without a calendar, or on `always`, days are those of the contract's own zone. A deadline on an instant is kept by
    what is done before it. Raises ValueError where the calendar has no open time left, and KeyError for one the
    contract does not have.
    """
    name = calendar or ALWAYS_OPEN
    if name in contract.calendars:
        return due_on(name, contract.calendars[name], length, start_at=start_at)
    if name != ALWAYS_OPEN:
        raise KeyError(name)
    hours = AROUND_THE_CLOCK.model_copy(update={"time_zone": contract.time_zone})
    return due_on(name, hours, length, start_at=start_at)
