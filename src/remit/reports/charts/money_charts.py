"""Charts of money drawn by hand, for pages that stand alone: months, drawn years, and what each change would do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape

from remit.reports.charts.looks import BAR, EXPECTED, INK, MINIMUM, MISSED, MUTED, RULE
from remit.reports.charts.scales import Scale
from remit.reports.figures import MINUS, count_text
from remit.reports.quoting import printable
from remit.terms.measure_terms import Unit

_WIDTH, _HEIGHT = 520, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 36, 22, 26
_MOST_BINS = 30
_ROW, _NAMES = 24, 262


@dataclass(frozen=True, slots=True)
class MoneyBar:
    """One bar: its label, its amount, and the words a pointer shows."""

    label: str
    amount: Decimal
    says: str


@dataclass(frozen=True, slots=True)
class MoneyMark:
    """A line across a chart at an amount, with its word."""

    word: str
    amount: Decimal


def month_bars_svg(bars: Sequence[MoneyBar], *, key: str, title: str) -> str:
    """A standing bar a month; what flows back to the provider hangs below the line."""
    amounts = [float(bar.amount) for bar in bars]
    scale = Scale.around(min(0.0, *amounts), max(0.0, *amounts) or 1.0, Unit.COUNT)
    slot = (_WIDTH - _LEFT - _RIGHT) / len(bars)
    parts = [*_rules(scale)]
    for index, bar in enumerate(bars):
        x = round(_LEFT + index * slot + slot * 0.18, 1)
        top, foot = sorted((_y(scale, float(bar.amount)), _y(scale, 0.0)))
        colour = MISSED if bar.amount > 0 else BAR
        parts.append(
            f'<rect x="{x}" y="{top}" width="{slot * 0.64:.1f}" height="{max(foot - top, 0.5):.1f}" fill="{colour}">'
            f"<title>{_said(bar.says)}</title></rect>"
        )
        if index % -(-len(bars) // 12) == 0:
            centre = round(_LEFT + (index + 0.5) * slot, 1)
            parts.append(_text(centre, _HEIGHT - 8, bar.label, MUTED, anchor="middle"))
    return _drawing(parts, key=key, title=title, says=_month_words(bars), height=_HEIGHT)


def _month_words(bars: Sequence[MoneyBar]) -> str:
    worst = max(bars, key=lambda bar: bar.amount)
    return f"{len(bars)} months; the largest is {worst.says}."


def years_svg(amounts: Sequence[Decimal], marks: Sequence[MoneyMark], *, key: str, title: str) -> str:
    """How many drawn years came to which credit, in bins of one width, with lines at the points that are quoted."""
    low, high = float(min(amounts[0], *(one.amount for one in marks))), float(amounts[-1])
    across = Scale.around(low, high if high > low else low + 1, Unit.COUNT)
    width = (across.high - across.low) / _MOST_BINS
    counts = [0] * _MOST_BINS
    for amount in amounts:
        counts[min(int((float(amount) - across.low) / width), _MOST_BINS - 1)] += 1
    upward = Scale.around(0.0, float(max(counts)), Unit.COUNT)
    parts = [*_rules(upward)]
    slot = (_WIDTH - _LEFT - _RIGHT) / _MOST_BINS
    for index, count in enumerate(counts):
        y, start = _y(upward, float(count)), across.low + index * width
        said = f"{start:,.0f} to {start + width:,.0f}: {count_text(count)} years"
        parts.append(
            f'<rect x="{_LEFT + index * slot + 0.5:.1f}" y="{y}" width="{slot - 1:.1f}" '
            f'height="{_y(upward, 0.0) - y:.1f}" fill="{BAR}"><title>{_said(said)}</title></rect>'
        )
    shown = across.ticks()[:: max(1, len(across.ticks()) // 5)]
    parts += [_text(_x(across, tick), _HEIGHT - 8, across.text(tick), MUTED, anchor="middle") for tick in shown]
    parts += _marks(across, marks)
    said = f"{len(amounts)} drawn years from {amounts[0]:,.2f} to {amounts[-1]:,.2f}."
    return _drawing(parts, key=key, title=title, says=said, height=_HEIGHT)


def _marks(across: Scale, marks: Sequence[MoneyMark]) -> Iterator[str]:
    """Lines with their words above; a word too near the one before it is left to the line's title."""
    taken = float("-inf")
    for index, mark in enumerate(sorted(marks, key=lambda one: one.amount)):
        x, ink = _x(across, float(mark.amount)), EXPECTED if index == 0 else MINIMUM
        said = _said(f"{mark.word}: {mark.amount:,.2f}")
        yield (
            f'<path d="M{x},{_TOP}V{_HEIGHT - _BOTTOM}" stroke="{ink}" stroke-width="1.5"><title>{said}</title></path>'
        )
        if x - taken > 58:
            yield _text(x, _TOP - 8, mark.word, ink, anchor="middle")
            taken = x


def tornado_svg(bars: Sequence[MoneyBar], *, key: str, title: str) -> str:
    """A lying bar a change, to the left where the credit falls and to the right where it rises, largest first."""
    reach = max((abs(float(bar.amount)) for bar in bars), default=1.0) or 1.0
    height, middle = len(bars) * _ROW + 8, _NAMES + (_WIDTH - _NAMES) / 2
    half = (_WIDTH - _NAMES) / 2 - 62
    parts = [f'<path d="M{middle},2V{height - 4}" stroke="{RULE}" stroke-width="1"/>']
    for index, bar in enumerate(bars):
        length, y = abs(float(bar.amount)) / reach * half, index * _ROW + 5
        is_more = bar.amount > 0
        x = middle if is_more else middle - length
        end = middle + length + 4 if is_more else middle - length - 4
        box = (
            f'<rect x="{x:.1f}" y="{y}" width="{max(length, 0.5):.1f}" height="{_ROW - 8}" '
            f'fill="{MISSED if is_more else BAR}"><title>{_said(bar.says)}</title></rect>'
        )
        parts += [
            _text(0, y + 12, _cut(bar.label), INK),
            box,
            _text(end, y + 12, f"{bar.amount:+,.0f}".replace("-", MINUS), MUTED, anchor="start" if is_more else "end"),
        ]
    said = f"{len(bars)} changes; the largest is {bars[0].says}." if bars else "No change."
    return _drawing(parts, key=key, title=title, says=said, height=height)


def _cut(label: str) -> str:
    return label if len(label) <= 42 else f"{label[:41]}…"


def _rules(scale: Scale) -> Iterator[str]:
    for tick in scale.ticks():
        y = _y(scale, tick)
        yield f'<path d="M{_LEFT},{y}H{_WIDTH - _RIGHT}" stroke="{RULE}" stroke-width="1"/>'
        yield _text(_LEFT - 8, y + 4, scale.text(tick), MUTED, anchor="end")


def _y(scale: Scale, value: float) -> float:
    share = (value - scale.low) / (scale.high - scale.low)
    return round(_TOP + (1 - share) * (_HEIGHT - _TOP - _BOTTOM), 1)


def _x(scale: Scale, value: float) -> float:
    share = (value - scale.low) / (scale.high - scale.low)
    return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)


def _text(x: float, y: float, text: str, ink: str, *, anchor: str = "start") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{ink}">{_said(text)}</text>'


def _said(text: str) -> str:
    return escape(printable(text))


def _drawing(parts: Sequence[str], *, key: str, title: str, says: str, height: int) -> str:
    key = escape(printable(key))
    head = (
        f'<svg class="money" viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="{key}-title {key}-desc" '
        f'xmlns="http://www.w3.org/2000/svg" font-family="inherit" font-size="12">'
    )
    names = f'<title id="{key}-title">{_said(title)}</title><desc id="{key}-desc">{_said(says)}</desc>'
    return "".join([head, names, *parts, "</svg>"])
