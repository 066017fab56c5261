"""Scorecards in the terminal: the ranking of a period with each level's part, or subjects against periods."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from rich.console import Console
from rich.text import Text

from remit.performance.scorecards import Scorecard
from remit.performance.service_levels import Standing
from remit.performance.settlements import Settlement
from remit.reports.quoting import printable
from remit.reports.statements.contexts import StatementContext
from remit.reports.statements.grid import short_label
from remit.reports.statements.scorecard_rows import (
    ALL,
    PARTIAL_SIGN,
    TONES,
    ScoreCell,
    ScoreRow,
    band_legend,
    has_scorecards,
    is_compared,
    levels_of,
    line_of,
    line_value_text,
    placed,
    scale_sentences,
    score_rows,
    score_text,
    share_text,
    subject_word,
    tone_of,
)
from remit.reports.terminals import STYLES, ruled_table

_STYLES = dict(
    zip(TONES, (STYLES[Standing.BELOW_MINIMUM], "red", STYLES[Standing.BELOW_EXPECTED], "cyan", "green"), strict=True)
)
_SCORE_WIDTH = 5
_PLACE_WIDTH = 4
_GAP = 2
_MARGIN = 2


def print_scorecards(console: Console, settlements: Sequence[Settlement], context: StatementContext) -> None:
    """The scorecards of the periods, in as many tables beside each other's columns as the width asks for."""
    if not has_scorecards(settlements):
        return
    console.print(Text("Scorecards" if is_compared(settlements[-1].scorecards) else "Scorecard", style="bold"))
    if len(settlements) > 1:
        _print_grid(console, settlements, context)
    elif is_compared(settlements[0].scorecards):
        _print_ranking(console, settlements[0].scorecards, context)
    else:
        _print_lines(console, settlements[0].scorecards[0], context)
    cells = [cell for row in score_rows(settlements) for cell in row.cells if cell is not None]
    for line in _legend(cells, context):
        console.print(Text(printable(line), style="dim"))
    console.print()


def _legend(cells: Sequence[ScoreCell], context: StatementContext) -> Iterator[str]:
    bands = [f"{name} from {begin}" for name, begin, _ in band_legend(context)]
    notes = [f"{PARTIAL_SIGN} measured in part"] if any(cell.is_partial for cell in cells) else []
    if bands or notes:
        yield " · ".join(bands + notes)
    for level_id, scale in scale_sentences(context):
        yield f"{level_id}: {scale}"


def _print_ranking(console: Console, scorecards: Sequence[Scorecard], context: StatementContext) -> None:
    """Place, subject, score, band and coverage, then the levels; those with no room stand in a table below."""
    ranked = list(placed(scorecards))
    names = [_name(one.subject) for _, one in ranked]
    width = _name_width(console, [subject_word(context), *(name.plain for name in names)])
    fixed = _MARGIN + _PLACE_WIDTH + _GAP + width
    levels = [(level_id, _level_cells(scorecards, level_id, context)) for level_id in levels_of(scorecards)]
    figures = [("Score", [_scored(one, context) for _, one in ranked])]
    if any(one.band for one in scorecards):
        figures.append(("Band", [_banded(one, context) for _, one in ranked]))
    figures.append(("Coverage", [Text(share_text(one.coverage)) for _, one in ranked]))
    columns = figures + [(level_id, [cells[one.subject] for _, one in ranked]) for level_id, cells in levels]
    for block in _blocks(columns, console.width - fixed):
        table = ruled_table()
        table.add_column("", width=_PLACE_WIDTH, no_wrap=True)
        table.add_column(subject_word(context).capitalize(), width=width, overflow="fold")
        for head, _ in block:
            # What carries a sign behind its number is written to width already: justified, it would lose its blank.
            table.add_column(head, justify="left" if head in ("Score", "Band") else "right", no_wrap=True)
        for index, (place, _) in enumerate(ranked):
            rank = f"{place.rstrip('='):>{_PLACE_WIDTH - 1}}{'=' if '=' in place else ''}"
            table.add_row(rank, names[index], *(cells[index] for _, cells in block))
        console.print(table)
    console.print(Text("Beside each level's value stands the score it makes.", style="dim"))


Column = tuple[str, list[Text]]


def _blocks(columns: Sequence[Column], width: int) -> Iterator[list[Column]]:
    """Columns in as few tables as the width allows, in order."""
    block: list[Column] = []
    used = 0
    for head, cells in columns:
        wanted = _GAP + max(len(head), *(cell.cell_len for cell in cells))
        if block and used + wanted > width:
            yield block
            block, used = [], 0
        block.append((head, cells))
        used += wanted
    yield block


def _level_cells(scorecards: Sequence[Scorecard], level_id: str, context: StatementContext) -> dict[str, Text]:
    """A level's value and, beside it, the score it makes."""
    cells = {}
    for one in scorecards:
        line = line_of(one, level_id)
        score = Text(f"{score_text(line.score):>{_SCORE_WIDTH + 1}}", style="dim")
        cells[one.subject] = Text.assemble(line_value_text(line, context), score)
    return cells


def _print_lines(console: Console, scorecard: Scorecard, context: StatementContext) -> None:
    """One score for the whole: a row a level, and the score they make at the foot."""
    table = ruled_table(show_footer=True)
    part = share_text(scorecard.coverage)
    together = Text("Score").append(f", {printable(scorecard.band)}" if scorecard.band else "")
    table.add_column("Service level", footer=together, ratio=1, overflow="fold", min_width=10)
    table.add_column("Value", justify="right", no_wrap=True)
    table.add_column("Weight", footer=part, justify="right", no_wrap=True)
    table.add_column("Score", footer=_scored(scorecard, context), no_wrap=True)
    for line in scorecard.lines:
        name = printable(context.words(line.service_level).name)
        level = Text.assemble((printable(line.service_level), "bold"), f" {name}")
        table.add_row(
            level, line_value_text(line, context), share_text(line.weight), f"{score_text(line.score):>{_SCORE_WIDTH}}"
        )
    console.print(table)


def _print_grid(console: Console, settlements: Sequence[Settlement], context: StatementContext) -> None:
    rows = score_rows(settlements)
    labels = [short_label(settlement.period) for settlement in settlements]
    width = _name_width(console, [subject_word(context), *(row.name for row in rows)])
    column = max(_SCORE_WIDTH + 1, *(len(label) for label in labels))
    blocks = -(-len(labels) // max(1, (console.width - _MARGIN - width) // (column + _GAP)))
    size = -(-len(labels) // blocks)
    for start in range(0, len(labels), size):
        table = ruled_table()
        head = subject_word(context).capitalize() if is_compared(settlements[-1].scorecards) else ""
        table.add_column(head, width=width, overflow="fold")
        for label in labels[start : start + size]:
            table.add_column(f"{label:>{column}}", no_wrap=True, min_width=column)
        for row in rows:
            cells = (_grid_cell(cell, column, context) for cell in row.cells[start : start + size])
            table.add_row(_row_name(row), *cells)
        console.print(table)


def _name_width(console: Console, names: Sequence[str]) -> int:
    return min(max(len(name) for name in names), max(16, console.width // 3))


def _row_name(row: ScoreRow) -> Text:
    return Text(printable(row.name), style="bold" if row.is_whole else "")


def _name(subject: str) -> Text:
    return Text(printable(subject)) if subject else Text(ALL, style="bold")


def _grid_cell(cell: ScoreCell | None, width: int, context: StatementContext) -> Text:
    if cell is None:
        return Text("")
    style = _STYLES.get(tone_of(cell.score, cell.band, context), "")
    return Text(_with_sign(cell.score, width - 1, is_partial=cell.is_partial), style=style)


def _scored(scorecard: Scorecard, context: StatementContext) -> Text:
    style = _STYLES.get(tone_of(scorecard.score, scorecard.band, context), "")
    return Text(_with_sign(scorecard.score, _SCORE_WIDTH, is_partial=scorecard.is_partial), style=style)


def _with_sign(score: Decimal | None, width: int, *, is_partial: bool) -> str:
    """A score whose points stand below each other, the sign of a partial one behind them."""
    return f"{score_text(score):>{width}}{PARTIAL_SIGN if is_partial else ''}"


def _banded(scorecard: Scorecard, context: StatementContext) -> Text:
    tone = tone_of(scorecard.score, scorecard.band, context)
    return Text(printable(scorecard.band), style=_STYLES.get(tone, ""))
