"""A level's attainments side by side, by site, by queue or by whatever else a contract tells apart."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from remit.reports.charts.looks import BAR, BARS, EXPECTED, INK, SHAPES, STANDINGS, Words
from remit.reports.charts.pictures import Chart
from remit.reports.charts.scales import Scale
from remit.reports.figures import count_text, interval_text, threshold_text, value_text
from remit.reports.standings import Mark
from remit.terms.measure_terms import Unit

_WIDTH, _BAR_HEIGHT = 460, 30
_ENGLISH = Words()


@dataclass(frozen=True, slots=True)
class Bar:
    """One part's attainment; without a value it has no bar, and its line says so."""

    label: str
    value: Decimal | None
    interval: tuple[Decimal, Decimal] | None
    records: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class BarChart:
    """A level's parts in the order to show; `key` is unique on the page it stands on."""

    key: str
    title: str
    unit: Unit
    at_most: bool
    expected: Decimal | None
    bars: tuple[Bar, ...]

    @property
    def description(self) -> str:
        """The chart in one sentence."""
        measured = [bar for bar in self.bars if bar.value is not None]
        if not measured:
            return f"Not measured in any of {len(self.bars)} parts."
        worst = (max if self.at_most else min)(measured, key=lambda bar: bar.value or Decimal(0))
        missed = sum(bar.mark.standing.is_miss for bar in measured)
        return (
            f"{missed} of {len(measured)} parts missed; last is {worst.label} at {value_text(worst.value, self.unit)}."
        )


def bar_chart(chart: BarChart, words: Words = _ENGLISH) -> Chart:
    """The chart: one bar a part, its interval as a whisker, its value beside it, the expected level as a line."""
    return Chart(
        key=chart.key,
        title=chart.title,
        description=chart.description,
        spec=_spec(chart, words),
        columns=("", words.value, words.interval, words.records, words.standing),
        rows=tuple(_row(chart, bar, words) for bar in chart.bars),
        number_columns=frozenset({1, 2, 3}),
    )


def _row(chart: BarChart, bar: Bar, words: Words) -> tuple[str, ...]:
    numbers = (_value(chart, bar), interval_text(bar.interval, chart.unit), count_text(bar.records))
    return (bar.label, *map(words.number, numbers), words.of_standing(bar.mark.words))


def _value(chart: BarChart, bar: Bar) -> str:
    return value_text(bar.value, chart.unit, beside=(chart.expected,))


def _spec(chart: BarChart, words: Words) -> dict[str, Any]:
    scale = _scale(chart)
    texts = [words.number(scale.text(tick)) for tick in scale.ticks()]
    axis = {
        "values": scale.ticks(),
        "grid": True,
        "labelExpr": f"{json.dumps(texts)}[round((datum.value - {scale.low}) / {scale.step})]",
    }
    across = {"type": "quantitative", "scale": {"domain": [scale.low, scale.high], "nice": False, "clamp": True}}
    return {
        "width": _WIDTH,
        "height": {"step": _BAR_HEIGHT},
        "padding": {"left": 4, "top": 8, "right": 4, "bottom": 4},
        "data": {"values": [_datum(chart, bar, words) for bar in chart.bars]},
        "encoding": {"y": {"field": "label", "type": "nominal", "sort": None, "axis": {"labelColor": INK}}},
        "layer": [
            {
                "mark": {"type": "bar", "height": {"band": 0.56}, "cornerRadiusEnd": 2},
                "transform": [{"filter": "isValid(datum.value)"}],
                "encoding": {
                    "x": {"field": "value", **across, "axis": axis},
                    "fill": {"field": "colour", "type": "nominal", "scale": None},
                    "description": {"field": "says"},
                },
            },
            _whiskers(across),
            _signs(),
            {
                "mark": {"type": "text", "align": "left", "fill": INK},
                "encoding": {"x": {"value": _WIDTH + 26}, "text": {"field": "text"}},
            },
            *_target(chart, across, words),
        ],
    }


def _signs() -> dict[str, Any]:
    """The standing beside the value, by its shape as on a trend."""
    standings = [str(standing) for standing in SHAPES]
    by_standing = {"field": "standing", "type": "nominal", "legend": None}
    return {
        "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
        "transform": [{"filter": "isValid(datum.value)"}],
        "encoding": {
            "x": {"value": _WIDTH + 14},
            "fill": {**by_standing, "scale": {"domain": standings, "range": [STANDINGS[one] for one in SHAPES]}},
            "shape": {**by_standing, "scale": {"domain": standings, "range": list(SHAPES.values())}},
        },
    }


def _whiskers(across: dict[str, Any]) -> dict[str, Any]:
    return {
        "mark": {"type": "rule", "stroke": INK, "strokeWidth": 1.25, "clip": True},
        "transform": [{"filter": "isValid(datum.low)"}],
        "encoding": {"x": {"field": "low", **across}, "x2": {"field": "high"}},
    }


def _target(chart: BarChart, across: dict[str, Any], words: Words) -> list[dict[str, Any]]:
    if chart.expected is None:
        return []
    name = f"{words.expected} {words.number(threshold_text(chart.expected, chart.unit, at_most=chart.at_most))}"
    data = {"values": [{"at": float(chart.expected)}]}
    x = {"field": "at", **across}
    return [
        {
            "data": data,
            "mark": {"type": "rule", "stroke": EXPECTED, "strokeWidth": 1.5},
            "encoding": {"x": x, "y": None},
        },
        {
            "data": data,
            "mark": {"type": "text", "text": name, "fill": EXPECTED, "baseline": "bottom", "dy": -3},
            "encoding": {"x": x, "y": {"value": 0}},
        },
    ]


def _datum(chart: BarChart, bar: Bar, words: Words) -> dict[str, Any]:
    low, high = bar.interval or (None, None)
    text = words.number(_value(chart, bar)) if bar.value is not None else words.not_measured
    standing = words.of_standing(bar.mark.words)
    return {
        "label": bar.label,
        "value": None if bar.value is None else float(bar.value),
        "low": None if low is None else float(low),
        "high": None if high is None else float(high),
        "colour": BARS.get(bar.mark.standing, BAR),
        "standing": str(bar.mark.standing),
        "text": text,
        "says": f"{bar.label}: {text}, {standing}, {words.number(count_text(bar.records))} {words.records}",
    }


def _scale(chart: BarChart) -> Scale:
    """Bars begin at nothing: their length is what is compared."""
    levels = [bar.value for bar in chart.bars if bar.value is not None]
    highest = max([*levels, *([chart.expected] if chart.expected is not None else [])], default=Decimal(1))
    return Scale.around(0.0, float(highest) or 1.0, chart.unit)
