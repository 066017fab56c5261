"""A statement as one page that stands alone: no script, nothing fetched, good on paper and on a phone."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from remit.performance.service_levels import Attainment
from remit.performance.settlements import Provenance, Settlement
from remit.reports.charts import trend_of, trend_svg
from remit.reports.figures import (
    NOTHING,
    amount_text,
    count_text,
    instant_text,
    interval_text,
    money_text,
    percent_text,
    threshold_text,
)
from remit.reports.quoting import printable
from remit.reports.standings import MET, NOT_MEASURED, mark_of, tally
from remit.reports.statements.contexts import LevelWords, StatementContext
from remit.reports.statements.grid import (
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
from remit.reports.statements.scorecard_page import scorecards_on_page

_PERIODS_A_BLOCK = 12


def as_html(settlements: Sequence[Settlement], context: StatementContext) -> str:
    """The statement as one HTML page with its styles and charts inside.

    One period shows its levels in full; several show a map of levels against periods (twelve at a time) and a trend a
    level. Everything that comes from a contract or from facts is escaped. At least one settlement is needed:
    a page about nothing would be sent on as if it were a statement.
    """
    if not settlements:
        raise ValueError("a statement needs at least one settled period")
    # `Undefined` is strict, so that a misspelt name fails in tests rather than printing nothing on a statement.
    shelf = Environment(
        loader=PackageLoader("remit.reports.statements"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_clean,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    return shelf.get_template("statement.html.j2").render(page=_page(settlements, context, css=_css(shelf)))


def _clean(value: Any) -> Any:
    """What a template prints: no control characters, and no line break between a number and its percent sign."""
    return value if isinstance(value, Markup) else printable(value).replace(" %", "\N{NO-BREAK SPACE}%")


def _css(shelf: Environment) -> Markup:
    if shelf.loader is None:
        raise RuntimeError("the page's templates are missing from the package")
    return Markup(shelf.loader.get_source(shelf, "statement.css")[0])  # noqa: S704 - our own file, no data in it


def _page(settlements: Sequence[Settlement], context: StatementContext, *, css: Markup) -> dict[str, Any]:
    rows = level_rows(settlements, context)
    currency = settlements[0].statement.currency
    is_single = len(settlements) == 1
    counts = tally(attainment for row in rows for attainment in row.attainments)
    return {
        "css": css,
        "title": context.title or context.contract,
        "span": span_text(settlements),
        "client": context.client,
        "provider": context.provider,
        "contract": with_clause(context.contract, context.clause),
        "zone": settlements[0].provenance.time_zone,
        "currency": currency,
        "due_word": "Credit due" if is_single else "Credits of all periods",
        "due": money_text(total_credit(settlements), currency),
        "totals": _totals(settlements),
        "tally_word": "Levels" if is_single else "Levels by period",
        "tally": [(mark, count) for mark, count in counts.items() if count or mark is MET],
        "has_exclusions": any(attainment.excluded for row in rows for attainment in row.attainments),
        "levels_table": list(_levels_table(settlements[0], rows, context)) if is_single else [],
        "heat": [] if is_single else list(_heat(settlements, context)),
        "scorecards": scorecards_on_page(settlements, context),
        "levels": [_level(row, index, is_single=is_single) for index, row in enumerate(rows)],
        "bills": [_bill(settlement) for settlement in told_credits(settlements)],
        "quiet_credits": quiet_sentence(settlements),
        "recompute": context.recompute,
        "origins": [_origin(origin, span) for origin, span in _origins(settlements)],
    }


def _totals(settlements: Sequence[Settlement]) -> list[tuple[str, str]]:
    statements = [settlement.statement for settlement in settlements]
    if len(statements) == 1:
        return [(word.capitalize(), text) for word, text in statement_totals(statements[0])]
    currency = statements[0].currency
    at_risk = [statement.at_risk for statement in statements if statement.at_risk is not None]
    totals = [("Charges", amount_text(sum((s.charges for s in statements), Decimal(0)), currency))]
    return totals + ([("At risk", amount_text(sum(at_risk, Decimal(0)), currency))] if at_risk else [])


def _levels_table(
    settlement: Settlement, rows: Sequence[GridRow], context: StatementContext
) -> Iterator[dict[str, Any]]:
    for index, level in enumerate(rows):
        credit = credit_of(settlement, level.service_level)
        for row in (level, *breakdown_rows([settlement], context, level.service_level)):
            for attainment in row.attainments:
                yield {
                    "id": level.service_level,
                    "anchor": _anchor(index),
                    "is_part": bool(row.dimensions),
                    "name": row.label + _window_suffix(attainment, settlement),
                    "credit": amount_text(credit, settlement.statement.currency) if credit and row is level else "",
                    **_figures(attainment, level.words),
                }


def _window_suffix(attainment: Attainment, settlement: Settlement) -> str:
    return "" if attainment.window == settlement.period else f", {short_label(attainment.window)}"


def _figures(attainment: Attainment, words: LevelWords) -> dict[str, Any]:
    return {
        "window": attainment.window.label,
        "value": attained_text(attainment, words),
        "counts": counts_text(attainment),
        "interval": interval_text(attainment.interval, words.unit),
        "expected": threshold_text(attainment.expected, words.unit, at_most=attainment.at_most),
        "minimum": threshold_text(attainment.minimum, words.unit, at_most=attainment.at_most),
        "standing": mark_of(attainment),
        "excluded": count_text(attainment.excluded),
        "note": attainment.note,
    }


def _heat(settlements: Sequence[Settlement], context: StatementContext) -> Iterator[dict[str, Any]]:
    for start in range(0, len(settlements), _PERIODS_A_BLOCK):
        block = settlements[start : start + _PERIODS_A_BLOCK]
        # Rows are taken from all periods, so that every block has the same rows and the same links.
        rows = [
            {**_heat_row(row, slice(start, start + _PERIODS_A_BLOCK)), "anchor": _anchor(index)}
            for index, level in enumerate(level_rows(settlements, context))
            for row in (level, *breakdown_rows(settlements, context, level.service_level))
        ]
        amounts = [(s.statement.credit, s.statement.currency) for s in block]
        yield {
            "span": span_text(block),
            "heads": [short_label(settlement.period) for settlement in block],
            "rows": rows,
            "credits": [amount_text(amount, currency) if amount else NOTHING for amount, currency in amounts],
        }


def _heat_row(row: GridRow, shown: slice) -> dict[str, Any]:
    cells = [
        {
            "standing": cell.mark,
            "text": "" if cell.mark is NOT_MEASURED else cell.text(row.words),
        }
        for cell in row.cells[shown]
    ]
    return {"id": row.service_level, "name": row.label, "is_part": bool(row.dimensions), "cells": cells}


def _level(row: GridRow, index: int, *, is_single: bool) -> dict[str, Any]:
    judged = sorted(row.attainments, key=lambda attainment: attainment.window)
    last, words = judged[-1], row.words
    thresholds = {(attainment.expected, attainment.minimum) for attainment in judged}
    chart = trend_of(judged, key=f"trend-{index}", title=f"{row.service_level} {words.name}", unit=words.unit)
    return {
        "id": row.service_level,
        "name": words.name,
        "anchor": _anchor(index),
        "about": ", ".join(_about(last, words, has_changed=len(thresholds) > 1)),
        "definition": words.definition,
        # The windows of a single period already stand in the table of levels, and draw no trend.
        "windows": [_figures(attainment, words) for attainment in judged] if not is_single else [],
        "chart": Markup(trend_svg(chart)),  # noqa: S704 - the chart escapes what it is given
        "chart_caption": chart.description,
        "has_intervals": any(attainment.interval for attainment in judged),
        "has_changing_thresholds": len(thresholds) > 1,
        "has_exclusions": any(attainment.excluded for attainment in judged),
    }


def _about(attainment: Attainment, words: LevelWords, *, has_changed: bool) -> Iterator[str]:
    yield "Critical service level" if attainment.is_critical else "Key measurement"
    if not has_changed:
        if attainment.expected is not None:
            yield f"expected {threshold_text(attainment.expected, words.unit, at_most=attainment.at_most)}"
        if attainment.minimum is not None:
            yield f"minimum {threshold_text(attainment.minimum, words.unit, at_most=attainment.at_most)}"
    if words.clause:
        yield words.clause


def _bill(settlement: Settlement) -> dict[str, Any]:
    statement = settlement.statement
    totals = [f"{word} {text}" for word, text in statement_totals(statement)]
    applies = [f"applies to the invoice of {statement.applies_to}"] if statement.applies_to and statement.credit else []
    return {
        "label": settlement.period.label,
        "due": f"{money_text(statement.credit, statement.currency)}",
        "credit": amount_text(statement.credit, statement.currency),
        "totals": " · ".join(totals + applies),
        "lines": [
            {
                "service_level": line.service_level,
                "reason": line.reason,
                "clause": line.clause or "",
                "amount": amount_text(line.amount, statement.currency),
                "trace": [asdict(step) for step in line.trace],
            }
            for line in statement.lines
        ],
        "rights": [
            f"{right.service_level}: {with_clause(right.reason, right.clause)}"
            for right in statement.termination_rights
        ],
        "notes": list(statement.notes),
    }


def _origins(settlements: Sequence[Settlement]) -> list[tuple[Provenance, str]]:
    """Each distinct origin with the periods it served: one a statement, unless an amendment came between."""
    origins = dict.fromkeys(settlement.provenance for settlement in settlements)
    return [(origin, span_text([s for s in settlements if s.provenance == origin])) for origin in origins]


def _origin(origin: Provenance, span: str) -> dict[str, str]:
    facts = origin.facts
    return {
        "span": span,
        "contract_sha256": origin.contract_sha256,
        "facts_sha256": origin.facts_sha256,
        "waivers_sha256": origin.waivers_sha256,
        "rows": count_text(facts.rows),
        "quarantined": count_text(facts.quarantined),
        "share": percent_text(facts.quarantined, facts.rows),
        "as_of": instant_text(origin.as_of, origin.time_zone),
        "remit_version": origin.remit_version,
    }


def _anchor(index: int) -> str:
    return f"level-{index + 1}"
