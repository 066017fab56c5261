"""The steps of a history's query, as SQL text with places for the contract's own words.

Each change of a case is a mark on its time line. Between two marks the clock runs (1), is paused (2) or has stopped
(3); the time it ran is the sum of the differences of its readings over the running stretches. A step does a part of
that.
"""

from typing import cast

import sqlglot
from sqlglot import exp

BEGINNINGS = """
SELECT r.case_key, :start AS start_at, :stop AS stop_at, :calendar_now AS calendar_now, :target_now AS target_now
FROM :cases
WHERE NOT :start IS NULL AND :start <= :as_of
"""

# The start, every change, and a stop that is a column: each mark with the phase it begins (null: the phase goes on).
# Changes before the start say in which status, on whose calendar and with which priority the clock starts.
MARKS = """
SELECT s.case_key, s.start_at, s.calendar_now, s.target_now, s.start_at AS at_, CAST(-1 AS BIGINT) AS sequence_,
  0 AS rank_, 1 AS is_start, CAST(NULL AS INT) AS phase, CAST(NULL AS TEXT) AS calendar_value,
  CAST(NULL AS TEXT) AS target_value
FROM beginnings AS s
UNION ALL
SELECT s.case_key, s.start_at, s.calendar_now, s.target_now, e."at" AS at_, COALESCE(e.sequence, 0) AS sequence_,
  :event_rank AS rank_, 0 AS is_start, :event_phase AS phase, :event_calendar AS calendar_value,
  :event_target AS target_value
FROM case_events AS e JOIN beginnings AS s ON s.case_key = e.case_key
WHERE e."at" <= :as_of AND :event_counts
UNION ALL
SELECT s.case_key, s.start_at, s.calendar_now, s.target_now,
  CASE WHEN s.stop_at < s.start_at THEN s.start_at ELSE s.stop_at END AS at_,
  CAST(4611686018427387904 AS BIGINT) AS sequence_, 9 AS rank_, 0 AS is_start, 3 AS phase,
  CAST(NULL AS TEXT) AS calendar_value, CAST(NULL AS TEXT) AS target_value
FROM beginnings AS s WHERE s.stop_at <= :as_of
"""

# Equal instants: the source's own order, then start, resume, pause, stop, reopen; the rest only makes the order the
# same on every engine.
ORDERED = """
SELECT m.*, ROW_NUMBER() OVER (PARTITION BY m.case_key
  ORDER BY m.at_, m.sequence_, m.rank_, m.phase, m.calendar_value, m.target_value) AS mark_no
FROM marks AS m
"""

# A column that decides is taken as it was; where no change before tells, as the first change after has it, else as the
# case has it now.
PHASES = """
SELECT o.case_key, o.start_at, o.at_, o.mark_no, o.is_start,
  COALESCE(LAST_VALUE(o.phase IGNORE NULLS) OVER so_far, 1) AS phase,
  COALESCE(LAST_VALUE(o.calendar_value IGNORE NULLS) OVER so_far,
    FIRST_VALUE(o.calendar_value IGNORE NULLS) OVER from_here, o.calendar_now) AS calendar_value,
  COALESCE(LAST_VALUE(o.target_value IGNORE NULLS) OVER so_far,
    FIRST_VALUE(o.target_value IGNORE NULLS) OVER from_here, o.target_now) AS target_value
FROM ordered AS o
WINDOW so_far AS (PARTITION BY o.case_key ORDER BY o.mark_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
  from_here AS (PARTITION BY o.case_key ORDER BY o.mark_no ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
"""

TURNS = """
SELECT p.*, LAG(p.phase) OVER in_order AS phase_before, LEAD(p.at_) OVER in_order AS next_at,
  LAG(p.at_) OVER in_order AS before_at, LEAD(p.phase) OVER in_order AS next_phase
FROM phases AS p WHERE p.at_ >= p.start_at
WINDOW in_order AS (PARTITION BY p.case_key ORDER BY p.mark_no)
"""

# What happens to a stopped case is not its clock's: only the stop itself stays, so that a priority changed after it
# judges nothing; a reopening takes the value it finds.
CHANGES = """
SELECT t.*, CASE WHEN t.phase <> 3 AND t.phase_before = 3 THEN 1 ELSE 0 END AS is_reopening,
  CASE WHEN t.phase <> 3 AND t.target_value <> LAG(t.target_value) OVER in_order THEN 1 ELSE 0 END AS target_changed,
  MAX(CASE WHEN t.phase = 3 THEN t.at_ END) OVER so_far AS last_stop_at
FROM turns AS t WHERE NOT (t.phase = 3 AND COALESCE(t.phase_before, 1) = 3)
WINDOW in_order AS (PARTITION BY t.case_key ORDER BY t.mark_no),
  so_far AS (PARTITION BY t.case_key ORDER BY t.mark_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
"""

ACTED = """
SELECT t.*, CASE WHEN t.is_reopening = 1 THEN :action ELSE 0 END AS action FROM changes AS t
"""

NUMBERED = """
SELECT a.*,
  SUM(CASE WHEN a.action = 3 THEN 1 ELSE 0 END) OVER so_far AS ignored,
  CAST(SUM(CASE WHEN a.action = 4 THEN 1 ELSE 0 END) OVER so_far AS BIGINT) AS record_no,
  SUM(CASE WHEN a.action = 2 OR :restarts THEN 1 ELSE 0 END) OVER so_far AS run_no
FROM acted AS a
WINDOW so_far AS (PARTITION BY a.case_key ORDER BY a.mark_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
"""

# A run begun again has a start, a calendar and a priority of its own; only a record's last run counts.
STRETCHES = """
SELECT n.*, COALESCE(n.next_at, :as_of) AS until_at,
  FIRST_VALUE(n.calendar_value) OVER whole AS first_calendar, LAST_VALUE(n.calendar_value) OVER whole AS last_calendar,
  FIRST_VALUE(n.target_value) OVER whole AS first_target, LAST_VALUE(n.target_value) OVER whole AS last_target,
  LAST_VALUE(n.phase) OVER whole AS last_phase, LAST_VALUE(n.mark_no) OVER whole AS last_mark_no,
  MAX(n.run_no) OVER (PARTITION BY n.case_key, n.record_no) AS last_run
FROM numbered AS n WHERE n.ignored = 0
WINDOW whole AS (PARTITION BY n.case_key, n.record_no, n.run_no ORDER BY n.mark_no
  ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
"""

READINGS = """
SELECT x.*, :before AS reading_before, :after AS reading_after
FROM (SELECT q.*, :offset AS clock_offset, :target AS target_seconds FROM stretches AS q
  WHERE q.run_no = q.last_run) AS x
"""

# Where a clock that ran is stopped, paused or looked at, it is read until then: see `timing.read_until`.
IS_THE_LAST_OF_A_RUN = "x.phase = 1 AND COALESCE(x.next_phase, 3) <> 1 AND x.until_at > x.at_"
STOPS_A_RUN = "x.phase = 3 AND x.phase_before = 1 AND x.at_ > x.before_at"

COUNTED = """
SELECT r.*, CASE WHEN r.phase = 1 THEN r.reading_after - r.reading_before
  WHEN r.phase = 2 THEN :paused ELSE 0 END AS counted
FROM readings AS r
"""

# Past its longest pause a record's clock runs: of each pause, what lies beyond.
BEYOND_LONGEST_PAUSE = """
LEAST(r.reading_after - r.reading_before, GREATEST(
  SUM(CASE WHEN r.phase = 2 THEN r.reading_after - r.reading_before ELSE 0 END)
    OVER (PARTITION BY r.case_key, r.record_no ORDER BY r.mark_no
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - :most, 0))
"""

# How far each stretch brings the record towards its limit: where it is crossed, the record fell due.
PROGRESS = """
SELECT c.*, c.counted * :factor AS gained, :factor AS factor, :limit AS limit_,
  CAST(SUM(c.counted * :factor) OVER (PARTITION BY c.case_key, c.record_no ORDER BY c.mark_no
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS gained_so_far
FROM counted AS c
"""

PLAIN_PROGRESS = "SELECT c.*, c.counted * :factor AS gained FROM counted AS c"

TIMED = """
SELECT g.case_key, g.record_no, MIN(g.at_) AS start_at,
  MAX(CASE WHEN g.last_phase = 3 AND g.phase = 3 THEN g.at_ END) AS stop_at,
  CAST(SUM(g.counted) AS BIGINT) AS elapsed, CAST(SUM(g.gained) AS BIGINT) AS gained, :record_target AS target_seconds,
  MAX(CASE WHEN g.clock_offset IS NULL THEN 1 ELSE 0 END) AS lacks_calendar,
  MAX(CASE WHEN g.target_seconds IS NULL THEN 1 ELSE 0 END) AS lacks_target,
  MAX(CASE WHEN g.is_start = 1 AND g.phase = 3 AND g.mark_no = g.last_mark_no THEN 1 ELSE 0 END) AS stops_before_start,
  :due_reading AS due_reading, :due_offset AS due_offset
FROM progress AS g GROUP BY g.case_key, g.record_no
"""

CROSSES = "g.counted > 0 AND g.gained_so_far >= g.limit_ AND g.gained_so_far - g.gained < g.limit_"

# Where the limit was crossed; else, from where the clock last stood, as much further as is left.
DUE_READING = f"""
COALESCE(
  MAX(CASE WHEN {CROSSES} THEN g.reading_after - g.counted
    + (g.limit_ - g.gained_so_far + g.gained + g.factor - 1) // g.factor END),
  MAX(CASE WHEN g.mark_no = g.last_mark_no THEN CASE WHEN g.phase = 3 THEN g.reading_before ELSE g.reading_after END
    + (g.limit_ - g.gained_so_far + g.factor - 1) // g.factor END))
"""

DUE_OFFSET = f"""
COALESCE(MAX(CASE WHEN {CROSSES} THEN g.clock_offset END),
  MAX(CASE WHEN g.mark_no = g.last_mark_no THEN g.clock_offset END))
"""


def parsed(template: str, **parts: exp.Expr) -> exp.Expr:
    """A step's text as a tree, with the contract's own parts put in as trees."""
    tree = sqlglot.parse_one(template, dialect="duckdb")
    # Where a word stood in the text above says nothing to anyone, and would be copied with every node.
    for node in tree.walk():
        node._meta = None  # noqa: SLF001 - no public way leaves nothing to copy
    return exp.replace_placeholders(tree, **parts)


def selected(template: str, **parts: exp.Expr) -> exp.Select:
    """The same of a step that is one SELECT, so that joins can be added."""
    return cast(exp.Select, parsed(template, **parts))
