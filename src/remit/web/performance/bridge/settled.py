"""A kept settlement in words, for its page: charges, each credit line with its sentence, rights, notes, scorecards."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext_lazy

from remit.performance.scorecards import Scorecard, places
from remit.performance.service_credits import CreditStatement
from remit.performance.service_credits.statements import CreditLine, LineKind
from remit.reports.figures import instant_text, value_text
from remit.reports.statements import StatementContext
from remit.terms.measure_terms import Unit
from remit.web.performance.bridge.kept import rows_of, settlement_of
from remit.web.performance.bridge.showing import Shown, in_locale, money, month_name, shown

_KINDS = {
    LineKind.CREDIT: gettext_lazy("credit"),
    LineKind.EARNBACK: gettext_lazy("earn-back"),
    LineKind.BONUS: gettext_lazy("bonus"),
}


@dataclass(frozen=True, slots=True)
class CreditShown:
    """One amount with the sentence that says how it came about, and the steps behind it."""

    level: str
    name: str
    kind: str
    amount: str
    reason: str
    clause: str
    steps: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class ScoreShown:
    """One level's part of a scorecard."""

    level: str
    name: str
    value: str
    score: str
    weight: str


@dataclass(frozen=True, slots=True)
class CardShown:
    """One subject's scorecard; `percent` is its score as a whole number for a bar, None where it has none."""

    subject: str
    place: str
    score: str
    percent: int | None
    band: str
    coverage: str
    is_partial: bool
    lines: tuple[ScoreShown, ...]


@dataclass(frozen=True, slots=True)
class SettledShown:
    """A settled month as its page shows it."""

    month: str
    label: str
    charges: str
    invoice: str
    at_risk: str
    credit: str
    is_to_client: bool
    applies_to: str
    capped_by: str
    lines: tuple[CreditShown, ...]
    levels: tuple[Shown, ...]
    rights: tuple[tuple[str, str, str], ...]
    notes: tuple[str, ...]
    cards: tuple[CardShown, ...]
    as_of: str
    facts: str
    contract_sha256: str
    remit_version: str
    store_version: str
    waivers_sha256: str
    has_terms: bool


def settled(text: str, words: StatementContext) -> SettledShown:
    """A kept month in words."""
    one = settlement_of(text)
    statement, origin = one.statement, one.provenance
    rows = rows_of(0, one.period, one.attainments)
    return SettledShown(
        month=month_name(one.period.start_on),
        label=one.period.label,
        charges=money(statement.charges, statement.currency),
        invoice=money(statement.invoice, statement.currency),
        at_risk=money(statement.at_risk, statement.currency) if statement.at_risk is not None else "",
        credit=money(statement.credit, statement.currency),
        is_to_client=statement.credit > 0,
        applies_to=statement.applies_to,
        capped_by=statement.capped_by or "",
        lines=tuple(_credit(line, statement, words) for line in statement.lines),
        levels=tuple(shown(row, words.words(row.level)) for row in rows),
        rights=tuple((right.service_level, right.reason, right.clause or "") for right in statement.termination_rights),
        notes=statement.notes,
        cards=_cards(one.scorecards, words),
        as_of=instant_text(origin.as_of, origin.time_zone),
        facts=in_locale(f"{origin.facts.rows:,}"),
        contract_sha256=origin.contract_sha256,
        remit_version=origin.remit_version,
        store_version=origin.store_version,
        waivers_sha256=origin.waivers_sha256,
        has_terms=statement.has_terms,
    )


def _credit(line: CreditLine, statement: CreditStatement, words: StatementContext) -> CreditShown:
    return CreditShown(
        level=line.service_level,
        name=words.words(line.service_level).name,
        kind=str(_KINDS[line.kind]),
        amount=money(line.amount, statement.currency),
        reason=line.reason,
        clause=line.clause or "",
        steps=tuple((step.input, step.value, step.rule) for step in line.trace),
    )


def _cards(cards: Sequence[Scorecard], words: StatementContext) -> tuple[CardShown, ...]:
    placed = places(cards)
    return tuple(_card(card, placed.get(card.subject), words) for card in cards)


def _card(card: Scorecard, place: int | None, words: StatementContext) -> CardShown:
    return CardShown(
        subject=card.subject,
        place="" if place is None else str(place),
        score="–" if card.score is None else in_locale(f"{card.score:.1f}"),
        percent=None if card.score is None else int(card.score),
        band=card.band,
        coverage=in_locale(value_text(card.coverage, Unit.SHARE)),
        is_partial=card.is_partial,
        lines=tuple(
            ScoreShown(
                line.service_level,
                words.words(line.service_level).name,
                _value(line.value, words.words(line.service_level).unit),
                "–" if line.score is None else in_locale(f"{line.score:.1f}"),
                in_locale(value_text(line.weight, Unit.SHARE)),
            )
            for line in card.lines
        ),
    )


def _value(value: Fraction | None, unit: Unit) -> str:
    if value is None:
        return "–"
    return in_locale(value_text(Decimal(value.numerator) / Decimal(value.denominator), unit))


def cards_of(text: str, words: StatementContext) -> tuple[CardShown, ...]:
    """The scorecards of a kept month."""
    return _cards(settlement_of(text).scorecards, words)


def credits_of(text: str, words: StatementContext, level: str) -> tuple[CreditShown, ...]:
    """The amounts of a kept month that one level brought about."""
    statement = settlement_of(text).statement
    return tuple(_credit(line, statement, words) for line in statement.lines if line.service_level == level)
