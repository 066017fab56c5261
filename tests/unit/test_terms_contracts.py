"""The terms of a contract: what each accepts, and the sentence with which it refuses the rest."""

from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel, ValidationError

from remit.terms.amendments import Amendment
from remit.terms.clocks import Clock, Moment
from remit.terms.contracts import Parties, TermOfContract
from remit.terms.durations import read_duration
from remit.terms.measure_terms import (
    Abandonment,
    Accuracy,
    AgentTimeShare,
    Backlog,
    CustomRatio,
    FirstContactResolution,
    ForecastAccuracy,
    ServiceFactor,
    Turnaround,
    Unit,
    Volume,
    durations_of,
    read_level_value,
)
from remit.terms.obligations import Obligation
from remit.terms.service_levels import (
    Exclusion,
    LowVolume,
    MeasurementWindow,
    ScorecardWeight,
    ServiceLevel,
    WindowKind,
    read_window,
)
from tests.lib.written_contracts import contract

FACTOR = {"is": "service_factor", "variant": "3", "answer_within": "20 seconds"}


def refusal(model: type[BaseModel], **written: Any) -> str:
    """The sentence with which a model refuses what was written."""
    with pytest.raises(ValidationError) as refused:
        model.model_validate(written)
    return str(refused.value.errors()[0]["msg"]).removeprefix("Value error, ")


def level(**written: Any) -> ServiceLevel:
    return ServiceLevel.model_validate({"name": "Level", "measure": FACTOR, **written})


def test_a_contract_knows_its_id_zone_and_term() -> None:
    sound = contract()

    assert sound.id == "MSA-1"
    assert sound.zone == ZoneInfo("America/New_York")
    assert (sound.term_period.start_on, sound.term_period.end_on) == (date(2026, 1, 1), date(2027, 1, 1))


def test_terms_refuse_dates_out_of_order_and_currencies_without_a_code() -> None:
    assert refusal(TermOfContract, **{"from": "2026-02-01", "to": "2026-01-31"}) == (
        "the term ends 2026-01-31, before it starts 2026-02-01; swap from and to"
    )
    assert "write year-month-day, as 2026-12-24" in refusal(TermOfContract, **{"from": "1/2/2026", "to": "2026-01-31"})
    with pytest.raises(ValidationError, match="'US dollar' is not a currency; write its three letters, as USD or EUR"):
        contract("currency: US dollar")
    with pytest.raises(ValidationError, match="time_zone"):
        contract("time_zone: Eastern")


def test_an_amendment_says_what_it_changes() -> None:
    head = {"id": "A1", "to": "MSA-1", "from": "2026-07-01"}

    assert refusal(Amendment, remit="1", amendment=head) == (
        "this amendment changes nothing; give change, add or remove"
    )
    assert Amendment.model_validate({"remit": "1", "amendment": head, "remove": "x.y"}).remove == ("x.y",)
    assert Parties.model_validate({"id": "M", "client": "C", "provider": "P"}).kind == "statement of work"


@pytest.mark.parametrize(
    ("written", "kind", "length", "first_weekday"),
    [
        ("Calendar month", WindowKind.MONTH, 1, 0),
        ("month", WindowKind.MONTH, 1, 0),
        ("quarter", WindowKind.QUARTER, 1, 0),
        ("contract year", WindowKind.CONTRACT_YEAR, 1, 0),
        ("week", WindowKind.WEEK, 1, 0),
        ("week from sunday", WindowKind.WEEK, 1, 6),
        ("rolling 30 days", WindowKind.ROLLING_DAYS, 30, 0),
        ("rolling 1 month", WindowKind.ROLLING_MONTHS, 1, 0),
    ],
)
def test_a_window_is_read_from_the_contracts_words(
    written: str, kind: WindowKind, length: int, first_weekday: int
) -> None:
    window = read_window(written)

    assert window == MeasurementWindow(kind=kind, length=length, first_weekday=first_weekday)
    assert read_window(window) is window


@pytest.mark.parametrize("written", ["fortnight", "week from someday", "rolling month"])
def test_other_windows_are_refused_with_their_text(written: str) -> None:
    with pytest.raises(ValueError, match=f"'{written}' is not a measurement window; write calendar month"):
        read_window(written)


def test_misses_are_allowed_only_where_that_is_said() -> None:
    said = "allow_misses needs misses, and nothing else does; write {below: 20, then: allow_misses, misses: 1}"

    assert refusal(LowVolume, below="20", then="allow_misses") == said
    assert refusal(LowVolume, below="20", misses="1") == said
    assert LowVolume.model_validate({"below": "20", "then": "allow_misses", "misses": "1"}).misses == 1


def test_a_minimum_is_no_harder_than_what_is_expected() -> None:
    assert refusal(ServiceLevel, name="L", measure=FACTOR, minimum="90%") == (
        "a minimum needs an expected level beside it; write expected: …"
    )
    assert refusal(ServiceLevel, name="L", measure=FACTOR, expected="90%", minimum="95%").startswith(
        "minimum 0.95 is harder than expected 0.9 (higher is better)"
    )
    lost = {"is": "abandonment"}
    assert refusal(ServiceLevel, name="L", measure=lost, expected="5%", minimum="3%").startswith(
        "minimum 0.03 is harder than expected 0.05 (lower is better)"
    )
    assert level(measure=lost, expected="5%", minimum="8%").at_most
    assert not level(measure=lost, better="higher", expected="5%", minimum="3%").at_most


def test_a_glide_path_has_the_latest_level_begun() -> None:
    path = level(expected="95%", history={"2026-01-01": "90%", "2026-07-01": "93%"}, **{"class": "critical"})

    assert path.is_critical
    assert [path.expected_on(date(*day)) for day in ((2025, 12, 31), (2026, 1, 1), (2026, 7, 1))] == [
        Decimal("0.95"),
        Decimal("0.90"),
        Decimal("0.93"),
    ]


def test_an_exclusion_is_one_of_four_things() -> None:
    assert refusal(Exclusion, id="X", reason="r").startswith("an exclusion is one of where, waivers")
    assert refusal(Exclusion, id="X", reason="r", of="cases", where="x", waivers="true").startswith("an exclusion is")
    assert refusal(Exclusion, id="X", reason="r", where="x") == (
        "where needs the table it is about; write of: interactions"
    )
    assert Exclusion.model_validate({"id": "X", "reason": "r", "waivers": "true"}).waivers


def test_a_scale_of_a_scorecard_has_a_length() -> None:
    assert "a scale needs two different values" in refusal(ScorecardWeight, weight="1", zero_at="80%", full_at="80%")


def test_an_obligation_is_due_once_or_again_and_again() -> None:
    duty = {"id": "o", "what": "w", "side": "provider"}

    assert refusal(Obligation, **duty).startswith("an obligation is due on a date or again and again")
    assert refusal(Obligation, **duty, every="month", due="2026-01-01").startswith("an obligation is due")
    assert refusal(Obligation, **duty, every="month", gives_relief="SL1") == (
        "only a duty of the client gives the provider relief; leave gives_relief out"
    )
    assert refusal(Obligation, **duty, every="month", relief="whole_month") == (
        "relief says how levels are excused, and gives_relief names none; name them, or leave it out"
    )
    given = {**duty, "side": "client", "every": "month", "gives_relief": "SL1"}
    assert Obligation.model_validate(given).gives_relief == ("SL1",)


def test_a_moment_is_named_by_statuses_or_by_events() -> None:
    assert refusal(Moment).startswith("name either statuses or events")
    assert refusal(Moment, status="Closed", event="closed").startswith("name either statuses or events")


def test_a_clock_reads_history_only_of_cases() -> None:
    assert refusal(Clock, of="transactions", stops={"status": "Done"}) == (
        "only cases have a status history; a clock of transactions starts and stops at columns"
    )
    assert refusal(Clock, max_pause="10 hours") == (
        "max_pause limits pauses, but the clock has none; name their statuses under pauses"
    )
    assert not Clock.model_validate({"pauses": "none"}).needs_history
    assert Clock.model_validate({"pauses": {"status": "Waiting"}}).needs_history
    assert Clock.model_validate({"calendar_change": "at_stop"}).needs_history


def test_a_clock_names_every_calendar_it_may_run_on_once() -> None:
    by_site = {"by": "site", "map": {"NYC": "us", "BOS": "us", "LIS": "pt"}}

    assert Clock().calendars == ("always",)
    assert Clock.model_validate({"calendar": by_site}).calendars == ("us", "pt")
    assert Clock.model_validate({"calendar": {**by_site, "otherwise": "de"}}).calendars == ("us", "pt", "de")


@pytest.mark.parametrize(
    ("written", "value"),
    [("95%", "0.95"), ("30 seconds", "30"), ("4 business hours", "14400"), ("1200", "1200"), ("-0.5", "-0.5")],
)
def test_a_level_value_is_read_in_its_measures_unit(written: str, value: str) -> None:
    assert read_level_value(written) == Decimal(value)
    assert read_level_value(Decimal(value)) == Decimal(value)


@pytest.mark.parametrize("written", ["eighty", "", "95 points%"])
def test_what_is_no_level_value_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"write 95 % as 0\.95"):
        read_level_value(written)


def test_a_variant_names_what_it_needs() -> None:
    assert refusal(ServiceFactor, **{**FACTOR, "variant": "6"}) == (
        "variant 6 needs short_abandon; write e.g. short_abandon: 5 seconds"
    )
    assert refusal(ServiceFactor, **FACTOR, aggregate="share_of_intervals") == (
        "share_of_intervals needs interval_target; write e.g. interval_target: 80%"
    )
    fcr = {"is": "first_contact_resolution"}
    assert refusal(FirstContactResolution, **fcr, variant="survey") == (
        "survey is read from surveys; write of: surveys"
    )
    assert refusal(FirstContactResolution, **fcr, variant="no_repeat") == (
        "no_repeat needs repeat_within; write e.g. repeat_within: 7 days"
    )
    assert FirstContactResolution.model_validate({**fcr, "variant": "agent_flag"}).table == "interactions"


def test_accuracy_asks_only_what_its_table_tells() -> None:
    assert refusal(Accuracy, **{"is": "accuracy", "of": "transactions", "errors": "customer_critical"}).startswith(
        "transactions don't tell customer_critical errors apart"
    )
    assert refusal(Accuracy, **{"is": "accuracy", "of": "transactions", "per": "opportunity"}).startswith(
        "transactions count no opportunities for error"
    )
    of_transactions = {"is": "accuracy", "of": "transactions", "errors": "non_critical"}
    assert Accuracy.model_validate(of_transactions).is_share
    assert not Accuracy.model_validate({"is": "accuracy", "per": "opportunity"}).is_share


def test_a_turnaround_asks_one_thing() -> None:
    asked = {"is": "turnaround", "clock": "resolution"}
    share = Turnaround.model_validate({**asked, "share_within": "4 business hours"})
    mean = Turnaround.model_validate({**asked, "statistic": "mean"})

    assert refusal(Turnaround, **asked).startswith("say either share_within or statistic")
    assert (share.is_share, share.value_unit, share.lower_is_better) == (True, Unit.SHARE, False)
    assert (mean.is_share, mean.value_unit, mean.lower_is_better) == (False, Unit.SECONDS, True)


def test_a_ratio_counts_or_adds_up() -> None:
    ratio = {"is": "ratio", "of": "transactions"}
    counted = CustomRatio.model_validate({**ratio, "good": "errors = 0"})
    summed = CustomRatio.model_validate({**ratio, "sum": "units", "counted_in": "count"})

    assert refusal(CustomRatio, **ratio).startswith("say either good (a condition) or sum (a column)")
    assert refusal(CustomRatio, **ratio, sum="units", total="audited").startswith("sum goes with per")
    assert (counted.is_share, counted.value_unit) == (True, Unit.SHARE)
    assert (summed.is_share, summed.value_unit) == (False, Unit.COUNT)


@pytest.mark.parametrize(
    ("measure", "unit", "is_share", "lower_is_better"),
    [
        (Backlog(), Unit.COUNT, False, True),
        (Backlog(statistic="mean_age"), Unit.SECONDS, False, True),
        (Backlog(older_than=read_duration("5 days")), Unit.SHARE, True, True),
        (Abandonment(), Unit.SHARE, True, True),
        (AgentTimeShare.model_validate({"is": "shrinkage"}), Unit.SHARE, False, True),
        (AgentTimeShare.model_validate({"is": "occupancy"}), Unit.SHARE, False, False),
        (ForecastAccuracy.model_validate({"is": "forecast_accuracy"}), Unit.SHARE, False, False),
        (ForecastAccuracy.model_validate({"is": "forecast_bias"}), Unit.SHARE, False, True),
        (Volume.model_validate({"is": "volume", "of": "cases"}), Unit.COUNT, False, False),
    ],
)
def test_a_measure_says_how_its_value_is_read(measure: Any, unit: Unit, is_share: bool, lower_is_better: bool) -> None:  # noqa: FBT001
    assert (measure.value_unit, measure.is_share, measure.lower_is_better) == (unit, is_share, lower_is_better)


def test_a_target_by_column_stands_for_several_lengths() -> None:
    asked = {"is": "turnaround", "clock": "c"}
    by_priority: dict[str, Any] = {"by": "priority", "map": {"P1": "4 hours", "P2": "8 hours"}}
    without = Turnaround.model_validate({**asked, "share_within": by_priority}).share_within
    with_rest = Turnaround.model_validate({**asked, "share_within": {**by_priority, "otherwise": "1 day"}}).share_within
    assert without is not None
    assert with_rest is not None

    assert [str(length) for length in durations_of(without)] == ["4 hours", "8 hours"]
    assert [str(length) for length in durations_of(with_rest)] == ["4 hours", "8 hours", "1 day"]
    assert [str(length) for length in durations_of(read_duration("1 day"))] == ["1 day"]
