"""The statement as a workbook: numbers one can compute with, text that never runs, records behind each level."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from remit.performance.explanations import MeasuredRecord
from remit.reports import cells
from remit.reports.cells import sheet_title
from remit.reports.statements import workbook as workbook_module
from remit.reports.statements.workbook import as_workbook
from tests.lib.sample_settlements import attainment, context, explanation, month, settlement, year


def opened(given: bytes) -> Any:
    return load_workbook(BytesIO(given))


def table(sheet: Any, *, head_at: int = 1) -> list[dict[str, Any]]:
    lines = list(sheet.iter_rows(min_row=head_at, values_only=True))
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def test_the_workbook_has_a_sheet_for_each_question() -> None:
    book = opened(as_workbook(year(), context(), explanations=[explanation(), explanation()]))
    assert book.sheetnames == [
        "Summary", "Service levels", "Credits", "SL1 2026-03", "SL1 2026-03 (2)", "Provenance",
    ]  # fmt: skip


def test_a_level_is_a_row_of_numbers_with_formats() -> None:
    sheet = opened(as_workbook(year(), context()))["Service levels"]
    march = next(r for r in table(sheet) if r["Period"] == "2026-03" and r["Service level"] == "SL1")
    assert (march["Value"], march["Numerator"], march["Denominator"]) == (0.945946, 35, 37)
    assert (march["Window from"], march["Window to"]) == (datetime(2026, 3, 1), datetime(2026, 3, 31))
    assert march["Standing"] == "below expected"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:U73")
    assert [sheet["H2"].number_format, sheet["B2"].number_format] == ["0.00%", "yyyy-mm-dd"]


def test_the_summary_adds_up_the_periods_and_leaves_a_gap_where_nothing_was_measured() -> None:
    sheet = opened(as_workbook(year(), context()))["Summary"]
    rows = table(sheet, head_at=6)
    total = next(row for row in rows if row["Period"] == "All periods")
    assert (total["Charges"], total["Credit due"]) == (4_800_000, 69_600)
    assert rows[4]["SL1 Priority 1 incidents resolved in time"] is None
    assert (rows[4]["Not measured"], rows[4]["Below minimum"]) == (1, 2)


def test_the_summary_draws_the_shares_where_there_are_several_periods() -> None:
    # Charts aren't read back by the library: look into the archive.
    assert b"xl/charts/chart1.xml" in as_workbook(year(), context())
    assert b"xl/charts/chart1.xml" not in as_workbook(year()[:1], context())


def test_credits_carry_their_reason_their_trace_and_what_else_arose() -> None:
    rows = table(opened(as_workbook(year(), context()))["Credits"])
    assert [(row["Period"], row["Kind"], row["Amount"]) for row in rows] == [
        ("2026-04", "credit", 12_000),
        ("2026-04", "credit", 21_600),
        ("2026-05", "credit", 48_000),
        ("2026-05", "right to terminate", None),
        ("2026-05", "note", None),
        ("2026-12", "earnback", -12_000),
    ]
    assert (
        rows[0]["How it was computed"].splitlines()[0] == "charges: 400,000.00 (monthly charges without pass-through)"
    )


def test_the_records_behind_a_level_stand_on_a_sheet_of_their_own() -> None:
    sheet = opened(as_workbook([settlement()], context(), explanations=[explanation()]))["SL1 2026-03"]
    head_at = next(row[0].row for row in sheet.iter_rows() if row[0].value == "Record")
    rows = table(sheet, head_at=head_at)
    assert [(row["Record"], row["Verdict"], row["Excluded by"]) for row in rows] == [
        ("INC-1", "met", None),
        ("INC-2", "met", None),
        ("INC-3", "missed", None),
        ("=cmd|'/C calc'!A0", "excluded", "X1"),
    ]
    assert (sum(row["Adds to numerator"] for row in rows), sum(row["Adds to denominator"] for row in rows)) == (2, 3)
    assert sheet.freeze_panes == f"A{head_at + 1}"


def test_text_that_looks_like_a_formula_is_text() -> None:
    hostile = context(title="=1+1", client="@SUM(A1)", recompute="-2+3")
    records = (MeasuredRecord("=1+1", None, 1, 1, None, None, None),)
    told = explanation(sql="=1+1", records=records)
    book = opened(as_workbook([settlement()], hostile, explanations=[told]))
    formulas = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    looks = [
        cell for sheet in book for row in sheet.iter_rows() for cell in row if str(cell.value).startswith(("=", "@"))
    ]
    assert formulas == []
    assert len(looks) == 4
    assert all(cell.quotePrefix for cell in looks)


def test_more_records_than_a_sheet_holds_are_left_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_module, "ROWS_A_SHEET", 12)
    sheet = opened(as_workbook([settlement()], context(), explanations=[explanation()]))["SL1 2026-03"]
    values = [row[0] for row in sheet.iter_rows(values_only=True)]
    assert "2 records more than a sheet can hold are left out; the CSV has them all" in values
    assert values.count("INC-2") == 1
    assert "INC-3" not in values
    assert cells.ROWS_A_SHEET == 1_048_576


def test_a_weekly_level_shows_how_many_weeks_were_met() -> None:
    weeks = [attainment("SL1", counts, window=month(index)) for index, counts in enumerate(["97/100", "90/100"])]
    rows = table(opened(as_workbook([settlement(weeks)], context()))["Summary"], head_at=6)
    assert rows[0]["SL1 Priority 1 incidents resolved in time"] == "1 of 2 met"


TITLES = """
    SL1 2026-03                                 SL1 2026-03
    [SL1]: a/b?*                                SL1   a b
    a-level-with-a-very-long-name-2026-01       a-level-with-a-very-long-name-2
"""


@pytest.mark.parametrize("row", TITLES.strip().splitlines())
def test_a_sheet_gets_a_name_that_excel_accepts(row: str) -> None:
    wanted, title = re_split(row)
    assert sheet_title(wanted, taken=[]) == title


def re_split(row: str) -> list[str]:
    head, _, tail = row.strip().partition("    ")
    return [head, tail.strip()]


def test_a_name_already_taken_gets_a_number_whatever_its_case() -> None:
    assert sheet_title("Summary", taken=["summary"]) == "Summary (2)"
    assert sheet_title("x" * 40, taken=["x" * 31]) == "x" * 27 + " (2)"
    assert sheet_title("//", taken=[]) == "Sheet"


def test_a_workbook_is_dated_by_its_facts_and_not_by_the_clock_on_the_wall() -> None:
    once = as_workbook(year(), context())
    as_of = datetime.fromtimestamp(max(one.provenance.as_of for one in year()), UTC).replace(tzinfo=None)
    assert {entry.date_time for entry in ZipFile(BytesIO(once)).infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = opened(once).properties
    assert (properties.created, properties.modified) == (as_of, as_of)


def test_a_workbook_about_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one settled period"):
        as_workbook([], context())
