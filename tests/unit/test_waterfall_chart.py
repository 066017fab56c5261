"""Waterfalls: one figure led over to another, drawn so that each step begins where the one before it ended."""

from decimal import Decimal
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from remit.reports.charts import Chart, Waterfall, Words, as_png, as_svg, waterfall_chart
from remit.reports.charts.waterfalls import Level, Step
from remit.terms.measure_terms import Unit

GERMAN = Words(decimal=",", thousands=".", step="Schritt", change="Änderung", value="Wert")


def waterfall(rows: str, *, unit: Unit = Unit.SHARE, currency: str = "") -> Waterfall:
    """A waterfall: the first and last line are the ends, between them `change label`, `?` before what is unknown."""
    ends = [line.strip().split(maxsplit=1) for line in rows.strip().splitlines()]
    start, end = (Level(label, Decimal(value)) for value, label in (ends[0], ends[-1]))
    steps = tuple(Step(label.removeprefix("? "), Decimal(value), label.startswith("? ")) for value, label in ends[1:-1])
    return Waterfall("bridge", "SL1, March", start, steps, end, unit, currency)


BRIDGE = """
 0.9522   theirs
-0.0100   late data (agrees by the facts as they stood when they reported)
+0.0040   exclusion of tests
-0.0012   ? unexplained
 0.9450   ours
"""
SAVINGS = """
 1200000   business case
 -300000   volume
 -950000   rates <new>
  +20000   service credits
  -30000   actual
"""


def rows(chart: Chart) -> list[dict[str, Any]]:
    values: list[dict[str, Any]] = chart.spec["data"]["values"]
    return values


def titles(chart: Chart) -> list[str]:
    return [title.text or "" for title in ET.fromstring(as_svg(chart)).iter("title")][1:]


def test_each_step_begins_where_the_one_before_it_ended() -> None:
    drawn = rows(waterfall_chart(waterfall(BRIDGE)))
    for before, after in pairwise(drawn[:-1]):
        assert before["after"] in (after["low"], after["high"])
    assert drawn[-2]["after"] == pytest.approx(drawn[-1]["after"])


def test_the_figures_stand_in_a_table_with_signs_and_where_each_step_leads() -> None:
    chart = waterfall_chart(waterfall(BRIDGE))
    assert chart.columns == ("Step", "Change", "Value")
    assert chart.rows[0] == ("theirs", "", "95.22 %")
    assert chart.rows[1][1:] == ("−1.00 pp", "94.22 %")
    assert chart.rows[2] == ("exclusion of tests", "+0.40 pp", "94.62 %")
    assert chart.rows[-1] == ("ours", "", "94.50 %")


def test_it_says_in_a_sentence_what_moved_the_figure_most() -> None:
    assert waterfall(BRIDGE).description == (
        "From theirs 95.22 % to ours 94.50 % in 3 steps; the largest is "
        "late data (agrees by the facts as they stood when they reported), −1.00 pp."
    )
    assert waterfall("0.5 theirs\n0.5 ours").description == "From theirs 50.00 % to ours 50.00 %: no step between them."


def test_a_short_way_does_not_begin_at_nothing_and_its_ends_are_points_not_bars() -> None:
    near, far = waterfall_chart(waterfall(BRIDGE)), waterfall_chart(waterfall("0.9 theirs\n-0.5 late\n0.4 ours"))
    marks = [[layer["mark"]["type"] for layer in chart.spec["layer"]] for chart in (near, far)]
    assert "point" in marks[0]
    assert "point" not in marks[1]


def test_the_axis_is_written_like_the_tables() -> None:
    assert ">94.5 %<" in as_svg(waterfall_chart(waterfall(BRIDGE)))
    assert ">1,000,000<" in as_svg(waterfall_chart(waterfall(SAVINGS, unit=Unit.COUNT, currency="EUR")))


def test_money_crosses_nothing_and_keeps_its_currency() -> None:
    chart = waterfall_chart(waterfall(SAVINGS, unit=Unit.COUNT, currency="EUR"))
    assert chart.rows[2] == ("rates <new>", "−EUR 950,000.00", "EUR −50,000.00")
    assert "rates <new>: −EUR 950,000.00, EUR −50,000.00" in titles(chart)


def test_what_is_unexplained_is_drawn_otherwise_than_a_cause() -> None:
    drawn = rows(waterfall_chart(waterfall(BRIDGE)))
    assert [row["label"] for row in drawn if row.get("dash")] == ["unexplained"]


def test_a_picture_hides_no_rest() -> None:
    with pytest.raises(ValueError, match=r"leave 0\.01 between theirs and ours"):
        waterfall("0.90 theirs\n+0.04 late\n0.95 ours")
    waterfall("0.333333333333 theirs\n+0.333333333333 late\n0.666666666667 ours")


def test_it_speaks_the_readers_language() -> None:
    chart = waterfall_chart(waterfall(BRIDGE), GERMAN)
    assert chart.columns == ("Schritt", "Änderung", "Wert")
    assert chart.rows[1][1:] == ("−1,00 pp", "94,22 %")


@pytest.mark.parametrize(
    "given",
    [
        "0 theirs\n0 ours",
        "5 theirs\n5 ours",
        "-3 theirs\n-4 a\n+2 b\n-5 ours",
        "0 theirs\n-4 a\n-4 ours",
        "1e6 theirs\n" + "+1 a\n" * 40 + "1000040 ours",
    ],
)
def test_any_way_can_be_drawn(given: str) -> None:
    chart = waterfall_chart(waterfall(given, unit=Unit.COUNT))
    assert len(titles(chart)) >= len(chart.rows)
    assert as_png(chart).startswith(b"\x89PNG")
