"""A record's clock as a drawing: the spans it ran, was paused and stood in closed hours, with its target's instant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from remit.performance.clocks import Going, Span
from remit.reports.figures import value_text
from remit.reports.quoting import printable
from remit.terms.measure_terms import Unit
from remit.terms.periods import midnight_at

_WIDTH, _HEIGHT, _LEFT, _RIGHT = 720, 96, 12, 12
_BAR_TOP, _BAR_HEIGHT = 26, 28
_MOST_DAYS = 10
_LOOKS = {
    Going.RUNNING: ("var(--accent,#1f5fa8)", "0.95"),
    Going.PAUSED: ("var(--below-expected-ink,#7a4a00)", "0.55"),
    Going.CLOSED: ("var(--rule,#d5d9de)", "1"),
    Going.STOPPED: ("var(--rule,#d5d9de)", "0.45"),
}
_HEIGHTS = {Going.RUNNING: 28, Going.PAUSED: 16, Going.CLOSED: 8, Going.STOPPED: 4}


@dataclass(frozen=True, slots=True)
class ClockDrawing:
    """What to draw: the spans in order, the zone in which days begin, and the instant at which the target ran out."""

    key: str
    title: str
    spans: Sequence[Span]
    zone: str
    reached_at: int | None = None

    @property
    def description(self) -> str:
        """The drawing in one sentence; every span stands in the table beside it."""
        lengths = {
            going: sum(span.end_at - span.start_at for span in self.spans if span.going is going) for going in Going
        }
        told = [f"{going.value} {_length(seconds)}" for going, seconds in lengths.items() if seconds]
        ran_out = f"; its target ran out at {_local(self.reached_at, self.zone)}" if self.reached_at else ""
        return f"{', '.join(told) or 'no time passed'}{ran_out}."


def clock_svg(drawing: ClockDrawing) -> str:
    """The drawing as one self-contained `<svg>` element.

    What a clock does is told by height as well as by colour: running is the full bar, a pause half of it, closed hours
    a thin line.
    """
    if not drawing.spans:
        return ""
    key = escape(printable(drawing.key), {'"': "&quot;"})
    first, last = drawing.spans[0].start_at, max(drawing.spans[-1].end_at, drawing.spans[0].start_at + 1)
    scale = (_WIDTH - _LEFT - _RIGHT) / (last - first)
    head = (
        f'<svg class="clock" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="{key}-title {key}-desc" '
        'xmlns="http://www.w3.org/2000/svg" font-family="inherit" font-size="12">'
    )
    parts = [
        head,
        f'<title id="{key}-title">{escape(printable(drawing.title))}</title>',
        f'<desc id="{key}-desc">{escape(printable(drawing.description))}</desc>',
        *_days(drawing, first, last, scale),
        *(_bar(span, first, scale, drawing.zone) for span in drawing.spans),
        *_target(drawing, first, scale),
        "</svg>",
    ]
    return "".join(parts)


def _x(at: int, first: int, scale: float) -> float:
    return round(_LEFT + (at - first) * scale, 1)


def _bar(span: Span, first: int, scale: float, zone: str) -> str:
    fill, opacity = _LOOKS[span.going]
    height = _HEIGHTS[span.going]
    x, width = _x(span.start_at, first, scale), max(round((span.end_at - span.start_at) * scale, 1), 0.6)
    y = _BAR_TOP + (_BAR_HEIGHT - height) / 2
    told = f"{span.going.value}, {_local(span.start_at, zone)} to {_local(span.end_at, zone)}"
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}" fill-opacity="{opacity}">'
        f"<title>{escape(told)}</title></rect>"
    )


def _days(drawing: ClockDrawing, first: int, last: int, scale: float) -> Iterator[str]:
    """A tick where each local day begins; of many days only some."""
    zone = ZoneInfo(drawing.zone)
    day, end = (datetime.fromtimestamp(at, zone).date() for at in (first, last))
    every = max(1, -(-((end - day).days + 1) // _MOST_DAYS))
    yield (
        f'<text x="{_LEFT}" y="16" fill="var(--muted,#57606a)">{escape(_local(first, drawing.zone))}</text>'
        f'<text x="{_WIDTH - _RIGHT}" y="16" text-anchor="end" fill="var(--muted,#57606a)">'
        f"{escape(_local(last, drawing.zone))}</text>"
    )
    shown = day + timedelta(days=1)
    while shown <= end:
        x = _x(midnight_at(shown, zone), first, scale)
        yield _line(x, 8, 'stroke="var(--rule,#d5d9de)"')
        if _LEFT + 16 < x < _WIDTH - _RIGHT - 16:
            yield f'<text x="{x}" y="78" text-anchor="middle" fill="var(--muted,#57606a)">{shown:%a %d %b}</text>'
        shown += timedelta(days=every)


def _target(drawing: ClockDrawing, first: int, scale: float) -> Iterator[str]:
    if drawing.reached_at is None:
        return
    x = _x(drawing.reached_at, first, scale)
    anchor = "end" if x > _WIDTH / 2 else "start"
    ink = "var(--below-minimum-ink,#9b1c14)"
    yield _line(x, 10, f'stroke="{ink}" stroke-width="2"')
    yield f'<text x="{x}" y="92" text-anchor="{anchor}" fill="{ink}">target</text>'


def _line(x: float, beyond: int, look: str) -> str:
    return f'<line x1="{x}" x2="{x}" y1="{_BAR_TOP - 5}" y2="{_BAR_TOP + _BAR_HEIGHT + beyond}" {look}/>'


def _local(at: int | None, zone: str) -> str:
    if at is None:
        return ""
    return f"{datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def _length(seconds: int) -> str:
    return value_text(Decimal(seconds), Unit.SECONDS)
