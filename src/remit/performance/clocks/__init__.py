"""Clocks: calendars turned into readings, so that working time is the difference of two of them."""

from remit.performance.clocks.curves import ClockCurve, Stretch, draw_curve, join_stretches
from remit.performance.clocks.deadlines import deadline, due_on
from remit.performance.clocks.drawn import Going, Span, reached_at, spans_of
from remit.performance.clocks.pauses import due_with_pauses, working_seconds_between
from remit.performance.clocks.tables import MOST_ROWS, ClockTable, ClockTooFine, compile_clock_table
from remit.performance.clocks.zone_segments import Segment, zone_segments

__all__ = [
    "MOST_ROWS",
    "ClockCurve",
    "ClockTable",
    "ClockTooFine",
    "Going",
    "Segment",
    "Span",
    "Stretch",
    "compile_clock_table",
    "deadline",
    "draw_curve",
    "due_on",
    "due_with_pauses",
    "join_stretches",
    "reached_at",
    "spans_of",
    "working_seconds_between",
    "zone_segments",
]
