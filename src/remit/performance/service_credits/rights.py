"""Chronic failure: rights to terminate that a period gives rise to."""

from collections.abc import Sequence

from remit.performance.service_credits.histories import SettledPeriod
from remit.performance.service_credits.statements import TerminationRight
from remit.performance.service_levels import Standing
from remit.terms.credit_terms import CreditTerms, TerminationTrigger

_COUNTED = {"defaults": "defaults", "misses": "misses", "below_minimum": "misses of the minimum"}


def termination_rights(terms: CreditTerms, settled: Sequence[SettledPeriod]) -> tuple[TerminationRight, ...]:
    """The rights that arise in the last period of `settled`: only from a failure in it, counted back as agreed."""
    found: list[TerminationRight] = []
    for trigger in terms.termination:
        names = trigger.levels or terms.levels()
        groups = [(name,) for name in names] if trigger.same_level else [tuple(names)]
        for group in groups:
            failures = [_failures(trigger, one, group) for one in settled[-trigger.when.of :]]
            if failures[-1] and sum(failures) >= trigger.when.times:
                found.append(_right(trigger, group, sum(failures), settled[-1]))
    return tuple(found)


def _failures(trigger: TerminationTrigger, settled: SettledPeriod, names: tuple[str, ...]) -> int:
    return sum(_has_failed(trigger, settled, name) for name in names)


def _has_failed(trigger: TerminationTrigger, settled: SettledPeriod, name: str) -> bool:
    if trigger.counts == "defaults":
        return settled.is_default(name)
    level = settled.levels.get(name)
    if level is None:
        return False
    standing = level.worst.standing
    return standing is Standing.BELOW_MINIMUM if trigger.counts == "below_minimum" else standing.is_miss


def _right(trigger: TerminationTrigger, names: tuple[str, ...], count: int, now: SettledPeriod) -> TerminationRight:
    subject = ", ".join(names)
    said = f"{count} {_COUNTED[trigger.counts]} in {trigger.when.of} months up to {now.measured.period.label}"
    reason = f"{subject}: {said} ({trigger.when.times} give a right to terminate)"
    return TerminationRight(subject, reason, trigger.clause)
