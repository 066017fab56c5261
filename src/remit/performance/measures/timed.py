"""What timing a record gives, however its clock was read."""

from dataclasses import dataclass

from sqlglot import exp


@dataclass(frozen=True, slots=True)
class Timed:
    """Expressions over the source's rows: when the clock started and stopped, how far it ran, against what.

    `stop_at` is null for a record still open, `until_at` then the instant of the run. `due_reading` is the clock's
    reading at which the target is reached; `faults` are reasons why a record can't be measured.
    """

    source: str | exp.Select
    key: exp.Expression
    start_at: exp.Expression
    stop_at: exp.Expression
    until_at: exp.Expression
    start_window: exp.Expression
    stop_window: exp.Expression
    elapsed: exp.Expression
    target_seconds: exp.Expression
    is_within: exp.Expression
    due_reading: exp.Expression
    offset: exp.Expression
    where: exp.Expression | None
    faults: tuple[tuple[exp.Expression, str], ...]
    joins: tuple[exp.Join, ...]
