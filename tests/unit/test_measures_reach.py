"""How far a measure looks beyond the records it lists."""

import pytest
from pydantic import TypeAdapter

from remit.performance.measures.reach import looks_at_all, record_column, seconds_around
from remit.terms.measure_terms import Measure


def _measure(words: dict[str, object]) -> Measure:
    found: Measure = TypeAdapter(Measure).validate_python(words)
    return found


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ({"is": "turnaround", "clock": "desk", "statistic": "mean"}, None),
        ({"is": "first_contact_resolution", "of": "interactions", "variant": "agent_flag"}, None),
        ({"is": "first_contact_resolution", "variant": "no_repeat", "repeat_within": "2 days"}, 172_800),
        ({"is": "service_factor", "variant": 2, "answer_within": "20 seconds"}, None),
        ({"is": "service_factor", "variant": 2, "answer_within": "20 seconds", "aggregate": "share_of_intervals",
          "interval": "30 minutes", "interval_target": "80%"}, 1_800),
        ({"is": "occupancy"}, 0),
        ({"is": "attrition"}, 0),
    ],
)  # fmt: skip
def test_a_measure_looks_as_far_around_its_windows_as_it_must(words: dict[str, object], seconds: int | None) -> None:
    assert seconds_around(_measure(words)) == seconds


def test_outages_are_all_looked_at() -> None:
    assert looks_at_all(_measure({"is": "availability", "service": "portal", "calendar": "always"}))
    assert not looks_at_all(_measure({"is": "occupancy"}))


@pytest.mark.parametrize(
    ("table", "column"),
    [("cases", "case_key"), ("case_events", "case_key"), ("agent_time", None), ("headcount", None)],
)
def test_records_are_known_by_the_one_column_of_their_key(table: str, column: str | None) -> None:
    assert record_column(table) == column
