"""How long records took, against the target: the picture behind a share."""

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Any

from remit.reports.charts.looks import BAR, EXPECTED, MISSED, Words
from remit.reports.charts.pictures import Chart
from remit.reports.charts.scales import Scale
from remit.reports.figures import count_text, value_text
from remit.terms.measure_terms import Unit

_WIDTH, _HEIGHT = 560, 170
_MOST_BINS = 40
_WIDTHS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400)
_ENGLISH = Words()


@dataclass(frozen=True, slots=True)
class Bin:
    """Records that took more than `over_seconds` and at most `to_seconds`; the last one has no end.

    The first one holds those that took no time too. A time exactly on the target is within it.
    """

    over_seconds: int
    to_seconds: int | None
    count: int


@dataclass(frozen=True, slots=True)
class DistributionChart:
    """The times of a level's records in bins; where there is a target one of them ends on it."""

    key: str
    title: str
    target_seconds: int | None
    bins: tuple[Bin, ...]

    @property
    def description(self) -> str:
        """The chart in one sentence."""
        total = sum(one.count for one in self.bins)
        if self.target_seconds is None:
            return f"{count_text(total)} records by the time they took."
        within = sum(one.count for one in self.bins if _is_within(one, self.target_seconds))
        target = value_text(Decimal(self.target_seconds), Unit.SECONDS)
        return f"{count_text(within)} of {count_text(total)} records took {target} or less."


def binned(seconds: Iterable[int], *, target_seconds: int | None) -> tuple[Bin, ...]:
    """Times in bins of one width that reads well; with a target, which is above zero, one bin ends on it.

    The last bin is open: the few that took for ever would press all the others together, or hide the target.
    """
    return binned_counts(Counter(seconds), target_seconds=target_seconds)


def binned_counts(counts: Mapping[int, int], *, target_seconds: int | None) -> tuple[Bin, ...]:
    """The same of times that are counted already, so that millions of records need not be held."""
    times = sorted(counts)
    if not times:
        return ()
    upto = list(accumulate((counts[time] for time in times), initial=0))
    total = upto[-1]
    usual = times[bisect_right(upto, min(total - 1, total * 98 // 100)) - 1]
    reach = max(usual, (target_seconds or 0) * 3 // 2, 10)
    width = _width(reach, target_seconds)
    edges = list(range(0, min(reach + width, width * (_MOST_BINS + 1)), width))
    places = [upto[bisect_right(times, edge)] for edge in edges]
    spans = zip(edges, edges[1:], places, places[1:], strict=False)
    inner = [Bin(low, high, after - before) for low, high, before, after in spans]
    first = Bin(inner[0].over_seconds, inner[0].to_seconds, places[1])
    return (first, *inner[1:], Bin(edges[-1], None, total - places[-1]))


def distribution_chart(chart: DistributionChart, words: Words = _ENGLISH) -> Chart:
    """The chart: within the target in one colour, beyond it in another, the target as a line between them."""
    return Chart(
        key=chart.key,
        title=chart.title,
        description=chart.description,
        spec=_spec(chart, words),
        columns=(words.from_to, words.records),
        rows=tuple((words.number(_span(one)), words.number(count_text(one.count))) for one in chart.bins),
        number_columns=frozenset({1}),
    )


def _width(reach: int, target_seconds: int | None) -> int:
    """The narrowest width that makes few enough bins; one that divides the target, at most the target itself."""
    steps = [*_WIDTHS, *(86_400 * days for days in range(2, 4000))]
    if target_seconds:
        dividing = [step for step in steps if target_seconds % step == 0]
        return next((step for step in dividing if reach / step <= _MOST_BINS), target_seconds)
    return next(step for step in steps if reach / step <= _MOST_BINS)


def _is_within(one: Bin, target_seconds: int) -> bool:
    return one.to_seconds is not None and one.to_seconds <= target_seconds


def _span(one: Bin) -> str:
    start = value_text(Decimal(one.over_seconds), Unit.SECONDS)
    if one.to_seconds is None:
        return f"> {start}"
    end = value_text(Decimal(one.to_seconds), Unit.SECONDS)
    return f"> {start}, ≤ {end}" if one.over_seconds else f"≤ {end}"


def _spec(chart: DistributionChart, words: Words) -> dict[str, Any]:
    width = max((one.to_seconds - one.over_seconds for one in chart.bins if one.to_seconds is not None), default=1)
    ends = [one.over_seconds + width if one.to_seconds is None else one.to_seconds for one in chart.bins]
    scale = Scale.around(0.0, float(max(ends, default=1)), Unit.SECONDS)
    high = Scale.around(0.0, float(max((one.count for one in chart.bins), default=1) or 1), Unit.COUNT)
    values = [_datum(chart, one, end, words) for one, end in zip(chart.bins, ends, strict=True)]
    x = {"type": "quantitative", "scale": {"domain": [0, max(ends, default=1)], "nice": False}}
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "padding": {"left": 4, "top": 14, "right": 8, "bottom": 4},
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "bar", "binSpacing": 1},
                "encoding": {
                    "x": {"field": "from", **x, "axis": _ticks(scale, words, grid=False)},
                    "x2": {"field": "to"},
                    "y2": {"datum": 0},
                    "y": {
                        "field": "count",
                        "type": "quantitative",
                        "scale": {"domain": [0, high.high], "nice": False},
                        "axis": _ticks(high, words, grid=True),
                    },
                    "fill": {"field": "colour", "type": "nominal", "scale": None},
                    "description": {"field": "says"},
                },
            },
            *_target(chart, x, words),
        ],
    }


def _ticks(scale: Scale, words: Words, *, grid: bool) -> dict[str, Any]:
    texts = [words.number(scale.text(tick)) for tick in scale.ticks()]
    label = f"{json.dumps(texts)}[round(datum.value / {scale.step})]"
    return {"values": scale.ticks(), "labelExpr": label, "grid": grid}


def _datum(chart: DistributionChart, one: Bin, end: int, words: Words) -> dict[str, Any]:
    is_within = chart.target_seconds is None or _is_within(one, chart.target_seconds)
    return {
        "from": one.over_seconds,
        "to": end,
        "count": one.count,
        "colour": BAR if is_within else MISSED,
        "says": words.number(f"{_span(one)}: {count_text(one.count)}"),
    }


def _target(chart: DistributionChart, x: dict[str, Any], words: Words) -> list[dict[str, Any]]:
    if chart.target_seconds is None:
        return []
    name = f"{words.target} {words.number(value_text(Decimal(chart.target_seconds), Unit.SECONDS))}"
    data = {"values": [{"at": chart.target_seconds}]}
    at = {"field": "at", **x}
    return [
        {"data": data, "mark": {"type": "rule", "stroke": EXPECTED, "strokeWidth": 1.5}, "encoding": {"x": at}},
        {
            "data": data,
            "mark": {"type": "text", "text": name, "fill": EXPECTED, "align": "left", "baseline": "bottom", "dy": -2},
            "encoding": {"x": at, "y": {"value": 0}},
        },
    ]
