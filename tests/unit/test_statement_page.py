"""The statement as a page: alone, escaped, readable by eye, by machine and on paper."""

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import product

import pytest

from remit.reports.statements import LevelWords
from remit.reports.statements.page import as_html
from remit.terms.measure_terms import Unit
from remit.terms.periods import Period
from tests.lib.sample_settlements import attainment, context, credit_line, credit_statement, month, settlement, year

VOID = {"meta", "br", "link", "img", "hr", "input"}


class Outline(HTMLParser):
    """The page's tags in order, its texts, and a check that every element is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_the_page_stands_alone_and_runs_nothing() -> None:
    page = as_html(year(), context())
    outline = Outline(page)
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in outline.tags}
    assert not re.findall(r"(?:src|href)=\"(?!#)[^\"]*", page)
    assert "@import" not in page
    assert "url(" not in page


def test_the_page_has_a_language_a_title_and_one_first_heading() -> None:
    outline = Outline(as_html(year(), context()))
    assert outline.named("html") == [{"lang": "en"}]
    assert "Customer care and service desk: service level statement 2026-01 to 2026-12" in outline.text
    assert len(outline.named("h1")) == 1


def test_every_table_head_has_a_scope_and_every_id_is_unique() -> None:
    outline = Outline(as_html(year(), context()))
    assert all(head.get("scope") in ("col", "row") for head in outline.named("th"))
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [(attributes["href"] or "").removeprefix("#") for attributes in outline.named("a")]
    assert set(links) <= set(ids)


def test_several_periods_show_a_map_a_trend_a_level_and_the_credits() -> None:
    text = Outline(as_html(year(), context())).text.replace("\xa0", " ")
    assert "✓ 98.39 % met" in text
    assert "– not measured" in text
    assert "Met in 6 of 11 measured windows, 1 not measured, last 94.12 % in 2026-12, expected ≥ 96.00 %." in text
    assert "Credits of all periods USD 69,600.00" in text
    assert "2026-05: USD 48,000.00" in text
    assert "How it was computed" in text
    assert "Right to terminate , SL2: SL2 was below minimum in 2 of the last 6 months (MSA 20.3)" in text
    assert "No credit in 2026-01, 2026-02" in text


def test_one_period_shows_its_levels_in_full_and_no_trend() -> None:
    page = as_html([year()[3]], context())
    text = Outline(page).text.replace("\xa0", " ")
    assert "SL1 Priority 1 incidents resolved in time 86.84 % ✕ below minimum 33 / 38 72.7–94.2 %" in text
    assert "Share of P1 incidents resolved within 4 business hours" in text
    assert "<svg" not in page


def test_the_weeks_of_one_period_stand_in_its_table_of_levels() -> None:
    weeks = [attainment("SL1", "97/100", window=Period(date(2026, 3, day), date(2026, 3, day + 7))) for day in (2, 9)]
    page = as_html([settlement(weeks)], context())
    assert "Priority 1 incidents resolved in time, 09 Mar–15 Mar 26" in Outline(page).text
    assert "<svg" not in page


def test_two_years_stand_in_blocks_of_twelve_months() -> None:
    months = [settlement([attainment("SL1", "97/100", window=month(i))], period=month(i)) for i in range(24)]
    page = as_html(months, context())
    assert page.count('<table class="heat">') == 2
    assert "Dec 26" in page
    assert "Dec 27" in page


def test_what_it_was_computed_from_and_how_to_compute_it_again_stand_at_the_foot() -> None:
    text = Outline(as_html(year(), context())).text.replace("\xa0", " ")
    assert "3f1c" * 16 in text
    assert "9ab2" * 16 in text
    assert "123,456 read, 123 in quarantine (0.10 %)" in text
    assert "remit settle contract.yaml --facts facts" in text


def test_an_amendment_within_the_statement_shows_both_contracts() -> None:
    first, second = year()[:2]
    amended = replace(second, provenance=replace(second.provenance, contract_sha256="beef" * 16))
    page = as_html([first, amended], context())
    assert "3f1c" * 16 in page
    assert "beef" * 16 in page


HOSTILE = "</script><img src=x onerror=alert(1)>\x1b\u202e"


def test_nothing_from_a_contract_or_from_facts_becomes_markup() -> None:
    words = {"SL1": LevelWords(HOSTILE, Unit.SHARE, is_critical=True, clause=HOSTILE, definition=HOSTILE)}
    line = credit_line(reason=HOSTILE, clause=HOSTILE, service_level=HOSTILE)
    statement = credit_statement(line, notes=(HOSTILE,), currency=HOSTILE, applies_to=HOSTILE)
    one = settlement(
        [attainment("SL1", "33/35", note=HOSTILE)],
        breakdown=[attainment("SL1", "3/5", site=HOSTILE)],
        statement=statement,
    )
    told = context(title=HOSTILE, client=HOSTILE, provider=HOSTILE, recompute=HOSTILE, service_levels=words)
    for settlements in ([one], [one, replace(one, period=month(3))]):
        page = as_html(settlements, told)
        assert "img" not in {tag for tag, _ in Outline(page).tags}
        assert "\x1b" not in page
        assert "\u202e" not in page


def test_a_level_only_reported_shows_its_value_and_no_threshold() -> None:
    reported = settlement([attainment("SL1", "90/100", expected=None, minimum=None)])
    text = Outline(as_html([reported], context())).text.replace("\xa0", " ")
    assert "90.00 % · reported 90 / 100" in text
    assert "Critical service level, Ex. B 2.1" in text


def test_a_page_about_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one settled period"):
        as_html([], context())


def colours(page: str) -> list[dict[str, str]]:
    """The page's colours in light and in dark."""
    light, dark = (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{(.*?)\}", page, re.DOTALL)
    )
    return [light, {**light, **dark}]


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_text_colour_reaches_the_contrast_that_wcag_asks_for_in_light_and_dark() -> None:
    standings = ("met", "below-expected", "below-minimum", "not-measured")
    tones = ("worst", "poor", "middling", "good", "best")
    pairs = [
        *((f"{name}-ink", name) for name in tones),
        *product(("ink", "muted"), ("paper", "shade")),
        *((f"{name}-ink", name) for name in standings),
        *((f"{name}-ink", "paper") for name in standings),
    ]
    for scheme in colours(as_html(year(), context())):
        for ink, paper in pairs:
            assert contrast(scheme[ink], scheme[paper]) >= 4.5, (ink, paper)
