"""How expected levels rise with performance: every so often the mean of the best recent months, never easier."""

from collections.abc import Sequence
from fractions import Fraction

from tests.lib.oracle.judging import is_at_most
from tests.lib.oracle.months import Month
from tests.lib.oracle.words import Days, Words, add_months, flag, how_often, level_value, listed, number

Moved = dict[str, tuple[Fraction, Fraction | None]]
"""Expected and minimum level by service level, where a step has moved them."""


def ratcheted(moved: Moved, months: Sequence[Month], contract: Words, days: Days, term: Days) -> Moved:
    """The standards from a month on, after the months before it."""
    moved = _kept(moved, months, contract)
    terms = (contract.get("credits") or {}).get("ratchet")
    if terms is None or not _is_due(days, term, how_often(terms.get("every", "12 months"))[0]):
        return moved
    named = listed(terms.get("levels")) or sorted(levels_named(contract))
    return {**moved, **{level_id: _moved(level_id, moved, months, contract, terms) for level_id in named}}


def _kept(moved: Moved, months: Sequence[Month], contract: Words) -> Moved:
    """What was moved, but for levels whose expected level an amendment has written anew; a new minimum holds."""
    found = {}
    for level_id, (expected, minimum) in moved.items():
        before, level = (one["service_levels"].get(level_id, {}) for one in (months[-1].contract, contract))
        if (before.get("expected"), before.get("history")) == (level.get("expected"), level.get("history")):
            is_new = before.get("minimum") != level.get("minimum")
            written = level_value(level["minimum"]) if "minimum" in level else None
            found[level_id] = (expected, written if is_new else minimum)
    return found


def _is_due(days: Days, term: Days, every: int) -> bool:
    """Whether a step falls on a month's first day, or after that of the month before it."""
    steps = [add_months(term.first, every * number) for number in range(1, 240 // every)]
    return any(add_months(days.first, -1) < step <= days.first for step in steps)


def levels_named(contract: Words) -> set[str]:
    """The levels that some scheme names."""
    found = set()
    for scheme in listed((contract.get("credits") or {}).get("schemes")):
        for word in ("allocation", "weights", "points", "bands", "tiers", "trips"):
            found |= set(scheme.get(word, {}))
        found |= set(listed(scheme.get("levels")))
        for category in scheme.get("categories", {}).values():
            found |= set(category["allocation"])
    return found


def _moved(
    level_id: str, moved: Moved, months: Sequence[Month], contract: Words, terms: Words
) -> tuple[Fraction, Fraction | None]:
    level = contract["service_levels"][level_id]
    before = level_value(level["expected"])
    minimum = level_value(level["minimum"]) if "minimum" in level else None
    before, minimum = moved.get(level_id, (before, minimum))
    at_most = is_at_most(level)
    last = months[-int(terms.get("of", "12")) :]
    values = sorted((one for one in (month.value(level_id) for month in last) if one is not None), reverse=not at_most)
    best = int(terms.get("best", "6"))
    if len(values) < best:
        return before, minimum
    step = sum(values[:best], Fraction(0)) / best - before
    step = -step if at_most else step
    if "gap_limit" in terms:
        step = min(step, number(terms["gap_limit"]) * (before if at_most else 1 - before))
    if "step_limit" in terms:
        step = min(step, level_value(terms["step_limit"]))
    places = int(terms.get("rounding", {}).get("places", "4"))
    after = before - max(step, Fraction(0)) if at_most else before + max(step, Fraction(0))
    scaled = after * 10**places
    towards_old = -(-scaled // 1) if at_most else scaled // 1
    after = Fraction(towards_old, 10**places)
    after = min(before, after) if at_most else max(before, after)
    if minimum is not None and flag(terms, "minimum_moves"):
        minimum += after - before
    return after, minimum
