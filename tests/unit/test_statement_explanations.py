"""An explanation in print: clause, definition, query, counts, exclusions and the records behind them."""

import csv
import json
from io import StringIO

from remit.performance.explanations import MeasuredRecord
from remit.reports.explanations import explanation_as_csv, explanation_as_json, explanation_as_text
from remit.terms.measure_terms import Unit
from tests.lib.sample_settlements import attainment, explanation


def test_json_has_the_shape_that_programs_rely_on() -> None:
    told = json.loads(explanation_as_json(explanation()))
    assert (told["service_level"], told["clause"]) == ("SL1", "Ex. B 2.1")
    assert (told["numerator"], told["denominator"], told["excluded"]) == (2, 3, 1)
    assert told["sql"].startswith("SELECT case_key")
    assert told["records"] == [
        {"key": "INC-1", "met": True, "seconds": 3600, "target_seconds": 14400},
        {"key": "INC-2", "met": True, "seconds": 14400, "target_seconds": 14400},
        {"key": "INC-3", "met": False, "seconds": 20100, "target_seconds": 14400},
        {"key": "=cmd|'/C calc'!A0", "met": None, "seconds": None, "target_seconds": 14400, "excluded_by": "X1"},
    ]
    assert told["exclusions"] == [{"id": "X1", "reason": "test records", "clause": "Ex. B 6(a)", "records": 1}]


def test_a_record_counted_without_a_verdict_says_what_it_adds() -> None:
    record = MeasuredRecord("CALL-1", None, 35, 1, 35, None, None)
    told = json.loads(explanation_as_json(explanation(records=(record,))))
    assert told["records"] == [
        {"key": "CALL-1", "met": None, "seconds": 35, "target_seconds": None, "numerator": 35, "denominator": 1}
    ]


def test_only_the_missed_are_listed_where_only_they_are_asked_for() -> None:
    assert [r["key"] for r in json.loads(explanation_as_json(explanation(), missed_only=True))["records"]] == ["INC-3"]
    assert explanation_as_csv(explanation(), missed_only=True).count("\r\n") == 2
    assert "INC-1" not in explanation_as_text(explanation(), Unit.SHARE, colour=False, missed_only=True)


def test_the_csv_columns_add_up_to_the_counts_of_the_statement() -> None:
    told = explanation()
    table = list(csv.DictReader(StringIO(explanation_as_csv(told), newline="")))
    sums = tuple(sum(int(row[name]) for row in table) for name in ("numerator", "denominator"))
    assert sums == (told.attainment.ratio.numerator, told.attainment.ratio.denominator)
    assert [row["met"] for row in table] == ["true", "true", "false", ""]
    assert table[3]["key"] == "'=cmd|'/C calc'!A0"


def test_the_terminal_shows_everything_and_the_missed_records_first() -> None:
    lines = [
        " ".join(line.split()) for line in explanation_as_text(explanation(), Unit.SHARE, colour=False).splitlines()
    ]
    assert "66.67 % = 2 / 3 ✕ below minimum" in lines
    assert "95 % interval 20.8–93.9 % · expected ≥ 95.00 % · minimum ≥ 90.00 %" in lines
    assert "X1 left out 1: test records (Ex. B 6(a))" in lines
    assert "WHERE priority = 'P1'" in lines
    records = [line.split()[0] for line in lines if line.startswith(("INC", "=cmd"))]
    assert records == ["INC-3", "INC-1", "INC-2", "=cmd|'/C"]


def test_a_record_one_second_late_does_not_read_as_on_time() -> None:
    record = MeasuredRecord("INC-9", False, 0, 1, 14_401, 14_400, None)
    text = explanation_as_text(explanation(records=(record,)), Unit.SHARE, colour=False)
    assert "4 h 00 min 01 s" in text


def test_a_long_list_is_cut_and_says_so() -> None:
    records = tuple(MeasuredRecord(f"INC-{n}", None, 1, 1, None, None, None) for n in range(50))
    text = explanation_as_text(explanation(records=records), Unit.SHARE, colour=False, most=10)
    assert "… and 40 more" in text
    assert "counted" in text


def test_nothing_measured_and_nothing_excluded_are_said() -> None:
    told = explanation(attainment=attainment("SL1", "0/0"), exclusions=(), records=())
    text = explanation_as_text(told, Unit.SHARE, colour=False)
    assert "Nothing was excluded." in text
    assert "no records in the window" in text
    assert "The records (0)" in text


def test_keys_from_an_export_can_not_send_escape_codes() -> None:
    record = MeasuredRecord("INC\x1b[2J", False, 0, 1, 1, 1, None)
    assert "\x1b" not in explanation_as_text(explanation(records=(record,)), Unit.SHARE, colour=False)
    assert "\x1b[" in explanation_as_text(explanation(), Unit.SHARE, colour=True)
