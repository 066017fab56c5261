"""Intervals replayed as they were planned and as they were, and the difference attributed to its causes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from remit.performance.relief.erlang import answered_in_time
from remit.performance.relief.shapley import shapley_shares

FACTORS = ("volume", "handle time", "staffing")


@dataclass(frozen=True, slots=True)
class Plan:
    """What an interval was planned with, or what it was: contacts offered, seconds each takes, agents at work."""

    volume: Fraction
    handle_time: Fraction
    agents: Fraction


@dataclass(frozen=True, slots=True)
class Interval:
    """One interval of one queue: its first instant and length in seconds, its forecast and what came."""

    starts_at: int
    seconds: int
    forecast: Plan
    actual: Plan


@dataclass(frozen=True, slots=True)
class Attribution:
    """What the share answered in time was by the plan, by what came, and each factor's part of the difference.

    The parts add up to `actual − planned` exactly; a negative part is one that made it worse. Both ends are of the
    model, so that what the model can't tell is in neither.
    """

    planned: Fraction
    actual: Fraction
    shares: Mapping[str, Fraction]


def is_outside(forecast: Fraction, came: Fraction, band: Fraction, *, above_only: bool = False) -> bool:
    """Whether a volume is outside its forecast's band; exactly on its edge is inside."""
    excess = came - forecast
    return (excess if above_only else abs(excess)) > band * forecast


def attribute(intervals: Sequence[Interval], *, within: int) -> Attribution | None:
    """The difference between plan and outcome shared among volume, handle time and staffing.

    Each of the eight sets of factors is replayed: those in it as they came, the others as planned; the share of a
    replay is that of all its contacts together. None where no contact was forecast or none came.
    """
    if not sum(one.forecast.volume for one in intervals) or not sum(one.actual.volume for one in intervals):
        return None

    def worth(changed: frozenset[str]) -> Fraction:
        plans = [(one, _mixed(one, changed)) for one in intervals]
        volume = sum((plan.volume for _, plan in plans), Fraction(0))
        return sum((plan.volume * _share(one, plan, within) for one, plan in plans), Fraction(0)) / volume

    return Attribution(worth(frozenset()), worth(frozenset(FACTORS)), shapley_shares(FACTORS, worth))


def _mixed(interval: Interval, changed: frozenset[str]) -> Plan:
    came, planned = interval.actual, interval.forecast
    return Plan(
        volume=(came if "volume" in changed else planned).volume,
        handle_time=(came if "handle time" in changed else planned).handle_time,
        agents=(came if "staffing" in changed else planned).agents,
    )


def _share(interval: Interval, plan: Plan, within: int) -> Fraction:
    return answered_in_time(
        volume=plan.volume,
        handle_time=plan.handle_time,
        agents=plan.agents,
        seconds=interval.seconds,
        within=within,
    )
