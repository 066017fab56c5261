"""Scorecards on the statement: ranked in a period, subjects against periods, in every form that has room for them."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from openpyxl import load_workbook

from remit.performance.scorecards import Scorecard, compose, ranked
from remit.performance.service_levels import Ratio, Standard, judge
from remit.performance.settlements import Settlement
from remit.reports.statements import StatementContext, as_csv, as_json, as_text
from remit.reports.statements.page import as_html
from remit.reports.statements.scorecard_rows import TONES, score_rows, tone_of
from remit.reports.statements.workbook import as_workbook
from remit.terms.service_levels import ScorecardTerms
from tests.lib.sample_settlements import context, month, settlement

WEIGHTS = {
    "SL1": {"weight": "60%", "zero_at": "70%", "full_at": "98%"},
    "SL3": {"weight": "40%", "zero_at": "3 minutes", "full_at": "20 seconds"},
}
BANDS = [{"name": "red", "from": 0}, {"name": "amber", "from": 50}, {"name": "green", "from": 80}]

# Provider, calls answered in time of 1,000, and the mean wait in seconds (- where nothing was measured).
JANUARY = """
    Alpha    952   31
    Bravo    880   90
    Charlie  700    -
"""
FEBRUARY = """
    Alpha    840  100
    Bravo    980   20
    Delta      -    -
    Echo     840  100
"""


def terms(*, by: str | None = "provider", bands: Sequence[Mapping[str, object]] = BANDS) -> ScorecardTerms:
    return ScorecardTerms.model_validate({"weights": WEIGHTS, "bands": bands, "by": by})


def words(*, by: str | None = "provider", bands: Sequence[Mapping[str, object]] = BANDS) -> StatementContext:
    return context(scorecard=terms(by=by, bands=bands))


def card(
    name: str, answered: str, wait: str, *, index: int, bands: Sequence[Mapping[str, object]] = BANDS
) -> Scorecard:
    ratios = {
        "SL1": Ratio(0, 0, 0) if answered == "-" else Ratio(int(answered), 1000, 1000),
        "SL3": Ratio(0, 0, 0) if wait == "-" else Ratio(int(wait), 1, 1),
    }
    found = {
        level: judge(Standard(level, None, is_proportion=False), ratio, window=month(index))
        for level, ratio in ratios.items()
    }
    return compose(terms(bands=bands), found, period=month(index), subject=name)


def compared(table: str, *, index: int = 0, bands: Sequence[Mapping[str, object]] = BANDS) -> Settlement:
    rows = [line.split() for line in table.strip().splitlines()]
    cards = [card(name, answered, wait, index=index, bands=bands) for name, answered, wait in rows]
    return replace(settlement([], period=month(index)), scorecards=ranked(cards))


def whole(answered: str = "840", wait: str = "100", *, index: int = 0) -> Settlement:
    return replace(settlement([], period=month(index)), scorecards=(card("", answered, wait, index=index),))


def two_months() -> list[Settlement]:
    return [compared(JANUARY), compared(FEBRUARY, index=1)]


def text_of(settlements: Sequence[Settlement], told: StatementContext | None = None, *, width: int = 120) -> str:
    return as_text(settlements, told or words(), colour=False, width=width)


def body(text: str) -> str:
    return re.sub(r" {2,}", " ", text)


def page_text(settlements: Sequence[Settlement], told: StatementContext | None = None) -> str:
    page = as_html(settlements, told or words())
    plain = re.sub(r"<[^>]+>", " ", page[page.index("<body>") :])
    return " ".join(plain.replace("\xa0", " ").split())


def book_of(settlements: Sequence[Settlement], told: StatementContext | None = None) -> Any:
    return load_workbook(BytesIO(as_workbook(settlements, told or words())))


def test_a_contract_without_a_scorecard_prints_none_in_any_form() -> None:
    plain = [settlement()]
    assert "Scorecard" not in as_text(plain, context(), colour=False)
    assert "Scorecard" not in as_html(plain, context())
    assert "scorecards" not in json.loads(as_json(plain))[0]
    assert "Scorecards" not in book_of(plain, context()).sheetnames


def test_the_text_ranks_the_subjects_with_each_levels_value_and_score() -> None:
    text = text_of([compared(FEBRUARY, index=1)])
    assert [" ".join(line.split()) for line in text.splitlines() if re.match(r" +(\d=? |.*Delta)", line)] == [
        "1 Bravo 100.0 green 100 % 98.00 % 100.0 20 s 100.0",
        "2= Alpha 50.0 amber 100 % 84.00 % 50.0 1 min 40 s 50.0",
        "2= Echo 50.0 amber 100 % 84.00 % 50.0 1 min 40 s 50.0",
        "Delta – not measured 0 % – – – –",
    ]
    assert "green from 80 · amber from 50 · red from 0" in text
    assert "SL1: weight 60 %, 0 points at 70.00 %, 100 at 98.00 %" in text
    assert "SL3: weight 40 %, 0 points at 3 min 00 s, 100 at 20 s" in text


def test_a_score_measured_in_part_bears_a_sign_and_its_point_stays_below_the_others() -> None:
    text = text_of([compared(JANUARY)])
    lines = {line.split()[1]: line for line in text.splitlines() if re.match(r" +\d ", line)}
    assert "0.0*" in lines["Charlie"]
    assert "60 %" in lines["Charlie"]
    assert lines["Charlie"].index("0.0*") + 1 == lines["Alpha"].index("91.3") + 2
    assert "* measured in part" in text
    assert "measured in part" not in text_of([compared(FEBRUARY, index=1)])


def test_levels_that_find_no_room_stand_in_a_table_below() -> None:
    wide, narrow = (text_of([compared(FEBRUARY, index=1)], width=width) for width in (120, 50))
    assert (wide.count("Bravo"), narrow.count("Bravo")) == (1, 2)
    assert "1 min 40 s 50.0" in body(narrow)


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_no_scorecard_line_is_wider_than_the_terminal(width: int) -> None:
    for settlements in ([two_months()[0]], two_months(), [whole()], [whole(), whole(index=1)]):
        assert max(len(line) for line in text_of(settlements, width=width).splitlines()) <= width


def test_several_periods_stand_as_a_grid_with_the_best_of_the_last_one_first() -> None:
    text = body(text_of(two_months()))
    names = ("Alpha", "Bravo", "Charlie", "Delta", "Echo")
    rows = [line.strip() for line in text.splitlines() if line.strip().startswith(names)]
    assert rows == [
        "Bravo 61.1 100.0",
        "Alpha 91.3 50.0",
        "Echo 50.0",
        "Charlie 0.0*",
        "Delta –",
    ]
    assert "Provider Jan 26 Feb 26" in text


def test_a_grid_too_wide_for_the_terminal_stands_in_blocks() -> None:
    year = [compared(JANUARY, index=index) for index in range(12)]
    assert text_of(year, width=160).count("Alpha") == 1
    assert text_of(year, width=60).count("Alpha") == 2


def test_a_score_of_the_whole_alone_lists_its_levels() -> None:
    text = body(text_of([whole(), whole("980", "20", index=1)]))
    assert "All together 50.0 100.0" in text
    assert "SL3 50.0 100.0" in text
    one = body(text_of([whole()]))
    assert "SL3 Average speed of answer 1 min 40 s 40 % 50.0" in one
    assert "Score, amber 100 % 50.0" in one
    assert "Score 100 % 50.0" in body(text_of([with_plain_band(whole())]))


def with_plain_band(one: Settlement) -> Settlement:
    return replace(one, scorecards=tuple(replace(each, band="") for each in one.scorecards))


def test_the_whole_stands_on_top_of_its_parts_and_has_no_place() -> None:
    given = compared(FEBRUARY, index=1)
    both = replace(given, scorecards=(*given.scorecards, *whole(index=1).scorecards))
    lines = text_of([both]).splitlines()
    first = next(index for index, line in enumerate(lines) if "All together" in line)
    assert "Bravo" in lines[first + 1]
    assert [row.name for row in score_rows([both])] == ["All together", "Bravo", "Alpha", "Echo", "Delta"]
    assert "All together 50.0 amber" in page_text([both])


def test_colours_follow_the_bands_and_only_where_asked_for() -> None:
    assert "\x1b[32m100.0" in as_text([compared(FEBRUARY, index=1)], words(), colour=True).replace(" ", "")
    assert "\x1b" not in text_of([compared(FEBRUARY, index=1)])


def test_without_the_contracts_words_scorecards_print_with_their_numbers_alone() -> None:
    text = text_of([compared(FEBRUARY, index=1)], context())
    assert "Subject" in text
    assert "from 80" not in text
    assert "Subject" in page_text(two_months(), context())


def test_without_bands_there_is_no_band_column() -> None:
    plain = compared(JANUARY, bands=())
    assert "Band" not in text_of([plain], words(bands=()))
    assert "Band" not in page_text([plain], words(bands=()))


TONES_OF_BANDS = """
    1  best
    2  worst best
    3  worst middling best
    4  worst poor good best
    5  worst poor middling good best
    6  worst poor middling middling good best
"""


@pytest.mark.parametrize("row", TONES_OF_BANDS.strip().splitlines())
def test_bands_are_spread_over_the_tones_from_worst_to_best(row: str) -> None:
    count, *expected = row.split()
    bands = [{"name": f"band {index}", "from": index * 10} for index in range(int(count))]
    told = words(bands=bands[::-1])
    assert len({tone_of(Decimal(0), f"band {index}", told) for index in range(int(count))} - set(TONES)) == 0
    found = [tone_of(Decimal(0), f"band {index}", told) for index in range(int(count))]
    assert found[:1] + found[-1:] == [expected[0], expected[-1]]
    assert all(TONES.index(one) <= TONES.index(other) for one, other in pairwise(found))
    if int(count) <= len(TONES):
        assert found == expected


def test_what_has_no_band_has_no_tone() -> None:
    assert tone_of(None, "not measured", words()) == ""
    assert tone_of(Decimal(50), "", words()) == ""
    assert tone_of(Decimal(50), "amber", context()) == ""


def test_the_page_ranks_the_subjects_of_one_period() -> None:
    text = page_text([compared(FEBRUARY, index=1)])
    assert "1 Bravo 100.0 green 100 % 98.00 % 100.0 20 s 100.0" in text
    assert "2 = Alpha 50.0 amber 100 % 84.00 % 50.0 1 min 40 s 50.0" in text
    assert "Delta – not measured 0 % – – – –" in text
    assert "Scores by period" not in text


def test_the_page_maps_several_periods_and_folds_the_earlier_rankings() -> None:
    page = as_html(two_months(), words())
    text = page_text(two_months())
    assert "Scores by period, 2026-01 to 2026-02; the best of the last period first" in text
    assert "Charlie 0.0 * red, measured in part" in text
    assert "Scores of 2026-02, the best first" in text
    assert page.count('<details class="folded earlier">') == 1
    assert '<td class="best">100.0 <span class="unseen">green</span></td>' in page
    assert "* measured in part – not measured blank where there is no record" in text


def test_a_period_without_scorecards_leaves_a_gap_in_the_map() -> None:
    text = page_text([*two_months(), settlement([], period=month(2))])
    assert "Jan 26 Feb 26 Mar 26" in text
    assert "Scores of 2026-02, the best first" in text


def test_a_long_map_repeats_its_months_at_the_foot() -> None:
    table = "\n".join(f"Provider{index:02} {700 + index} 60" for index in range(21))
    year = [compared(table, index=index) for index in range(13)]
    page = as_html(year, words())
    assert page.count('<table class="heat scores">') == 2
    assert page.count('<tfoot class="again" aria-hidden="true">') == 2
    assert 'class="again"' not in as_html(two_months(), words())


def test_the_page_shows_a_score_of_the_whole_level_by_level() -> None:
    text = page_text([whole()])
    assert "Scorecard SL1 weight 60 %, 0 points at 70.00 %, 100 at 98.00 %" in text
    assert "SL3 Average speed of answer 1 min 40 s 40 % 50.0" in text
    assert "Score amber 100 % 50.0" in text


HOSTILE = "</script><img/src=x\u202e\x1b>"


def test_a_subject_from_the_facts_becomes_neither_markup_nor_an_escape_code_nor_a_formula() -> None:
    hostile = replace(
        settlement([]), scorecards=(card(HOSTILE, "900", "60", index=2), card("=1+1", "800", "60", index=2))
    )
    for settlements in ([hostile], [hostile, replace(hostile, period=month(3))]):
        page = as_html(settlements, words())
        assert "<img" not in page
        assert not {"\x1b", "\u202e"} & set(page + text_of(settlements))
    cells = [cell for sheet in book_of([hostile]) for row in sheet.iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value == "=1+1"] == ["s"]
    assert not any(cell.data_type == "f" for cell in cells)


def test_json_carries_the_scorecards_of_a_period_best_first() -> None:
    (period,) = json.loads(as_json([compared(JANUARY)]))
    assert [one["subject"] for one in period["scorecards"]] == ["Alpha", "Bravo", "Charlie"]
    assert period["scorecards"][2] == {
        "subject": "Charlie",
        "score": 0,
        "coverage": 0.6,
        "band": "red",
        "lines": [
            {"service_level": "SL1", "value": 0.7, "score": 0, "weight": 0.6},
            {"service_level": "SL3", "value": None, "score": None, "weight": 0.4},
        ],
    }


def test_csv_stays_one_table_of_service_levels() -> None:
    assert as_csv([compared(JANUARY)]) == as_csv([settlement([], period=month(0))])


def test_the_workbook_has_the_scorecards_as_numbers() -> None:
    book = book_of(two_months())
    assert {"Scorecards", "Scores by period"} <= set(book.sheetnames)
    head, *rows = book["Scorecards"].iter_rows(max_row=8, values_only=True)
    assert head[:9] == (
        "Period", "Provider", "Place", "Score", "Band", "Coverage", "SL1 value", "SL1 score", "SL1 weight",
    )  # fmt: skip
    assert [row[:6] for row in rows] == [
        ("2026-01", "Alpha", 1, 91.3, "green", 1),
        ("2026-01", "Bravo", 2, 61.1, "amber", 1),
        ("2026-01", "Charlie", 3, 0, "red", 0.6),
        ("2026-02", "Bravo", 1, 100, "green", 1),
        ("2026-02", "Alpha", 2, 50, "amber", 1),
        ("2026-02", "Echo", 2, 50, "amber", 1),
        ("2026-02", "Delta", None, None, "not measured", 0),
    ]
    assert rows[0][6:9] == (0.952, 90, 0.6)
    assert [cell.number_format for cell in book["Scorecards"][2][3:8]] == ["0.0", "General", "0.00%", "0.00%", "0.0"]


def test_the_workbook_sets_subjects_against_periods_and_colours_them_by_band() -> None:
    sheet = book_of(two_months())["Scores by period"]
    assert list(sheet.iter_rows(values_only=True)) == [
        ("Provider", "Jan 26", "Feb 26"),
        ("Bravo", 61.1, 100),
        ("Alpha", 91.3, 50),
        ("Echo", None, 50),
        ("Charlie", 0, None),
        ("Delta", None, "–"),
    ]
    assert (sheet["B5"].number_format, sheet["B2"].number_format) == ('0.0"*"', "0.0")
    assert [sheet[place].fill.start_color.rgb for place in ("C2", "B2", "B5")] == ["00E1F1E8", "00FCEBC5", "00F9DAD5"]
    assert "Scores by period" not in book_of([compared(JANUARY)]).sheetnames
