"""Random rate cards charged twice: by Remit, and by the oracle that was written from the reference."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from remit.runs import Request
from remit.runs.accruing import months_charged
from remit.terms.periods import month_of
from tests.lib.oracle import drawing_charges
from tests.lib.oracle import versions as oracle_versions
from tests.lib.oracle.charging import invoice_of
from tests.lib.oracle.engine import Case, Told, evidence_of, settled, versions_of
from tests.lib.oracle.settling import settle
from tests.lib.oracle.words import month_of as days_of_month

FOUND = (Phase.explicit, Phase.reuse, Phase.generate)
few = settings(max_examples=20, phases=FOUND, suppress_health_check=[HealthCheck.too_slow])
many = settings(max_examples=3000, phases=FOUND, suppress_health_check=[HealthCheck.too_slow])


def told_by_remit(case: Case) -> list[Told]:
    """Each month's lines, what credits are counted on, and what its pro-forma invoice comes to."""
    settlements = settled(case)
    request = Request(first=month_of(case.first), last=month_of(case.last), as_of=case.as_of)
    months = months_charged(versions_of(case), evidence_of(case.records), request)
    assert len(months) == len(settlements)
    return [
        {
            "month": settlement.period.label,
            "lines": sorted(
                (one.id, Fraction(one.amount), one.is_true_up) for one in month.charges.lines if one.amount
            ),
            "base": Fraction(settlement.statement.charges),
            "invoice": Fraction(settlement.statement.invoice),
            "credit": Fraction(settlement.statement.credit),
            "adjusted": Fraction(month.ours.adjusted),
            "net": Fraction(month.ours.net),
        }
        for settlement, month in zip(settlements, months, strict=True)
    ]


def told_by_oracle(case: Case) -> list[Told]:
    versions = oracle_versions.read_versions(case.text, case.amended)
    first, last = days_of_month(case.first), days_of_month(case.last)
    found: list[Told] = []
    brought = Fraction(0)
    for one in settle(versions, case.records, first=first, last=last, as_of=case.as_of):
        to_next = versions.judging(one.month).get("credits", {}).get("applies_to") == "next invoice"
        adjusted = -brought - (0 if to_next else one.credit)
        brought = one.credit if to_next else Fraction(0)
        lines = sorted((line.line_id, line.amount, line.is_true_up) for line in one.charged if line.amount)
        invoice = invoice_of(one.charged)
        found.append({
            "month": f"{one.month.first:%Y-%m}", "lines": lines, "base": one.base, "invoice": invoice,
            "credit": one.credit, "adjusted": adjusted, "net": invoice + adjusted,
        })  # fmt: skip
    return found


@few
@given(drawing_charges.cases())
def test_charges_agree_to_the_cent_whatever_the_rate_card(case: Case) -> None:
    assert told_by_remit(case) == told_by_oracle(case), case.in_full


@pytest.mark.slow
@many
@given(drawing_charges.cases())
def test_thousands_of_rate_cards_agree_to_the_cent(case: Case) -> None:
    assert told_by_remit(case) == told_by_oracle(case), case.in_full
