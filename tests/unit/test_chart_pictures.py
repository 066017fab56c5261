"""Charts as pictures: one specification, an SVG that a strict page may hold, and the same numbers as a table."""

import json
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from remit.reports.charts import (
    Bar,
    BarChart,
    Chart,
    DistributionChart,
    TrendChart,
    TrendPoint,
    Words,
    as_pdf,
    as_png,
    as_svg,
    bar_chart,
    binned,
    distribution_chart,
    trend_chart,
)
from remit.reports.charts.looks import without_properties
from remit.reports.standings import BELOW_EXPECTED, BELOW_MINIMUM, MET, NOT_MEASURED, Mark
from remit.terms.measure_terms import Unit

GERMAN = Words(expected="erwartet", decimal=",", thousands=".", standings={"met": "erreicht"})


def trend(rows: str, *, title: str = "Answered within 20 s") -> TrendChart:
    """A trend of shares: `month value low high expected minimum mark`, `-` where there is none."""
    marks = {"met": MET, "below": BELOW_EXPECTED, "missed": BELOW_MINIMUM, "none": NOT_MEASURED}
    points = [_point(line.split(), marks) for line in rows.strip().splitlines()]
    return TrendChart("sl1", title, Unit.SHARE, at_most=False, points=tuple(points))


def _point(words: Sequence[str], marks: dict[str, Mark]) -> TrendPoint:
    label, value, low, high, expected, minimum, mark = words
    starts_on = date.fromisoformat(f"{label}-01")
    interval = None if low == "-" else (Decimal(low), Decimal(high))
    numbers = [None if one == "-" else Decimal(one) for one in (value, expected, minimum)]
    return TrendPoint(starts_on, label, numbers[0], interval, numbers[1], numbers[2], marks[mark])


QUARTER = """
2025-11  0.953  0.941  0.963  0.95  0.93  met
2025-12  0.885  0.873  0.895  0.95  0.93  missed
2026-01  -      -      -      0.95  0.93  none
2026-02  0.947  0.935  0.957  0.96  0.94  below
"""


def titles(svg: str) -> list[str]:
    """What the drawing says on pointing at it."""
    return [title.text or "" for title in ET.fromstring(svg).iter("title")][1:]


def test_a_trend_says_each_window_and_draws_no_point_where_nothing_was_measured() -> None:
    said = titles(as_svg(trend_chart(trend(QUARTER))))
    assert "2025-11: 95.30 %, met, 95 % interval 94.1–96.3 %" in said
    assert "2025-12: 88.50 %, below minimum, 95 % interval 87.3–89.5 %" in said
    assert "2026-01: not measured" in said


def test_a_drawing_may_stand_in_a_page_that_allows_no_inline_style_and_no_script() -> None:
    svg = as_svg(trend_chart(trend(QUARTER, title="<script>alert(1)</script> & more")))
    assert "<script" not in svg
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|href", svg)
    drawn = ET.fromstring(svg)
    assert drawn.get("aria-labelledby") == "sl1-title sl1-desc"
    assert [child.tag for child in drawn][:2] == ["title", "desc"]


def test_colours_follow_the_page_and_stand_alone_outside_it() -> None:
    chart = trend_chart(trend(QUARTER))
    assert "var(--chart-line,#17507f)" in as_svg(chart)
    alone = without_properties(json.dumps(chart.spec))
    assert "var(" not in alone
    assert "#17507f" in alone


def test_the_same_chart_is_a_picture_for_slides_and_a_document_for_print() -> None:
    chart = trend_chart(trend(QUARTER))
    assert as_png(chart).startswith(b"\x89PNG")
    assert as_pdf(chart).startswith(b"%PDF")


def test_the_numbers_of_a_trend_stand_in_a_table() -> None:
    chart = trend_chart(trend(QUARTER))
    assert chart.columns == ("Window", "Value", "95 % interval", "expected", "minimum", "Standing")
    assert chart.rows[1] == ("2025-12", "88.50 %", "87.3–89.5 %", "≥ 95.00 %", "≥ 93.00 %", "below minimum")
    assert chart.rows[2] == ("2026-01", "–", "–", "≥ 95.00 %", "≥ 93.00 %", "not measured")


def test_a_chart_speaks_the_readers_language() -> None:
    chart = trend_chart(trend(QUARTER), GERMAN)
    assert chart.rows[0][1:] == ("95,30 %", "94,1–96,3 %", "≥ 95,00 %", "≥ 93,00 %", "erreicht")
    assert "erwartet" in json.dumps(chart.spec)


@pytest.mark.parametrize("count", [1, 2, 13, 60])
def test_a_trend_of_any_length_can_be_drawn(count: int) -> None:
    months = [f"{2020 + place // 12}-{place % 12 + 1:02d}" for place in range(count)]
    chart = trend_chart(trend("\n".join(f"{month} 0.9 - - 0.95 - below" for month in months)))
    assert len([said for said in titles(as_svg(chart)) if "90.00 %" in said]) == count


def sites(*, expected: str | None = "0.95") -> BarChart:
    bars = (
        Bar("Gdańsk", Decimal("0.961"), (Decimal("0.95"), Decimal("0.97")), 12_040, MET),
        Bar("Manila <1>", Decimal("0.871"), (Decimal("0.86"), Decimal("0.88")), 8_020, BELOW_MINIMUM),
        Bar("Cebu", None, None, 0, NOT_MEASURED),
    )
    level = None if expected is None else Decimal(expected)
    return BarChart("by-site", "By site", Unit.SHARE, at_most=False, expected=level, bars=bars)


def test_bars_tell_each_part_and_name_the_last() -> None:
    chart = bar_chart(sites())
    assert chart.description == "1 of 2 parts missed; last is Manila <1> at 87.10 %."
    assert chart.rows[0] == ("Gdańsk", "96.10 %", "95.0–97.0 %", "12,040", "met")
    assert "Manila <1>: 87.10 %, below minimum, 8,020 Records" in titles(as_svg(chart))


def test_bars_need_no_expected_level() -> None:
    assert "expected" not in as_svg(bar_chart(sites(expected=None)))


@pytest.mark.parametrize(
    ("seconds", "target"),
    [
        ([0, 20, 21, 3_600], 20),
        ([600] * 99 + [90_000], 14_400),
        ([1, 2, 3], None),
        ([], 20),
        ([5_000_000] * 3, None),
        ([7, 8, 13, 14], 7),
    ],
)
def test_every_time_falls_into_one_bin_and_one_bin_ends_on_the_target(seconds: list[int], target: int | None) -> None:
    bins = binned(seconds, target_seconds=target)
    assert sum(one.count for one in bins) == len(seconds)
    assert all(one.to_seconds == after.over_seconds for one, after in pairwise(bins))
    if bins and target is not None:
        within = sum(one.count for one in bins if one.to_seconds is not None and one.to_seconds <= target)
        assert within == sum(1 for one in seconds if one <= target)
    assert len(bins) <= 42


def test_a_distribution_says_how_many_were_within_the_target() -> None:
    seconds = [10, 20, 20, 21, 40]
    chart = distribution_chart(DistributionChart("t", "Waits", 20, binned(seconds, target_seconds=20)))
    assert chart.description == "3 of 5 records took 20 s or less."
    assert isinstance(chart, Chart)
    assert "> 19 s, ≤ 20 s: 2" in titles(as_svg(chart))
