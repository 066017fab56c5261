"""Tested terms for programs and spreadsheets: JSON with everything, CSV with a row a level."""

import csv
import json
from io import StringIO
from typing import Any

from remit.performance.backtests import Chance, LevelDifference, LevelOutlook, Outlook, Varied
from remit.reports.backtests.subjects import TermsOnTrial, TrialReport
from remit.reports.quoting import inert
from remit.reports.statements.tabular import period_fields

_COLUMNS = (
    "terms service_level months_measured months_missed credited_in_past_months expected at_90 at_95 most "
    "drawing_error months_error credited_share earned_back termination_share currency"
).split()


def backtest_as_json(report: TrialReport) -> str:
    """The report as one JSON object; amounts are decimal strings, chances are years out of all drawn."""
    told: dict[str, Any] = {
        "facts_sha256": report.facts_sha256,
        "remit_version": report.remit_version,
        "terms": [_terms(one) for one in report.terms],
    }
    if len(report.terms) > 1:
        told["differences"] = [_difference(one) for one in report.differences]
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _terms(terms: TermsOnTrial) -> dict[str, Any]:
    test = terms.test
    months = [
        {"period": period_fields(month.period), "credit": str(one.credit), "charges": str(one.charges)}
        for month, one in zip(test.months, test.statements, strict=True)
    ]
    return {
        "name": terms.name,
        "contract": test.contract.id,
        "contract_sha256": terms.sha256,
        "currency": test.contract.currency,
        "past_months": months,
        "past_credit": str(test.credited),
        "years": test.years,
        "seed": test.seed,
        "season": str(test.season),
        "credit": _outlook(test.outlook),
        "charges_a_year": str(test.charges_a_year),
        "capped": _chance(test.is_capped),
        "months_capped": round(float(test.months_capped), 4),
        "earns_back": _chance(test.earns_back),
        "earned_back": str(test.earned_back),
        "terminates": _chance(test.terminates),
        "service_levels": [_level(one) for one in test.levels],
        "sensitivity": [_varied(one) for one in test.variations],
        "notes": list(test.notes),
    }


def _outlook(outlook: Outlook) -> dict[str, str]:
    names = ("expected", "at_90", "at_95", "most", "drawing_error", "months_error")
    return {name: f"{getattr(outlook, name):f}" for name in names}


def _chance(chance: Chance) -> dict[str, int]:
    return {"years": chance.years, "of": chance.of}


def _level(level: LevelOutlook) -> dict[str, Any]:
    return {
        "service_level": level.service_level,
        "months_measured": level.months_measured,
        "months_missed": level.months_missed,
        "past_credit": str(level.credited),
        "credit": _outlook(level.outlook),
        "credited": _chance(level.is_credited),
        "earned_back": str(level.earned_back),
        "terminates": _chance(level.terminates),
    }


def _varied(one: Varied) -> dict[str, str]:
    return {
        "what": str(one.what),
        "subject": one.subject,
        "change": one.change,
        "before": str(one.before),
        "after": str(one.after),
        "difference": str(one.difference),
    }


def _difference(one: LevelDifference) -> dict[str, Any]:
    first, second = (None if amount is None else str(amount) for amount in (one.first, one.second))
    reasons = list(one.reasons)
    return {
        "service_level": one.service_level,
        "first": first,
        "second": second,
        "difference": str(one.difference),
        "reasons": reasons,
    }


def backtest_as_csv(report: TrialReport) -> str:
    """One row a level and set of terms, and one of the whole with an empty level (RFC 4180, CRLF)."""
    written = StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(_COLUMNS)
    for terms in report.terms:
        test = terms.test
        for one in test.levels:
            counts = (one.months_measured, one.months_missed, one.credited)
            rest = (float(one.is_credited.share), one.earned_back, float(one.terminates.share))
            table.writerow(
                [inert(terms.name), one.service_level, *counts, *_outlook(one.outlook).values(), *rest,
                 test.contract.currency]
            )  # fmt: skip
        shares = ("", test.earned_back, float(test.terminates.share))
        table.writerow(
            [inert(terms.name), "", "", "", test.credited, *_outlook(test.outlook).values(), *shares,
             test.contract.currency]
        )  # fmt: skip
    return written.getvalue()
