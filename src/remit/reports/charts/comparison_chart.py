"""Sites or providers beside each other, raw and at one mix: how far a figure moves when the work is made alike."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from remit.reports.charts.looks import INK, LINE, MUTED, PAPER, RULE, Words
from remit.reports.charts.pictures import Chart
from remit.reports.charts.scales import Scale
from remit.reports.figures import count_text, interval_text, value_text
from remit.terms.measure_terms import Unit

_WIDTH, _ROW = 460, 46
_ENGLISH = Words()
Interval = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Compared:
    """One subject: its raw figure and the one at the common mix, each with its interval where there is one."""

    label: str
    records: int
    raw: Decimal | None
    raw_interval: Interval | None
    adjusted: Decimal | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class ComparisonChart:
    """The subjects in the order to show; `raw` and `adjusted` are the words of the two figures."""

    key: str
    title: str
    description: str
    unit: Unit
    subjects: tuple[Compared, ...]
    raw: str = "raw"
    adjusted: str = "at one mix"


def comparison_chart(chart: ComparisonChart, words: Words = _ENGLISH) -> Chart:
    """The chart: a row each, a ring for the raw figure, a disc for the one at one mix, their intervals as lines."""
    return Chart(
        key=chart.key,
        title=chart.title,
        description=chart.description,
        spec=_spec(chart, words),
        columns=("", words.records, chart.raw, words.interval, chart.adjusted, words.interval),
        rows=tuple(_row(chart, one, words) for one in chart.subjects),
        number_columns=frozenset(range(1, 6)),
    )


def _row(chart: ComparisonChart, one: Compared, words: Words) -> tuple[str, ...]:
    numbers = (
        count_text(one.records),
        value_text(one.raw, chart.unit),
        interval_text(one.raw_interval, chart.unit),
        value_text(one.adjusted, chart.unit),
        interval_text(one.interval, chart.unit),
    )
    return (one.label, *map(words.number, numbers))


def _spec(chart: ComparisonChart, words: Words) -> dict[str, Any]:
    scale = _scale(chart.subjects, chart.unit)
    texts = [words.number(scale.text(tick)) for tick in scale.ticks()]
    ticks = {
        "values": scale.ticks(),
        "grid": True,
        "labelExpr": f"{json.dumps(texts)}[round((datum.value - {scale.low}) / {scale.step})]",
    }
    across = {"type": "quantitative", "scale": {"domain": [scale.low, scale.high], "nice": False, "clamp": True}}
    kinds = {"domain": [chart.raw, chart.adjusted]}
    y = {"field": "label", "type": "nominal", "sort": None, "axis": {"labelColor": INK}}
    apart = {"field": "kind", "type": "nominal", "sort": None, "scale": {**kinds, "paddingOuter": 0.6}}
    return {
        "width": _WIDTH,
        "height": {"step": _ROW, "for": "position"},
        "padding": {"left": 4, "top": 8, "right": 12, "bottom": 4},
        "data": {"values": [datum for one in chart.subjects for datum in _data(chart, one, words)]},
        "encoding": {"y": y, "yOffset": apart},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 2, "clip": True},
                "transform": [{"filter": "isValid(datum.low)"}],
                "encoding": {
                    "x": {"field": "low", **across},
                    "x2": {"field": "high"},
                    "stroke": {"field": "colour", "type": "nominal", "scale": None},
                },
            },
            {
                "mark": {"type": "point", "size": 90, "opacity": 1, "strokeWidth": 2},
                "transform": [{"filter": "isValid(datum.value)"}],
                "encoding": {
                    "x": {"field": "value", **across, "axis": {**ticks, "gridColor": RULE}},
                    "fill": {"field": "fill", "type": "nominal", "scale": None},
                    "stroke": {"field": "colour", "type": "nominal", "scale": None},
                    "description": {"field": "says"},
                },
            },
        ],
    }


def _data(chart: ComparisonChart, one: Compared, words: Words) -> list[dict[str, Any]]:
    return [
        _datum(chart, one.label, chart.raw, one.raw, one.raw_interval, words) | {"colour": MUTED, "fill": PAPER},
        _datum(chart, one.label, chart.adjusted, one.adjusted, one.interval, words) | {"colour": LINE, "fill": LINE},
    ]


def _datum(
    chart: ComparisonChart, label: str, kind: str, value: Decimal | None, interval: Interval | None, words: Words
) -> dict[str, Any]:
    low, high = interval or (None, None)
    return {
        "label": label,
        "kind": kind,
        "value": None if value is None else float(value),
        "low": None if low is None else float(low),
        "high": None if high is None else float(high),
        "says": f"{label}, {kind}: {words.number(value_text(value, chart.unit))}",
    }


def _scale(subjects: Sequence[Compared], unit: Unit) -> Scale:
    """As far as the intervals reach: whether they overlap is what is looked for."""
    values = [value for one in subjects for value in (one.raw, one.adjusted) if value is not None]
    bounds = [bound for one in subjects for bound in (one.raw_interval, one.interval) if bound is not None]
    shown = [float(value) for value in (*values, *(each for pair in bounds for each in pair))]
    low, high = (min(shown), max(shown)) if shown else (0.0, 1.0)
    least = 0.02 if unit is Unit.SHARE else max(abs(high) * 0.1, 1.0)
    pad = max(least - (high - low), 0.0) / 2
    return Scale.around(max(low - pad, 0.0) if low >= 0 else low - pad, high + pad, unit)
