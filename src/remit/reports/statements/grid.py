"""Settlements arranged as people read them: levels down the side, periods across, credits at the foot."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from remit.performance.service_credits import CreditStatement
from remit.performance.service_levels import Attainment, Standing
from remit.performance.settlements import Settlement
from remit.reports.figures import amount_text, count_text, value_text
from remit.reports.standings import Mark, worst_mark
from remit.reports.statements.contexts import LevelWords, StatementContext
from remit.terms.periods import Period

Dimensions = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One level in one period: usually one window, four or five for a weekly level, none while a quarter runs."""

    period: Period
    attainments: tuple[Attainment, ...]

    @property
    def mark(self) -> Mark | None:
        """The worst of the windows that end in the period; None where none ends, which is no failure to measure."""
        return worst_mark(self.attainments) if self.attainments else None

    def text(self, words: LevelWords) -> str:
        """The value, or for several windows how many of those measured were met; empty where no window ends."""
        if len(self.attainments) == 1:
            return attained_text(self.attainments[0], words)
        measured = [a for a in self.attainments if a.standing is not Standing.NOT_MEASURED]
        met = sum(a.standing is Standing.MET for a in measured)
        return f"{met} of {len(measured)} met" if self.attainments else ""


@dataclass(frozen=True, slots=True)
class GridRow:
    """A service level, or one part of its breakdown, across the periods."""

    service_level: str
    words: LevelWords
    dimensions: Dimensions
    cells: tuple[Cell, ...]

    @property
    def attainments(self) -> tuple[Attainment, ...]:
        return tuple(attainment for cell in self.cells for attainment in cell.attainments)

    @property
    def label(self) -> str:
        """The level's name, or the part: `site NYC`."""
        return ", ".join(f"{name} {value}" for name, value in self.dimensions) or self.words.name


def attained_text(attainment: Attainment, words: LevelWords) -> str:
    """An attainment's value, told apart from the thresholds it is judged by; `–` where it was not measured."""
    return value_text(attainment.value, words.unit, beside=(attainment.expected, attainment.minimum))


def counts_text(attainment: Attainment) -> str:
    """Numerator over denominator, `33 / 35`; a plain count stands alone."""
    ratio = attainment.ratio
    if ratio.denominator == 1 and ratio.numerator > 1:
        return count_text(ratio.numerator)
    return f"{count_text(ratio.numerator)} / {count_text(ratio.denominator)}"


def level_rows(settlements: Sequence[Settlement], context: StatementContext) -> list[GridRow]:
    """A row for each service level, in the contract's order; levels that the contract does not name come last."""
    found = [a.service_level for settlement in settlements for a in settlement.attainments]
    order = [*context.service_levels, *found]
    present = [name for name in dict.fromkeys(order) if name in set(found)]
    cells = [(s.period, s.attainments) for s in settlements]
    return [_row(name, context, (), cells) for name in present]


def breakdown_rows(settlements: Sequence[Settlement], context: StatementContext, service_level: str) -> list[GridRow]:
    """A row for each part of a level's breakdown, in the order of the parts' names."""
    parts = {a.dimensions for s in settlements for a in s.breakdown if a.service_level == service_level}
    cells = [(s.period, s.breakdown) for s in settlements]
    return [_row(service_level, context, part, cells) for part in sorted(parts)]


def _row(
    name: str, context: StatementContext, part: Dimensions, periods: Iterable[tuple[Period, tuple[Attainment, ...]]]
) -> GridRow:
    cells = tuple(
        Cell(period, tuple(a for a in attainments if a.service_level == name and a.dimensions == part))
        for period, attainments in periods
    )
    return GridRow(name, context.words(name), part, cells)


def credit_of(settlement: Settlement, service_level: str) -> Decimal | None:
    """What the period's lines come to for one level; None where it has no line."""
    amounts = [line.amount for line in settlement.statement.lines if line.service_level == service_level]
    return sum(amounts, Decimal(0)) if amounts else None


def parts_of(settlement: Settlement, attainment: Attainment) -> list[Attainment]:
    """The breakdown of one attainment: its level's parts over the same window."""
    key = (attainment.service_level, attainment.window)
    return [part for part in settlement.breakdown if (part.service_level, part.window) == key]


def levels_without_window(settlement: Settlement) -> list[str]:
    """Levels with a credit line but no window in the period: an earn-back, a credit for an earlier quarter."""
    measured = {attainment.service_level for attainment in settlement.attainments}
    named = dict.fromkeys(line.service_level for line in settlement.statement.lines)
    return [name for name in named if name not in measured]


def has_something_to_tell(settlement: Settlement) -> bool:
    """Whether the period's credits need words: a line, an amount, a right that arose, or a note."""
    statement = settlement.statement
    told = statement.lines or statement.credit or statement.termination_rights or statement.notes
    return bool(told) if statement.has_terms else len(statement.notes) > 1


def told_credits(settlements: Sequence[Settlement]) -> list[Settlement]:
    """The periods whose credits are shown: those with something to tell, and a period that stands alone under terms."""
    is_single = len(settlements) == 1
    return [one for one in settlements if has_something_to_tell(one) or (is_single and one.statement.has_terms)]


def quiet_sentence(settlements: Sequence[Settlement]) -> str:
    """What is said of the periods whose credits need no words; nothing where there are none."""
    told = told_credits(settlements)
    quiet = [settlement for settlement in settlements if settlement not in told]
    if not quiet:
        return ""
    if not any(settlement.statement.has_terms for settlement in settlements):
        return "No credit terms are in force."
    if len(quiet) == len(settlements) > 1:
        return "No credit in any of these periods."
    return f"No credit in {', '.join(settlement.period.label for settlement in quiet)}."


def total_credit(settlements: Iterable[Settlement]) -> Decimal:
    """The credits of all periods together."""
    return sum((settlement.statement.credit for settlement in settlements), Decimal(0))


def span_text(settlements: Sequence[Settlement]) -> str:
    """The period on the statement's head: `2026-03`, or `2026-01 to 2026-12`."""
    first, last = settlements[0].period, settlements[-1].period
    if first == last or max(len(first.label), len(last.label)) > 7:
        return Period(first.start_on, last.end_on).label
    return f"{first.label} to {last.label}"


def short_label(period: Period) -> str:
    """A period where room is short: `Mar 26` for a month, `08 Mar–14 Mar 26` for a week."""
    if len(period.label) == 7:
        return f"{period.start_on:%b %y}"
    return f"{period.start_on:%d %b}–{period.last_on:%d %b %y}" if len(period.label) > 7 else period.label


def statement_totals(statement: CreditStatement) -> list[tuple[str, str]]:
    """What stands above the credit due, each word with its amount; gross only where a cap cut it."""
    amounts = [("charges", statement.charges), ("at risk", statement.at_risk)]
    if statement.capped_by is not None:
        amounts.append(("before caps", statement.gross))
    return [(word, amount_text(amount, statement.currency)) for word, amount in amounts if amount is not None]


def with_clause(sentence: str, clause: str | None) -> str:
    """The sentence with its clause in brackets, unless it cites the clause itself."""
    return sentence if not clause or clause in sentence else f"{sentence} ({clause})"
