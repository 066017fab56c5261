"""Testing terms: past months settled by them again, and years drawn from those months, before anybody signs."""

from remit.performance.backtests.comparisons import LevelDifference, compared
from remit.performance.backtests.drawing import Season, YearPlan, plan_year
from remit.performance.backtests.estimates import (
    Backtest,
    Chance,
    LevelOutlook,
    Outlook,
    Replay,
    backtest_of,
    expected_credit,
)
from remit.performance.backtests.past_months import PastMonth, WindowSums, replayed_terms, settled_months
from remit.performance.backtests.variations import Variation, Varied, What, largest_first, variations_of
from remit.performance.backtests.years import YearOutcome, settle_years

__all__ = [
    "Backtest",
    "Chance",
    "LevelDifference",
    "LevelOutlook",
    "Outlook",
    "PastMonth",
    "Replay",
    "Season",
    "Variation",
    "Varied",
    "What",
    "WindowSums",
    "YearOutcome",
    "YearPlan",
    "backtest_of",
    "compared",
    "expected_credit",
    "largest_first",
    "plan_year",
    "replayed_terms",
    "settle_years",
    "settled_months",
    "variations_of",
]
