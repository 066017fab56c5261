"""What needs hours to be counted: turnaround, backlog, throughput, availability."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.lib.oracle.counting import Question, Tally
from tests.lib.oracle.hours import hours, merged
from tests.lib.oracle.lives import Clock, Target, Timed, is_announced, timed
from tests.lib.oracle.records import CAME_AT, is_excluded, rows_of
from tests.lib.oracle.words import Words, length


def turnaround(asked: Question) -> Tally:
    """Records by their working time: the share within the target, the mean, or a percentile."""
    found = [one for one in timed_records(asked) if asked.has(_belongs_at(one, asked.level))]
    statistic = asked.measure.get("statistic")
    if statistic is None:
        return Tally(Fraction(sum(one.is_within for one in found)), Fraction(len(found)), len(found))
    return _statistic([one.seconds for one in found], statistic, int(asked.measure.get("percentile", "90")))


def timed_records(asked: Question) -> list[Timed]:
    """Every record of the level that has a calendar and a target, in any window, as far as it is known."""
    measure = asked.measure
    goal: Any = measure.get("share_within", measure.get("within", "1 business hour"))
    clock = Clock(asked.contract, measure["clock"], asked.records)
    by = goal["by"] if isinstance(goal, dict) else None
    clock.words = {**clock.words, "_target_by": by}
    target = Target(goal, clock.words.get("priority_change", "final"))
    found = []
    for row in rows_of(asked.records, clock.table, measure):
        for life in clock.lives(row, asked.as_of):
            keyed = {**row, "record_key": life.key}
            if not is_excluded(keyed, clock.table, asked.level_id, asked.contract, asked.records):
                found.append(timed(clock, life, target, asked.as_of))
    return [one for one in found if one is not None]


def _belongs_at(one: Timed, level: Words) -> int | None:
    """The instant that decides a record's window; None where it counts in none."""
    still_open, by = level.get("still_open", "left_out"), level.get("attribute_to", "stop")
    is_missed_once = still_open == "missed_once_past_target" and not one.is_within
    if one.life.stop_at is None and not is_missed_once:
        return None
    if by == "start" and still_open != "carried":
        return one.life.start_at
    if is_missed_once or (by == "due" and (still_open != "carried" or one.is_within)):
        return one.due_at
    return one.life.stop_at


def _statistic(times: Sequence[int], statistic: str, percent: int) -> Tally:
    if not times:
        return Tally(Fraction(0), Fraction(0), 0)
    ordered = sorted(times)
    if statistic == "mean":
        return Tally(Fraction(sum(times)), Fraction(len(times)), len(times))
    if statistic == "median":
        low, high = ordered[(len(times) - 1) // 2], ordered[len(times) // 2]
        return Tally(Fraction(low + high), Fraction(2), len(times))
    rank = -(-percent * len(times) // 100)
    return Tally(Fraction(ordered[rank - 1]), Fraction(1), len(times))


@dataclass(frozen=True)
class _Ends:
    table: str
    came: str
    stops: str


def _ends(asked: Question) -> _Ends:
    table = asked.measure.get("of", "cases")
    usual = {"cases": "resolved_at", "transactions": "completed_at"}[table]
    return _Ends(table, CAME_AT[table], asked.measure.get("stops", usual))


def backlog(asked: Question) -> Tally:
    """Records open when the window ends."""
    names, end, measure = _ends(asked), asked.end_at, asked.measure
    still_open = [
        row
        for row in asked.all_rows(names.table)
        if row[names.came] < end and (row[names.stops] is None or row[names.stops] >= end)
    ]
    desk = hours(asked.contract.get("calendars", {}), measure.get("calendar", "always"))
    if "older_than" in measure:
        limit = length(measure["older_than"])
        clock = _bare_clock(asked)
        old = sum(clock.ran(desk, limit.clock, row[names.came], end) > limit.seconds for row in still_open)
        return Tally(Fraction(old), Fraction(len(still_open)), len(still_open))
    if measure.get("statistic") == "mean_age":
        age = sum(desk.open_between(row[names.came], end) for row in still_open)
        return Tally(Fraction(age), Fraction(len(still_open)), len(still_open))
    # None open is a backlog of 0 where one was open before.
    return Tally(Fraction(len(still_open)), Fraction(_has_work(asked)), len(still_open))


def _has_work(asked: Question) -> bool:
    """Whether any record was open at some time of the window."""
    names = _ends(asked)
    return any(
        row[names.came] < asked.end_at and (row[names.stops] is None or row[names.stops] >= asked.start_at)
        for row in asked.all_rows(names.table)
    )


def _bare_clock(asked: Question) -> Clock:
    return Clock({**asked.contract, "clocks": {"bare": {}}}, "bare", asked.records)


def throughput(asked: Question) -> Tally:
    names, measure = _ends(asked), asked.measure
    done = len(asked.rows(names.table, names.stops))
    desk = hours(asked.contract.get("calendars", {}), measure.get("calendar", "always"))
    per = 1
    if measure.get("per") == "open_hour":
        done, per = done * 3600, desk.open_between(asked.start_at, asked.end_at)
    elif measure.get("per") == "open_day":
        per = desk.open_days(asked.start_at, asked.end_at, asked.contract["time_zone"])
    # None finished is a throughput of 0 where there was something to finish.
    return Tally(Fraction(done), Fraction(per if _has_work(asked) else 0), done)


def availability(asked: Question) -> Tally:
    """Scheduled seconds without an outage over scheduled seconds; excused outages are not scheduled time."""
    measure = asked.measure
    desk = hours(asked.contract.get("calendars", {}), measure.get("calendar", "always"))
    # Planned maintenance that is excused stays so, whether or not it is waived as an outage.
    counts = asked.all_rows("outages")
    excuses = measure.get("planned", "excluded") == "excluded"

    def stretches(*, excused: bool) -> list[tuple[int, int]]:
        return [
            (max(row["started_at"], asked.start_at), min(row["ended_at"] or asked.as_of, asked.end_at))
            for row in (rows_of(asked.records, "outages", measure) if excused else counts)
            if row["service"] == measure["service"] and (excuses and is_announced(row, measure)) == excused
        ]

    def open_in(spans: list[tuple[int, int]]) -> int:
        return sum(desk.open_between(start, end) for start, end in merged([one for one in spans if one[0] < one[1]]))

    planned = open_in(stretches(excused=True))
    either = open_in([*stretches(excused=True), *stretches(excused=False)])
    scheduled = desk.open_between(asked.start_at, asked.end_at) - planned
    return Tally(Fraction(scheduled - (either - planned)), Fraction(scheduled), scheduled)
