"""The forecast's relief month by month, for a terminal and for a program."""

import json
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from rich.console import Console
from rich.text import Text

from remit.performance.relief import LevelRelief, MonthRelief
from remit.performance.service_levels import Attainment
from remit.reports.figures import MINUS, NOTHING, count_text, money_text, value_text
from remit.reports.quoting import printable
from remit.reports.statements.tabular import period_fields
from remit.reports.terminals import paper, ruled_table
from remit.terms.measure_terms import Unit
from remit.terms.money import Rounding

_PLACES = Rounding(places=6)
_MOST_STRETCHES = 8
_PARTS = {
    "plan": "the plan itself, against the expected level",
    "volume": "volume",
    "handle time": "handle time",
    "staffing": "staffing",
    "outside the model": "what the model does not tell",
}


def relief_as_text(found: Sequence[MonthRelief], *, colour: bool, width: int = 100) -> str:
    """Each month's band, what lay outside, whose doing a miss was, the relief and the money."""
    with paper(colour=colour, width=width) as sheet:
        for month in found:
            _print_month(sheet.console, month)
        if not found:
            sheet.console.print(Text("No month has facts and forecast terms in force."))
    return sheet.text


def _print_month(console: Console, month: MonthRelief) -> None:
    terms = month.terms
    side = "more than" if terms.counts == "above" else "more or less than"
    head = f"band: {side} the forecast by over {_points(Fraction(terms.band))} %, by {terms.by} and queue"
    clause = "" if terms.clause is None else f" · {terms.clause}"
    console.print(Text.assemble((month.period.label, "bold"), f" · {head}{printable(clause)}"))
    for level in month.levels:
        _print_level(console, level, month.units[level.before.service_level])
    _print_money(console, month)


def _print_level(console: Console, one: LevelRelief, unit: Unit) -> None:
    outside = f"{count_text(len(one.outside))} of {count_text(len(one.stretches))} outside the band"
    console.print(Text.assemble("  ", (printable(one.before.service_level), "bold"), f" · {outside} · {one.why}"))
    standings = (
        f"{_stands(one.before, unit)} → {_stands(one.after, unit)}" if one.is_given else _stands(one.before, unit)
    )
    console.print(Text(f"  {standings}"))
    for stretch in one.outside[:_MOST_STRETCHES]:
        named = f"{stretch.label} {stretch.queue}".rstrip()
        counts = f"forecast {count_text(int(stretch.forecast))}, came {count_text(int(stretch.came))}"
        console.print(Text(f"    {printable(named)}: {counts}", style="dim"))
    if len(one.outside) > _MOST_STRETCHES:
        left = len(one.outside) - _MOST_STRETCHES
        console.print(Text(f"    and {count_text(left)} more (--as json lists all)", style="dim"))
    _print_parts(console, one)


def _print_parts(console: Console, one: LevelRelief) -> None:
    if not one.parts:
        return
    table = ruled_table()
    table.add_column("Of the gap to the expected level")
    table.add_column("Points", justify="right", no_wrap=True)
    for name, part in one.parts.items():
        table.add_row(_PARTS[name], _points(part))
    table.add_row("together", _points(sum(one.parts.values(), Fraction(0))))
    if one.volume_outside is not None:
        table.add_row("of it volume outside the band alone", _points(one.volume_outside))
    console.print(table)
    if one.left_out:
        said = f"{count_text(one.left_out)} intervals lack handle times or staffing and are in no replay"
        console.print(Text(f"  {said}", style="dim"))


def _print_money(console: Console, month: MonthRelief) -> None:
    before, after = (money_text(one.credit, one.currency) for one in (month.before, month.after))
    same = month.before.credit == month.after.credit
    console.print(
        Text(f"  credits {before}, the same with relief" if same else f"  credits {before} → {after} with relief")
    )


def _stands(one: Attainment, unit: Unit) -> str:
    value = NOTHING if one.value is None else value_text(one.value, unit)
    return f"{value} {str(one.standing).replace('_', ' ')}"


def _points(share: Fraction) -> str:
    """A share in percent, two places: `−4.20`."""
    hundred = share * 100
    rounded = (Decimal(hundred.numerator) / hundred.denominator).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    return f"{MINUS if rounded < 0 else ''}{abs(rounded):,f}"


def relief_as_json(found: Sequence[MonthRelief]) -> str:
    """The months as a JSON list; shares are 0 to 1, and `parts` add up to measured less expected."""
    return json.dumps([_month(one) for one in found], ensure_ascii=False, indent=2) + "\n"


def _month(month: MonthRelief) -> dict[str, Any]:
    terms = month.terms
    return {
        "month": period_fields(month.period),
        "terms": {
            "band": str(terms.band),
            "by": terms.by,
            "counts": terms.counts,
            "at_least": None if terms.at_least is None else str(terms.at_least),
            "relief": terms.relief,
            "clause": terms.clause,
        },
        "levels": [_level(one) for one in month.levels],
        "currency": month.before.currency,
        "credit": str(month.before.credit),
        "credit_with_relief": str(month.after.credit),
    }


def _level(one: LevelRelief) -> dict[str, Any]:
    attribution = one.attribution
    return {
        "service_level": one.before.service_level,
        "measured": _judged(one.before),
        "with_relief": _judged(one.after),
        "relief": one.why,
        "is_given": one.is_given,
        "contacts_added": one.contacts,
        "stretches": len(one.stretches),
        "outside": [
            {"stretch": each.label, "queue": each.queue, "forecast": int(each.forecast), "came": int(each.came)}
            for each in one.outside
        ],
        "model": None
        if attribution is None
        else {"planned": _number(attribution.planned), "actual": _number(attribution.actual)},
        "parts": {name: _number(part) for name, part in one.parts.items()},
        "volume_outside": _number(one.volume_outside),
        "intervals_left_out": one.left_out,
    }


def _judged(one: Attainment) -> dict[str, Any]:
    return {
        "numerator": one.ratio.numerator,
        "denominator": one.ratio.denominator,
        "value": None if one.value is None else str(one.value),
        "expected": None if one.expected is None else str(one.expected),
        "standing": str(one.standing),
        "note": one.note,
    }


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(_PLACES.apply(value))
