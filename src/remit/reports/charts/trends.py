"""The trend of a service level as data: the one definition behind its drawing, its picture and its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from remit.performance.service_levels import Attainment, Standing
from remit.reports.charts.scales import Scale, reach_of
from remit.reports.figures import interval_text, threshold_text, value_text
from remit.reports.standings import Mark, mark_of
from remit.terms.measure_terms import Unit


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One window on the chart; without a value it is a gap in the line, never a zero."""

    starts_on: date
    label: str
    value: Decimal | None
    interval: tuple[Decimal, Decimal] | None
    expected: Decimal | None
    minimum: Decimal | None
    mark: Mark


@dataclass(frozen=True, slots=True)
class TrendChart:
    """A service level over its windows, in order; `key` is unique on the page it stands on."""

    key: str
    title: str
    unit: Unit
    at_most: bool
    points: tuple[TrendPoint, ...]

    @property
    def description(self) -> str:
        """The chart in one sentence, for those who can't see it; the numbers stand in the table beside it."""
        measured = [point for point in self.points if point.value is not None]
        if not measured:
            return f"Not measured in any of {len(self.points)} windows."
        met = sum(point.mark.standing is Standing.MET for point in measured)
        last = measured[-1]
        gaps = len(self.points) - len(measured)
        is_judged = any(point.expected is not None for point in measured)
        expected = threshold_text(last.expected, self.unit, at_most=self.at_most)
        parts = [
            f"Met in {met} of {len(measured)} measured windows" if is_judged else "Reported, not judged",
            *([f"{gaps} not measured"] if gaps else []),
            f"last {value_text(last.value, self.unit)} in {last.label}",
            *([f"expected {expected}"] if last.expected is not None else []),
        ]
        return ", ".join(parts) + "."


def trend_of(attainments: Sequence[Attainment], *, key: str, title: str, unit: Unit) -> TrendChart:
    """The trend of one level's attainments, put in the order of their windows."""
    ordered = sorted(attainments, key=lambda attainment: attainment.window)
    return TrendChart(
        key=key,
        title=title,
        unit=unit,
        at_most=any(attainment.at_most for attainment in ordered),
        points=tuple(_point(attainment) for attainment in ordered),
    )


def _point(attainment: Attainment) -> TrendPoint:
    return TrendPoint(
        starts_on=attainment.window.start_on,
        label=attainment.window.label,
        value=attainment.value,
        interval=attainment.interval,
        expected=attainment.expected,
        minimum=attainment.minimum,
        mark=mark_of(attainment),
    )


def scale_of(chart: TrendChart) -> Scale:
    """The scale that shows all values and thresholds of a trend."""
    levels = [
        float(value)
        for point in chart.points
        for value in (point.value, point.expected, point.minimum)
        if value is not None
    ]
    whiskers = [float(end) for point in chart.points if point.interval for end in point.interval]
    return Scale.around(*reach_of(levels, whiskers, chart.unit), chart.unit)


def told(chart: TrendChart, point: TrendPoint) -> str:
    """One window in a sentence, for whoever points at it or can't see it."""
    if point.value is None:
        return f"{point.label}: not measured"
    value = value_text(point.value, chart.unit, beside=(point.expected, point.minimum))
    interval = f", 95 % interval {interval_text(point.interval, chart.unit)}" if point.interval else ""
    return f"{point.label}: {value}, {point.mark.words}{interval}"
