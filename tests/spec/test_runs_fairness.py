"""Comparing, signalling and foreseeing on records: planted patterns are found, with their records."""

from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from remit.performance.alerts import TrackRecord
from remit.performance.service_levels import Standing
from remit.runs import Request
from remit.runs.comparing import compare
from remit.runs.foreseeing import forecasts, foresight, tried
from remit.runs.signalling import PAUSES, STOPS, signals
from remit.terms.problems import ProblemsFound
from tests.lib.run_facts import HEAD, month, opened

DESK = f"""{HEAD}
clocks:
  resolution: {{of: cases, starts: opened_at, stops: closed_at}}
  paused: {{of: cases, starts: opened_at, stops: {{status: Closed}}, pauses: {{status: Waiting}}}}
service_levels:
  SL1:
    name: In time
    class: critical
    measure: {{is: turnaround, clock: resolution, share_within: 4 hours}}
    expected: 40%
  SL2: {{name: In time, measure: {{is: turnaround, clock: paused, share_within: 4 hours}}, expected: 40%}}
  KM1: {{name: Mean, measure: {{is: turnaround, clock: resolution, statistic: mean}}}}
  KM2: {{name: Happy, measure: {{is: satisfaction}}, expected: 80%}}
"""


def cases(minutes: list[int], *, site: str = "NYC", start: datetime = datetime(2026, 3, 2, 8, 0)) -> str:
    """A case for each time in minutes, half an hour apart."""
    rows = []
    for index, taken in enumerate(minutes):
        opened_at = start + timedelta(minutes=30 * index)
        closed_at = opened_at + timedelta(minutes=taken)
        rows.append(f"C{index} | {opened_at:%Y-%m-%d %H:%M} | {closed_at:%Y-%m-%d %H:%M} | {site}")
    return "case_key | opened_at | closed_at | site\n" + "\n".join(rows)


EVEN = [120 + index // 2 for index in range(480)]
HURRIED = [238 if 240 < minutes <= 252 else minutes for minutes in EVEN]


def test_stops_bunched_just_within_the_target_are_a_signal_with_their_records(tmp_path: Path) -> None:
    with opened(tmp_path, DESK, cases=cases(HURRIED)) as (versions, evidence):
        found = signals(versions, evidence, Request())
    (one,) = found.bunched
    assert (one.service_level, one.month.label, one.what) == ("SL1", "2026-03", STOPS)
    assert "C242" in one.found.keys
    assert found.looked_at == 1  # without a history the second level's clock can't be read


def test_an_even_spread_and_no_month_raise_none(tmp_path: Path) -> None:
    with opened(tmp_path, DESK, cases=cases(EVEN)) as (versions, evidence):
        assert signals(versions, evidence, Request()).bunched == ()
        assert signals(versions, evidence, Request(first=month("2026-11"))).looked_at == 0


def test_pauses_entered_just_before_the_target_are_a_signal(tmp_path: Path) -> None:
    """A third of the cases pause for the first time in the last minutes before they are due, and close a day later."""
    start, events, rows = datetime(2026, 3, 2, 8, 0), [], []
    for index, taken in enumerate(EVEN):
        opened_at = start + timedelta(minutes=30 * index)
        pause = opened_at + timedelta(minutes=238 if 200 < taken <= 252 else taken)
        closed = pause + timedelta(days=1)
        rows.append(f"C{index} | {opened_at:%Y-%m-%d %H:%M} | {closed:%Y-%m-%d %H:%M}")
        for number, (at, before, after) in enumerate(
            [(opened_at, "", "Open"), (pause, "Open", "Waiting"), (closed, "Waiting", "Closed")]
        ):
            events.append(f"C{index} | {at:%Y-%m-%d %H:%M} | {number} | status | {before} | {after}")
    cases_ = "case_key | opened_at | closed_at\n" + "\n".join(rows)
    history = "case_key | at | sequence | event | status_from | status\n" + "\n".join(events)
    with opened(tmp_path, DESK, cases=cases_, case_events=history) as (versions, evidence):
        found = signals(versions, evidence, Request(last=month("2026-03")))
    assert ("SL2", PAUSES) in [(one.service_level, one.what) for one in found.bunched]


def test_levels_met_while_customers_are_unhappy_are_flagged(tmp_path: Path) -> None:
    stretch = [cases([60] * 5, start=datetime(2026, number, 2, 8, 0)) for number in range(1, 5)]
    rows = [line.replace("C", f"M{n}C", 1) for n, part in enumerate(stretch) for line in part.splitlines()[1:]]
    surveys = "survey_key | answered_at | score\n" + "\n".join(
        f"S{number}-{day} | 2026-{number:02}-{day:02} 09:00 | 2" for number in range(1, 5) for day in range(3, 28)
    )
    text = "case_key | opened_at | closed_at | site\n" + "\n".join(rows)
    with opened(tmp_path, DESK, cases=text, surveys=surveys) as (versions, evidence):
        found = signals(versions, evidence, Request())
    assert found.watermelon is not None
    assert found.watermelon.met == ("SL1",)
    assert [one.service_level for one in found.watermelon.worse] == ["KM2"]


def test_a_site_with_the_hard_queue_is_compared_at_one_mix(tmp_path: Path) -> None:
    rows = []
    for site, queue, met, missed in (
        ("A", "easy", 9, 1),
        ("A", "hard", 10, 30),
        ("B", "easy", 32, 8),
        ("B", "hard", 2, 8),
    ):
        for index in range(met + missed):
            closed = "10:00" if index < met else "18:00"
            rows.append(f"{site}{queue}{index} | 2026-03-02 08:00 | 2026-03-02 {closed} | {site} | {queue}")
    text = "case_key | opened_at | closed_at | site | queue\n" + "\n".join(rows)
    with opened(tmp_path, DESK, cases=text) as (versions, evidence):
        found = compare(versions, evidence, "SL1", Request(), by="site", adjust=("queue",))
        with pytest.raises(ProblemsFound, match="no record of it to compare"):
            compare(versions, evidence, "SL1", Request(first=month("2026-11")), by="site", adjust=("queue",))
    first, second = found.subjects
    assert (first.raw.value, second.raw.value) == (Fraction(19, 50), Fraction(34, 50))
    # Half of all is easy, half hard: (0.9 + 0.25) / 2 against (0.8 + 0.2) / 2.
    assert (first.adjusted, second.adjusted) == (Fraction(23, 40), Fraction(1, 2))


def test_a_month_is_foreseen_from_the_days_before(tmp_path: Path) -> None:
    text = cases([60] * 1500, start=datetime(2026, 2, 2, 8, 0))
    at = int(datetime(2026, 3, 4, 12, 0).timestamp() - datetime(2026, 3, 4).timestamp()) + _midnight(date(2026, 3, 4))
    with opened(tmp_path, DESK, cases=text) as (versions, evidence):
        found = forecasts(versions, evidence, as_of=at)
        again = forecasts(versions, evidence, as_of=at)
        assert forecasts(versions, evidence, as_of=_midnight(date(2030, 3, 4))) == ()
        assert forecasts(versions, evidence, as_of=_midnight(date(2026, 2, 2))) == ()
    assert [(one.service_level, one.chance, one.days_left) for one in found] == [("SL1", Fraction(1), 28)]
    assert found == again


def test_without_facts_nothing_is_foreseen_or_signalled(tmp_path: Path) -> None:
    with opened(tmp_path, DESK, cases="case_key | opened_at | closed_at | site") as (versions, evidence):
        assert forecasts(versions, evidence) == ()
        assert signals(versions, evidence, Request()).months == ()
        with pytest.raises(ProblemsFound):
            compare(versions, evidence, "SL1", Request(), by="site", adjust=("queue",))
        assert forecasts(versions, evidence, as_of=_midnight(date(2026, 3, 4))) == ()


def _midnight(day: date) -> int:
    from datetime import UTC

    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def test_cases_closed_and_opened_again_at_once_are_a_signal_with_their_keys(tmp_path: Path) -> None:
    start, events, rows = datetime(2026, 3, 2, 8, 0), [], []
    for index in range(40):
        opened_at = start + timedelta(hours=index)
        first, again, last = (opened_at + timedelta(minutes=step) for step in (100, 110, 300))
        rows.append(f"C{index} | {opened_at:%Y-%m-%d %H:%M} | {last:%Y-%m-%d %H:%M}")
        life = [(opened_at, "", "Open"), (first, "Open", "Closed"), (again, "Closed", "Open"), (last, "Open", "Closed")]
        for number, (at, before, after) in enumerate(life if index < 12 else [life[0], life[3]]):
            events.append(f"C{index} | {at:%Y-%m-%d %H:%M} | {number} | status | {before} | {after}")
    text = "case_key | opened_at | closed_at\n" + "\n".join(rows)
    history = "case_key | at | sequence | event | status_from | status\n" + "\n".join(events)
    with opened(tmp_path, DESK, cases=text, case_events=history) as (versions, evidence):
        ((clock, found),) = signals(versions, evidence, Request()).reopened
    assert (clock, found.stops) == ("paused", 52)
    assert set(found.keys) == {f"C{index}" for index in range(12)}


OTHERS = """
  QL:
    name: Quarter
    measure: {is: turnaround, clock: resolution, share_within: 4 hours}
    expected: 40%
    window: quarter
  MD: {name: Median, measure: {is: turnaround, clock: resolution, statistic: median}, expected: 4 hours}
"""


def test_each_level_that_can_not_be_foreseen_says_why(tmp_path: Path) -> None:
    text = cases([60] * 1500, start=datetime(2026, 2, 2, 8, 0))
    with opened(tmp_path, DESK + OTHERS, cases=text) as (versions, evidence):
        found = foresight(versions, evidence, as_of=_midnight(date(2026, 3, 4)))
        early = foresight(versions, evidence, as_of=_midnight(date(2026, 2, 5)))
        late = foresight(versions, evidence, as_of=_midnight(date(2030, 3, 4)))
    assert [one.service_level for one in found.forecasts] == ["SL1"]
    assert found.left_out == {
        "SL2": "the facts have no table case_events",
        "KM1": "it is reported, and not judged",
        "KM2": "the facts have no table surveys",
        "QL": "it is not judged by the calendar month",
        "MD": "its days do not add up to the month: it is a median, or is counted at the month's end",
    }
    assert early.left_out["SL1"].startswith("there are fewer than 14 past days")
    assert (late.month, late.reason) == (None, "the facts reach to 2030-03-04, which is not in the contract's term")


def test_forecasts_of_months_that_are_over_are_held_against_how_they_ended(tmp_path: Path) -> None:
    """Every case of two months is in time: both forecasts were sure, and right; had one been missed, half wrong."""
    text = cases([60] * 3500, start=datetime(2026, 1, 2, 8, 0))
    met = {("SL1", month(label)): Standing.MET for label in ("2026-02", "2026-03")}
    with opened(tmp_path, DESK, cases=text) as (versions, evidence):
        right = tried(versions, evidence, met)
        half = tried(versions, evidence, met | {("SL1", month("2026-02")): Standing.BELOW_EXPECTED})
        nothing = tried(versions, evidence, {("SL1", month("2026-03")): Standing.NOT_MEASURED})
    assert right == TrackRecord(2, Fraction(0), Fraction(0))
    assert half == TrackRecord(2, Fraction(1, 2), Fraction(1, 4))
    assert nothing is None


@pytest.mark.parametrize(
    ("level", "by", "sentence"),
    [
        ("MD", "site", "its parts do not add up to it"),
        ("SL1", "queue", "its records say nothing in 'queue'; they can be told apart by site"),
    ],
)
def test_what_can_not_be_compared_says_so(tmp_path: Path, level: str, by: str, sentence: str) -> None:
    with (
        opened(tmp_path, DESK + OTHERS, cases=cases(EVEN)) as (versions, evidence),
        pytest.raises(ProblemsFound, match=sentence),
    ):
        compare(versions, evidence, level, Request(), by=by, adjust=("site",))
