"""The bridge from the provider's figure to ours, for a terminal and a program."""

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

from rich.text import Text

from remit.performance.reconciliations import Bridge, BridgeStep
from remit.reports.figures import NOTHING, change_text, count_text, value_text
from remit.reports.quoting import printable
from remit.reports.statements.tabular import period_fields
from remit.reports.terminals import paper, ruled_table
from remit.terms.measure_terms import Unit
from remit.terms.money import Rounding

_PLACES = 12


def plain(value: Fraction) -> Decimal:
    """A figure as a decimal, to twelve places and without zeros at its end."""
    return Rounding(places=_PLACES).apply(value).normalize()


def bridge_as_json(found: Bridge) -> str:
    """The bridge as one JSON object.

    `exact` are fractions as text, whose changes add up to the difference without a rest; `value` and `change` the same
    as decimals for reading. Changes of counts are null where the provider told no counts.
    """
    theirs, ours = found.theirs, found.ours
    told: dict[str, Any] = {
        "service_level": found.service_level,
        "period": period_fields(found.period),
        "theirs": {**_figure(theirs.exact), "numerator": theirs.numerator, "denominator": theirs.denominator},
        "ours": {**_figure(ours.value), "numerator": ours.numerator, "denominator": ours.denominator},
        "steps": [_step(step) for step in found.steps],
        "unexplained": _figure(found.unexplained),
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _figure(value: Fraction | None) -> dict[str, str | None]:
    return {"value": None if value is None else f"{plain(value):f}", "exact": None if value is None else str(value)}


def _step(step: BridgeStep) -> dict[str, Any]:
    return {
        "cause": step.cause,
        "change": _figure(step.change),
        "after": _figure(step.after),
        "numerator": step.counts[0],
        "denominator": step.counts[1],
        "records": list(step.records),
    }


def bridge_as_text(found: Bridge, unit: Unit, *, colour: bool, width: int = 100) -> str:
    """The bridge for a terminal: their figure, a line a step, ours."""
    with paper(colour=colour, width=width) as sheet:
        head = f" · {found.period.label} · from their figure to ours"
        sheet.console.print(Text.assemble((printable(found.service_level), "bold"), head))
        table = ruled_table()
        table.add_column("Step", overflow="fold")
        for name in ("Change", "Figure", "Counts", "Records"):
            table.add_column(name, justify="right", no_wrap=True)
        theirs = found.theirs
        table.add_row("theirs", "", shown(theirs.exact, unit), _counts(theirs.numerator, theirs.denominator), "")
        for step in found.steps:
            records = count_text(len(step.records)) if step.records else NOTHING
            change, after = moved(step.change, unit), shown(step.after, unit)
            table.add_row(Text(printable(step.cause)), change, after, _moved_counts(step), records)
        table.add_row(
            "ours", "", shown(found.ours.value, unit), _counts(found.ours.numerator, found.ours.denominator), ""
        )
        sheet.console.print(table)
        if found.unexplained:
            sheet.console.print(Text(f"{moved(found.unexplained, unit)} of it is not explained.", style="bold"))
    return sheet.text


def shown(value: Fraction | None, unit: Unit) -> str:
    """A figure as statements print it."""
    return NOTHING if value is None else value_text(plain(value), unit)


def moved(change: Fraction, unit: Unit) -> str:
    """A change with its sign; of a share in percentage points."""
    return change_text(plain(change), unit)


def _counts(numerator: int | None, denominator: int | None) -> str:
    if numerator is None or denominator is None:
        return NOTHING
    return f"{count_text(numerator)} / {count_text(denominator)}"


def _moved_counts(step: BridgeStep) -> str:
    numerator, denominator = step.counts
    return NOTHING if numerator is None or denominator is None else f"{numerator:+,} / {denominator:+,}"
