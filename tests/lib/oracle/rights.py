"""Chronic failure: the levels for which a month gives a right to terminate."""

from collections.abc import Iterator, Sequence

from tests.lib.oracle.judging import BELOW_MINIMUM
from tests.lib.oracle.months import Month
from tests.lib.oracle.ratcheting import levels_named
from tests.lib.oracle.words import flag, how_often, listed


def rights_to_terminate(months: Sequence[Month]) -> Iterator[str]:
    month = months[-1]
    for terms in listed(month.credits.get("termination")):
        levels = listed(terms.get("levels")) or sorted(levels_named(month.contract))
        times, of = how_often(terms["when"])
        counts = terms.get("counts", "defaults")
        failures = {level_id: [_failed(one, level_id, counts) for one in months[-of:]] for level_id in levels}
        if flag(terms, "same_level", default=True):
            yield from (level_id for level_id, found in failures.items() if found[-1] and sum(found) >= times)
        elif any(found[-1] for found in failures.values()) and sum(map(sum, failures.values())) >= times:
            yield ", ".join(sorted(levels))


def _failed(month: Month, level_id: str, counts: str) -> bool:
    if counts == "misses":
        return month.missed(level_id) is True
    if counts == "below_minimum":
        return any(one.standing == BELOW_MINIMUM for one in month.windows(level_id))
    return any(failed is True for (_, name), failed in month.failed.items() if name == level_id)
