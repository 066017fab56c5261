"""Charts of levels in the reader's words, defined once in `reports.charts` and drawn there for a page."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils.dates import MONTHS_3
from django.utils.formats import get_format
from django.utils.translation import gettext as _

from remit.reports.charts import (
    Bar,
    BarChart,
    Bin,
    Chart,
    DistributionChart,
    Words,
    as_svg,
    bar_chart,
    distribution_chart,
    trend_chart,
    trend_of,
)
from remit.reports.standings import BELOW_EXPECTED, BELOW_MINIMUM, MET, NOT_MEASURED, REPORTED, mark_of
from remit.reports.statements import LevelWords
from remit.web.performance.bridge.kept import attainment_of
from remit.web.performance.bridge.records import Times
from remit.web.performance.models import Attained

__all__ = [
    "Chart",
    "chart_of",
    "chart_text",
    "chart_words",
    "draw",
    "drawn",
    "name_of",
    "parts_chart",
    "times_charts",
    "trend",
]

_MOST_BARS = 24


def trend(rows: Sequence[Attained], words: LevelWords) -> Chart:
    """A level over its windows, with the interval and the lines it is judged by."""
    attainments = [attainment_of(row) for row in rows]
    return trend_chart(trend_of(attainments, key="trend", title=words.name, unit=words.unit), chart_words())


def parts_chart(rows: Sequence[Attained], words: LevelWords, dimension: str) -> Chart | None:
    """A level's window by a column, in the order of its table; None where there is nothing to compare.

    The first parts only, the worst: a chart of hundreds of bars compares nothing.
    """
    attainments = [attainment_of(row) for row in rows[:_MOST_BARS]]
    if len([one for one in attainments if one.value is not None]) < 2:
        return None
    bars = tuple(
        Bar(row.part, one.value, one.interval, one.ratio.records, mark_of(one))
        for row, one in zip(rows, attainments, strict=False)
    )
    first = attainments[0]
    title = f"{words.name}: {dimension}"
    return bar_chart(BarChart("parts", title, words.unit, first.at_most, first.expected, bars), chart_words())


def times_charts(times: Sequence[Times], words: LevelWords) -> list[Chart]:
    """How long a level's records took, a chart for each target."""
    charts = []
    for number, one in enumerate(times, start=1):
        bins = tuple(Bin(*bounds) for bounds in one.bins)
        chart = DistributionChart(f"times-{number}", words.name, one.target_seconds, bins)
        charts.append(distribution_chart(chart, chart_words()))
    return charts


def chart_words() -> Words:
    """The words of charts in the reader's language, and the marks in its numbers."""
    marks = (MET, BELOW_EXPECTED, BELOW_MINIMUM, REPORTED, NOT_MEASURED)
    return Words(
        expected=_("expected"),
        minimum=_("minimum"),
        target=_("target"),
        window=_("Window"),
        value=_("Value"),
        interval=_("95 % interval"),
        standing=_("Standing"),
        records=_("Records"),
        from_to=_("Time"),
        step=_("Step"),
        change=_("Change"),
        not_measured=_("not measured"),
        decimal=str(get_format("DECIMAL_SEPARATOR")),
        thousands=str(get_format("THOUSAND_SEPARATOR")),
        months=tuple(str(MONTHS_3[month]).capitalize() for month in range(1, 13)),
        standings={mark.words: _(mark.words) for mark in marks},
    )


def chart_text(chart: Chart) -> str:
    """What is drawn of a chart, as JSON: the same text is the same drawing."""
    told = {"key": chart.key, "title": chart.title, "description": chart.description, "spec": chart.spec}
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def chart_of(text: str) -> Chart:
    """The chart of a text, for drawing; its table stays on the page."""
    told: Mapping[str, Any] = json.loads(text)
    return Chart(**told, columns=(), rows=())


def name_of(text: str) -> str:
    """The name of a drawing, by all that is drawn."""
    return hashlib.sha256(text.encode()).hexdigest()


def _file(engagement_id: int, name: str) -> Path:
    return Path(settings.DATA) / "cache" / "pictures" / str(engagement_id) / f"{name}.svg"


def drawn(engagement_id: int, name: str) -> str | None:
    """A drawing that was made before; None where it has to be made, as after a restore without the cache."""
    try:
        return _file(engagement_id, name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def draw(engagement_id: int, text: str) -> None:
    """Draw a chart and keep it; drawn twice it is the same."""
    path = _file(engagement_id, name_of(text))
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.stem}.{uuid4().hex}.tmp")
    fresh.write_text(as_svg(chart_of(text)), encoding="utf-8")
    fresh.replace(path)
