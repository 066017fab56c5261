"""The statement in a terminal: dense where it is wide, readable where it is narrow, never by colour alone."""

from dataclasses import replace
from decimal import Decimal

import pytest

from remit.reports.statements import as_text
from tests.lib.sample_settlements import attainment, context, credit_statement, month, settlement, year


def body(text: str) -> str:
    """The text with blanks run together, so that a test reads a row and not its padding."""
    return "\n".join(" ".join(line.split()) for line in text.splitlines())


def test_one_period_shows_every_level_with_counts_interval_thresholds_standing_and_credit() -> None:
    text = body(as_text([year()[3]], context(), colour=False, width=140))
    assert (
        "SL1 Priority 1 incidents resolved in time 86.84 % 33 / 38 72.7–94.2 % ≥ 95.00 % ≥ 90.00 % ✕ below minimum"
        in text
    )
    assert "SL2 Calls abandoned 6.11 % 617 / 10,102 5.7–6.6 % ≤ 5.00 % ≤ 6.00 % ✕ below minimum 21,600.00" in text
    assert "site Manila 4.05 % 166 / 4,100 3.5–4.7 % ≤ 5.00 % ≤ 6.00 % ✓ met" in text
    assert "SL3 Average speed of answer 33.0 s 313,014 / 9,485 – ≤ 30 s – ▼ below expected" in text
    assert "KM1 Backlog at month end 388 388 – ≤ 300 ≤ 400 ▼ below expected" in text


def test_the_head_names_the_parties_the_contract_the_period_and_whose_days_they_are() -> None:
    lines = as_text([year()[3]], context(), colour=False).splitlines()
    assert lines[:3] == [
        "Customer care and service desk",
        "MSA-2026-014 · Northwind (client) · Acme BPO (provider)",
        "2026-04 · days of America/New_York",
    ]


def test_each_credit_stands_with_its_sentence_its_clause_and_its_amount() -> None:
    text = body(as_text([year()[3]], context(), colour=False, width=160))
    assert "2026-04 charges 400,000.00 · at risk 48,000.00 · credit due 33,600.00" in text
    assert "allocation 25 % × at-risk amount 48,000.00 (Sch. C 4) 12,000.00" in text


def test_several_periods_stand_side_by_side_with_their_credits_below() -> None:
    text = body(as_text(year(), context(), colour=False, width=200))
    assert "SL1 Priority 1 incidents resolved in time ✓ 98.39 % ✓ 96.67 % ▼ 94.59 % ✕ 86.84 % – ✓ 96.49 %" in text
    assert "Credit USD – – – 33,600.00 48,000.00 – – – – – – −12,000.00" in text
    assert "All periods charges 4,800,000.00 · credits USD 69,600.00" in text
    assert "No credit in 2026-01, 2026-02, 2026-03, 2026-06" in text
    assert "! right to terminate (SL2): SL2 was below minimum in 2 of the last 6 months (MSA 20.3)" in text
    assert "before caps 57,600.00" in text


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    for settlements in (year(), year()[3:4]):
        text = as_text(settlements, context(), colour=False, width=width)
        assert max(len(line) for line in text.splitlines()) <= width


def test_a_narrow_terminal_keeps_value_expected_and_standing() -> None:
    text = body(as_text([year()[3]], context(), colour=False, width=60))
    assert "86.84 % ≥ 95.00 % ✕ below minimum" in text
    assert "33 / 38" not in text


def test_colour_codes_are_written_only_where_asked_for() -> None:
    assert "\x1b[" not in as_text(year(), context(), colour=False)
    assert "\x1b[" in as_text(year(), context(), colour=True)


def test_a_level_not_measured_shows_a_dash_and_says_why() -> None:
    text = body(as_text([settlement([attainment("SL1", "0/0")])], context(), colour=False, width=140))
    assert "– 0 / 0 – ≥ 95.00 % ≥ 90.00 % – not measured" in text
    assert "no records in the window" in text


def test_a_level_without_an_expected_level_is_reported_with_its_value() -> None:
    reported = settlement([attainment("SL1", "90/100", expected=None, minimum=None)])
    assert "90.00 % 90 / 100 82.6–94.5 % – – · reported" in body(
        as_text([reported], context(), colour=False, width=140)
    )


def test_excluded_records_get_a_column_where_there_are_any() -> None:
    excluded = settlement([attainment("SL1", "33/35", excluded=4)])
    assert "Excluded" in as_text([excluded], context(), colour=False, width=140)
    assert "Excluded" not in as_text([settlement()], context(), colour=False, width=140)


def test_a_weekly_level_says_how_many_of_its_weeks_were_met() -> None:
    weeks = [attainment("SL1", counts, window=month(index)) for index, counts in enumerate(["97/100", "90/100", "0/0"])]
    text = body(as_text([settlement(weeks), settlement(weeks, period=month(3))], context(), colour=False))
    assert "▼ 1 of 2 met" in text
    named = body(as_text([settlement(weeks)], context(), colour=False, width=140))
    assert "resolved in time 97.00 % 97 / 100" in named
    assert "Jan 26" in named


def test_a_month_in_which_no_window_of_a_quarterly_level_ends_stays_blank() -> None:
    quiet, told = settlement([], period=month(1)), settlement([attainment("SL1", "97/100")])
    assert "✓ 97.00 %" in as_text([quiet, told], context(), colour=False)
    assert "No window of a service level ends" in as_text([quiet], context(), colour=False)


def test_a_contract_without_an_at_risk_amount_shows_none() -> None:
    plain = settlement(statement=credit_statement(at_risk=None))
    assert "at risk" not in as_text([plain], context(), colour=False)


def test_what_it_was_computed_from_stands_at_the_foot() -> None:
    text = as_text([settlement()], context(), colour=False)
    assert "facts: 123,456 rows, 123 in quarantine (0.10 %), sha256 9ab2" in text
    assert "contract: sha256 3f1c3f1c3f1c3f1c… · as of 2026-04-01 08:00-04:00 · Remit 0.1.0" in text


def test_names_from_a_contract_can_not_send_escape_codes_or_markup_to_the_terminal() -> None:
    hostile = replace(settlement(), statement=credit_statement(notes=("[bold]\x1b[31mred\x07",)))
    text = as_text([hostile], context(title="A\x1b]0;owned\x07 [red]title[/red]"), colour=False)
    assert "\x1b" not in text
    assert "[red]title[/red]" in text


def test_nothing_settled_is_said_in_a_sentence() -> None:
    assert as_text([], context(), colour=False) == "Nothing to state: no period was settled.\n"


def test_the_periods_credits_add_up_to_the_total_on_the_last_line() -> None:
    assert sum((each.statement.credit for each in year()), Decimal(0)) == Decimal("69600.00")
