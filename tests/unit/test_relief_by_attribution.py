"""Whose doing a miss was: Erlang C by its published examples, and shares that add up whatever came."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.performance.relief import (
    FACTORS,
    Interval,
    Plan,
    answered_in_time,
    attribute,
    is_outside,
    shapley_shares,
    waiting_share,
)


def plan(volume: int, handle_time: int, agents: int | Fraction) -> Plan:
    return Plan(Fraction(volume), Fraction(handle_time), Fraction(agents))


# Call Centre Helper's worked example: 100 calls of 180 s in half an hour are 10 erlangs; 14 agents reach 80 % in 20 s.
# The example most copied from page to page: 360 calls of 240 s in half an hour, 55 agents, 15 s.
EXAMPLES = [
    (100, 180, 11, 20, "0.682", "0.390"),
    (100, 180, 12, 20, "0.449", "0.640"),
    (100, 180, 13, 20, "0.285", "0.796"),
    (100, 180, 14, 20, "0.174", "0.888"),
    (360, 240, 55, 15, "0.239", "0.846"),
]


@pytest.mark.parametrize(("calls", "handle_time", "agents", "within", "waits", "in_time"), EXAMPLES)
def test_published_examples_of_erlang_c_come_out(
    calls: int, handle_time: int, agents: int, within: int, waits: str, in_time: str
) -> None:
    share = answered_in_time(
        volume=Fraction(calls), handle_time=Fraction(handle_time), agents=Fraction(agents), seconds=1800, within=within
    )

    assert f"{float(waiting_share(agents, Fraction(calls * handle_time, 1800))):.3f}" == waits
    assert f"{float(share):.3f}" == in_time


def test_one_agent_waits_as_much_as_there_is_load() -> None:
    """The queue of one agent: the share that waits is the load itself."""
    assert abs(waiting_share(1, Fraction(3, 5)) - Fraction(3, 5)) < Fraction(1, 10**40)


def test_an_overloaded_interval_answers_nobody_in_time_and_an_empty_one_everybody() -> None:
    assert waiting_share(10, Fraction(10)) == 1
    assert (
        answered_in_time(volume=Fraction(100), handle_time=Fraction(180), agents=Fraction(10), seconds=1800, within=20)
        == 0
    )
    assert (
        answered_in_time(volume=Fraction(0), handle_time=Fraction(180), agents=Fraction(0), seconds=1800, within=20)
        == 1
    )


def test_part_of_an_agent_lies_between_the_whole_ones() -> None:
    def share(agents: Fraction) -> Fraction:
        return answered_in_time(volume=Fraction(100), handle_time=Fraction(180), agents=agents, seconds=1800, within=20)

    assert share(Fraction(25, 2)) == (share(Fraction(12)) + share(Fraction(13))) / 2


@pytest.mark.parametrize(("agents", "load"), [(-1, Fraction(1)), (1, Fraction(-1))])
def test_less_than_nothing_is_refused(agents: int, load: Fraction) -> None:
    with pytest.raises(ValueError, match="both are 0 or more"):
        waiting_share(agents, load)
    with pytest.raises(ValueError, match="an interval has a length"):
        answered_in_time(volume=load, handle_time=Fraction(1), agents=Fraction(1), seconds=0, within=20)


def test_each_factor_of_a_sum_has_its_own_part_and_a_product_is_halved() -> None:
    parts = {"a": 3, "b": 5}

    assert shapley_shares(["a", "b"], lambda some: sum(parts[one] for one in some)) == parts
    assert shapley_shares(["a", "b"], lambda some: 8 * (len(some) == 2)) == {"a": 4, "b": 4}


def test_a_band_is_left_by_more_than_its_width() -> None:
    def outside(*, above_only: bool) -> list[int]:
        forecast, band = Fraction(100), Fraction(1, 10)
        volumes = (89, 90, 110, 111)
        return [one for one in volumes if is_outside(forecast, Fraction(one), band, above_only=above_only)]

    assert outside(above_only=False) == [89, 111]
    assert outside(above_only=True) == [111]


def test_what_only_one_factor_changed_is_all_its_doing() -> None:
    more_calls = Interval(0, 1800, plan(100, 180, 14), plan(120, 180, 14))
    fewer_agents = Interval(0, 1800, plan(100, 180, 14), plan(100, 180, 12))

    by_volume, by_staffing = (attribute([one], within=20) for one in (more_calls, fewer_agents))

    assert by_volume is not None
    assert by_staffing is not None
    assert by_volume.shares == {"volume": by_volume.actual - by_volume.planned, "handle time": 0, "staffing": 0}
    assert by_staffing.shares == {"volume": 0, "handle time": 0, "staffing": by_staffing.actual - by_staffing.planned}
    assert by_volume.shares["volume"] < 0


def test_without_a_contact_there_is_nothing_to_attribute() -> None:
    assert attribute([Interval(0, 1800, plan(0, 180, 4), plan(3, 180, 4))], within=20) is None
    assert attribute([Interval(0, 1800, plan(3, 180, 4), plan(0, 180, 4))], within=20) is None


plans = st.builds(plan, st.integers(1, 150), st.integers(30, 400), st.integers(0, 40))
days = st.lists(st.builds(Interval, st.just(0), st.just(1800), plans, plans), min_size=1, max_size=6)


@settings(max_examples=40)
@given(days)
def test_the_shares_add_up_to_the_difference_exactly(intervals: list[Interval]) -> None:
    found = attribute(intervals, within=20)

    assert found is not None
    assert sum(found.shares.values()) == found.actual - found.planned
    assert set(found.shares) == set(FACTORS)
