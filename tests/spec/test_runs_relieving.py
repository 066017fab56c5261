"""Relief by the forecast's clause: planted months whose cause and money are known by hand."""

from decimal import Decimal
from fractions import Fraction
from math import exp
from pathlib import Path

import pytest

from remit.performance.relief import FACTORS, LevelRelief, MonthRelief
from remit.performance.service_levels import Standing
from remit.runs import Request
from remit.runs.relieving import relieve
from remit.terms.problems import ProblemsFound
from tests.lib.run_facts import HEAD, month, opened

SCHEME = "{model: pool, pool: 100%, allocation: {SL1: 100%}}"


def desk(forecast: str, *, expected: str = "80%", where: str = "") -> str:
    """A contract with one service factor, a tenth of 1,000 at risk, and some forecast terms."""
    return f"""{HEAD}
service_levels:
  SL1:
    name: Answered in 20 seconds
    class: critical
    measure: {{is: service_factor, of: interval_counts, variant: 3, answer_within: 20 seconds{where}}}
    expected: {expected}
credits: {{at_risk: 10%, schemes: [{SCHEME}]}}
charges: [{{id: fee, amount: 1000}}]
forecast: {forecast}
"""


EXCUSED = desk('{band: 10%, excuses: SL1, clause: "B 7"}')

HEADER = (
    "interval_key | starts_at | interval_seconds | offered | answered | answered_within | abandoned | handled "
    "| handling_seconds | forecast_offered | forecast_handling_seconds | planned_agents | present_agents | queue"
)


def intervals(*, forecast: int = 2, came: int = 5, agents: str = "1", seconds: int = 180, queue: str = "voice") -> str:
    """Twenty half-hours on twenty days of March; three of each one's contacts are answered in time."""
    rows = [
        f"{queue}{day} | 2026-03-{day:02d} 09:00 | 1800 | {came} | {came} | 3 | 0 | {came} | {came * seconds} "
        f"| {forecast} | {forecast * 180} | 1 | {agents} | {queue}"
        for day in range(1, 21)
    ]
    return "\n".join([HEADER, *rows])


def single(tmp_path: Path, contract: str, facts: str) -> tuple[MonthRelief, LevelRelief]:
    """March and its one excused level."""
    with opened(tmp_path, contract, interval_counts=facts) as (versions, evidence):
        (found,) = relieve(versions, evidence, Request(first=month("2026-03"), last=month("2026-03")))
    (level,) = found.levels
    return found, level


def in_time(load: float, handle_time: float = 180) -> float:
    """The share answered in 20 seconds by one agent, in closed form: the queue M/M/1."""
    return 1 - load * exp(-(1 - load) * 20 / handle_time)


def test_where_only_the_volume_moved_the_whole_gap_is_the_volumes(tmp_path: Path) -> None:
    found, level = single(tmp_path, EXCUSED, intervals())

    assert level.attribution is not None
    gap = level.attribution.actual - level.attribution.planned
    assert level.attribution.shares == {"volume": gap, "handle time": 0, "staffing": 0}
    assert float(gap) == pytest.approx(in_time(0.5) - in_time(0.2), abs=1e-12)
    assert len(level.outside) == len(level.stretches) == 20
    assert level.before.standing is Standing.BELOW_EXPECTED
    assert level.after.standing is Standing.NOT_MEASURED
    assert (found.before.credit, found.after.credit) == (Decimal(100), Decimal(0))


@pytest.mark.parametrize(
    ("facts", "factor"),
    [(intervals(came=2, seconds=450), "handle time"), (intervals(came=2, agents="0.5"), "staffing")],
)
def test_what_another_factor_did_is_not_the_volumes_and_excuses_nothing(
    tmp_path: Path, facts: str, factor: str
) -> None:
    facts = facts.replace("| 2 | 2 | 3 | 0 |", "| 2 | 2 | 1 | 0 |")
    found, level = single(tmp_path, EXCUSED, facts)

    assert level.attribution is not None
    assert {name for name in FACTORS if level.attribution.shares[name]} == {factor}
    assert level.why == "no volume lay outside the band"
    assert found.before == found.after


def test_the_volumes_gap_adds_whole_contacts_and_the_level_is_judged_again(tmp_path: Path) -> None:
    """0.8170 planned less 0.5270 by what came is 0.28998 of a hundred contacts: 28, and 60 become 88."""
    contract = desk('{band: 10%, excuses: SL1, relief: volume_gap, clause: "B 7"}')
    found, level = single(tmp_path, contract, intervals())

    assert level.contacts == 28
    assert (level.after.ratio.numerator, level.after.ratio.denominator) == (88, 100)
    assert level.after.standing is Standing.MET
    assert (found.before.credit, found.after.credit) == (Decimal(100), Decimal(0))


def test_a_gap_too_small_leaves_the_level_missed_and_the_money_as_it_was(tmp_path: Path) -> None:
    contract = desk('{band: 10%, excuses: SL1, relief: volume_gap, clause: "B 7"}', expected="95%")
    found, level = single(tmp_path, contract, intervals())

    assert level.contacts == 28
    assert level.after.standing is Standing.BELOW_EXPECTED
    assert found.after.credit == Decimal(100)


def test_the_parts_add_up_to_the_gap_between_expected_and_measured(tmp_path: Path) -> None:
    _, level = single(tmp_path, EXCUSED, intervals(agents="1.5", seconds=200))

    assert set(level.parts) == {"plan", *FACTORS, "outside the model"}
    assert sum(level.parts.values()) == Fraction(60, 100) - Fraction(80, 100)


def test_volume_inside_the_band_is_the_providers_own(tmp_path: Path) -> None:
    """A queue that stays in a wide band moved too; only the other one's volume is given back."""
    other = intervals(forecast=4, queue="chat").split("\n", 1)[1]
    contract = desk('{band: 30%, excuses: SL1, relief: volume_gap, clause: "B 7"}')
    _, level = single(tmp_path, contract, f"{intervals()}\n{other}")

    assert {one.queue for one in level.outside} == {"voice"}
    assert level.attribution is not None
    assert level.volume_outside is not None
    assert level.attribution.shares["volume"] < level.volume_outside < 0


@pytest.mark.parametrize(("by", "stretches"), [("interval", 20), ("day", 20), ("month", 1)])
def test_the_band_is_read_by_interval_day_or_month(tmp_path: Path, by: str, stretches: int) -> None:
    contract = desk(f"{{band: 10%, excuses: SL1, by: {by}, at_least: 100%, clause: B}}")
    _, level = single(tmp_path, contract, intervals())
    assert len(level.outside) == len(level.stretches) == stretches
    assert level.why == "excused for the whole month"


def test_volume_on_the_edge_of_the_band_is_inside_and_less_counts_only_where_either_side_does(tmp_path: Path) -> None:
    edge, less = intervals(came=4), intervals(forecast=10)
    assert single(tmp_path, desk("{band: 100%, excuses: SL1, clause: B}"), edge)[1].outside == ()
    assert single(tmp_path, desk("{band: 10%, excuses: SL1, clause: B}"), less)[1].outside == ()
    either = desk("{band: 10%, counts: either, excuses: SL1, clause: B}")
    assert len(single(tmp_path, either, less)[1].outside) == 20


def test_too_few_days_outside_the_band_give_no_relief(tmp_path: Path) -> None:
    _, level = single(
        tmp_path,
        desk("{band: 10%, excuses: SL1, at_least: 60%, clause: B}"),
        f"{intervals()}\n" + intervals(forecast=5, queue="chat").split("\n", 1)[1],
    )
    assert level.why == "20 of 40 lay outside the band, less than the share the terms ask for"


def test_a_level_counts_only_the_intervals_its_condition_chooses(tmp_path: Path) -> None:
    contract = desk("{band: 10%, excuses: SL1, clause: B}", where=", where: \"queue = 'chat'\"")
    facts = f"{intervals()}\n" + intervals(forecast=5, queue="chat").split("\n", 1)[1]
    _, level = single(tmp_path, contract, facts)
    assert {one.queue for one in level.stretches} == {"chat"}
    assert level.why == "no volume lay outside the band"


def test_intervals_without_staffing_are_in_no_replay_and_give_no_volume_gap(tmp_path: Path) -> None:
    contract = desk('{band: 10%, excuses: SL1, relief: volume_gap, clause: "B 7"}')
    found, level = single(tmp_path, contract, intervals(agents=""))
    assert (level.left_out, level.attribution) == (20, None)
    assert "so the volume's part can't be told" in level.why
    assert found.before == found.after


def test_a_gap_that_cost_no_whole_contact_adds_none(tmp_path: Path) -> None:
    """A hundred agents answer nearly everybody in time, whether two contacts come or five."""
    contract = desk('{band: 10%, excuses: SL1, relief: volume_gap, clause: "B 7"}')
    facts = intervals(agents="100").replace("| 1 | 100 |", "| 100 | 100 |")
    found, level = single(tmp_path, contract, facts)
    assert level.volume_outside is not None
    assert -Fraction(1, 100) < level.volume_outside <= 0
    assert (level.why, level.contacts) == ("the volume outside the band cost no whole contact", 0)
    assert found.before == found.after


def test_a_missed_month_without_a_forecast_has_nothing_to_compare_and_no_relief(tmp_path: Path) -> None:
    contract = desk("{band: 10%, excuses: SL1, clause: B}")
    facts = "\n".join(_without_forecast(line) for line in intervals().splitlines()[1:])
    april = intervals().splitlines()[1].replace("2026-03", "2026-04").replace("voice1 ", "april ")
    _, level = single(tmp_path, contract, f"{HEADER}\n{facts}\n{april}")
    assert level.before.standing is Standing.BELOW_EXPECTED
    assert (level.why, level.is_given) == ("no interval of it has a forecast and a volume", False)


def _without_forecast(line: str) -> str:
    """An interval for which nothing was forecast."""
    cells = line.split(" | ")
    cells[9] = ""
    return " | ".join(cells)


def test_a_level_that_is_met_needs_no_relief(tmp_path: Path) -> None:
    _, level = single(tmp_path, desk("{band: 10%, excuses: SL1, clause: B}", expected="50%"), intervals())
    assert (level.why, level.attribution, dict(level.parts)) == ("it was not missed", None, {})


def test_a_contract_without_a_band_and_facts_without_a_forecast_are_told(tmp_path: Path) -> None:
    with (
        opened(tmp_path, EXCUSED.split("forecast:")[0], interval_counts=intervals()) as (versions, evidence),
        pytest.raises(ProblemsFound, match="the terms name no band of the forecast"),
    ):
        relieve(versions, evidence)
    bare = "interval_key | starts_at | offered\nA | 2026-03-01 09:00 | 5"
    with (
        opened(tmp_path, EXCUSED, interval_counts=bare) as (versions, evidence),
        pytest.raises(ProblemsFound, match="the facts bring no forecast"),
    ):
        relieve(versions, evidence)
