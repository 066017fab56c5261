"""Credits that are a part of the at-risk amount: pool, category × level, weights."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from remit.performance.service_credits.drafts import Draft, Outcome, product
from remit.performance.service_credits.factors import charges_factor, measured_step, rate_factor, repeat_factor
from remit.performance.service_credits.histories import LevelMonth, Month, SettledPeriod
from remit.performance.service_credits.wording import ordinal, verdict
from remit.performance.service_levels import Attainment, Standing
from remit.terms.credit_terms import CategoriesTerms, ChargeBasis, PoolTerms, WeightsTerms

AllocationTerms = PoolTerms | CategoriesTerms | WeightsTerms


@dataclass(frozen=True, slots=True)
class _Default:
    """A window to credit, what is said of it, and whether only the expected level was missed."""

    window: Attainment
    subject: str
    is_expected_only: bool


def allocated(scheme: AllocationTerms, month: Month) -> Outcome:
    """Each level in default costs its allocation × the at-risk amount.

    A default of the expected level only costs `below_expected_factor` of it; a repeated default is multiplied. A
    level in default both ways is credited once, by the minimum.
    """
    drafts: list[Draft] = []
    failed: dict[str, bool | None] = {}
    for name in scheme.levels():
        level = month.levels.get(name)
        if level is None or not level.is_measured:
            failed[name] = None
            continue
        found = _defaults(month, name, level)
        failed[name] = bool(found)
        drafts += [_draft(scheme, month, default) for default in found]
    return Outcome(tuple(drafts), failed)


def _defaults(month: Month, name: str, level: LevelMonth) -> list[_Default]:
    defaults = month.terms.defaults
    for how_often, is_hit in ((defaults.below_minimum, _misses_minimum), (defaults.below_expected, _misses_expected)):
        if how_often is None or not is_hit(level.worst):
            continue
        times = month.times(how_often, partial(_was_hit, name=name, is_hit=is_hit))
        if times >= how_often.times:
            windows = [one for one in level.windows if is_hit(one)] if month.terms.each_window else [level.worst]
            repeated = f", for the {ordinal(times)} time in {how_often.of} months" if how_often.of > 1 else ""
            return [_Default(one, verdict(one) + repeated, is_hit is _misses_expected) for one in windows]
    return []


def _was_hit(settled: SettledPeriod, *, name: str, is_hit: Callable[[Attainment], bool]) -> bool:
    level = settled.levels.get(name)
    return level is not None and is_hit(level.worst)


def _misses_minimum(attainment: Attainment) -> bool:
    # A level with one standard only is judged by that one: without this it could never be in default.
    has_only_expected = attainment.standing is Standing.BELOW_EXPECTED and attainment.minimum is None
    return attainment.standing is Standing.BELOW_MINIMUM or has_only_expected


def _misses_expected(attainment: Attainment) -> bool:
    return attainment.standing.is_miss


def _draft(scheme: AllocationTerms, month: Month, default: _Default) -> Draft:
    name = default.window.service_level
    share, words = scheme.share_of(name)
    factors = [rate_factor(share, words), charges_factor(month, scheme, ChargeBasis.AT_RISK)]
    if default.is_expected_only and month.terms.below_expected_factor != 1:
        factors.append(rate_factor(month.terms.below_expected_factor, "below-expected part"))
    factors += repeat_factor(month, scheme, name)
    amount, formula, trace = product(factors)
    return Draft(
        scheme=scheme.key,
        service_level=name,
        amount=amount,
        subject=default.subject,
        formula=formula,
        trace=(measured_step(default.window), *trace),
        clause=scheme.clause,
    )
