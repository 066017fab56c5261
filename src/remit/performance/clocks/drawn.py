"""A record's clock drawn out: the spans in which it ran, was paused, stood in closed hours, or had stopped.

What the spans counted always adds up to what was measured, since both are differences of the same readings.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from remit.performance.clocks.curves import ClockCurve


class Going(StrEnum):
    """What a clock does in a span."""

    RUNNING = "running"
    PAUSED = "paused"
    CLOSED = "closed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Span:
    """UTC seconds from `start_at` up to, not including, `end_at`; `counted` is what the clock gained in it.

    For a clock of seconds that is the length of a running span and 0 of any other; a clock of days gains by jumps.
    """

    start_at: int
    end_at: int
    going: Going
    counted: int


def spans_of(curve: ClockCurve, start_at: int, end_at: int, *, going: Going, counted: int) -> list[Span]:
    """One stretch of a record on its calendar's curve.

    A running stretch is cut where the calendar opens and closes. A pause counts nothing, or, past the longest a record
    may have, its end: then it is cut where the clock goes on. Raises ValueError where the stretch ends before it
    starts, or lies outside the curve.
    """
    if end_at < start_at:
        raise ValueError(f"a stretch from {start_at} can't end before it, at {end_at}")
    if going is Going.RUNNING:
        return _joined(_running(curve, start_at, end_at, counted=counted))
    if not counted:
        return [Span(start_at, end_at, going, 0)] if end_at > start_at else []
    goes_on_at = _goes_on_at(curve, start_at, end_at, counted=counted)
    paused = [Span(start_at, goes_on_at, going, 0)] if goes_on_at > start_at else []
    running = list(_running(curve, goes_on_at, end_at))
    # Where a clock of days jumps, the pause may have eaten a part of the jump.
    over = sum(span.counted for span in running) - counted
    first = next(index for index, span in enumerate(running) if span.counted)
    running[first] = Span(running[first].start_at, running[first].end_at, Going.RUNNING, running[first].counted - over)
    return _joined([*paused, *running])


def _bounds(curve: ClockCurve, start_at: int, end_at: int) -> list[int]:
    inside = curve.edges[(curve.edges > start_at) & (curve.edges < end_at)]
    return [start_at, *(int(edge) for edge in inside), end_at]


def _running(curve: ClockCurve, start_at: int, end_at: int, *, counted: int | None = None) -> list[Span]:
    bounds = _bounds(curve, start_at, end_at)
    readings = [curve.reading(at) for at in bounds]
    if counted is not None and readings[-1] - readings[0] != counted:
        # A clock of days that was stopped in the second at which it jumps was read before the jump.
        readings[-1] = curve.reading_until(end_at)
    return [
        Span(first, last, Going.RUNNING if after > before else Going.CLOSED, after - before)
        for first, last, before, after in zip(bounds, bounds[1:], readings, readings[1:], strict=False)
        if last > first
    ]


def _goes_on_at(curve: ClockCurve, start_at: int, end_at: int, *, counted: int) -> int:
    """The last instant from which `counted` is still to come before the end."""
    wanted = curve.reading(end_at) - counted
    span = next(one for one in reversed(_running(curve, start_at, end_at)) if curve.reading(one.start_at) <= wanted)
    is_second_by_second = span.counted == span.end_at - span.start_at
    return span.start_at + (wanted - curve.reading(span.start_at) if is_second_by_second else 0)


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Neighbours that do the same as one span."""
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last is not None and last.going is span.going and last.end_at == span.start_at:
            joined[-1] = Span(last.start_at, span.end_at, span.going, last.counted + span.counted)
        else:
            joined.append(span)
    return joined


def reached_at(spans: Sequence[Span], target: int) -> int | None:
    """The instant at which a record's clock reached a target; None where it never did, or was at it from the start."""
    gained = 0
    for span in spans:
        if span.counted and gained + span.counted >= target > gained:
            is_second_by_second = span.counted == span.end_at - span.start_at
            return span.start_at + target - gained if is_second_by_second else span.end_at
        gained += span.counted
    return None
