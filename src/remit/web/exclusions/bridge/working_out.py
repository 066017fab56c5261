"""Records gathered, and what leaving them out would do: the level and the money with and without, by the corridor."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from remit.ingest.contract_files import ContractVersions
from remit.performance.service_levels import Attainment
from remit.performance.settlements import Settlement
from remit.reports.figures import count_text, threshold_text, value_text
from remit.reports.standings import mark_of
from remit.runs import Request, settle_contract
from remit.runs.agreed import Agreed
from remit.runs.chosen import Choice, Chosen, choose
from remit.runs.explaining import NotExplainable, explain
from remit.terms.measure_terms import Unit
from remit.terms.periods import Period
from remit.terms.problems import ProblemsFound
from remit.web.exclusions.bridge.evidence import evidence_of_version
from remit.web.shared.bridge import STANDING_STYLES, STANDING_WORDS, in_locale, money

__all__ = ["CannotBeHad", "Gathered", "Question", "ShownEffect", "effect_of", "gathered", "shown_effect"]

Tell = Callable[[str, int, int], None]
_ATTAINMENTS = TypeAdapter(tuple[Attainment, ...])


class CannotBeHad(Exception):
    """The records or the figures can't be had; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the corridor: a level's month, by some terms, on a version of the facts and agreed waivers."""

    terms: ContractVersions
    contract: str
    store_version: int
    waivers: Sequence[Agreed]
    level: str
    month: Period


@dataclass(frozen=True, slots=True)
class Gathered:
    """The records that a choice finds, and how many of those behind the number are left out already."""

    records: tuple[Chosen, ...]
    already_out: int


def gathered(question: Question, choice: Choice) -> Gathered:
    """The records of a level's month that fit a choice. Raises CannotBeHad with a sentence."""
    with (
        _told(),
        evidence_of_version(question.contract, question.store_version, waivers=question.waivers) as (facts, _),
    ):
        found = choose(question.terms, facts, question.level, question.month, choice)
        listed = explain(question.terms, facts, question.level, question.month)
    out = sum(one.excluded_by is not None for explanation in listed for one in explanation.records)
    return Gathered(found, out)


@contextmanager
def _told() -> Iterator[None]:
    """What keeps the corridor from an answer, as one sentence."""
    try:
        yield
    except ProblemsFound as found:
        problem = found.problems[0]
        raise CannotBeHad("; ".join(filter(None, [problem.what, problem.hint]))) from None
    except NotExplainable as reason:
        raise CannotBeHad(str(reason)) from None


def effect_of(question: Question, proposed: Sequence[Agreed], *, tell: Tell) -> dict[str, Any]:
    """The level and the money of the month and of those after it, as they stand and with proposed waivers.

    Raises CannotBeHad with a sentence. Later months are settled too: repeated failures and earn-backs look back.
    """
    with _told():
        tell("settling as it stands", 0, 2)
        now = _settled(question, question.waivers)
        tell("settling with the records left out", 1, 2)
        then = _settled(question, [*question.waivers, *proposed])
    if not now or now[0].period != question.month:
        raise CannotBeHad(f"{question.month.label} has no facts, or lies outside the contract's term")
    contract = question.terms.terms_for(question.month)
    return {
        "unit": str(contract.service_levels[question.level].measure.value_unit),
        "currency": now[0].statement.currency,
        "now": _kept(now[0], question.level),
        "then": _kept(then[0], question.level),
        "months": [
            [before.period.label, f"{before.statement.credit:f}", f"{after.statement.credit:f}"]
            for before, after in zip(now, then, strict=True)
            if before.period == question.month or before.statement.credit != after.statement.credit
        ],
        "is_provisional": any(note.startswith("provisional") for note in now[0].statement.notes),
    }


def _settled(question: Question, waivers: Sequence[Agreed]) -> tuple[Settlement, ...]:
    with evidence_of_version(question.contract, question.store_version, waivers=waivers) as (evidence, _):
        return settle_contract(question.terms, evidence, Request(first=question.month))


def _kept(settlement: Settlement, level: str) -> Any:
    own = tuple(one for one in settlement.attainments if one.service_level == level)
    return _ATTAINMENTS.dump_python(own, mode="json")


@dataclass(frozen=True, slots=True)
class Side:
    """A level's window in words, as it stands or as it would."""

    value: str
    style: str
    words: str
    counts: str
    excluded: int


@dataclass(frozen=True, slots=True)
class ShownWindow:
    """A window now and then."""

    label: str
    expected: str
    now: Side
    then: Side

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both, for a row of a table."""
        return self.now, self.then


@dataclass(frozen=True, slots=True)
class ShownMonth:
    """A month's credit now and then, and by how much it would move."""

    label: str
    now: str
    then: str
    difference: str


@dataclass(frozen=True, slots=True)
class ShownEffect:
    """What a decision would do, in words."""

    windows: tuple[ShownWindow, ...]
    months: tuple[ShownMonth, ...]
    is_provisional: bool


def shown_effect(told: Mapping[str, Any]) -> ShownEffect:
    """A kept effect in the reader's words."""
    unit, currency = Unit(told["unit"]), told["currency"]
    now, then = (_ATTAINMENTS.validate_python(told[name], strict=False) for name in ("now", "then"))
    return ShownEffect(
        tuple(_windows(now, then, unit)),
        tuple(_month(label, Decimal(before), Decimal(after), currency) for label, before, after in told["months"]),
        told["is_provisional"],
    )


def _windows(now: Sequence[Attainment], then: Sequence[Attainment], unit: Unit) -> Iterator[ShownWindow]:
    for before, after in zip(now, then, strict=True):
        expected = in_locale(threshold_text(before.expected, unit, at_most=before.at_most))
        yield ShownWindow(before.window.label, expected, _side(before, after, unit), _side(after, before, unit))


def _side(one: Attainment, beside: Attainment, unit: Unit) -> Side:
    mark = mark_of(one)
    value = value_text(one.value, unit, beside=(one.expected, one.minimum, beside.value))
    return Side(
        in_locale(value),
        STANDING_STYLES[mark],
        str(STANDING_WORDS[mark]),
        f"{in_locale(count_text(one.ratio.numerator))} / {in_locale(count_text(one.ratio.denominator))}",
        one.excluded,
    )


def _month(label: str, now: Decimal, then: Decimal, currency: str) -> ShownMonth:
    return ShownMonth(label, money(now, currency), money(then, currency), money(then - now, currency))
