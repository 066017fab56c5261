"""How charts look and speak: the page's colours by name, so that light and dark are one picture, and its words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from remit.performance.service_levels import Standing

# A page's custom property with a literal behind it: a picture outside a page has no properties.
INK, MUTED, RULE, PAPER = "var(--ink,#1b222b)", "var(--muted,#525c68)", "var(--rule,#d9dee4)", "var(--paper,#ffffff)"
LINE, BAND, BAR = "var(--chart-line,#17507f)", "var(--chart-band,#c9dced)", "var(--chart-bar,#4d7ea8)"
EXPECTED, MINIMUM = "var(--met-ink,#0b5135)", "var(--below-minimum-ink,#8f1a12)"
BELOW, MISSED = "var(--chart-below,#a8741a)", "var(--chart-missed,#b3493f)"
BARS: Mapping[Standing, str] = {Standing.BELOW_EXPECTED: BELOW, Standing.BELOW_MINIMUM: MISSED}
STANDINGS: Mapping[Standing, str] = {
    Standing.MET: EXPECTED,
    Standing.BELOW_EXPECTED: "var(--below-expected-ink,#6b4300)",
    Standing.BELOW_MINIMUM: MINIMUM,
    Standing.NOT_MEASURED: LINE,
}
_CROSS = "M-1,-0.55L-0.45,0L-1,0.55L-0.55,1L0,0.45L0.55,1L1,0.55L0.45,0L1,-0.55L0.55,-1L0,-0.45L-0.55,-1Z"
SHAPES: Mapping[Standing, str] = {
    Standing.MET: "circle",
    Standing.BELOW_EXPECTED: "triangle-down",
    Standing.BELOW_MINIMUM: _CROSS,
    Standing.NOT_MEASURED: "circle",
}
_PROPERTY = re.compile(r"var\(--[a-z-]+,(#[0-9a-f]{6})\)")
_PRINTED_FONT = "Liberation Sans, DejaVu Sans, Arial, sans-serif"


def without_properties(text: str) -> str:
    """A specification for a picture that stands alone: literal colours, a font that is there."""
    return _PROPERTY.sub(r"\1", text).replace('"inherit"', f'"{_PRINTED_FONT}"')


CONFIG: Mapping[str, Any] = {
    "background": None,
    "font": "inherit",
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "ticks": False,
        "gridColor": RULE,
        "labelColor": MUTED,
        "labelFontSize": 12,
        "labelPadding": 8,
        "labelLimit": 220,
        "title": None,
    },
    "text": {"fontSize": 12, "fill": MUTED},
}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of charts, for readers of another language; `months` are the twelve short names.

    `decimal` and `thousands` are what stands in a number in place of the point and the comma.
    """

    expected: str = "expected"
    minimum: str = "minimum"
    target: str = "target"
    window: str = "Window"
    value: str = "Value"
    interval: str = "95 % interval"
    standing: str = "Standing"
    records: str = "Records"
    from_to: str = "Time"
    step: str = "Step"
    change: str = "Change"
    not_measured: str = "not measured"
    decimal: str = "."
    thousands: str = ","
    months: tuple[str, ...] = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    standings: Mapping[str, str] = field(default_factory=dict)

    def number(self, text: str) -> str:
        """A number's text with this language's marks."""
        return text.translate({ord("."): self.decimal, ord(","): self.thousands})

    def of_standing(self, english: str) -> str:
        """A standing's words, by the English ones."""
        return self.standings.get(english, english)
