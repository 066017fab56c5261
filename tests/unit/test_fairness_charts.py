"""The pictures of comparisons and forecasts: what is drawn, and what is said for those who can't see it."""

from decimal import Decimal
from xml.etree import ElementTree as ET

from remit.reports.charts import (
    Compared,
    ComparisonChart,
    ForecastBand,
    as_svg,
    comparison_chart,
    forecast_band_svg,
)
from remit.terms.measure_terms import Unit

BERLIN = Compared(
    "Berlin", 332, Decimal("0.58"), (Decimal("0.52"), Decimal("0.63")), Decimal("0.6"), (Decimal("0.5"), Decimal("0.7"))
)
NOBODY = Compared("Rome <1>", 0, None, None, None, None)


def test_a_comparison_is_a_row_a_subject_with_both_figures_and_their_intervals() -> None:
    chart = comparison_chart(ComparisonChart("c", "SL1 by site", "Two compared.", Unit.SHARE, (BERLIN, NOBODY)))
    assert chart.rows == (
        ("Berlin", "332", "58.00 %", "52.0–63.0 %", "60.00 %", "50.0–70.0 %"),
        ("Rome <1>", "0", "–", "–", "–", "–"),
    )
    domain = chart.spec["layer"][1]["encoding"]["x"]["scale"]["domain"]
    assert domain[0] <= 0.5
    assert domain[1] >= 0.7
    drawn = as_svg(chart)
    assert "Berlin, at one mix: 60.00 %" in drawn
    assert "<1>" not in drawn


def test_subjects_that_are_alike_and_quantities_without_interval_are_drawn_too() -> None:
    mean = Compared("Berlin", 30, Decimal(300), None, Decimal(300), None)
    spec = comparison_chart(ComparisonChart("c", "t", "s", Unit.SECONDS, (mean, mean))).spec
    low, high = spec["layer"][1]["encoding"]["x"]["scale"]["domain"]
    assert 0 <= low < 300 < high
    assert comparison_chart(ComparisonChart("c", "t", "s", Unit.SHARE, (NOBODY,))).rows[0][2] == "–"


def test_a_forecasts_band_lies_where_its_numbers_do_and_says_them() -> None:
    low, likely, high, expected = (Decimal(text) for text in ("0.80", "0.85", "0.90", "1.00"))
    drawn = ET.fromstring(
        forecast_band_svg(ForecastBand("b-SL1", "SL1 <2026>", "From …", low, likely, high, expected, Decimal("0.6")))
    )
    names = {part.tag.rpartition("}")[2]: part for part in drawn}
    assert names["title"].text == "SL1 <2026>"
    assert names["desc"].text == "From …"
    bar, ring = names["rect"], names["circle"]
    # From 0.6 to 1.0 over 224 pixels from the eighth: 0.80 at half, 0.90 at three quarters.
    assert (float(bar.attrib["x"]), float(bar.attrib["width"])) == (120.0, 56.0)
    assert float(ring.attrib["cx"]) == 8.0


def test_a_band_of_one_value_without_anything_counted_yet_is_drawn() -> None:
    one = Decimal(1)
    drawn = forecast_band_svg(ForecastBand('b"', "t", "s", one, one, one, one, None))
    assert "circle" not in drawn
    assert ET.fromstring(drawn).attrib["role"] == "img"
