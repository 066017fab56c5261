"""Credits that fall where nobody meant them to, or never, and earn-back nobody can earn."""

from collections.abc import Iterator
from typing import Any

from remit.performance.linting.findings import Finding, Path, error, warning
from remit.performance.linting.mentions import bounds_of_scheme, credited_levels, schemes_of
from remit.terms.contracts import Contract
from remit.terms.credit_terms import Bound, LinearTerms, SeverityPointsTerms, TiersTerms
from remit.terms.measure_terms import Unit
from remit.terms.service_levels import ServiceLevel

_MONTHS_OF_A_YEAR = 12


def credits_on_key_measurements(contract: Contract) -> Iterator[Finding]:
    """A key measurement is reported only; money on it contradicts its class."""
    for place, level_id in credited_levels(contract):
        level = contract.service_levels.get(level_id)
        if level is not None and not level.is_critical:
            what = f"{level_id} is a key measurement, which is reported and earns no credits"
            yield warning(place, what, "write class: critical there, or take it out here")


def credits_on_levels_never_judged(contract: Contract) -> Iterator[Finding]:
    """Without an expected level nothing is ever missed; bounds of their own don't need one."""
    drawn = {where[:-1] for place, scheme in schemes_of(contract) for where, _, _ in bounds_of_scheme(place, scheme)}
    drawn |= {where for place, scheme in schemes_of(contract) for where, _, _ in bounds_of_scheme(place, scheme)}
    for place, level_id in credited_levels(contract):
        level = contract.service_levels.get(level_id)
        is_judged = level is None or level.expected is not None or bool(level.history)
        if not is_judged and place not in drawn and not _has_own_line(contract, place, level_id):
            what = f"nothing is expected of {level_id}, so it never misses and never earns a credit"
            yield warning(place, what, "write expected: in the service level")


def _has_own_line(contract: Contract, place: Path, level_id: str) -> bool:
    scheme: Any = next(scheme for at, scheme in schemes_of(contract) if at == place[: len(at)])
    return isinstance(scheme, LinearTerms) and level_id in scheme.counted_from


def bounds_in_the_wrong_direction(contract: Contract) -> Iterator[Finding]:
    """A credit is drawn on the bad side of a level, a bonus on the good side."""
    for place, level, bound, is_bonus in _bounds(contract):
        is_bad_side = bound.is_downward != level.at_most
        if is_bad_side == is_bonus:
            better = "lower" if level.at_most else "higher"
            what = f"{bound.words} {bound.value} is the {'bad' if is_bonus else 'good'} side: {better} is better"
            yield error(place, what, f"draw it {'above' if bound.is_downward else 'below'}")


def credits_that_begin_before_a_miss(contract: Contract) -> Iterator[Finding]:
    """A line beyond the expected level takes a credit from a provider that has met it."""
    for place, level, bound, is_bonus in _bounds(contract):
        if is_bonus or level.expected is None:
            continue
        is_early = bound.value < level.expected if level.at_most else bound.value > level.expected
        if is_early and bound.is_downward != level.at_most:
            what = f"{bound.words} {bound.value} is reached by results that meet the expected {level.expected}"
            yield warning(place, what, "draw the line at the expected level or beyond it")


def _bounds(contract: Contract) -> Iterator[tuple[Path, ServiceLevel, Bound, bool]]:
    for place, scheme in schemes_of(contract):
        is_bonus = isinstance(scheme, TiersTerms) and scheme.pays == "bonus"
        for where, level_id, bound in bounds_of_scheme(place, scheme):
            if level_id in contract.service_levels:
                yield where, contract.service_levels[level_id], bound, is_bonus


def severity_bands_with_a_gap(contract: Contract) -> Iterator[Finding]:
    """Between the expected level and the first band a miss costs nothing; that is rarely meant."""
    for place, scheme in schemes_of(contract):
        if not isinstance(scheme, SeverityPointsTerms):
            continue
        for level_id, bands in scheme.bands.items():
            level = contract.service_levels.get(level_id)
            if level is None or level.expected is None:
                continue
            values = [band.value for band in bands]
            first = min(values) if level.at_most else max(values)
            if (first > level.expected) if level.at_most else (first < level.expected):
                what = f"a result between {first} and the expected {level.expected} is a miss without points"
                yield warning((*place, "bands", level_id), what, "begin the first band at the expected level")


def linear_credits_on_seconds(contract: Contract) -> Iterator[Finding]:
    """A linear credit counts in the level's own unit: with a factor of 1 one second costs all of the charges."""
    for place, scheme in schemes_of(contract):
        if not isinstance(scheme, LinearTerms) or scheme.factor != 1:
            continue
        for index, level_id in enumerate(scheme.level_ids):
            level = contract.service_levels.get(level_id)
            if level is not None and level.measure.value_unit in (Unit.SECONDS, Unit.COUNT):
                what = f"{level_id} is counted in {level.measure.value_unit}: each costs 100% of the charges"
                yield warning((*place, "levels", index), what, "write a factor, as 0.001 for 0.1% each")


def credits_without_charges(contract: Contract) -> Iterator[Finding]:
    """Credits are a share of charges; without any charge line their base must come from elsewhere."""
    if contract.credits is not None and all(charge.pass_through for charge in contract.charges):
        what = "are counted on the charges, and the contract has none"
        hint = "write charges: [{id: monthly_fee, amount: 400000, per: month}]"
        yield warning(("credits",), what, hint, rests_on=["charges"])


def earnback_nobody_can_earn(contract: Contract) -> Iterator[Finding]:
    """Earn-back that can never apply is a promise without content."""
    terms = contract.credits
    if terms is None or terms.earnback is None:
        return
    place: Path = ("credits", "earnback")
    with_minimum = [name for name, level in contract.service_levels.items() if level.minimum is not None]
    if not terms.earnback_can_be_earned(levels_with_minimum=with_minimum):
        what = "can never be earned: credits fall due below the minimum only, and those are never returned"
        hint = "write only_above_minimum: false, or defaults: {below_expected: 1 month}"
        yield warning(place, what, hint, rests_on=["service_levels"])
    months = contract.term_period.days // 30
    longest = min(months, _MONTHS_OF_A_YEAR)
    if terms.earnback.when == "every" and terms.earnback.after >= longest:
        what = f"can never be earned: {terms.earnback.after} good months don't fit behind a miss in one contract year"
        yield warning((*place, "after"), what, f"ask for fewer than {longest} months", rests_on=["term"])
    if set(terms.earnback.never_for) == set(range(1, _MONTHS_OF_A_YEAR + 1)):
        yield warning((*place, "never_for"), "no month's credits can be earned back", "leave earnback out")


def earnback_easier_than_expected(contract: Contract) -> Iterator[Finding]:
    """What is earned back is paid for with good months; a target below the expected level rewards misses."""
    terms = contract.credits
    if terms is None or terms.earnback is None:
        return
    for level_id, target in terms.earnback.target.items():
        level = contract.service_levels.get(level_id)
        if level is None or level.expected is None:
            continue
        if (target > level.expected) if level.at_most else (target < level.expected):
            what = f"{target} is easier than the expected {level.expected}: credits come back for missed months"
            yield warning(("credits", "earnback", "target", level_id), what, "write a target at or beyond expected")
