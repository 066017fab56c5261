"""The statement as JSON and CSV: the public shape, exact amounts, nothing that a spreadsheet would run."""

import csv
import json
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from typing import Any

from remit.reports.statements import as_csv, as_json
from tests.lib.sample_settlements import attainment, credit_line, credit_statement, month, settlement, year


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))


def test_json_has_the_shape_that_programs_rely_on() -> None:
    line = credit_line()
    given = settlement([attainment("SL1", "33/38", excluded=2)], statement=credit_statement(line))
    (period,) = json.loads(as_json([given]))
    assert period["contract"] == "MSA-2026-014"
    assert period["contract_sha256"] == "3f1c" * 16
    assert period["period"] == {"start": "2026-03-01", "end": "2026-04-01"}
    assert period["service_levels"] == [
        {
            "id": "SL1",
            "standing": "below_minimum",
            "value": 0.868421,
            "numerator": 33,
            "denominator": 38,
            "interval": [0.726731, 0.942461],
            "expected": 0.95,
            "minimum": 0.9,
            "excluded": 2,
        }
    ]
    money = period["settlement"]
    assert {name: money[name] for name in ("currency", "charges", "at_risk", "credit")} == {
        "currency": "USD",
        "charges": "400000.00",
        "at_risk": "48000.00",
        "credit": "12000.00",
    }
    told = [{name: each[name] for name in ("service_level", "amount", "reason")} for each in money["lines"]]
    assert told == [{"service_level": "SL1", "amount": "12000.00", "reason": line.reason}]
    assert (period["facts"]["rows"], period["facts"]["quarantined"]) == (123_456, 123)


def only_level(*changed: Any, **changes: Any) -> dict[str, Any]:
    level: dict[str, Any] = json.loads(as_json([settlement([attainment(*changed, **changes)])]))[0]["service_levels"][0]
    return level


def test_what_was_not_measured_is_null_and_never_zero() -> None:
    level = only_level("SL1", "0/0")
    assert (level["standing"], level["value"], level["interval"]) == ("not_measured", None, None)
    assert level["note"] == "no records in the window"


def test_a_level_without_thresholds_has_nulls_for_them() -> None:
    level = only_level("SL1", "9/10", expected=None, minimum=None)
    assert (level["expected"], level["minimum"], level["value"]) == (None, None, 0.9)


def test_an_unrounded_value_loses_its_noise_but_never_its_verdict() -> None:
    assert only_level("SL1", "2/3")["value"] == 0.666667
    just_missed = only_level("SL1", "94999999/100000000")
    assert (just_missed["standing"], just_missed["value"]) == ("below_expected", 0.94999999)


def test_a_value_the_contract_rounds_is_kept_as_it_is() -> None:
    rounded = replace(attainment("SL1", "2/3"), value=Decimal("0.6667"))
    assert json.loads(as_json([settlement([rounded])]))[0]["service_levels"][0]["value"] == 0.6667


def test_whole_numbers_are_written_without_a_point() -> None:
    level = only_level("KM1", "388/1", expected="300", minimum=None, at_most=True, has_interval=False)
    assert json.dumps([level["value"], level["expected"]]) == "[388, 300]"


def test_a_window_that_is_not_the_period_is_written_out() -> None:
    assert "window" not in only_level("SL1", "9/10")
    assert only_level("SL1", "9/10", window=month(1))["window"] == {"start": "2026-02-01", "end": "2026-03-01"}


def test_a_breakdown_stands_with_its_level_and_its_window() -> None:
    levels = json.loads(as_json([year()[0]]))[0]["service_levels"]
    parts = {level["id"]: level.get("by") for level in levels}
    assert parts["SL1"] is None
    assert [(part["dimensions"], part["numerator"]) for part in parts["SL2"]] == [
        ({"site": "Kraków"}, 150),
        ({"site": "Manila"}, 190),
    ]


def test_no_at_risk_amount_is_null_and_a_right_to_terminate_is_listed() -> None:
    plain = settlement(statement=credit_statement(at_risk=None))
    assert json.loads(as_json([plain]))[0]["settlement"]["at_risk"] is None
    (right,) = json.loads(as_json([year()[4]]))[0]["settlement"]["termination_rights"]
    assert (right["service_level"], right["clause"]) == ("SL2", "MSA 20.3")


def test_no_settlement_is_an_empty_list() -> None:
    assert json.loads(as_json([])) == []


def test_csv_has_one_row_a_level_and_period_and_below_it_the_breakdown() -> None:
    table = rows(as_csv(year()))
    levels = [row for row in table if not row["site"]]
    assert len(levels) == 12 * 4
    assert [(row["service_level"], row["site"]) for row in table[:5]] == [
        ("SL1", ""),
        ("SL2", ""),
        ("SL2", "Kraków"),
        ("SL2", "Manila"),
        ("SL3", ""),
    ]
    march = next(row for row in levels if row["period_start"] == "2026-03-01")
    assert (march["standing"], march["value"], march["numerator"], march["denominator"], march["better"]) == (
        "below_expected",
        "0.945946",
        "35",
        "37",
        "higher",
    )


def test_the_credit_column_adds_up_to_the_credits() -> None:
    table = rows(as_csv(year()))
    assert sum(Decimal(row["credit"] or 0) for row in table) == Decimal("69600.00")


def test_a_credit_of_a_level_with_no_window_in_the_period_has_its_own_row() -> None:
    given = settlement(statement=credit_statement(credit_line("500.00", service_level="SL9")))
    last = rows(as_csv([given]))[-1]
    assert (last["service_level"], last["credit"], last["value"], last["standing"]) == ("SL9", "500.00", "", "")


def test_a_weekly_level_has_its_credit_once() -> None:
    weeks = [attainment("SL1", "90/100", window=month(index)) for index in range(3)]
    table = rows(as_csv([settlement(weeks, statement=credit_statement(credit_line("10.00")))]))
    assert [row["credit"] for row in table] == ["", "", "10.00"]


def test_csv_lines_end_as_the_standard_says_and_texts_with_commas_are_quoted() -> None:
    text = as_csv([settlement([attainment("SL1", "33/35", note='late, "dated"')])])
    assert text.count("\r\n") == 2
    assert '"late, ""dated"""' in text


def test_a_dimension_that_looks_like_a_formula_does_not_run() -> None:
    part = attainment("SL1", "3/5", site="=HYPERLINK(1)")
    table = rows(as_csv([settlement(breakdown=[part])]))
    assert table[1]["site"] == "'=HYPERLINK(1)"
