"""Comparisons at one mix, signals and forecasts, for a terminal and for a program."""

import json
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from rich.console import Console
from rich.text import Text

from remit.performance.alerts import Forecast
from remit.performance.fairness import (
    Adjusted,
    BunchedMonth,
    Comparison,
    Crowded,
    Edge,
    Inside,
    Redated,
    Signals,
    SoonReopened,
)
from remit.performance.service_levels import Ratio
from remit.reports.figures import NOTHING, count_text, interval_text, value_text
from remit.reports.quoting import printable
from remit.reports.statements.tabular import period_fields
from remit.reports.terminals import paper, ruled_table
from remit.terms.measure_terms import Unit
from remit.terms.money import Rounding

_PLACES = Rounding(places=6)
_MOST_KEYS = 12


def comparison_as_text(found: Comparison, *, colour: bool, width: int = 100) -> str:
    """Each subject's figure raw and at everybody's mix, with the strata that are thin or missing."""
    unit = found.level.measure.value_unit
    with paper(colour=colour, width=width) as sheet:
        span = f"{found.months[0].label} to {found.months[-1].label}"
        head = f" by {found.by}, adjusted for {', '.join(found.adjusted_for)} · {span}"
        sheet.console.print(Text.assemble((printable(found.service_level), "bold"), printable(head)))
        _print_subjects(sheet.console, found.subjects, unit)
        _print_strata(sheet.console, found.subjects, unit)
        for said in _doubts(found.subjects):
            sheet.console.print(Text(f"· {printable(said)}", style="dim"))
    return sheet.text


def _print_subjects(console: Console, subjects: Sequence[Adjusted], unit: Unit) -> None:
    table = ruled_table()
    table.add_column("", overflow="fold")
    for word in ("Records", "Raw", "95 %", "Adjusted", "95 %", "Difference"):
        table.add_column(word, justify="right", no_wrap=True)
    for one in subjects:
        raw, adjusted = one.raw.value, one.adjusted
        both = raw is not None and adjusted is not None
        difference = _value((adjusted or Fraction(0)) - (raw or Fraction(0)), unit) if both else NOTHING
        table.add_row(
            Text(printable(one.subject)), count_text(one.raw.records), _value(raw, unit),
            interval_text(one.raw_interval, unit), _value(adjusted, unit), interval_text(one.interval, unit),
            difference,
        )  # fmt: skip
    console.print(table)


def _print_strata(console: Console, subjects: Sequence[Adjusted], unit: Unit) -> None:
    table = ruled_table()
    table.add_column("Stratum", overflow="fold")
    table.add_column("Weight", justify="right", no_wrap=True)
    for one in subjects:
        table.add_column(printable(one.subject), justify="right")
    for cells in zip(*(one.strata for one in subjects), strict=True):
        values = [f"{_value(cell.ratio.value, unit)}{' *' if cell.is_thin else ''}" for cell in cells]
        table.add_row(Text(printable(cells[0].stratum)), _share(cells[0].weight), *values)
    console.print(table)


def _doubts(subjects: Sequence[Adjusted]) -> list[str]:
    said = ["weights are the mix of all together; each figure is what the same work at that mix would have come to"]
    if any(one.has_thin for one in subjects):
        said.append("* fewer than 30 records: more chance than work")
    said += [
        f"{one.subject} has no record in {_share(1 - one.weight_covered)} of the mix: its figure leaves that part out"
        for one in subjects
        if one.weight_covered < 1
    ]
    return said


def comparison_as_json(found: Comparison) -> str:
    """The comparison as one JSON object; values are in the measure's own scale, null where there is none."""
    told = {
        "service_level": found.service_level,
        "by": found.by,
        "adjusted_for": list(found.adjusted_for),
        "months": [period_fields(month) for month in found.months],
        "subjects": [
            {
                "subject": one.subject,
                **_counts(one.raw),
                "raw": _number(one.raw.value),
                "raw_interval": _interval(one.raw_interval),
                "adjusted": _number(one.adjusted),
                "interval": _interval(one.interval),
                "weight_covered": _number(one.weight_covered),
                "strata": [
                    {
                        "stratum": cell.stratum,
                        "weight": _number(cell.weight),
                        **_counts(cell.ratio),
                        "value": _number(cell.ratio.value),
                        "is_thin": cell.is_thin,
                    }
                    for cell in one.strata
                ],
            }
            for one in found.subjects
        ],
    }
    return _written(told)


def signals_as_text(found: Signals, *, colour: bool, width: int = 100) -> str:
    """What is worth asking about, with the records; and how much was looked at, where there is nothing."""
    with paper(colour=colour, width=width) as sheet:
        console = sheet.console
        span = f"{found.months[0].label} to {found.months[-1].label}" if found.months else "no month"
        console.print(Text(f"Looked for bunching in {found.looked_at} places, {span}.", style="dim"))
        for sentence, keys in sentences(found):
            console.print(Text(printable(sentence)))
            console.print(Text(f"  {printable(_shortened(keys))}", style="dim"))
        if found.watermelon is not None:
            months = f"{found.watermelon.months[0].label} to {found.watermelon.months[-1].label}"
            met = ", ".join(found.watermelon.met)
            console.print(Text(f"Green outside, red inside: {months}, {met} were met, while"))
            for inside in found.watermelon.worse:
                console.print(Text(f"  {printable(inside_sentence(inside))}"))
        if found.is_empty:
            console.print(Text("Nothing worth asking about."))
        else:
            console.print(Text("A signal is a question to ask, and no proof of anything.", style="dim"))
    return sheet.text


def sentences(found: Signals) -> list[tuple[str, tuple[str, ...]]]:
    """Every signal that has records, in a sentence, with their keys."""
    return [
        *((bunching_sentence(one), one.found.keys) for one in found.bunched),
        *((reopening_sentence(clock, soon), soon.keys) for clock, soon in found.reopened),
        *((redating_sentence(one), one.found.keys) for one in found.redated),
        *((crowding_sentence(one), one.found.keys) for one in found.crowded),
    ]


def bunching_sentence(one: BunchedMonth) -> str:
    """One signal in a sentence."""
    found = one.found
    return (
        f"{one.service_level} in {one.month.label}: {found.just_within} records {one.what}, where about "
        f"{found.expected:.0f} would be expected from the times around it ({found.just_over} just over; "
        f"by chance alone once in {1 / max(found.chance, 1e-12):,.0f} such months)"
    )


def inside_sentence(one: Inside) -> str:
    """One level that is worse inside, in a sentence."""
    before, after = (_share(ratio.value) if ratio.value is not None else NOTHING for ratio in (one.before, one.after))
    missed = f", missed in {one.months_missed} of these months" if one.months_missed else ""
    return f"{one.service_level} went from {before} to {after} ({one.z:.1f} standard errors){missed}"


def reopening_sentence(clock: str, one: SoonReopened) -> str:
    """One month's reopenings in a sentence."""
    return (
        f"{clock} in {one.month_on:%Y-%m}: {len(one.keys)} of {count_text(one.stops)} stops were undone within the hour"
    )


def redating_sentence(one: Redated) -> str:
    """One month's end over which later loads moved records, in a sentence."""
    ended, found = one.month_on - timedelta(days=1), one.found
    return (
        f"{one.what} ({', '.join(one.levels)}) at the end of {ended:%Y-%m}: later loads moved {found.records} records "
        f"over the month's end, {one.back} of them back into {ended:%Y-%m}, where about {about(found.expected)} would "
        f"be expected from the midnights around it"
    )


def crowding_sentence(one: Crowded) -> str:
    """The stops at one month's edge in a sentence."""
    hours = "first two hours" if one.is_first else "last two hours"
    return (
        f"{one.clock} in {one.month_on:%Y-%m}: {one.found.records} stops in the month's {hours}, where about "
        f"{about(one.found.expected)} would be expected from the same hours of its other days"
    )


def about(expected: float) -> str:
    """How many were to be expected, as people read it."""
    return f"{expected:.1f}" if expected >= 1 else f"{expected:.2f}"


def _shortened(keys: Sequence[str]) -> str:
    shown = ", ".join(keys[:_MOST_KEYS])
    left = len(keys) - _MOST_KEYS
    return f"{shown} and {left} more (--as json lists all)" if left > 0 else shown


def signals_as_json(found: Signals) -> str:
    """The signals as one JSON object, each with its records."""
    watermelon = found.watermelon
    told: dict[str, Any] = {
        "months": [period_fields(month) for month in found.months],
        "looked_at": found.looked_at,
        "bunching": [
            {
                "service_level": one.service_level,
                "month": period_fields(one.month),
                "what": one.what,
                "just_within": one.found.just_within,
                "expected": round(one.found.expected, 2),
                "just_over": one.found.just_over,
                "chance": float(f"{one.found.chance:.3g}"),
                "records": list(one.found.keys),
            }
            for one in found.bunched
        ],
        "reopened_soon": [
            {"clock": clock, "month": f"{one.month_on:%Y-%m}", "stops": one.stops, "records": list(one.keys)}
            for clock, one in found.reopened
        ],
        "redated": [
            {
                "what": one.what,
                "service_levels": list(one.levels),
                "end_of": f"{one.month_on - timedelta(days=1):%Y-%m}",
                "moved": one.found.records,
                "back": one.back,
                **_edge(one.found),
            }
            for one in found.redated
        ],
        "crowded": [
            {
                "clock": one.clock,
                "month": f"{one.month_on:%Y-%m}",
                "edge": "first hours" if one.is_first else "last hours",
                "stops": one.found.records,
                **_edge(one.found),
            }
            for one in found.crowded
        ],
        "green_outside": None
        if watermelon is None
        else {
            "months": [period_fields(month) for month in watermelon.months],
            "met": list(watermelon.met),
            "worse": [
                {
                    "service_level": one.service_level,
                    "before": _counts(one.before),
                    "after": _counts(one.after),
                    "z": round(one.z, 3),
                    "months_missed": one.months_missed,
                }
                for one in watermelon.worse
            ],
        },
    }
    return _written(told)


def _edge(found: Edge) -> dict[str, Any]:
    return {
        "expected": round(found.expected, 2),
        "chance": float(f"{found.chance:.3g}"),
        "records": list(found.keys),
    }


def forecasts_as_text(found: Sequence[Forecast], *, colour: bool, width: int = 100) -> str:
    """The chance that each level ends its month met, the least likely first."""
    with paper(colour=colour, width=width) as sheet:
        if found:
            _print_forecasts(sheet.console, found)
        else:
            said = "No level can be foreseen: there are too few past days, or none is judged by the month."
            sheet.console.print(Text(said))
    return sheet.text


def _print_forecasts(console: Console, found: Sequence[Forecast]) -> None:
    head = f"{found[0].window.label}, {found[0].days_left} days to come, each drawn from past days of its weekday"
    console.print(Text(head, style="dim"))
    table = ruled_table()
    table.add_column("Level", no_wrap=True)
    for word in ("So far", "Counts", "Likely end", "Nine of ten", "Ends met"):
        table.add_column(word, justify="right", no_wrap=True)
    table.add_column("As it stands")
    for one in sorted(found, key=lambda each: each.chance):
        so_far = one.so_far.value
        value = NOTHING if so_far is None else f"{float(so_far):.4f}"
        counts = f"{count_text(one.so_far.numerator)} / {count_text(one.so_far.denominator)}"
        standing = str(one.standing).replace("_", " ")
        likely, band = f"{one.likely:.4f}", f"{one.low:.4f} to {one.high:.4f}"
        chance = f"{round(one.chance * 100)} %"
        table.add_row(printable(one.service_level), value, counts, likely, band, chance, standing)
    console.print(table)


def forecasts_as_json(found: Sequence[Forecast]) -> str:
    """The forecasts as a JSON list, in the contract's order."""
    told = [
        {
            "service_level": one.service_level,
            "window": period_fields(one.window),
            **_counts(one.so_far),
            "standing": str(one.standing),
            "days_left": one.days_left,
            "chance_met": _number(one.chance),
            "likely": float(one.likely),
            "low": float(one.low),
            "high": float(one.high),
            "expected": float(one.expected),
            "runs": one.runs,
        }
        for one in found
    ]
    return _written(told)


def _value(value: Fraction | None, unit: Unit) -> str:
    return NOTHING if value is None else value_text(_PLACES.apply(value), unit)


def _share(value: Fraction | None) -> str:
    return _value(value, Unit.SHARE)


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(Decimal(_PLACES.apply(value)))


def _interval(interval: tuple[Decimal, Decimal] | None) -> list[float] | None:
    return None if interval is None else [float(bound) for bound in interval]


def _counts(ratio: Ratio) -> dict[str, int]:
    return {"numerator": ratio.numerator, "denominator": ratio.denominator, "records": ratio.records}


def _written(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
