"""A chart as a Vega-Lite specification with its table, and its renderings by vl-convert: SVG, PNG, PDF.

Rendering starts a script engine of some 250 MB and takes a tenth of a second: it belongs into a worker.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from remit.reports.charts.looks import CONFIG, without_properties
from remit.reports.quoting import printable

_SVG = "http://www.w3.org/2000/svg"
_ARIA = ("aria-label", "aria-roledescription", "aria-hidden", "role")


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: what to draw, one sentence for those who can't see it, and the numbers as a table.

    `key` is unique on the page it stands on. Rows are texts; the columns named by `number_columns` are numbers.
    """

    key: str
    title: str
    description: str
    spec: Mapping[str, Any]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    number_columns: frozenset[int] = frozenset()


def as_svg(chart: Chart) -> str:
    """The chart as one `<svg>` to place in a page: no style, no script; colours follow the page, light and dark.

    What each mark says stands in its `<title>`, which pages show as a tooltip.
    """
    import vl_convert

    drawn = ET.fromstring(vl_convert.vegalite_to_svg(_written(chart)))  # noqa: S314  # our renderer's own output
    return _placed(drawn, chart)


def as_png(chart: Chart, *, scale: float = 2) -> bytes:
    """The chart as a picture for slides, on white."""
    import vl_convert

    picture: bytes = vl_convert.vegalite_to_png(without_properties(_written(chart, background="#ffffff")), scale=scale)
    return picture


def as_pdf(chart: Chart) -> bytes:
    """The chart as a one-page PDF, its text as text."""
    import vl_convert

    document: bytes = vl_convert.vegalite_to_pdf(without_properties(_written(chart, background="#ffffff")))
    return document


def _written(chart: Chart, *, background: str | None = None) -> str:
    config = {**CONFIG, "background": background}
    schema = "https://vega.github.io/schema/vega-lite/v5.json"
    return json.dumps({"$schema": schema, "config": config, **chart.spec})


def _placed(drawn: ET.Element, chart: Chart) -> str:
    """The drawing as an image with a name and a description; marks keep what they say as their title alone."""
    for element in drawn.iter():
        says = element.get("aria-label") if element.get("role") == "graphics-symbol" else None
        is_mark = element.get("aria-roledescription") != "axis"
        for name in (*_ARIA, "class", "pointer-events"):
            element.attrib.pop(name, None)
        if says and is_mark:
            ET.SubElement(element, "title").text = printable(says)
    key = printable(chart.key)
    _name_after(drawn, key)
    size = drawn.get("viewBox", "")
    drawn.attrib.clear()
    drawn.attrib |= {"viewBox": size, "role": "img", "aria-labelledby": f"{key}-title {key}-desc"}
    for place, (name, text) in enumerate((("title", chart.title), ("desc", chart.description))):
        told = ET.Element(name, {"id": f"{key}-{name}"})
        told.text = printable(text)
        drawn.insert(place, told)
    _take_away_namespaces(drawn)
    return ET.tostring(drawn, encoding="unicode")


def _name_after(drawn: ET.Element, key: str) -> None:
    """Ids that the renderer numbers begin with the chart's own: two charts of a page must not cut each other."""
    for element in drawn.iter():
        for name, value in element.attrib.items():
            if name == "id":
                element.set(name, f"{key}-{value}")
            elif value.startswith("url(#"):
                element.set(name, f"url(#{key}-{value.removeprefix('url(#')}")


def _take_away_namespaces(drawn: ET.Element) -> None:
    """Inside a page an `<svg>` needs none."""
    for element in drawn.iter():
        element.tag = element.tag.removeprefix(f"{{{_SVG}}}")
