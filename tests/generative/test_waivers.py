"""A waiver moves its own record and no other, and waiving a record that missed never lowers a share."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.ingest.waiver_files import Waiver
from remit.performance.explanations import Explanation, MeasuredRecord
from remit.runs import explain
from remit.runs.waived import with_waivers
from tests.lib.run_facts import HEAD, month, opened

TERMS = f"""{HEAD}
clocks:
  plain: {{of: cases, starts: opened_at, stops: resolved_at}}
exclusions:
  - {{id: X1, of: cases, where: "priority = 'P9'", reason: no work of theirs}}
  - {{id: X2, waivers: true, reason: waived in writing}}
service_levels:
  IN_TIME:
    name: In time
    still_open: missed_once_past_target
    measure: {{is: turnaround, clock: plain, share_within: 2 hours, where: "priority <> 'P8'"}}
  UNCHANGED: {{name: Not opened again, measure: {{is: reopening}}}}
  GOOD: {{name: Good ones, measure: {{is: ratio, of: cases, good: "priority = 'P1'"}}}}
  ANSWERED:
    name: Answered
    measure: {{is: service_factor, variant: 6, answer_within: 30 seconds, short_abandon: 5 seconds}}
  ONCE:
    name: Called once
    measure: {{is: first_contact_resolution, of: interactions, variant: no_repeat, repeat_within: 2 days}}
"""
LEVELS = ("IN_TIME", "UNCHANGED", "GOOD", "ANSWERED", "ONCE")
LOWER_IS_BETTER = ("UNCHANGED",)
FIRST = datetime(2026, 1, 2, tzinfo=UTC)
JANUARY = month("2026-01")

hours = st.integers(0, 24 * 40)
cases = st.tuples(hours, st.none() | st.integers(0, 9), st.sampled_from(["P1", "P2", "P8", "P9"]), st.integers(0, 2))
contacts = st.tuples(hours, st.integers(0, 80), st.booleans(), st.sampled_from(["ann", "bob", ""]))


def when(hour: int, seconds: int = 0) -> str:
    return f"{FIRST + timedelta(hours=hour, seconds=seconds):%Y-%m-%d %H:%M:%S}"


def case_rows(drawn: Sequence[tuple[int, int | None, str, int]]) -> str:
    rows = ["case_key | opened_at | resolved_at | priority | reopened_count"]
    for number, (opened_at, lasted, priority, again) in enumerate(drawn):
        resolved = "" if lasted is None else when(opened_at + lasted)
        rows.append(f"c{number} | {when(opened_at)} | {resolved} | {priority} | {again}")
    return "\n".join(rows)


def contact_rows(drawn: Sequence[tuple[int, int, bool, str]]) -> str:
    rows = ["interaction_key | queued_at | answered_at | abandoned_at | customer_key | reason"]
    for number, (queued, waited, is_answered, customer) in enumerate(drawn):
        answered, abandoned = (when(queued, waited), "") if is_answered else ("", when(queued, waited))
        rows.append(f"i{number} | {when(queued)} | {answered} | {abandoned} | {customer} | billing")
    return "\n".join(rows)


def waiver(level: str, key: str) -> Waiver:
    return Waiver(f"{level} {key}", key, level, "Northwind", None, "agreed", "X2")


def by_key(found: Explanation) -> dict[str, MeasuredRecord]:
    return {one.key: one for one in found.records}


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    drawn_cases=st.lists(cases, min_size=1, max_size=12),
    drawn_contacts=st.lists(contacts, min_size=1, max_size=12),
    picked=st.sets(st.integers(0, 11)),
)
def test_a_waiver_changes_its_own_record_alone_and_a_missed_one_never_lowers_a_share(
    drawn_cases: Any, drawn_contacts: Any, picked: set[int]
) -> None:
    cases_text, contacts_text = case_rows(drawn_cases), contact_rows(drawn_contacts)
    waived = {f"{kind}{number}" for kind in "ci" for number in picked}
    with (
        TemporaryDirectory() as folder,
        opened(Path(folder), TERMS, cases=cases_text, interactions=contacts_text) as (versions, evidence),
    ):
        before = {level: explain(versions, evidence, level, JANUARY)[0] for level in LEVELS}
        listed = [waiver(level, key) for level in LEVELS for key in sorted(waived)]
        agreed = with_waivers(evidence, listed)
        after = {level: explain(versions, agreed, level, JANUARY)[0] for level in LEVELS}
    for level in LEVELS:
        first, second = by_key(before[level]), by_key(after[level])
        assert set(first) == set(second)
        for key, record in first.items():
            if key in waived and record.excluded_by is None:
                assert (second[key].excluded_by, second[key].numerator, second[key].denominator) == ("X2", 0, 0)
            else:
                assert second[key] == record
        gone = [record for key, record in first.items() if key in waived and record.excluded_by is None]
        missed = (lambda one: one.met is True) if level in LOWER_IS_BETTER else (lambda one: one.met is False)
        old, new = before[level].attainment.exact, after[level].attainment.exact
        if old is not None and new is not None and all(map(missed, gone)):
            assert new <= old if level in LOWER_IS_BETTER else new >= old
