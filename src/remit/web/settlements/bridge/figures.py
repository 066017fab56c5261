"""A month's account from its kept settlement, and what differs between two settlements of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from remit.finance.restatements import BroughtForward, MonthChange, account_of, month_change
from remit.performance.explanations import VerdictChange, verdict_changes
from remit.performance.service_credits.statements import Step
from remit.runs import explain
from remit.runs.explaining import NotExplainable
from remit.terms.periods import Period
from remit.web.performance.bridge.kept import StatementContext, rows_of, settlement_of
from remit.web.performance.bridge.measuring import evidence_of_run
from remit.web.performance.bridge.showing import Shown, in_locale, money, shown
from remit.web.performance.bridge.terms import terms_of_sha256
from remit.web.performance.models import Run
from remit.web.settlements.models import Closing

_MOST_RECORDS = 200
"""So many records of a level are listed with a restatement; the others are counted."""


def account(text: str, brought: Sequence[Closing]) -> dict[str, str]:
    """The amounts of a month to be proposed, exact, as its record keeps them."""
    found = account_of(settlement_of(text), [_brought(one) for one in brought])
    return {
        "currency": found.currency,
        "invoice": f"{found.invoice:f}",
        "credit": f"{found.credit:f}",
        "brought_forward": f"{found.brought_forward:f}",
        "due": f"{found.due:f}",
    }


def _brought(closing: Closing) -> BroughtForward:
    trace = tuple(Step(*step) for step in (closing.change or {}).get("trace", ()))
    return BroughtForward(Period(closing.starts_on, closing.ends_on), closing.number, Decimal(closing.amount), trace)


def change(before: str, after: str) -> MonthChange:
    """What newer figures of a month change in older ones, both as kept."""
    return month_change(settlement_of(before), settlement_of(after))


def same_figures(before: str, after: str) -> bool:
    """Whether two kept settlements of a month give the same levels and the same money."""
    return before == after or change(before, after).is_nothing


def told(found: MonthChange) -> dict[str, Any]:
    """A change as a restatement keeps it, without its records."""
    return {
        "levels": [[one.service_level, one.window.label] for one in found.levels],
        "credits": {level: [f"{first:f}", f"{last:f}"] for level, (first, last) in found.credits.items()},
        "trace": [[step.input, step.value, step.rule] for step in found.trace],
        "records": [],
    }


def told_anew(before: str, after: str, kept: dict[str, Any] | None) -> dict[str, Any]:
    """What a change kept with its run and records would be by newer figures, if those are the same otherwise."""
    return {**(kept or {}), **told(change(before, after)), "records": (kept or {}).get("records", [])}


def changed_records(before: Run, after: Run, found: MonthChange) -> list[dict[str, Any]]:
    """The records of each level that differs which joined, left or count otherwise; a level without any is left out."""
    levels = list(dict.fromkeys(one.service_level for one in found.levels))
    return [told for level in levels if (told := _of_level(before, after, level, found.period)) is not None]


def _of_level(before: Run, after: Run, level: str, period: Period) -> dict[str, Any] | None:
    changes = verdict_changes(_explained(before, level, period), _explained(after, level, period))
    if not changes:
        return None
    return {
        "level": level,
        "count": len(changes),
        "records": [
            [one.window, one.key, one.what, _verdict(one, 0), _verdict(one, 1)] for one in changes[:_MOST_RECORDS]
        ],
    }


def _verdict(one: VerdictChange, side: int) -> str:
    record = (one.before, one.after)[side]
    if record is None:
        return ""
    if record.excluded_by:
        return record.excluded_by
    if record.met is None:
        return f"{record.numerator} / {record.denominator}"
    return "met" if record.met else "missed"


def _explained(run: Run, level: str, period: Period) -> Any:
    terms = terms_of_sha256(run.engagement, run.contract_sha256)
    if terms is None:
        return ()
    try:
        with evidence_of_run(run) as (evidence, _):
            return explain(terms, evidence, level, period)
    except NotExplainable:
        return ()


@dataclass(frozen=True, slots=True)
class LevelPair:
    """A level of a month before and after, in words; None where it was not judged."""

    level: str
    name: str
    before: Shown | None
    after: Shown | None


def level_pairs(before: str, after: str, words: StatementContext) -> tuple[LevelPair, ...]:
    """The levels two kept settlements judge differently, each with both sides."""
    pairs = []
    for one in change(before, after).levels:
        told = words.words(one.service_level)
        sides = [
            None if side is None else shown(rows_of(0, one.window, [side])[0], told) for side in (one.before, one.after)
        ]
        pairs.append(LevelPair(one.service_level, told.name, sides[0], sides[1]))
    return tuple(pairs)


def amount_shown(text: str, currency: str) -> str:
    """An exact amount with its currency; a dash where there is none."""
    return money(text, currency) if text else "–"


def step_shown(text: str) -> str:
    """A figure of a trace as the reader's locale writes it."""
    return in_locale(text)
