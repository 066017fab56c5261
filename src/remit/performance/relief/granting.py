"""Granting: the stretches outside the forecast's band, whose doing a miss was, and the level judged with its relief."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from remit.performance.relief.agreed import excused, with_contacts
from remit.performance.relief.replaying import Attribution, Interval, attribute, is_outside
from remit.performance.service_credits import CreditStatement
from remit.performance.service_levels import Attainment, Standard
from remit.terms.forecasting import ForecastTerms
from remit.terms.measure_terms import Unit
from remit.terms.periods import Period


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of one queue whose volume is compared with its forecast: an interval, a day or a month."""

    label: str
    queue: str
    forecast: Fraction
    came: Fraction
    is_outside: bool


@dataclass(frozen=True, slots=True)
class CountedInterval:
    """An interval and the stretch it belongs to; `is_whole` says whether handle times and staffing are known too."""

    stretch: tuple[str, str]
    interval: Interval
    is_whole: bool


@dataclass(frozen=True, slots=True)
class LevelRelief:
    """One excused level of one month: as measured, whose doing its miss was, and as it stands with relief.

    `attribution` is None where the level was not missed or can't be replayed; `left_out` counts the intervals without
    handle times or staffing, which no replay has. `volume_outside` is the volume's part, of the stretches outside the
    band alone; `contacts` those it adds. `why` says in a sentence what relief there is, or why there is none.
    """

    before: Attainment
    after: Attainment
    stretches: tuple[Stretch, ...]
    attribution: Attribution | None
    volume_outside: Fraction | None
    left_out: int
    contacts: int
    why: str

    @property
    def outside(self) -> tuple[Stretch, ...]:
        return tuple(one for one in self.stretches if one.is_outside)

    @property
    def is_given(self) -> bool:
        return self.after != self.before

    @property
    def parts(self) -> Mapping[str, Fraction]:
        """What lies between the expected level and the measured one; the parts add up to it exactly.

        First what the plan itself would have reached, by the model, over the expected level; then the three factors;
        last what was measured over what the model says of what came.
        """
        found, measured = self.attribution, self.before.exact
        if found is None or measured is None or self.before.expected is None:
            return {}
        plan = found.planned - Fraction(self.before.expected)
        return {"plan": plan, **found.shares, "outside the model": measured - found.actual}


@dataclass(frozen=True, slots=True)
class MonthRelief:
    """A month's forecast terms, its excused levels, and its credits without relief and with it.

    `units` tells what each level of the contract is measured in.
    """

    period: Period
    terms: ForecastTerms
    units: Mapping[str, Unit]
    levels: tuple[LevelRelief, ...]
    before: CreditStatement
    after: CreditStatement


def stretches_of(terms: ForecastTerms, intervals: Sequence[CountedInterval]) -> tuple[Stretch, ...]:
    """The stretches in order of time, each queue by itself, with the verdict on each."""
    sums: dict[tuple[str, str], tuple[Fraction, Fraction]] = {}
    for one in intervals:
        forecast, came = sums.get(one.stretch, (Fraction(0), Fraction(0)))
        sums[one.stretch] = forecast + one.interval.forecast.volume, came + one.interval.actual.volume
    band, above_only = Fraction(terms.band), terms.counts == "above"
    return tuple(
        Stretch(label, queue, forecast, came, is_outside(forecast, came, band, above_only=above_only))
        for (label, queue), (forecast, came) in sorted(sums.items())
    )


def relief_of(
    terms: ForecastTerms,
    before: Attainment,
    standard: Standard,
    intervals: Sequence[CountedInterval],
    within: int | None,
) -> LevelRelief:
    """What the terms give a level in a month; `within` is a service factor's threshold, None for another measure."""
    stretches = stretches_of(terms, intervals)
    whole = [one for one in intervals if one.is_whole]
    replays = before.standing.is_miss and within is not None
    found = attribute([one.interval for one in whole], within=within) if replays and within is not None else None
    outside = {(one.label, one.queue) for one in stretches if one.is_outside}
    volume = _outside_part(whole, outside, within) if found is not None and within is not None else None
    unrelieved = LevelRelief(before, before, stretches, found, volume, len(intervals) - len(whole), 0, "")
    why = _why_none(terms, unrelieved)
    if why:
        return replace(unrelieved, why=why)
    if terms.relief == "whole_month":
        after = excused(before, "excused: the volume lay outside the forecast's band")
        return replace(unrelieved, after=after, why="excused for the whole month")
    return _with_contacts(unrelieved, standard)


def _with_contacts(unrelieved: LevelRelief, standard: Standard) -> LevelRelief:
    before, ratio = unrelieved.before, unrelieved.before.ratio
    gap = -(unrelieved.volume_outside or Fraction(0))
    contacts = min(floor(gap * ratio.denominator), ratio.denominator - ratio.numerator)
    if contacts <= 0:
        return replace(unrelieved, why="the volume outside the band cost no whole contact")
    after = with_contacts(
        before, standard, contacts, f"with {contacts} contacts added for the volume outside the forecast's band"
    )
    return replace(unrelieved, after=after, contacts=contacts, why=f"{contacts} contacts are added, judged again")


def _why_none(terms: ForecastTerms, one: LevelRelief) -> str:
    """Why there is no relief, in a sentence; empty where there is."""
    outside, of = len(one.outside), len(one.stretches)
    if not of:
        return "no interval of it has a forecast and a volume"
    if not one.before.standing.is_miss:
        return "it was not missed"
    if not outside:
        return "no volume lay outside the band"
    if terms.at_least is not None and outside < Fraction(terms.at_least) * of:
        return f"{outside} of {of} lay outside the band, less than the share the terms ask for"
    if terms.relief == "volume_gap" and one.volume_outside is None:
        return "no interval has handle times and staffing, planned and actual, so the volume's part can't be told"
    return ""


def _outside_part(whole: Sequence[CountedInterval], outside: set[tuple[str, str]], within: int) -> Fraction | None:
    """The volume's part where inside the band the volume that came is taken as forecast: it is the provider's own."""
    intervals = []
    for one in whole:
        plan = one.interval.forecast
        if one.stretch not in outside:
            plan = replace(plan, volume=one.interval.actual.volume)
        intervals.append(replace(one.interval, forecast=plan))
    found = attribute(intervals, within=within)
    return None if found is None else found.shares["volume"]
