"""The trend of a service level as a chart: values, their interval, and the lines they are judged by."""

import json
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from remit.reports.charts.looks import BAND, EXPECTED, LINE, MINIMUM, MUTED, PAPER, SHAPES, STANDINGS, Words
from remit.reports.charts.pictures import Chart
from remit.reports.charts.scales import Scale
from remit.reports.charts.trends import TrendChart, TrendPoint, scale_of, told
from remit.reports.figures import interval_text, threshold_text, value_text

_WIDTH, _HEIGHT = 560, 200
_MOST_DATES = 12
_ENGLISH = Words()


def trend_chart(trend: TrendChart, words: Words = _ENGLISH) -> Chart:
    """The chart of a trend.

    A disc is met or only reported, a triangle pointing down below expected, a cross below minimum; the band is the
    95 % interval, the line the expected level and the dashed one the minimum, each where the contract had it.
    """
    return Chart(
        key=trend.key,
        title=trend.title,
        description=trend.description,
        spec=_spec(trend, words),
        columns=(words.window, words.value, words.interval, words.expected, words.minimum, words.standing),
        rows=tuple(_row(trend, point, words) for point in trend.points),
        number_columns=frozenset({1, 2, 3, 4}),
    )


def _row(trend: TrendChart, point: TrendPoint, words: Words) -> tuple[str, ...]:
    numbers = (
        value_text(point.value, trend.unit, beside=(point.expected, point.minimum)),
        interval_text(point.interval, trend.unit),
        threshold_text(point.expected, trend.unit, at_most=trend.at_most),
        threshold_text(point.minimum, trend.unit, at_most=trend.at_most),
    )
    return (point.label, *map(words.number, numbers), words.of_standing(point.mark.words))


def _spec(trend: TrendChart, words: Words) -> dict[str, Any]:
    scale = scale_of(trend)
    values = [_datum(trend, point, place, words) for place, point in enumerate(trend.points)]
    # Every window by name: a layer that leaves one out must not move it to the end.
    places = {"domain": [value["window"] for value in values], "paddingInner": 0, "paddingOuter": 0.1}
    x = {"field": "window", "type": "ordinal", "sort": None, "scale": places}
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "padding": {"left": 4, "top": 8, "right": 4, "bottom": 4},
        "data": {"values": values},
        "encoding": {"x": {**x, "axis": _dates()}, "y": _across("value", scale, words)},
        "layer": [
            _band(),
            _threshold(values, "expected", {"stroke": EXPECTED}),
            _threshold(values, "minimum", {"stroke": MINIMUM, "strokeDash": [5, 3]}),
            {"mark": {"type": "line", "stroke": LINE, "strokeWidth": 2, "invalid": "break-paths-show-domains"}},
            _points(),
            _gaps(),
            *_names(trend.points, scale, words),
        ],
    }


def _datum(trend: TrendChart, point: TrendPoint, place: int, words: Words) -> dict[str, Any]:
    low, high = point.interval or (None, None)
    return {
        "window": f"{_short(trend.points, place, words)}|{point.label}",
        "value": _ink(point.value),
        "low": _ink(low),
        "high": _ink(high),
        "expected": _ink(point.expected),
        "minimum": _ink(point.minimum),
        "standing": str(point.mark.standing),
        "says": words.number(told(trend, point)),
    }


def _ink(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _short(points: Sequence[TrendPoint], place: int, words: Words) -> str:
    """The window as the axis writes it: month, or day and month, the year where it begins; some stay unwritten."""
    every = -(-len(points) // _MOST_DATES)
    if place % every:
        return "|"
    point = points[place]
    month = words.months[point.starts_on.month - 1]
    is_month = point.starts_on.day == 1 and len(point.label) == 7
    is_new_year = place == 0 or points[place - every].starts_on.year != point.starts_on.year
    return f"{month if is_month else f'{point.starts_on.day} {month}'}|{point.starts_on.year if is_new_year else ''}"


def _dates() -> dict[str, Any]:
    return {
        "labelAngle": 0,
        "labelExpr": "slice(split(datum.value, '|'), 0, 2)",
        "labelLineHeight": 15,
        "labelOverlap": False,
    }


def _across(field: str, scale: Scale, words: Words) -> dict[str, Any]:
    """The axis of values, its ticks written by the same words as the tables."""
    ticks = scale.ticks()
    texts = [words.number(scale.text(tick)) for tick in ticks]
    label = f"{json.dumps(texts)}[round((datum.value - {scale.low}) / {scale.step})]"
    domain = {"domain": [scale.low, scale.high], "nice": False, "zero": False, "clamp": True}
    return {
        "field": field,
        "type": "quantitative",
        "scale": domain,
        "axis": {"values": ticks, "labelExpr": label, "grid": True},
    }


def _band() -> dict[str, Any]:
    return {
        "mark": {
            "type": "bar",
            "fill": BAND,
            "width": {"band": 0.42},
            "cornerRadius": 2,
            "clip": True,
            "opacity": 0.75,
        },
        "encoding": {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}},
        "transform": [{"filter": "isValid(datum.low)"}],
    }


def _threshold(values: Sequence[dict[str, Any]], field: str, look: dict[str, Any]) -> dict[str, Any]:
    """A line across the windows a level holds in, beginning anew where the contract changed it."""
    runs = groupby((value for value in values if value[field] is not None), key=lambda value: value[field])
    spans = [(level, [value["window"] for value in run]) for level, run in runs]
    return {
        "mark": {"type": "rule", "strokeWidth": 1.4, **look},
        "data": {"values": [{"level": level, "from": run[0], "to": run[-1]} for level, run in spans]},
        "encoding": {
            "x": {"field": "from", "type": "ordinal", "bandPosition": 0},
            "x2": {"field": "to", "bandPosition": 1},
            "y": {"field": "level", "type": "quantitative"},
        },
    }


def _points() -> dict[str, Any]:
    standings = [str(standing) for standing in STANDINGS]
    return {
        "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1, "stroke": PAPER, "strokeWidth": 1.5},
        "transform": [{"filter": "isValid(datum.value)"}],
        "encoding": {
            "fill": _by_standing(standings, list(STANDINGS.values())),
            "shape": _by_standing(standings, list(SHAPES.values())),
            "description": {"field": "says"},
        },
    }


def _by_standing(standings: list[str], looks: list[str]) -> dict[str, Any]:
    return {
        "field": "standing",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": standings, "range": looks},
    }


def _gaps() -> dict[str, Any]:
    """A dash on the ground where nothing was measured: no data is no data."""
    return {
        "mark": {"type": "text", "text": "–", "fill": MUTED, "fontSize": 14},
        "transform": [{"filter": "!isValid(datum.value)"}],
        "encoding": {"y": {"value": _HEIGHT - 8}, "description": {"field": "says"}},
    }


def _names(points: Sequence[TrendPoint], scale: Scale, words: Words) -> list[dict[str, Any]]:
    """The names of the two lines at their right end, kept apart from each other."""
    if not points:
        return []
    last = points[-1]
    ends = [(words.expected, last.expected, EXPECTED), (words.minimum, last.minimum, MINIMUM)]
    there = sorted(
        ((name, _place(level, scale), colour) for name, level, colour in ends if level is not None),
        key=lambda end: end[1],
    )
    if len(there) == len(ends) and there[1][1] - there[0][1] < 15:
        there[1] = (there[1][0], there[0][1] + 15, there[1][2])
    return [
        {
            "mark": {"type": "text", "text": name, "fill": colour, "align": "left", "dx": 6},
            "data": {"values": [{}]},
            "encoding": {"x": {"value": _WIDTH}, "y": {"value": y}},
        }
        for name, y, colour in there
    ]


def _place(level: Decimal, scale: Scale) -> float:
    share = (float(level) - scale.low) / (scale.high - scale.low)
    return (1 - min(max(share, 0.0), 1.0)) * _HEIGHT
