"""The trend chart: gaps stay gaps, thresholds step, every point says what it is."""

from decimal import Decimal
from xml.etree import ElementTree as ET

from remit.reports.charts import TrendChart, trend_of, trend_svg
from remit.terms.measure_terms import Unit
from tests.lib.sample_settlements import attainment, month

SVG = "{http://www.w3.org/2000/svg}"


def chart(
    *counts: str, unit: Unit = Unit.SHARE, expected: str | None = "0.95", minimum: str | None = "0.90"
) -> TrendChart:
    judged = [
        attainment(
            "SL1", each, window=month(index), expected=expected, minimum=minimum, has_interval=unit is Unit.SHARE
        )
        for index, each in enumerate(counts)
    ]
    return trend_of(judged, key="trend-1", title="SL1 Resolved in time", unit=unit)


def drawn(given: TrendChart) -> ET.Element:
    return ET.fromstring(trend_svg(given))


def lines(svg: ET.Element) -> int:
    return sum(line.get("stroke-linecap") == "round" for line in svg.iter(f"{SVG}line"))


def told(svg: ET.Element) -> list[str]:
    return [title.text or "" for title in svg.iter(f"{SVG}title")][1:]


def test_a_month_not_measured_is_a_gap_in_the_line_and_never_a_zero() -> None:
    svg = drawn(chart("95/100", "0/0", "96/100", "97/100"))
    assert lines(svg) == 1
    assert told(svg)[1] == "2026-02: not measured"
    assert not any((text.text or "") == "0 %" for text in svg.iter(f"{SVG}text"))


def test_every_point_tells_its_value_standing_and_interval() -> None:
    assert told(drawn(chart("33/35", "80/100", "96/100"))) == [
        "2026-01: 94.29 %, below expected, 95 % interval 81.4–98.4 %",
        "2026-02: 80.00 %, below minimum, 95 % interval 71.1–86.7 %",
        "2026-03: 96.00 %, met, 95 % interval 90.2–98.4 %",
    ]


def test_standings_differ_by_shape_and_not_by_colour_alone() -> None:
    marks = [group[0].tag.removeprefix(SVG) for group in drawn(chart("94/100", "80/100", "96/100")).iter(f"{SVG}g")]
    crosses = [len(group.findall(f"{SVG}path")) for group in drawn(chart("94/100", "80/100")).iter(f"{SVG}g")]
    assert marks == ["path", "path", "circle"]
    assert crosses == [1, 2]


def test_the_chart_is_named_and_described_for_those_who_can_not_see_it() -> None:
    svg = drawn(chart("33/35", "0/0", "96/100"))
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "trend-1-title trend-1-desc"
    assert svg.findtext(f"{SVG}title") == "SL1 Resolved in time"
    assert svg.findtext(f"{SVG}desc") == (
        "Met in 1 of 2 measured windows, 1 not measured, last 96.00 % in 2026-03, expected ≥ 95.00 %."
    )


def test_a_level_never_measured_says_so() -> None:
    given = chart("0/0", "0/0")
    assert given.description == "Not measured in any of 2 windows."
    assert lines(drawn(given)) == 0


def test_a_level_without_an_expected_level_is_reported_and_not_judged() -> None:
    given = chart("94/100", "95/100", expected=None, minimum=None)
    assert given.description == "Reported, not judged, last 95.00 % in 2026-02."
    assert told(drawn(given))[0].startswith("2026-01: 94.00 %, reported")


def test_a_threshold_the_contract_changed_is_drawn_as_a_step() -> None:
    judged = [
        attainment("SL1", "97/100", window=month(index), expected=expected)
        for index, expected in enumerate(["0.95", "0.95", "0.96"])
    ]
    svg = drawn(trend_of(judged, key="t", title="SL1", unit=Unit.SHARE))
    expected, minimum = [path.get("d") or "" for path in svg.iter(f"{SVG}path") if path.get("fill") == "none"]
    assert (expected.count("L"), len({part.split(",")[1].split("H")[0] for part in expected[1:].split("L")})) == (2, 2)
    assert len({part.split(",")[1].split("H")[0] for part in minimum[1:].split("L")}) == 1


def test_windows_come_in_the_order_of_time_whatever_the_order_given() -> None:
    judged = [attainment("SL1", "97/100", window=month(index)) for index in (2, 0, 1)]
    given = trend_of(judged, key="t", title="SL1", unit=Unit.SHARE)
    assert [point.label for point in given.points] == ["2026-01", "2026-02", "2026-03"]


def test_the_scale_speaks_in_the_units_of_the_level() -> None:
    for counts, unit, expected, sign in (
        (["300/10", "200/10"], Unit.SECONDS, "30", " s"),
        (["3000/10", "2000/10"], Unit.SECONDS, "300", " min"),
        (["172800/10", "86400/2"], Unit.SECONDS, "36000", " h"),
        (["95/100", "96/100"], Unit.SHARE, "0.95", " %"),
        (["1200/1", "900/1"], Unit.COUNT, "1000", ",000"),
        (["-40/1", "30/1"], Unit.SCORE, "10", "−"),
    ):
        svg = drawn(chart(*counts, unit=unit, expected=expected, minimum=None))
        assert any(sign in (text.text or "") for text in svg.iter(f"{SVG}text")), unit


def test_every_mark_lies_inside_the_drawing() -> None:
    given = chart("1/1", "0/1", "1/2", "99/100")
    svg = drawn(given)
    heights = [float(line.get("y1", "0")) for line in svg.iter(f"{SVG}line")]
    assert all(0 <= height <= 214 for height in heights)


def test_sixty_weeks_name_at_most_twelve_dates() -> None:
    svg = drawn(chart(*("96/100" for _ in range(60))))
    dates = [text for text in svg.iter(f"{SVG}text") if text.get("y") == "192"]
    assert len(dates) == 12


def test_a_title_from_a_contract_is_escaped() -> None:
    given = TrendChart("k", "<script>alert(1)</script> & co\x1b", Unit.SHARE, at_most=False, points=())
    assert "<script>" not in trend_svg(given)
    assert drawn(given).findtext(f"{SVG}title") == "<script>alert(1)</script> & co\ufffd"


def test_one_value_far_from_its_threshold_still_has_a_scale() -> None:
    svg = drawn(chart("0/50", expected="0", minimum=None))
    assert len({line.get("y1") for line in svg.iter(f"{SVG}line")}) >= 2
    assert Decimal(0) in [point.value for point in chart("0/50").points]
