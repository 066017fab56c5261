"""The charts of tested terms."""

from remit.performance.backtests import Varied
from remit.reports.backtests.subjects import TermsOnTrial
from remit.reports.charts.money_charts import MoneyBar, MoneyMark, month_bars_svg, tornado_svg, years_svg

_MOST_CHANGES = 16


def months_drawn(terms: TermsOnTrial, *, key: str) -> str:
    """The credit of each past month."""
    bars = [
        MoneyBar(f"{month.period.start_on:%b}", one.credit, f"{month.period.label}: {terms.money(one.credit)}")
        for month, one in zip(terms.test.months, terms.test.statements, strict=True)
    ]
    return month_bars_svg(bars, key=key, title=f"Credit of each past month, {terms.test.contract.currency}")


def years_drawn(terms: TermsOnTrial, *, key: str) -> str:
    """How the drawn years spread, with the credit to expect and the 90 % and 95 % points."""
    outlook = terms.test.outlook
    marks = [
        MoneyMark("expected", outlook.expected),
        MoneyMark("90 %", outlook.at_90),
        MoneyMark("95 %", outlook.at_95),
    ]
    return years_svg(terms.test.yearly, marks, key=key, title=f"Drawn years by credit, {terms.test.contract.currency}")


def changes_drawn(terms: TermsOnTrial, *, key: str) -> str:
    """What each change of the sensitivity does, the largest first; empty where nothing was varied."""
    moving = [one for one in terms.test.variations if one.difference][:_MOST_CHANGES]
    if not moving:
        return ""
    bars = [MoneyBar(_label(one), one.difference, _says(terms, one)) for one in moving]
    return tornado_svg(bars, key=key, title="What each change does to the credit to expect")


def _label(one: Varied) -> str:
    return f"{one.subject} {one.what}: {one.change}"


def _says(terms: TermsOnTrial, one: Varied) -> str:
    return f"{_label(one)}: {terms.money(one.before)} becomes {terms.money(one.after)}"
