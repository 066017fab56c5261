"""A forecast drawn small by hand: the band in which a month may end, its middle, and the level it has to reach."""

from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape

from remit.reports.charts.looks import BAND, EXPECTED, LINE, MUTED, PAPER, RULE
from remit.reports.quoting import printable

_WIDTH, _HEIGHT, _PAD, _MIDDLE = 240, 34, 8, 17


@dataclass(frozen=True, slots=True)
class ForecastBand:
    """What is drawn: `low` to `high`, `likely` between them, `expected`, and `so_far` where something is counted.

    `says` is the whole in a sentence, for those who can't see it; `key` is unique on the page.
    """

    key: str
    title: str
    says: str
    low: Decimal
    likely: Decimal
    high: Decimal
    expected: Decimal
    so_far: Decimal | None


def forecast_band_svg(band: ForecastBand) -> str:
    """The drawing as one self-contained `<svg>` element, safe to place in a page as it is.

    The bar is where nine of ten ends lie, the stroke in it their middle, the ring the month so far, and the dashed line
    the expected level.
    """
    values = [band.low, band.high, band.expected, *([band.so_far] if band.so_far is not None else [])]
    first, last = float(min(values)), float(max(values))
    reach = (last - first) or abs(last) or 1.0

    def x(value: Decimal) -> float:
        return round(_PAD + (float(value) - first) / reach * (_WIDTH - 2 * _PAD), 1)

    low, likely, high, expected = (x(value) for value in (band.low, band.likely, band.high, band.expected))
    key = escape(printable(band.key), {'"': "&quot;"})
    parts = [
        (
            f'<svg class="band" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="{key}-title {key}-desc" '
            f'width="{_WIDTH}" height="{_HEIGHT}" xmlns="http://www.w3.org/2000/svg">'
        ),
        f'<title id="{key}-title">{escape(printable(band.title))}</title>',
        f'<desc id="{key}-desc">{escape(printable(band.says))}</desc>',
        f'<line x1="{_PAD}" x2="{_WIDTH - _PAD}" y1="{_MIDDLE}" y2="{_MIDDLE}" stroke="{RULE}" stroke-width="1"/>',
        f'<rect x="{low}" y="{_MIDDLE - 7}" width="{max(high - low, 2):.1f}" height="14" rx="3" fill="{BAND}"/>',
        f'<line x1="{likely}" x2="{likely}" y1="{_MIDDLE - 9}" y2="{_MIDDLE + 9}" stroke="{LINE}" stroke-width="3"/>',
        (
            f'<line x1="{expected}" x2="{expected}" y1="2" y2="{_HEIGHT - 2}" stroke="{EXPECTED}" stroke-width="2" '
            'stroke-dasharray="4 3"/>'
        ),
    ]
    if band.so_far is not None:
        parts.append(
            f'<circle cx="{x(band.so_far)}" cy="{_MIDDLE}" r="4.5" fill="{PAPER}" stroke="{MUTED}" stroke-width="2"/>'
        )
    return "".join([*parts, "</svg>"])
