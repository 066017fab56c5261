"""Terms tested on past months, as text, table, data and page."""

from remit.reports.backtests.subjects import TermsOnTrial, TrialReport
from remit.reports.backtests.tabular import backtest_as_csv, backtest_as_json
from remit.reports.backtests.terminal import backtest_as_text

__all__ = ["TermsOnTrial", "TrialReport", "backtest_as_csv", "backtest_as_json", "backtest_as_text"]
