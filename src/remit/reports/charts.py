"""The trend chart of a service level, as data and as a drawing: one definition for page, print and slide."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from xml.sax.saxutils import escape

from remit.performance.service_levels import Attainment, Standing
from remit.reports.figures import interval_text, threshold_text, value_text
from remit.reports.quoting import printable
from remit.reports.standings import Mark, mark_of
from remit.terms.measure_terms import Unit

_WIDTH, _HEIGHT = 520, 214
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 84, 12, 40
_MOST_DATES = 12
_STEPS_IN_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 43200, 86400)
_CLOCK_WORDS = ((3600, "h"), (60, "min"), (1, "s"))
# Literal colours stand behind the page's custom properties, so that the drawing keeps its look outside the page.
_INK = {
    Standing.MET: "var(--met-ink,#0b5135)",
    Standing.BELOW_EXPECTED: "var(--below-expected-ink,#7a4a00)",
    Standing.BELOW_MINIMUM: "var(--below-minimum-ink,#9b1c14)",
}
_MUTED, _RULE, _LINE, _PAPER = "var(--muted,#57606a)", "var(--rule,#d5d9de)", "var(--line,#3c4a5a)", "var(--paper,#fff)"


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


def trend_svg(chart: TrendChart) -> str:
    """The chart as one self-contained `<svg>` element, safe to place in a page as it is.

    Points carry their standing by shape and colour; whiskers are the confidence interval; the expected level is a
    line, the minimum a dashed one, both stepping where the contract changed them.
    """
    frame = _Frame.around(chart)
    key = escape(printable(chart.key))
    head = (
        f'<svg class="trend" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="{key}-title {key}-desc" '
        f'xmlns="http://www.w3.org/2000/svg" font-family="inherit" font-size="12">'
    )
    parts = [
        head,
        f'<title id="{key}-title">{escape(printable(chart.title))}</title>',
        f'<desc id="{key}-desc">{escape(printable(chart.description))}</desc>',
        *_scale(chart, frame),
        *_dates(chart, frame),
        *_thresholds(chart, frame),
        *_whiskers(chart, frame),
        *_line(chart, frame),
        *_marks(chart, frame),
        "</svg>",
    ]
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class _Frame:
    """From values and places in the row of windows to places on the drawing; floats, since ink decides nothing."""

    low: float
    high: float
    step: float
    count: int

    @classmethod
    def around(cls, chart: TrendChart) -> "_Frame":
        low, high = _reach(chart)
        step = _nice_step((high - low) / 4, chart.unit)
        floor, ceiling = step * (low // step), step * -(-high // step)
        return cls(floor, ceiling, step, len(chart.points))

    @property
    def slot(self) -> float:
        return (_WIDTH - _LEFT - _RIGHT) / max(self.count, 1)

    def x(self, index: float) -> float:
        return round(_LEFT + (index + 0.5) * self.slot, 1)

    def y(self, value: Decimal | float) -> float:
        share = (float(value) - self.low) / (self.high - self.low)
        return round(_TOP + (1 - min(max(share, 0.0), 1.0)) * (_HEIGHT - _TOP - _BOTTOM), 1)

    def ticks(self) -> list[float]:
        return [self.low + self.step * index for index in range(round((self.high - self.low) / self.step) + 1)]


def _reach(chart: TrendChart) -> tuple[float, float]:
    """The values to show: all values and thresholds with some air, whiskers as far as they leave room for those."""
    drawn = [
        float(value)
        for point in chart.points
        for value in (point.value, point.expected, point.minimum)
        if value is not None
    ]
    low, high = (min(drawn), max(drawn)) if drawn else (0.0, 1.0)
    least = 0.02 if chart.unit is Unit.SHARE else max(abs(high) * 0.1, 1.0)
    air = max(high - low, least) * 0.6
    whiskers = [float(end) for point in chart.points if point.interval for end in point.interval]
    pad = max(high - low, least) * 0.12
    reach_low = max(min([low - pad, *whiskers]), low - air)
    reach_high = min(max([high + pad, *whiskers]), high + air)
    is_within_whole = chart.unit is Unit.SHARE and high <= 1
    return (max(reach_low, 0.0) if low >= 0 else reach_low), (min(reach_high, 1.0) if is_within_whole else reach_high)


def _nice_step(about: float, unit: Unit) -> float:
    if unit is Unit.SECONDS and about >= 1:
        return float(next((step for step in _STEPS_IN_SECONDS if step >= about), 86400 * -(-about // 86400)))
    power = 1e-6
    while power * 10 < about:
        power *= 10
    return next(power * factor for factor in (1, 2, 2.5, 5, 10, 20) if power * factor >= about * 0.999)


def _scale(chart: TrendChart, frame: _Frame) -> Iterator[str]:
    write = _tick_writer(chart.unit, frame.step)
    for tick in frame.ticks():
        y = frame.y(tick)
        yield f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}" stroke="{_RULE}" stroke-width="1"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end" fill="{_MUTED}">{escape(write(tick))}</text>'


def _tick_writer(unit: Unit, step: float) -> Callable[[float], str]:
    if unit is Unit.SHARE:
        places = next(places for places in range(6) if abs(step * 100 * 10**places % 1) < 1e-6 or places == 5)
        return lambda tick: f"{tick * 100:.{places}f} %"
    if unit is Unit.SECONDS:
        size, word = next((size, word) for size, word in _CLOCK_WORDS if step >= size or size == 1)
        return lambda tick: f"{tick / size:g} {word}"
    return lambda tick: f"{tick:,.10g}".replace("-", "−")


def _dates(chart: TrendChart, frame: _Frame) -> Iterator[str]:
    every = -(-len(chart.points) // _MOST_DATES)
    year = None
    for index, point in enumerate(chart.points):
        if index % every:
            continue
        x, minor = frame.x(index), ' class="minor"' if (index // every) % 2 else ""
        is_month = point.starts_on.day == 1 and len(point.label) == 7
        text = f"{point.starts_on:%b}" if is_month else f"{point.starts_on:%d %b}"
        yield f'<text{minor} x="{x}" y="{_HEIGHT - 22}" text-anchor="middle" fill="{_MUTED}">{text}</text>'
        if point.starts_on.year != year:
            year = point.starts_on.year
            yield f'<text x="{x}" y="{_HEIGHT - 6}" text-anchor="middle" fill="{_MUTED}">{year}</text>'


def _thresholds(chart: TrendChart, frame: _Frame) -> Iterator[str]:
    expected = [point.expected for point in chart.points]
    minimum = [point.minimum for point in chart.points]
    yield from _steps(expected, frame, f'stroke="{_INK[Standing.MET]}" stroke-width="1.25"')
    yield from _steps(
        minimum, frame, f'stroke="{_INK[Standing.BELOW_MINIMUM]}" stroke-width="1.25" stroke-dasharray="5 3"'
    )
    labels = [("expected", expected, Standing.MET), ("minimum", minimum, Standing.BELOW_MINIMUM)]
    ends = [(word, levels[-1], standing) for word, levels, standing in labels if levels and levels[-1] is not None]
    taken: float | None = None
    for word, level, standing in sorted(ends, key=lambda end: frame.y(end[1] or 0)):
        y = frame.y(level or 0) + 4
        y = y if taken is None else max(y, taken + 14)
        taken = y
        text = escape(word)
        yield f'<text x="{_WIDTH - _RIGHT + 8}" y="{round(y, 1)}" fill="{_INK[standing]}">{text}</text>'


def _steps(levels: Sequence[Decimal | None], frame: _Frame, style: str) -> Iterator[str]:
    """A level's line across the windows it holds in, with a step where the contract changed it."""
    path: list[str] = []
    previous: Decimal | None = None
    for index, level in enumerate(levels):
        if level is not None:
            y = frame.y(level)
            path.append(f"{'L' if previous is not None else 'M'}{frame.x(index - 0.5)},{y}H{frame.x(index + 0.5)}")
        previous = level
    if path:
        yield f'<path d="{"".join(path)}" fill="none" {style}/>'


def _whiskers(chart: TrendChart, frame: _Frame) -> Iterator[str]:
    for index, point in enumerate(chart.points):
        if point.interval is None:
            continue
        x, top, foot = frame.x(index), frame.y(point.interval[1]), frame.y(point.interval[0])
        yield (
            f'<path class="whisker" d="M{x - 3},{top}H{x + 3}M{x},{top}V{foot}M{x - 3},{foot}H{x + 3}" '
            f'stroke="{_MUTED}" stroke-width="1" opacity="0.65"/>'
        )


def _line(chart: TrendChart, frame: _Frame) -> Iterator[str]:
    """The line of values, broken where a window was not measured."""
    for (index, point), (_, after) in pairwise(enumerate(chart.points)):
        if point.value is not None and after.value is not None:
            yield (
                f'<line x1="{frame.x(index)}" y1="{frame.y(point.value)}" x2="{frame.x(index + 1)}" '
                f'y2="{frame.y(after.value)}" stroke="{_LINE}" stroke-width="1.75" stroke-linecap="round"/>'
            )


def _marks(chart: TrendChart, frame: _Frame) -> Iterator[str]:
    for index, point in enumerate(chart.points):
        x = frame.x(index)
        if point.value is None:
            foot = _HEIGHT - _BOTTOM - 5
            told = f"<title>{escape(point.label)}: not measured</title>"
            yield f'<text x="{x}" y="{foot}" text-anchor="middle" fill="{_MUTED}">–{told}</text>'
            continue
        mark, told = _mark(point.mark.standing, x, frame.y(point.value)), escape(_told(chart, point))
        yield f"<g>{mark}<title>{told}</title></g>"


def _told(chart: TrendChart, point: TrendPoint) -> str:
    value = value_text(point.value, chart.unit, beside=(point.expected, point.minimum))
    interval = f", 95 % interval {interval_text(point.interval, chart.unit)}" if point.interval else ""
    return f"{point.label}: {value}, {point.mark.words}{interval}"


def _mark(standing: Standing, x: float, y: float) -> str:
    """A disc for met or only reported, a triangle pointing down for below expected, a cross for below minimum."""
    halo = f'stroke="{_PAPER}" stroke-width="1.5"'
    if standing is Standing.BELOW_EXPECTED:
        return f'<path d="M{x - 5.5:.1f},{y - 4:.1f}h11l-5.5,9.5z" fill="{_INK[standing]}" {halo}/>'
    if standing is Standing.BELOW_MINIMUM:
        cross = f"M{x - 4.2:.1f},{y - 4.2:.1f}l8.4,8.4m0,-8.4l-8.4,8.4"
        return (
            f'<path d="{cross}" stroke="{_PAPER}" stroke-width="5.5"/>'
            f'<path d="{cross}" stroke="{_INK[standing]}" stroke-width="2.6"/>'
        )
    return f'<circle cx="{x}" cy="{y}" r="4.2" fill="{_INK.get(standing, _LINE)}" {halo}/>'
