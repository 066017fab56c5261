"""Settlements made by hand, small enough to check by eye, for the tests of reports."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from remit.performance.explanations import AppliedExclusion, Explanation, MeasuredRecord
from remit.performance.service_credits import CreditLine, CreditStatement, LineKind, Step, TerminationRight
from remit.performance.service_levels import Attainment, Ratio, Standard, judge
from remit.performance.settlements import FactCounts, Provenance, Settlement
from remit.reports.statements import LevelWords, StatementContext
from remit.terms.measure_terms import Unit
from remit.terms.periods import Period, add_months, month_of

CONTRACT_SHA = "3f1c" * 16
FACTS_SHA = "9ab2" * 16


def month(index: int) -> Period:
    """A calendar month, counted from January 2026."""
    return month_of(add_months(date(2026, 1, 1), index))


def context(**changes: object) -> StatementContext:
    """A contract's words for the levels SL1 (share), SL2 (share, at most), SL3 (seconds, at most), KM1 (count)."""
    words: dict[str, object] = {
        "contract": "MSA-2026-014",
        "title": "Customer care and service desk",
        "client": "Northwind",
        "provider": "Acme BPO",
        "currency": "USD",
        "clause": "Exhibit B",
        "recompute": "remit settle contract.yaml --facts facts --from 2026-01 --to 2026-12 --as json",
        "service_levels": {
            "SL1": LevelWords(
                "Priority 1 incidents resolved in time",
                Unit.SHARE,
                is_critical=True,
                clause="Ex. B 2.1",
                definition="Share of P1 incidents resolved within 4 business hours of opening, pauses left out.",
            ),
            "SL2": LevelWords(
                "Calls abandoned",
                Unit.SHARE,
                is_critical=True,
                clause="Ex. B 2.2",
                definition="Calls abandoned after more than 10 s in the queue, over calls offered.",
            ),
            "SL3": LevelWords(
                "Average speed of answer",
                Unit.SECONDS,
                is_critical=False,
                definition="Waiting time of answered calls, over answered calls.",
            ),
            "KM1": LevelWords("Backlog at month end", Unit.COUNT, is_critical=False, clause="Ex. B 3"),
        },
    }
    return StatementContext(**{**words, **changes})  # type: ignore[arg-type]


def attainment(
    service_level: str = "SL1",
    counts: str = "33/35",
    *,
    window: Period | None = None,
    expected: str | None = "0.95",
    minimum: str | None = "0.90",
    at_most: bool = False,
    is_critical: bool = True,
    excluded: int = 0,
    note: str = "",
    site: str = "",
    has_interval: bool = True,
) -> Attainment:
    """An attainment from counts written as `33/35`; `0/0` is not measured."""
    numerator, denominator = (int(part) for part in counts.split("/"))
    standard = Standard(
        service_level=service_level,
        expected=None if expected is None else Decimal(expected),
        minimum=None if minimum is None else Decimal(minimum),
        at_most=at_most,
        is_proportion=has_interval,
        is_critical=is_critical,
    )
    judged = judge(
        standard,
        Ratio(numerator, denominator, denominator),
        window=window or month(2),
        excluded=excluded,
        dimensions=(("site", site),) if site else (),
    )
    return replace(judged, note=note or judged.note)


def credit_line(amount: str = "12000.00", **changes: object) -> CreditLine:
    """A pool credit for SL1 with its trace."""
    fields: dict[str, object] = {
        "service_level": "SL1",
        "amount": Decimal(amount),
        "reason": "SL1 was 88.57 % in 2026-03, below its minimum 90 %: allocation 25 % × at-risk amount 48,000.00",
        "clause": "Sch. C 4",
        "trace": (
            Step("charges", "400,000.00", "monthly charges without pass-through"),
            Step("at-risk amount", "48,000.00", "12 % of the charges"),
            Step("allocation", "25 %", "allocation of SL1 × at-risk amount"),
        ),
    }
    return CreditLine(**{**fields, **changes})  # type: ignore[arg-type]


def credit_statement(*lines: CreditLine, **changes: object) -> CreditStatement:
    """A month's credits on charges of 400,000 with 12 % at risk; the lines add up to the credit."""
    fields: dict[str, object] = {
        "currency": "USD",
        "charges": Decimal("400000.00"),
        "at_risk": Decimal("48000.00"),
        "lines": lines,
        "credit": sum((line.amount for line in lines), Decimal("0.00")),
        "gross": sum((line.amount for line in lines), Decimal("0.00")),
        "applies_to": "2026-04",
    }
    return CreditStatement(**{**fields, **changes})  # type: ignore[arg-type]


def settlement(
    attainments: Sequence[Attainment] | None = None,
    *,
    period: Period | None = None,
    breakdown: Sequence[Attainment] = (),
    statement: CreditStatement | None = None,
) -> Settlement:
    """A settled month, by default March 2026 with one level met."""
    return Settlement(
        period=period or month(2),
        attainments=tuple(attainments if attainments is not None else [attainment("SL1", "34/35")]),
        breakdown=tuple(breakdown),
        statement=statement or credit_statement(),
        provenance=Provenance(
            contract="MSA-2026-014",
            contract_sha256=CONTRACT_SHA,
            client="Northwind",
            provider="Acme BPO",
            time_zone="America/New_York",
            facts=FactCounts(rows=123_456, quarantined=123),
            facts_sha256=FACTS_SHA,
            as_of=1_775_044_800,
            remit_version="0.1.0",
        ),
    )


_COUNTS = {
    "SL1": "61/62 58/60 35/37 33/38 0/0 55/57 49/50 52/57 61/64 66/67 59/60 48/51".split(),
    "SL2": (
        "402/9912 388/9410 512/10377 617/10102 720/9655 460/9001 402/9912 388/9410 350/9800 371/9950 300/9712 512/12377"
    ).split(),
    "SL3": (
        "188328/9510 225525/9022 325481/9865 313014/9485 330564/8935 204983/8541 "
        "188328/9510 180440/9022 189000/9450 182000/9100 188240/9412 355950/11865"
    ).split(),
    "KM1": "212/1 199/1 240/1 388/1 402/1 350/1 298/1 260/1 233/1 201/1 190/1 180/1".split(),
}


def year() -> list[Settlement]:
    """The year 2026 in twelve months with misses, a month not measured, an earn-back and a termination right."""
    return [_month_of_the_year(index) for index in range(12)]


def _month_of_the_year(index: int) -> Settlement:
    window = month(index)
    sites = [
        attainment("SL2", counts, window=window, expected="0.05", minimum="0.06", at_most=True, site=site)
        for site, counts in (("Kraków", f"{150 + index * 9}/3300"), ("Manila", f"{190 - index * 8}/4100"))
    ]
    level_1 = attainment(
        "SL1", _COUNTS["SL1"][index], window=window, expected="0.95" if index < 6 else "0.96", excluded=index % 3
    )
    return settlement(
        [
            level_1,
            attainment("SL2", _COUNTS["SL2"][index], window=window, expected="0.05", minimum="0.06", at_most=True),
            attainment(
                "SL3",
                _COUNTS["SL3"][index],
                window=window,
                expected="30",
                minimum=None,
                at_most=True,
                is_critical=False,
                has_interval=False,
            ),
            attainment(
                "KM1",
                _COUNTS["KM1"][index],
                window=window,
                expected="300",
                minimum="400",
                at_most=True,
                is_critical=False,
                has_interval=False,
                note="Counted on the last day of the month." if index == 4 else "",
            ),
        ],
        period=window,
        breakdown=sites,
        statement=_credits_of_the_year(index),
    )


def _credits_of_the_year(index: int) -> CreditStatement:
    if index == 3:
        second = credit_line(
            "21600.00",
            service_level="SL2",
            clause="Sch. C 4",
            reason=(
                "SL2 was 6.11 % in 2026-04, above its minimum 6 %: allocation 30 % × at-risk amount 48,000.00 × 1.5 "
                "for the second month running"
            ),
        )
        return credit_statement(credit_line(), second)
    if index == 4:
        line = credit_line(
            "48000.00",
            service_level="SL2",
            reason=(
                "SL2 was 7.46 % in 2026-05, above its minimum 6 %: allocation 30 % × at-risk amount 48,000.00 × 4 for "
                "the third month running = 57,600.00, capped at 48,000.00"
            ),
        )
        right = TerminationRight("SL2", "SL2 was below minimum in 2 of the last 6 months", "MSA 20.3")
        notes = ("SL1 was not measured: no incident of priority P1 was resolved in the month.",)
        return credit_statement(
            line, gross=Decimal("57600.00"), capped_by="at-risk amount", termination_rights=(right,), notes=notes
        )
    if index == 11:
        reason = "SL1 met its expected level in each of the 3 months after 2026-08: 100 % of the credit is earned back"
        return credit_statement(credit_line("-12000.00", kind=LineKind.EARNBACK, reason=reason))
    return credit_statement()


def explanation(**changes: object) -> Explanation:
    """SL1 in March 2026: 2 of 3 met, one excluded."""
    fields: dict[str, object] = {
        "attainment": attainment("SL1", "2/3", excluded=1),
        "name": "Priority 1 incidents resolved in time",
        "clause": "Ex. B 2.1",
        "definition": "Share of incidents of priority P1 resolved within 4 business hours of opening.",
        "sql": "SELECT case_key, elapsed <= 14400 AS met\nFROM cases\nWHERE priority = 'P1'",
        "exclusions": (AppliedExclusion("X1", "test records", "Ex. B 6(a)", 1),),
        "records": (
            MeasuredRecord("INC-1", True, 1, 1, 3_600, 14_400, None),
            MeasuredRecord("INC-2", True, 1, 1, 14_400, 14_400, None),
            MeasuredRecord("INC-3", False, 0, 1, 20_100, 14_400, None),
            MeasuredRecord("=cmd|'/C calc'!A0", None, 0, 0, None, 14_400, "X1"),
        ),
    }
    return Explanation(**{**fields, **changes})  # type: ignore[arg-type]
