"""What timing a record gives, however its clock was read."""

from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from remit.performance.measures.queries import Lookup
from remit.terms.service_levels import ServiceLevel


@dataclass(frozen=True, slots=True)
class Timed:
    """Expressions over the source's rows: when the clock started and stopped, how far it ran, against what.

    `stop_at` is null for a record still open. `due_reading` is the clock's reading at which the target is reached, on
    the calendar whose place in the clock table is `due_offset`. `faults` are reasons why a record can't be measured;
    `lookups` are the small tables the joins read.
    """

    source: str | exp.Expr
    key: exp.Expr
    stop_at: exp.Expr
    start_window: exp.Expr
    stop_window: exp.Expr
    elapsed: exp.Expr
    target_seconds: exp.Expr
    is_within: exp.Expr
    due_reading: exp.Expr
    due_offset: exp.Expr
    where: exp.Expr | None
    faults: tuple[tuple[exp.Expr, str], ...]
    joins: tuple[exp.Join, ...]
    lookups: tuple[Lookup, ...] = ()


def needs_due(level: ServiceLevel) -> bool:
    """Whether it matters for a level when its records fall due."""
    return level.attribute_to == "due" or level.still_open == "missed_once_past_target"


def needs_open(level: ServiceLevel) -> bool:
    """Whether records that have not stopped can count: only those past their target ever do."""
    return level.still_open == "missed_once_past_target"


def decided_by(level: ServiceLevel) -> Literal["start", "stop", "due"]:
    """Which instant decides the window of a level's records; `due` where for some of them it is when they fall due.

    A record carried on belongs to the window in which it stops, whatever else decides.
    """
    if level.attribute_to == "start" and level.still_open != "carried":
        return "start"
    return "due" if needs_due(level) else "stop"
