"""A look at a contract before any record is read: what can't be computed, and what will be argued about."""

from collections.abc import Callable, Iterator

from remit.performance.linting import (
    calendar_rules,
    charge_rules,
    clock_rules,
    column_rules,
    credit_rules,
    date_rules,
    forecast_rules,
    level_rules,
    name_rules,
    scorecard_rules,
    settling_rules,
)
from remit.performance.linting.findings import Finding
from remit.terms.contracts import Contract

__all__ = ["RULES", "Finding", "Rule", "lint"]

Rule = Callable[[Contract], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    name_rules.undefined_calendars,
    name_rules.undefined_clocks,
    name_rules.undefined_levels,
    name_rules.undefined_charges,
    name_rules.undefined_exclusions,
    name_rules.names_given_twice,
    name_rules.unused_calendars,
    name_rules.unused_clocks,
    name_rules.time_exclusions_without_a_clock,
    name_rules.exclusions_without_a_clause,
    calendar_rules.calendars_never_open,
    calendar_rules.calendars_without_closed_days,
    calendar_rules.calendar_days_outside_the_term,
    clock_rules.undefined_business_hours,
    clock_rules.undefined_business_hours_of_measures,
    clock_rules.hours_around_the_clock,
    clock_rules.lengths_that_know_no_calendar,
    clock_rules.targets_of_no_length,
    clock_rules.pauses_in_another_unit,
    clock_rules.changes_of_priority_across_units,
    clock_rules.changes_of_priority_that_change_nothing,
    clock_rules.changes_of_calendar_that_change_nothing,
    clock_rules.changes_the_history_does_not_tell,
    column_rules.unknown_tables,
    column_rules.redeclared_columns,
    column_rules.unreadable_conditions,
    column_rules.unknown_columns,
    column_rules.unknown_dimensions,
    column_rules.clocks_of_another_table,
    column_rules.exclusions_that_exclude_nothing,
    level_rules.values_in_another_unit,
    level_rules.levels_always_met,
    level_rules.levels_without_a_single_miss,
    level_rules.critical_levels_without_minimum_volume,
    level_rules.values_finer_than_their_rounding,
    level_rules.critical_levels_without_a_standard,
    level_rules.critical_levels_without_credits,
    level_rules.minimums_without_credits,
    level_rules.untreated_abandoned_calls,
    level_rules.windows_longer_than_the_term,
    level_rules.accumulation_in_rolling_windows,
    level_rules.glide_paths_past_the_minimum,
    level_rules.rolling_windows_with_multiplier,
    level_rules.relief_nobody_can_give,
    credit_rules.credits_on_key_measurements,
    credit_rules.credits_on_levels_never_judged,
    credit_rules.bounds_in_the_wrong_direction,
    credit_rules.credits_that_begin_before_a_miss,
    credit_rules.severity_bands_with_a_gap,
    credit_rules.linear_credits_on_seconds,
    credit_rules.credits_without_charges,
    credit_rules.earnback_nobody_can_earn,
    credit_rules.earnback_easier_than_expected,
    charge_rules.overlapping_rate_cards,
    charge_rules.units_charged_twice,
    charge_rules.lines_without_a_rate_at_first,
    charge_rules.currencies_without_a_rate,
    charge_rules.undefined_indexes,
    date_rules.dates_outside_the_term,
    date_rules.glide_paths_after_the_term,
    date_rules.notice_longer_than_the_term,
    date_rules.automatic_renewal_without_length,
    date_rules.clock_stops_out_of_order,
    scorecard_rules.weights_that_make_no_whole,
    scorecard_rules.scales_upside_down,
    scorecard_rules.bands_that_coincide,
    settling_rules.business_time_without_a_calendar,
    settling_rules.hours_around_the_clock,
    settling_rules.escalation_out_of_order,
    forecast_rules.levels_no_forecast_excuses,
    forecast_rules.conditions_no_interval_knows,
    forecast_rules.forecasts_without_a_clause,
)
"""Every rule, in the order its findings are told where they stand at one place."""


def lint(contract: Contract) -> list[Finding]:
    """All findings of all rules.

    The contract's values are each valid by themselves by now; what is looked at here is whether they hang together:
    that names stand for something, units fit, levels can be reached and measured, and money falls where it was meant.
    Errors are terms that can't be computed, warnings terms that can be and will be argued about.
    """
    return [finding for rule in RULES for finding in rule(contract)]
