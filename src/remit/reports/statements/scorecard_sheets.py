"""Scorecards in the workbook: every scorecard a row of numbers, and subjects against periods."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from openpyxl import Workbook

from remit.performance.scorecards import Scorecard, ScoreLine
from remit.performance.settlements import Settlement
from remit.reports.cells import FORMATS, SHARE, Shown, append, head_row, new_sheet, set_table
from remit.reports.statements.contexts import StatementContext
from remit.reports.statements.grid import short_label
from remit.reports.statements.scorecard_rows import (
    ALL,
    TONES,
    ScoreCell,
    band_legend,
    has_scorecards,
    levels_of,
    line_of,
    placed,
    scale_sentences,
    score_rows,
    subject_word,
    tone_of,
)
from remit.terms.money import Rounding

_SCORE = "0.0"
_VALUE_PLACES = 12
_FILLS = dict(
    zip(
        TONES,
        (("F9DAD5", "8F1A12"), ("FBE0CF", "7D2F00"), ("FCEBC5", "6B4300"), ("EEF1C9", "4A4F00"), ("E1F1E8", "0B5135")),
        strict=True,
    )
)
_HEAD = ("Period", "Place", "Score", "Band", "Coverage")


def write_scorecards(book: Workbook, settlements: Sequence[Settlement], context: StatementContext) -> None:
    """The sheet of all scorecards, and with several periods the sheet of scores by period; none without scorecards."""
    if not has_scorecards(settlements):
        return
    _write_rankings(book, settlements, context)
    if len(settlements) > 1:
        _write_grid(book, settlements, context)


def _write_rankings(book: Workbook, settlements: Sequence[Settlement], context: StatementContext) -> None:
    levels = levels_of(one for settlement in settlements for one in settlement.scorecards)
    period, *figures = _HEAD
    heads = [period, subject_word(context).capitalize(), *figures]
    heads += [f"{level_id} {word}" for level_id in levels for word in ("value", "score", "weight")]
    widths = (12, 40, 8, 9, 16, 11, *(len(head) + 4 for head in heads[len(_HEAD) + 1 :]))
    sheet = new_sheet(book, "Scorecards", widths)
    rows = sum(len(settlement.scorecards) for settlement in settlements)
    set_table(sheet, head_at=1, columns=len(heads), rows=rows)
    sheet.append(head_row(sheet, heads))
    for settlement in settlements:
        for place, one in placed(settlement.scorecards):
            append(sheet, *_ranked(settlement, place, one, levels, context))
    sheet.append([])
    for name, begin, tone in band_legend(context):
        append(sheet, Shown(name, fill=_FILLS.get(tone)), Shown(f"from {begin}"))
    for level_id, told in scale_sentences(context):
        append(sheet, Shown(level_id), Shown(told))


def _ranked(
    settlement: Settlement, place: str, scorecard: Scorecard, levels: Sequence[str], context: StatementContext
) -> Iterator[Shown]:
    fill = _FILLS.get(tone_of(scorecard.score, scorecard.band, context))
    yield Shown(settlement.period.label)
    yield Shown(scorecard.subject or ALL, is_bold=not scorecard.subject)
    # A number, so that it sorts: shared places are the same number.
    yield Shown(int(place.rstrip("=")) if place else None)
    yield Shown(scorecard.score, _SCORE, fill=fill)
    yield Shown(scorecard.band, fill=fill)
    yield Shown(scorecard.coverage, SHARE)
    for level_id in levels:
        yield from _line(line_of(scorecard, level_id), context)


def _line(line: ScoreLine, context: StatementContext) -> Iterator[Shown]:
    value = None if line.value is None else Rounding(places=_VALUE_PLACES).apply(line.value)
    yield Shown(value, FORMATS[context.words(line.service_level).unit])
    yield Shown(line.score, _SCORE)
    yield Shown(line.weight, SHARE)


def _write_grid(book: Workbook, settlements: Sequence[Settlement], context: StatementContext) -> None:
    heads = (subject_word(context).capitalize(), *(short_label(settlement.period) for settlement in settlements))
    rows = score_rows(settlements)
    sheet = new_sheet(book, "Scores by period", (40, *(10 for _ in settlements)))
    set_table(sheet, head_at=1, columns=len(heads), rows=len(rows))
    sheet.freeze_panes = "B2"
    sheet.append(head_row(sheet, heads))
    for row in rows:
        append(sheet, Shown(row.name, is_bold=row.is_whole), *(_score(cell, context) for cell in row.cells))


def _score(cell: ScoreCell | None, context: StatementContext) -> Shown:
    if cell is None:
        return Shown(None)
    # Still a number where it was measured in part: the sign stands in the format.
    shown: Decimal | str = "–" if cell.score is None else cell.score
    form = f'{_SCORE}"*"' if cell.is_partial else _SCORE
    return Shown(shown, form, fill=_FILLS.get(tone_of(cell.score, cell.band, context)))
