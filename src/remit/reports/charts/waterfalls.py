"""A waterfall: how one figure becomes another step by step, of a level's bridge as of a year's savings."""

import json
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Any

from remit.reports.charts.looks import BAR, BELOW, EXPECTED, INK, MUTED, PAPER, RULE, Words
from remit.reports.charts.pictures import Chart
from remit.reports.charts.scales import Scale
from remit.reports.figures import change_text, money_change_text, money_text, value_text
from remit.terms.measure_terms import Unit

_WIDTH, _ROW_HEIGHT, _LABEL_WIDTH = 380, 34, 34
_FROM_ZERO_FROM = 0.2
"""How large the way must be beside the largest figure for the picture to begin at nothing."""
_ENGLISH = Words()


@dataclass(frozen=True, slots=True)
class Level:
    """The figure a waterfall begins or ends with, under its name."""

    label: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """By how much one thing moves the figure; a step that nothing is known of is drawn hollow."""

    label: str
    change: Decimal
    is_unexplained: bool = False


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The way from one figure to another, its steps in order; `key` is unique on the page it stands on.

    With a `currency` the figures are money, whatever the unit says. Raises ValueError where the steps don't lead to the
    end: a picture must not hide a rest. Figures rounded to twelve places may differ by what rounding leaves.
    """

    key: str
    title: str
    start: Level
    steps: tuple[Step, ...]
    end: Level
    unit: Unit = Unit.COUNT
    currency: str = ""

    def __post_init__(self) -> None:
        rest = abs(self.afters[-1] - self.end.value)
        if rest > Decimal("1e-9") * max(Decimal(1), abs(self.end.value)):
            raise ValueError(f"the steps of {self.title} leave {rest} between {self.start.label} and {self.end.label}")

    @property
    def afters(self) -> list[Decimal]:
        """The figure at the start and after each step."""
        return list(accumulate((step.change for step in self.steps), initial=self.start.value))

    @property
    def description(self) -> str:
        """The chart in one sentence."""
        ends = f"From {self.start.label} {self.figure(self.start.value)} to {self.end.label} "
        ends += self.figure(self.end.value)
        if not self.steps:
            return f"{ends}: no step between them."
        largest = max(self.steps, key=lambda step: abs(step.change))
        count = f"{len(self.steps)} steps" if len(self.steps) > 1 else "one step"
        return f"{ends} in {count}; the largest is {largest.label}, {self.change(largest.change)}."

    def figure(self, value: Decimal) -> str:
        """A figure as statements print it."""
        return money_text(value, self.currency) if self.currency else value_text(value, self.unit)

    def change(self, change: Decimal) -> str:
        """A change with its sign; of a share in percentage points."""
        return money_change_text(change, self.currency) if self.currency else change_text(change, self.unit)


def waterfall_chart(waterfall: Waterfall, words: Words = _ENGLISH) -> Chart:
    """The chart: a row for each end and each step, read downwards; a step begins where the one before it ended.

    Where the steps are small beside the figures the axis does not begin at nothing; then the two ends are points, since
    the length of a bar that is cut off would say what is not so.
    """
    start, end = waterfall.start, waterfall.end
    steps = [
        (step.label, words.number(waterfall.change(step.change)), words.number(waterfall.figure(after)))
        for step, after in zip(waterfall.steps, waterfall.afters[1:], strict=True)
    ]
    return Chart(
        key=waterfall.key,
        title=waterfall.title,
        description=waterfall.description,
        spec=_spec(waterfall, words),
        columns=(words.step, words.change, words.value),
        rows=(
            (start.label, "", words.number(waterfall.figure(start.value))),
            *steps,
            (end.label, "", words.number(waterfall.figure(end.value))),
        ),
        number_columns=frozenset({1, 2}),
    )


def _spec(waterfall: Waterfall, words: Words) -> dict[str, Any]:
    scale, is_from_zero = _scale(waterfall)
    rows = _rows(waterfall, words)
    labels = {row["row"]: textwrap.wrap(row["label"], _LABEL_WIDTH, max_lines=2, placeholder=" …") for row in rows}
    y = {
        "field": "row",
        "type": "ordinal",
        "sort": None,
        "scale": {"domain": [row["row"] for row in rows]},
        "axis": {
            "labelColor": INK,
            "labelExpr": f"{json.dumps(labels)}[datum.value]",
            "labelLineHeight": 14,
            "labelOffset": _half_a_line(labels),
            # With short labels too the picture is about as wide as others, and its letters as large.
            "minExtent": 130,
        },
    }
    return {
        "width": _WIDTH,
        "height": {"step": _ROW_HEIGHT},
        "padding": {"left": 4, "top": 8, "right": 4, "bottom": 4},
        "data": {"values": rows},
        "encoding": {"y": y},
        "layer": [
            *_ground(scale),
            _connectors(rows, scale),
            _bars(scale, words),
            *_ends(scale, is_from_zero=is_from_zero),
            {
                "mark": {"type": "text", "align": "left", "fill": INK},
                "encoding": {"x": {"value": _WIDTH + 14}, "text": {"field": "text"}},
            },
        ],
    }


def _half_a_line(labels: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Labels of two lines begin half a line higher, so that they stand beside their bar."""
    long = [row for row, lines in labels.items() if len(lines) > 1]
    return {"condition": {"test": f"indexof({json.dumps(long)}, datum.value) >= 0", "value": -7}, "value": 0}


def _rows(waterfall: Waterfall, words: Words) -> list[dict[str, Any]]:
    afters = waterfall.afters
    rows = [_end_row("start", waterfall.start, waterfall, words)]
    for number, (step, (before, after)) in enumerate(zip(waterfall.steps, pairwise(afters), strict=True), 1):
        change, figure = words.number(waterfall.change(step.change)), words.number(waterfall.figure(after))
        rows.append(
            {
                "row": f"step {number}",
                "label": step.label,
                "kind": "step",
                "low": float(min(before, after)),
                "high": float(max(before, after)),
                "after": float(after),
                "colour": PAPER if step.is_unexplained else BAR if step.change >= 0 else BELOW,
                "dash": step.is_unexplained,
                "text": change,
                "says": f"{step.label}: {change}, {figure}",
            }
        )
    return [*rows, _end_row("end", waterfall.end, waterfall, words)]


def _end_row(row: str, end: Level, waterfall: Waterfall, words: Words) -> dict[str, Any]:
    text, value = words.number(waterfall.figure(end.value)), float(end.value)
    low, high = min(0.0, value), max(0.0, value)
    ground = {"row": row, "label": end.label, "kind": "end", "low": low, "high": high, "after": value}
    return {**ground, "text": text, "says": f"{end.label}: {text}"}


def _scale(waterfall: Waterfall) -> tuple[Scale, bool]:
    """The scale with all figures on the way, and whether it begins at nothing."""
    figures = [float(one) for one in waterfall.afters]
    low, high = min(figures), max(figures)
    largest = max(abs(low), abs(high))
    if low <= 0 <= high or high - low >= largest * _FROM_ZERO_FROM or high == low:
        return Scale.around(min(low, 0.0), max(high, 0.0) or (1.0 if low == 0 else 0.0), waterfall.unit), True
    air = (high - low) * 0.12
    return Scale.around(low - air, high + air, waterfall.unit), False


def _x(scale: Scale, words: Words | None = None) -> dict[str, Any]:
    """Along the scale; with `words` the axis and its ticks too, written like the tables."""
    x: dict[str, Any] = {"type": "quantitative", "scale": {"domain": [scale.low, scale.high], "nice": False}}
    if words is None:
        return x
    ticks = scale.ticks()
    texts = [words.number(scale.text(tick)) for tick in ticks]
    label = f"{json.dumps(texts)}[round((datum.value - {scale.low}) / {scale.step})]"
    return {**x, "axis": {"values": ticks, "labelExpr": label, "grid": True, "labelOverlap": True}}


def _ground(scale: Scale) -> list[dict[str, Any]]:
    """The line of nothing, where it is within the picture."""
    if not scale.low <= 0 <= scale.high:
        return []
    at = {"data": {"values": [{"at": 0}]}, "mark": {"type": "rule", "stroke": MUTED, "strokeWidth": 1}}
    return [{**at, "encoding": {"x": {"field": "at", **_x(scale)}, "y": None}}]


def _connectors(rows: list[dict[str, Any]], scale: Scale) -> dict[str, Any]:
    """Thin lines from where a step ends to where the next one begins."""
    values = [{"at": one["after"], "from": one["row"], "to": after["row"]} for one, after in pairwise(rows)]
    return {
        "data": {"values": values},
        "mark": {"type": "rule", "stroke": MUTED, "strokeWidth": 1, "strokeDash": [2, 2]},
        "encoding": {
            "x": {"field": "at", **_x(scale)},
            "y": {"field": "from", "type": "ordinal", "bandPosition": 0.5},
            "y2": {"field": "to", "bandPosition": 0.5},
        },
    }


def _bars(scale: Scale, words: Words) -> dict[str, Any]:
    return {
        "mark": {"type": "bar", "height": {"band": 0.56}, "minBandSize": 1, "strokeWidth": 1.25},
        "transform": [{"filter": "datum.kind == 'step'"}],
        "encoding": {
            "x": {"field": "low", **_x(scale, words)},
            "x2": {"field": "high"},
            "fill": {"field": "colour", "type": "nominal", "scale": None},
            "stroke": {"condition": {"test": "datum.dash", "value": INK}, "field": "colour", "scale": None},
            "strokeDash": {"condition": {"test": "datum.dash", "value": [3, 2]}, "value": [1, 0]},
            "description": {"field": "says"},
        },
    }


def _ends(scale: Scale, *, is_from_zero: bool) -> list[dict[str, Any]]:
    """The two ends: bars from nothing, or points where the axis begins elsewhere."""
    mine = {"transform": [{"filter": "datum.kind == 'end'"}]}
    if is_from_zero:
        encoding = {"x": {"field": "low", **_x(scale)}, "x2": {"field": "high"}, "description": {"field": "says"}}
        return [{**mine, "mark": {"type": "bar", "height": {"band": 0.56}, "fill": EXPECTED}, "encoding": encoding}]
    line = {"type": "rule", "stroke": RULE, "strokeWidth": 1}
    point = {"type": "point", "shape": "diamond", "filled": True, "size": 130, "opacity": 1, "fill": EXPECTED}
    at = {"x": {"field": "after", **_x(scale)}, "description": {"field": "says"}}
    return [
        {**mine, "mark": line, "encoding": {"x": {"value": 0}, "x2": {"value": _WIDTH}}},
        {**mine, "mark": point, "encoding": at},
    ]
