"""Tested terms as one page that stands alone: no script, nothing fetched."""

from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from remit.reports.backtests.pictures import changes_drawn, months_drawn, years_drawn
from remit.reports.backtests.subjects import (
    TermsOnTrial,
    TrialReport,
    drawn_text,
    facts_of,
    missed_text,
    share_text,
)
from remit.reports.figures import NOTHING
from remit.reports.quoting import printable


def backtest_as_html(report: TrialReport) -> str:
    """The report as one HTML page with its styles and charts inside; everything from outside is escaped."""
    shelf = Environment(
        loader=ChoiceLoader([PackageLoader("remit.reports.backtests"), PackageLoader("remit.reports.statements")]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: value if isinstance(value, Markup) else printable(value),
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    if shelf.loader is None:
        raise RuntimeError("the page's templates are missing from the package")
    css = Markup(shelf.loader.get_source(shelf, "statement.css")[0])  # noqa: S704 - our own file, no data in it
    return shelf.get_template("backtest.html.j2").render(page=_page(report), css=css)


def _page(report: TrialReport) -> dict[str, Any]:
    first = report.terms[0].test
    return {
        "title": " against ".join(one.name for one in report.terms),
        "span": first.span.label,
        "currency": first.contract.currency,
        "tests": [tested_on_page(one, index) for index, one in enumerate(report.terms)],
        "names": [one.name for one in report.terms],
        "differences": differences_on_page(report),
        "facts_sha256": report.facts_sha256,
        "remit_version": report.remit_version,
        "recompute": report.recompute,
    }


def tested_on_page(terms: TermsOnTrial, index: int) -> dict[str, Any]:
    """One set of terms for a template: figures, levels, months, changes and the charts."""
    test, money = terms.test, terms.money
    return {
        "name": terms.name,
        "contract": test.contract.id,
        "sha256": terms.sha256,
        "currency": test.contract.currency,
        "span": test.span.label,
        "drawn": drawn_text(test),
        "facts": list(facts_of(terms)),
        "levels": [
            {
                "id": one.service_level,
                "name": terms.level_name(one.service_level),
                "missed": missed_text(one),
                "past": money(one.credited),
                "expected": money(one.outlook.expected),
                "error": money(one.outlook.months_error),
                "at_90": money(one.outlook.at_90),
                "at_95": money(one.outlook.at_95),
                "earned_back": money(one.earned_back),
                "credited": share_text(one.is_credited),
                "terminates": share_text(one.terminates),
            }
            for one in test.levels
        ],
        "months": [
            {
                "label": month.period.label,
                "charges": money(one.charges),
                "credit": money(one.credit) if one.credit else NOTHING,
                "missed": ", ".join(dict.fromkeys(a.service_level for a in month.attainments if a.standing.is_miss)),
                "capped_by": one.capped_by or "",
            }
            for month, one in zip(test.months, test.statements, strict=True)
        ],
        "changes": [
            {
                "what": str(one.what),
                "subject": one.subject,
                "change": one.change,
                "after": money(one.after),
                "difference": money(one.difference),
            }
            for one in test.variations
        ],
        "notes": list(test.notes),
        # The charts escape what they are given.
        "months_chart": Markup(months_drawn(terms, key=f"months-{index}")),  # noqa: S704
        "years_chart": Markup(years_drawn(terms, key=f"years-{index}")),  # noqa: S704
        "changes_chart": Markup(changes_drawn(terms, key=f"changes-{index}")),  # noqa: S704
    }


def differences_on_page(report: TrialReport) -> list[dict[str, Any]]:
    """The level by level comparison for a template."""
    if len(report.terms) < 2:
        return []
    first = report.terms[0]
    rows = [
        {
            "id": one.service_level,
            "first": NOTHING if one.first is None else first.money(one.first),
            "second": NOTHING if one.second is None else first.money(one.second),
            "difference": first.money(one.difference),
            "reasons": "; ".join(one.reasons),
        }
        for one in report.differences
    ]
    totals = [terms.test.outlook.expected for terms in report.terms]
    whole = {"id": "all", "first": first.money(totals[0]), "second": first.money(totals[1])}
    return [*rows, {**whole, "difference": first.money(totals[1] - totals[0]), "reasons": ""}]
