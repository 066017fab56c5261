"""The trend chart drawn by hand: a page that stands alone needs no renderer beside the commands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from xml.sax.saxutils import escape

from remit.performance.service_levels import Standing
from remit.reports.charts.scales import Scale
from remit.reports.charts.trends import TrendChart, scale_of, told
from remit.reports.quoting import printable

_WIDTH, _HEIGHT = 520, 214
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 84, 12, 40
_MOST_DATES = 12
# Literal colours stand behind the page's custom properties, so that the drawing keeps its look outside the page.
_INK = {
    Standing.MET: "var(--met-ink,#0b5135)",
    Standing.BELOW_EXPECTED: "var(--below-expected-ink,#7a4a00)",
    Standing.BELOW_MINIMUM: "var(--below-minimum-ink,#9b1c14)",
}
_MUTED, _RULE, _LINE, _PAPER = "var(--muted,#57606a)", "var(--rule,#d5d9de)", "var(--line,#3c4a5a)", "var(--paper,#fff)"


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
        *_scale(frame),
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

    scale: Scale
    count: int

    @classmethod
    def around(cls, chart: TrendChart) -> "_Frame":
        return cls(scale_of(chart), len(chart.points))

    @property
    def slot(self) -> float:
        return (_WIDTH - _LEFT - _RIGHT) / max(self.count, 1)

    def x(self, index: float) -> float:
        return round(_LEFT + (index + 0.5) * self.slot, 1)

    def y(self, value: Decimal | float) -> float:
        share = (float(value) - self.scale.low) / (self.scale.high - self.scale.low)
        return round(_TOP + (1 - min(max(share, 0.0), 1.0)) * (_HEIGHT - _TOP - _BOTTOM), 1)


def _scale(frame: _Frame) -> Iterator[str]:
    for tick in frame.scale.ticks():
        y = frame.y(tick)
        yield f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}" stroke="{_RULE}" stroke-width="1"/>'
        text = escape(frame.scale.text(tick))
        yield f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end" fill="{_MUTED}">{text}</text>'


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
            words = f"<title>{escape(told(chart, point))}</title>"
            yield f'<text x="{x}" y="{foot}" text-anchor="middle" fill="{_MUTED}">–{words}</text>'
            continue
        mark, words = _mark(point.mark.standing, x, frame.y(point.value)), escape(told(chart, point))
        yield f"<g>{mark}<title>{words}</title></g>"


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
