"""A claim measured: what lay outside the band, whose doing the miss was, and the month with and without the relief."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from remit.ingest.contract_files import ContractVersions
from remit.performance.relief import LevelRelief, MonthRelief
from remit.reports.bridges import moved
from remit.runs import Request
from remit.runs.agreed import Agreed, AgreedRelief
from remit.runs.relieving import relieve
from remit.terms.measure_terms import Unit
from remit.terms.problems import ProblemsFound
from remit.web.exclusions.bridge.evidence import evidence_of_version
from remit.web.exclusions.bridge.working_out import CannotBeHad, Question, ShownEffect, effect_of, shown_effect
from remit.web.relief.bridge.terms import month_period
from remit.web.shared.bridge import in_locale

__all__ = ["CannotBeHad", "Found", "Question", "Shown", "found_in", "measured", "shown"]

_MOST_STRETCHES = 60
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Found:
    """A level's month for which the forecast's clause gives relief."""

    level: str
    month_on: date


def found_in(
    terms: ContractVersions, contract: str, version: int, agreed: Sequence[Agreed], months: tuple[date, date]
) -> list[Found]:
    """Every level's month between two months for which relief is due and not agreed yet; none without a forecast."""
    first, last = map(month_period, months)
    with suppress(ProblemsFound), evidence_of_version(contract, version, waivers=agreed) as (evidence, _):
        found = relieve(terms, evidence, Request(first=first, last=last))
        return [Found(one.before.service_level, month.period.start_on) for month in found for one in month.levels
                if one.is_given]  # fmt: skip
    return []


def measured(question: Question, candidate: AgreedRelief, *, tell: Tell) -> dict[str, Any]:
    """What the facts say of a claim, as JSON: its parts, its relief, and what agreeing to it would do.

    `candidate` names the claim; its kind and contacts are found here. Raises CannotBeHad with a sentence.
    """
    tell("comparing the volume with its forecast", 0, 3)
    month, one = _relief(question)
    told = _told(month, one)
    if one.is_given:
        terms = month.terms
        given = AgreedRelief(
            candidate.relief_key, question.level, question.month.label, terms.relief, told["contacts"],
            candidate.approved_by or "-", None, candidate.reason or "-", terms.clause or "",
        )  # fmt: skip
        told["effect"] = effect_of(question, [given], tell=tell)
    return told


def _relief(question: Question) -> tuple[MonthRelief, LevelRelief]:
    try:
        with evidence_of_version(question.contract, question.store_version, waivers=question.waivers) as (evidence, _):
            found = relieve(question.terms, evidence, Request(first=question.month, last=question.month))
    except ProblemsFound as problems:
        problem = problems.problems[0]
        raise CannotBeHad("; ".join(filter(None, [problem.what, problem.hint]))) from None
    levels = [(month, one) for month in found for one in month.levels if one.before.service_level == question.level]
    if not levels:
        raise CannotBeHad(f"{question.level} was not judged in {question.month.label}")
    return levels[0]


def _told(month: MonthRelief, one: LevelRelief) -> dict[str, Any]:
    terms = month.terms
    parts = one.parts
    return {
        "is_given": one.is_given,
        "why": one.why,
        "relief": terms.relief,
        "clause": terms.clause or "",
        "contacts": one.contacts if one.is_given and terms.relief == "volume_gap" else None,
        "stretches": len(one.stretches),
        "outside": len(one.outside),
        "listed": [
            {"label": each.label, "queue": each.queue, "forecast": int(each.forecast), "came": int(each.came)}
            for each in one.outside[:_MOST_STRETCHES]
        ],
        "parts": {name: str(part) for name, part in parts.items()},
        "gap": str(sum(parts.values(), Fraction(0))) if parts else "",
        "volume_outside": "" if one.volume_outside is None else str(one.volume_outside),
        "left_out": one.left_out,
    }


@dataclass(frozen=True, slots=True)
class ShownPart:
    """One part of the gap in percentage points; `bar` is its size beside the longest, in percent."""

    name: str
    points: str
    bar: int
    is_loss: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What was measured of a claim, in words; `effect` is None where no relief is due."""

    why: str
    is_given: bool
    stretches: int
    outside: int
    listed: Sequence[Mapping[str, Any]]
    parts: tuple[ShownPart, ...]
    gap: str
    volume_outside: str
    left_out: int
    contacts: int | None
    effect: ShownEffect | None

    @property
    def more(self) -> int:
        """How many stretches outside the band are not listed."""
        return self.outside - len(self.listed)


def shown(told: Mapping[str, Any]) -> Shown:
    """A kept measuring in the reader's words."""
    return Shown(
        why=told["why"],
        is_given=told["is_given"],
        stretches=told["stretches"],
        outside=told["outside"],
        listed=told["listed"],
        parts=_parts(told["parts"]),
        gap=_points(told["gap"]),
        volume_outside=_points(told["volume_outside"]),
        left_out=told["left_out"],
        contacts=told["contacts"],
        effect=shown_effect(told["effect"]) if "effect" in told else None,
    )


def _parts(told: Mapping[str, str]) -> tuple[ShownPart, ...]:
    parts = {name: Fraction(part) for name, part in told.items()}
    most = max((abs(part) for part in parts.values()), default=Fraction(0))
    return tuple(
        ShownPart(name, _points(told[name]), int(100 * abs(part) / most) if most else 0, part < 0)
        for name, part in parts.items()
    )


def _points(told: str) -> str:
    return in_locale(moved(Fraction(told), Unit.SHARE)) if told else ""
