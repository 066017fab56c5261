"""Scorecards on the page: subjects against periods as a coloured map, and rankings with bars."""

from collections.abc import Sequence
from typing import Any

from remit.performance.scorecards import Scorecard
from remit.performance.settlements import Settlement
from remit.reports.statements.contexts import StatementContext
from remit.reports.statements.grid import short_label, span_text
from remit.reports.statements.scorecard_rows import (
    ALL,
    PARTIAL_SIGN,
    ScoreCell,
    ScoreRow,
    band_legend,
    has_scorecards,
    is_compared,
    last_with_scorecards,
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

_PERIODS_A_BLOCK = 12
# From here on, the months stand again below the map: its head has left the screen.
_LONG_TABLE = 20


def scorecards_on_page(settlements: Sequence[Settlement], context: StatementContext) -> dict[str, Any] | None:
    """What the page shows of scorecards, None where no period has one.

    One period shows its ranking; several show the map of all, the last ranking, and the earlier ones folded up.
    """
    if not has_scorecards(settlements):
        return None
    rows = score_rows(settlements)
    last = last_with_scorecards(settlements)
    earlier = [each for each in reversed(settlements) if each.scorecards and each is not last]
    return {
        "is_compared": any(is_compared(settlement.scorecards) for settlement in settlements),
        "word": subject_word(context).capitalize(),
        "bands": [{"name": name, "begin": begin, "tone": tone} for name, begin, tone in band_legend(context)],
        "scales": [{"id": level_id, "told": told} for level_id, told in scale_sentences(context)],
        "has_partial": any(cell is not None and cell.is_partial for row in rows for cell in row.cells),
        "partial_sign": PARTIAL_SIGN,
        "has_absent": any(cell is None for row in rows for cell in row.cells),
        "maps": _maps(settlements, rows, context) if len(settlements) > 1 else [],
        "last": _ranking(last, context),
        "earlier": [_ranking(settlement, context) for settlement in earlier],
    }


def _maps(
    settlements: Sequence[Settlement], rows: Sequence[ScoreRow], context: StatementContext
) -> list[dict[str, Any]]:
    blocks = []
    for start in range(0, len(settlements), _PERIODS_A_BLOCK):
        shown = slice(start, start + _PERIODS_A_BLOCK)
        blocks.append(
            {
                "span": span_text(settlements[shown]),
                "heads": [short_label(settlement.period) for settlement in settlements[shown]],
                "is_long": len(rows) > _LONG_TABLE,
                "rows": [
                    {
                        "name": row.name,
                        "is_whole": row.is_whole,
                        "cells": [_map_cell(cell, context) for cell in row.cells[shown]],
                    }
                    for row in rows
                ],
            }
        )
    return blocks


def _map_cell(cell: ScoreCell | None, context: StatementContext) -> dict[str, str] | None:
    if cell is None:
        return None
    return {
        "text": score_text(cell.score),
        "sign": PARTIAL_SIGN if cell.is_partial else "",
        "told": f"{cell.band}{', measured in part' if cell.is_partial else ''}",
        "tone": tone_of(cell.score, cell.band, context),
    }


def _ranking(settlement: Settlement, context: StatementContext) -> dict[str, Any]:
    levels = levels_of(settlement.scorecards)
    heads = [{"id": level_id, "name": context.words(level_id).name} for level_id in levels]
    return {
        "label": settlement.period.label,
        "is_compared": is_compared(settlement.scorecards),
        "levels": heads,
        "has_bands": any(one.band for one in settlement.scorecards),
        "rows": [_ranked(place, one, levels, context) for place, one in placed(settlement.scorecards)],
    }


def _ranked(place: str, scorecard: Scorecard, levels: Sequence[str], context: StatementContext) -> dict[str, Any]:
    lines = [line_of(scorecard, level_id) for level_id in levels]
    return {
        "place": place.rstrip("="),
        "is_shared": place.endswith("="),
        "name": scorecard.subject or ALL,
        "is_whole": not scorecard.subject,
        "score": score_text(scorecard.score),
        "width": None if scorecard.score is None else f"{scorecard.score:.1f}",
        "sign": PARTIAL_SIGN if scorecard.is_partial else "",
        "band": scorecard.band,
        "tone": tone_of(scorecard.score, scorecard.band, context),
        "coverage": share_text(scorecard.coverage),
        "lines": [
            {
                "id": line.service_level,
                "name": context.words(line.service_level).name,
                "value": line_value_text(line, context),
                "score": score_text(line.score),
                "width": None if line.score is None else f"{line.score:.1f}",
                "weight": share_text(line.weight),
            }
            for line in lines
        ],
    }
