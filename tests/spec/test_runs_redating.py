"""Re-dating and escalations on records: planted ones are found with their keys, and honest corrections are not."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from remit.engines import duckdb_engine
from remit.ingest.contract_files import read_versions
from remit.performance.fairness import Signals
from remit.runs import Request
from remit.runs.signalling import signals
from remit.runs.stored import evidence_at
from tests.lib.run_facts import HEAD, opened, write_contract
from tests.lib.stores import Shelf

DESK = f"""{HEAD}
clocks:
  resolution: {{of: cases, starts: opened_at, stops: closed_at}}
service_levels:
  SL1:
    name: In time
    class: critical
    measure: {{is: turnaround, clock: resolution, share_within: 400 hours}}
    expected: 40%
"""
FOLLOWED = DESK.replace("stops: closed_at", "stops: {status: [Resolved, Closed]}")
MAPPING = """remit_mapping: 1
time_zone: UTC
sources:
  - {table: cases, files: cases.csv}
"""
HEADER = "case_key | opened_at | closed_at"


def rows(*, later: timedelta = timedelta(0)) -> str:
    """Two cases a day over four weeks, closed at noon or later; on 1 April twelve."""
    lines = [HEADER]
    for day in range(28):
        at = datetime(2026, 3, 20, 10) + timedelta(days=day)
        times = f"{at:%Y-%m-%d %H:%M} | {at + timedelta(hours=2) + later:%Y-%m-%d %H:%M}"
        many = 12 if (at.month, at.day) == (4, 1) else 2
        lines += [f"C{day}-{number} | {times}" for number in range(many)]
    return "\n".join(lines)


def found_in(shelf: Shelf, folder: Path, contract: str = DESK) -> Signals:
    """What is found in the newest version of a store."""
    versions = read_versions(write_contract(folder, contract))
    connection = duckdb_engine.connect(threads=1)
    manifest = shelf.manifest
    try:
        evidence, stored = evidence_at(manifest, "C-1", connection, version=manifest.head)
        return signals(versions, evidence, Request(), stored=stored)
    finally:
        connection.close()


def loaded(folder: Path, *exports: str) -> Shelf:
    """A store with exports of cases, one after another."""
    made = Shelf(folder)
    for text in exports:
        made.load(contract="C-1", mapping=MAPPING, cases=text)
    return made


def test_cases_that_a_later_load_closes_in_the_month_before_are_a_signal_with_their_keys(tmp_path: Path) -> None:
    opened_early = rows().replace("2026-04-01 10:00", "2026-03-31 09:00")
    moved_back = opened_early.replace("2026-04-01 12:00", "2026-03-31 16:00")
    found = found_in(loaded(tmp_path, opened_early, moved_back), tmp_path)
    (one,) = found.redated
    assert (one.what, one.levels, one.back) == ("cases.closed_at", ("SL1",), 12)
    assert one.found.keys == tuple(sorted(f"C12-{number}" for number in range(12)))
    assert found.crowded == ()


def test_a_correction_of_the_whole_export_by_a_day_is_none(tmp_path: Path) -> None:
    assert found_in(loaded(tmp_path, rows(), rows(later=timedelta(days=1))), tmp_path).redated == ()


def test_cases_left_open_and_closed_in_a_later_load_were_not_moved(tmp_path: Path) -> None:
    still_open = "\n".join(
        line.rpartition("|")[0] + "|" if "2026-04-01" in line else line for line in rows().splitlines()
    )
    assert found_in(loaded(tmp_path, still_open, rows()), tmp_path).redated == ()


def test_changes_of_a_history_moved_over_a_months_end_are_told_apart_by_their_number(tmp_path: Path) -> None:
    mapping = MAPPING + "  - {table: case_events, files: case_events.csv}\n"
    header = "case_key | at | sequence | event | status_from | status"
    history = [
        f"C12-{number} | 2026-03-31 09:00 | 1 | status | | Open\nC12-{number} | {{at}} | 2 | status | Open | Resolved"
        for number in range(12)
    ]
    cases = rows().replace("2026-04-01 10:00", "2026-03-31 09:00")
    made = Shelf(tmp_path)
    for at in ("2026-04-01 12:00", "2026-03-31 16:00"):
        events = "\n".join([header, *(one.format(at=at) for one in history)])
        made.load(contract="C-1", mapping=mapping, cases=cases, case_events=events)
    (one,) = found_in(made, tmp_path, FOLLOWED).redated
    assert (one.what, one.back, len(one.found.keys)) == ("changes to Resolved or Closed", 12, 12)


@pytest.mark.parametrize(("planted", "signals_found"), [(12, 1), (9, 0)])
def test_stops_crowded_into_a_months_last_hours_are_a_signal(tmp_path: Path, planted: int, signals_found: int) -> None:
    days = [datetime(2026, 3, 1, 8) + timedelta(days=day) for day in range(40)]
    lines = [f"D{at:%m%d} | {at:%Y-%m-%d %H:%M} | {at:%Y-%m-%d} 23:10" for at in days if at.day % 9 == 0]
    lines += [f"P{number} | 2026-03-31 08:00 | 2026-03-31 22:{number + 10}" for number in range(planted)]
    with opened(tmp_path, DESK, cases="\n".join([HEADER, *lines])) as (versions, evidence):
        found = signals(versions, evidence, Request())
    assert len(found.crowded) == signals_found
    for one in found.crowded:
        assert (one.clock, one.is_first, f"{one.month_on:%Y-%m}") == ("resolution", False, "2026-03")
        assert {key[0] for key in one.found.keys} == {"P"}
        assert one.found.records == planted


def test_stops_of_a_history_crowded_into_a_months_first_hours_are_a_signal(tmp_path: Path) -> None:
    cases = "\n".join([HEADER, *(f"P{number} | 2026-03-31 08:00 | 2026-04-01 00:30" for number in range(11))])
    life = [("2026-03-31 08:00", 1, "", "Open"), ("2026-04-01 00:30", 2, "Open", "Resolved")]
    changes = [
        f"P{number} | {at} | {sequence} | status | {before} | {after}"
        for number in range(11)
        for at, sequence, before, after in life
    ]
    events = "\n".join(["case_key | at | sequence | event | status_from | status", *changes])
    with opened(tmp_path, FOLLOWED, cases=cases, case_events=events) as (versions, evidence):
        (one,) = signals(versions, evidence, Request()).crowded
    assert (one.clock, one.is_first, f"{one.month_on:%Y-%m}", one.found.records) == ("resolution", True, "2026-04", 11)


def a_months_cases(month: int, escalated: int) -> list[tuple[str, bool]]:
    """Eighty cases of a month that are closed within the hour, some of them escalated."""
    return [
        (f"E{month}-{number} | 2026-{month:02}-{1 + number % 28:02} 09:00", number < escalated) for number in range(80)
    ]


RISING = {1: 2, 2: 3, 3: 2, 4: 14, 5: 15, 6: 13}


def test_escalations_that_rise_while_levels_are_met_are_flagged_by_a_column(tmp_path: Path) -> None:
    lines = [
        f"{key} | {key.rpartition('|')[2].replace('09:00', '09:30').strip()} | {str(flag).lower()}"
        for month, count in RISING.items()
        for key, flag in a_months_cases(month, count)
    ]
    text = "\n".join([f"{HEADER} | escalated", *lines])
    mapping = MAPPING.replace("cases.csv}", "cases.csv, extra: {escalated: flag}}")
    made = Shelf(tmp_path)
    made.load(contract="C-1", mapping=mapping, cases=text)
    watermelon = found_in(made, tmp_path).watermelon
    assert watermelon is not None
    (worse,) = watermelon.worse
    assert (worse.service_level, worse.before.numerator, worse.after.numerator) == ("escalated cases", 7, 42)
    assert (worse.before.records, worse.after.records) == (240, 240)


def test_escalations_are_read_from_the_changes_of_cases_where_no_column_tells(tmp_path: Path) -> None:
    lines, changes = [HEADER], ["case_key | at | sequence | event | status_from | status"]
    for month, count in RISING.items():
        for key, flag in a_months_cases(month, count):
            name, _, at = (part.strip() for part in key.partition("|"))
            lines.append(f"{key} | {at.replace('09:00', '09:30')}")
            changes.append(f"{name} | {at} | 1 | {'Escalation' if flag else 'comment'} | |")
    with opened(tmp_path, DESK, cases="\n".join(lines), case_events="\n".join(changes)) as (versions, evidence):
        watermelon = signals(versions, evidence, Request()).watermelon
    assert watermelon is not None
    assert [one.after.numerator for one in watermelon.worse] == [42]
