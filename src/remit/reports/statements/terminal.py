"""A statement for the terminal: dense tables with signs and words, and colour where it is wanted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from remit.performance.service_credits import CreditStatement
from remit.performance.service_levels import Attainment
from remit.performance.settlements import Settlement
from remit.reports.figures import (
    amount_text,
    count_text,
    instant_text,
    interval_text,
    money_text,
    percent_text,
    threshold_text,
)
from remit.reports.quoting import printable
from remit.reports.standings import NOT_MEASURED, mark_of
from remit.reports.statements.contexts import LevelWords, StatementContext
from remit.reports.statements.grid import (
    Cell,
    GridRow,
    attained_text,
    breakdown_rows,
    counts_text,
    credit_of,
    level_rows,
    quiet_sentence,
    short_label,
    span_text,
    statement_totals,
    told_credits,
    total_credit,
    with_clause,
)
from remit.reports.statements.scorecard_terminal import print_scorecards
from remit.reports.terminals import STYLES, paper, ruled_table

_LEAST_NAME = 16


def as_text(settlements: Sequence[Settlement], context: StatementContext, *, colour: bool, width: int = 100) -> str:
    """The statement as text `width` columns wide, with colour codes only where `colour` asks for them.

    One period shows every level with its counts and interval; several show levels against periods, then the scorecards
    where the contract has one, then the credits month by month. A narrow width leaves out the interval first, then
    minimum, counts and credit, which stand again in the credit lines. No settlement gives a sentence that says so.
    """
    if not settlements:
        return "Nothing to state: no period was settled.\n"
    with paper(colour=colour, width=width) as sheet:
        console = sheet.console
        _print_head(console, settlements, context)
        if len(settlements) == 1:
            _print_levels(console, settlements[0], context)
        else:
            _print_grid(console, settlements, context)
        print_scorecards(console, settlements, context)
        _print_credits(console, settlements)
        _print_provenance(console, settlements)
    return sheet.text


def _print_head(console: Console, settlements: Sequence[Settlement], context: StatementContext) -> None:
    title = Text(printable(context.title or context.contract), style="bold")
    parties = f"{context.contract} · {context.client} (client) · {context.provider} (provider)"
    console.print(title)
    console.print(Text(printable(parties)))
    zone = settlements[0].provenance.time_zone
    console.print(Text.assemble((span_text(settlements), "bold"), (f" · days of {printable(zone)}", "dim")))


@dataclass(frozen=True, slots=True)
class _Column:
    """One column of the levels' table; `rank` 0 stays at any width, higher ranks go first when it gets narrow."""

    head: str
    cells: tuple[Text, ...]
    rank: int = 0
    is_number: bool = True

    @property
    def width(self) -> int:
        return max(cell_len(self.head), *(cell.cell_len for cell in self.cells))


def _print_levels(console: Console, settlement: Settlement, context: StatementContext) -> None:
    rows = list(_attainments_in_order(settlement, context))
    if not rows:
        console.print(Text("No window of a service level ends in this period.", style="dim"))
        return
    named = [_name(attainment, words, settlement) for attainment, words in rows]
    others = _columns(rows, settlement)
    kept = _fitting(others, console.width - _LEAST_NAME)
    table = ruled_table()
    table.add_column("Service level", ratio=1, overflow="fold", min_width=10)
    for column in kept:
        table.add_column(column.head, justify="right" if column.is_number else "left", no_wrap=column.is_number)
    for index, name in enumerate(named):
        table.add_row(name, *(column.cells[index] for column in kept))
    console.print(table)


def _fitting(columns: list[_Column], width: int) -> list[_Column]:
    """The columns that fit, the highest rank left out first; rank 0 stays and wraps where it must."""
    for rank in sorted({column.rank for column in columns}, reverse=True):
        columns = [column for column in columns if column.rank <= rank]
        if sum(column.width + 2 for column in columns) <= width:
            break
    return columns


def _attainments_in_order(settlement: Settlement, context: StatementContext) -> Iterable[tuple[Attainment, LevelWords]]:
    for row in level_rows([settlement], context):
        for attainment in row.attainments:
            yield attainment, row.words
        for part in breakdown_rows([settlement], context, row.service_level):
            for attainment in part.attainments:
                yield attainment, row.words


def _columns(rows: Sequence[tuple[Attainment, LevelWords]], settlement: Settlement) -> list[_Column]:
    def cells(texts: list[str]) -> tuple[Text, ...]:
        return tuple(Text(text) for text in texts)

    judged = [attainment for attainment, _ in rows]
    currency = settlement.statement.currency
    has_exclusions = any(attainment.excluded for attainment in judged)
    credit = [None if a.dimensions else credit_of(settlement, a.service_level) for a in judged]
    return [
        _Column("Value", cells([attained_text(a, words) for a, words in rows])),
        _Column("Counts", cells([counts_text(a) for a in judged]), rank=2),
        *([_Column("Excluded", cells([count_text(a.excluded) for a in judged]), rank=3)] if has_exclusions else []),
        _Column("95 % interval", cells([interval_text(a.interval, words.unit) for a, words in rows]), rank=4),
        _Column("Expected", cells([threshold_text(a.expected, w.unit, at_most=a.at_most) for a, w in rows])),
        _Column("Minimum", cells([threshold_text(a.minimum, w.unit, at_most=a.at_most) for a, w in rows]), rank=3),
        _Column("Standing", tuple(_standing(a) for a in judged), is_number=False),
        _Column(
            f"Credit {currency}",
            cells(["" if amount is None else amount_text(amount, currency) for amount in credit]),
            rank=1,
        ),
    ]


def _standing(attainment: Attainment) -> Text:
    return Text(str(mark_of(attainment)), style=STYLES[attainment.standing])


def _name(attainment: Attainment, words: LevelWords, settlement: Settlement) -> Text:
    if attainment.dimensions:
        part = ", ".join(f"{name} {value}" for name, value in attainment.dimensions)
        name = Text(f"  {printable(part)}")
    else:
        name = Text.assemble((printable(attainment.service_level), "bold"), f" {printable(words.name)}")
    if attainment.window != settlement.period:
        name.append(f"\n  {short_label(attainment.window)}")
    if attainment.note:
        name.append(f"\n  {printable(attainment.note)}", style="dim")
    return name


def _print_grid(console: Console, settlements: Sequence[Settlement], context: StatementContext) -> None:
    """Levels against periods, in as many blocks of periods as the width asks for, all about equally wide."""
    rows = [
        row
        for level in level_rows(settlements, context)
        for row in (level, *breakdown_rows(settlements, context, level.service_level))
    ]
    names = [_grid_name(row) for row in rows]
    name_width = min(max((name.cell_len for name in names), default=0), max(_LEAST_NAME, console.width // 3))
    cells = [[_grid_cell(cell, row.words) for cell in row.cells] for row in rows]
    amounts = [_amount_or_dash(s.statement.credit, s.statement.currency) for s in settlements]
    widest = max(10, *(cell.cell_len for line in cells for cell in line), *(len(text) for text in amounts))
    blocks = -(-len(settlements) // max(1, (console.width - name_width - 2) // (widest + 2)))
    size = -(-len(settlements) // blocks)
    for start in range(0, len(settlements), size):
        table = ruled_table(show_footer=True)
        footer = f"Credit {settlements[0].statement.currency}"
        table.add_column("Service level", footer=footer, width=name_width, overflow="ellipsis", no_wrap=True)
        for settlement, amount in zip(settlements[start : start + size], amounts[start : start + size], strict=True):
            label = short_label(settlement.period)
            table.add_column(label, footer=amount, justify="right", no_wrap=True, min_width=widest)
        for name, line in zip(names, cells, strict=True):
            table.add_row(name, *line[start : start + size])
        console.print(table)


def _grid_name(row: GridRow) -> Text:
    if row.dimensions:
        return Text(f"  {printable(row.label)}", style="dim")
    return Text.assemble((printable(row.service_level), "bold"), f" {printable(row.words.name)}")


def _grid_cell(cell: Cell, words: LevelWords) -> Text:
    if cell.mark is None:
        return Text("")
    shown = cell.mark.sign if cell.mark is NOT_MEASURED else f"{cell.mark.sign} {cell.text(words)}"
    return Text(shown, style=STYLES[cell.mark.standing])


def _amount_or_dash(amount: Decimal, currency: str) -> str:
    return amount_text(amount, currency) if amount else "–"


def _print_credits(console: Console, settlements: Sequence[Settlement]) -> None:
    currency = settlements[0].statement.currency
    console.print(Text.assemble(("Service credits", "bold"), (f" in {printable(currency)}", "dim")))
    told = told_credits(settlements)
    for settlement in told:
        _print_period_credits(console, settlement)
    if quiet := quiet_sentence(settlements):
        console.print(Text(quiet, style="dim"))
    if len(settlements) > 1 and told:
        charges = sum((settlement.statement.charges for settlement in settlements), Decimal(0))
        credit = money_text(total_credit(settlements), currency)
        console.print(
            Text.assemble(
                ("All periods  ", "bold"),
                (f"charges {amount_text(charges, currency)} · ", "dim"),
                (f"credits {credit}", "bold"),
            )
        )
    console.print()


def _print_period_credits(console: Console, settlement: Settlement) -> None:
    statement = settlement.statement
    due = amount_text(statement.credit, statement.currency)
    totals = "".join(f"{word} {text} · " for word, text in statement_totals(statement))
    console.print(
        Text.assemble(
            (f"{settlement.period.label}  ", "bold"),
            (totals, "dim"),
            (f"credit due {due}", "bold" if statement.credit else "dim"),
        )
    )
    _print_lines(console, statement)
    for right in statement.termination_rights:
        told = f"! right to terminate ({right.service_level}): {with_clause(right.reason, right.clause)}"
        console.print(Padding(Text(printable(told), style="bold red"), (0, 0, 0, 2)))
    for note in statement.notes:
        console.print(Padding(Text(printable(note), style="dim"), (0, 0, 0, 2)))


def _print_lines(console: Console, statement: CreditStatement) -> None:
    if not statement.lines:
        return
    lines = Table(box=None, show_header=False, pad_edge=False, expand=True, padding=(0, 2, 0, 0))
    lines.add_column(no_wrap=True)
    lines.add_column(ratio=1, overflow="fold")
    lines.add_column(justify="right", no_wrap=True)
    for line in statement.lines:
        amount = amount_text(line.amount, statement.currency)
        reason = with_clause(line.reason, line.clause)
        lines.add_row(Text(printable(line.service_level)), Text(printable(reason)), Text(amount))
    console.print(Padding(lines, (0, 0, 0, 2)))


def _print_provenance(console: Console, settlements: Sequence[Settlement]) -> None:
    """What the last period was computed from; each period's own stands in the JSON and the workbook."""
    origin = settlements[-1].provenance
    facts = origin.facts
    share = percent_text(facts.quarantined, facts.rows)
    read = (
        f"facts: {count_text(facts.rows)} rows, {count_text(facts.quarantined)} in quarantine ({share}), "
        f"sha256 {origin.facts_sha256[:16]}…{f', store version {origin.store_version}' if origin.store_version else ''}"
    )
    rules = (
        f"contract: sha256 {origin.contract_sha256[:16]}… · as of {instant_text(origin.as_of, origin.time_zone)} · "
        f"Remit {origin.remit_version}"
    )
    agreed = [f"agreed by both sides: sha256 {origin.waivers_sha256[:16]}…"] if origin.waivers_sha256 else []
    for line in (read, *agreed, rules):
        console.print(Text(printable(line), style="dim"))
