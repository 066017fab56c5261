"""A clock that is paused: waiting for the customer doesn't count, and only the open time of a wait can."""

from collections.abc import Sequence

from remit.performance.clocks.curves import ClockCurve, Stretch, join_stretches


def working_seconds_between(curve: ClockCurve, start_at: int, stop_at: int, *, pauses: Sequence[Stretch] = ()) -> int:
    """How long a clock has run from a start to a stop, less its running time inside pauses.

    A clock of days that is stopped in the second at which it jumps is read before the jump: what is due at an opening
    is in time at the opening.

    Pauses are [start, end) instants. Those that overlap count once, what lies before the start or after the stop
    counts nothing, and a pause in closed hours is worth 0: hold time is never wall-clock time taken off a business
    deadline. Raises ValueError for a stop before its start (a fault of the record, never a silent 0), for a pause that
    ends before it starts, and outside the curve's range.
    """
    if stop_at < start_at:
        raise ValueError(f"the stop at {stop_at} lies before the start at {start_at}")
    paused = sum(
        curve.reading(min(end, stop_at)) - curve.reading(max(start, start_at))
        for start, end in join_stretches(pauses)
        if start < stop_at and end > start_at
    )
    reached = curve.reading_until(stop_at) if stop_at > start_at and curve.jumps else curve.reading(stop_at)
    return reached - curve.reading(start_at) - paused


def due_with_pauses(curve: ClockCurve, start_at: int, *, target: int, pauses: Sequence[Stretch] = ()) -> int:
    """The instant at which a clock has run its target outside its pauses.

    Each pause that begins before the due instant moves it on by the pause's own running time, so that time waited
    out of hours moves nothing. Raises ValueError as `ClockCurve.due` does.
    """
    due_at = curve.due(start_at, target=target)
    for start, end in join_stretches(pauses):
        if start >= due_at:
            break
        if end > start_at:
            target += curve.reading(end) - curve.reading(max(start, start_at))
            due_at = curve.due(start_at, target=target)
    return due_at
