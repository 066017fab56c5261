"""A rate card with every way to price, and what a month of it delivered; random ones too."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from remit.finance.charges import charges_of
from remit.finance.pricing import Count, Prices
from remit.finance.pro_forma import ProForma, pro_forma
from remit.finance.stretches import counts_needed
from remit.performance.service_credits import CreditLine, CreditStatement, LineKind
from remit.terms.contracts import Contract
from remit.terms.periods import Period, month_of

LINES: list[dict[str, Any]] = [
    {"id": "base", "amount": "206500", "clause": "C 1"},
    {"id": "licences", "amount": "96000", "per": "year", "from": "2026-12-11"},
    {
        "id": "minutes",
        "basis": "handled minute",
        "bands": [{"up_to": "5000", "rate": "0.42"}, {"up_to": "9000", "rate": "0.39"}, {"rate": "0.36"}],
        "clause": "C 2",
    },
    {"id": "contacts", "basis": "resolution", "rates": {"2026-01-01": "6.20", "2026-12-16": "6.35"}},
    {"id": "heads", "basis": "fte", "rate_by": {"by": "site", "map": {"Krakow": "2900", "Manila": "1850.55"}}},
    {"id": "desks", "basis": "seat", "rate": "9500", "currency": "PHP"},
    {
        "id": "hours",
        "basis": "productive hour",
        "rate": "21.40",
        "indexation": {"index": "cpi", "from": "2026-07-01", "cap": "3%"},
    },
    {"id": "claims", "basis": "transaction", "rate": "1.10", "year_minimum": {"volume": "120000", "rate": "0.40"}},
    {
        "id": "desk",
        "amount": "18000",
        "volume": {"of": "transactions"},
        "baseline": {"volume": "5000", "deadband": "10%", "additional_charge": "3.10", "reduced_charge": "2.20"},
    },
    {"id": "logins", "basis": "login hour", "rate": "3.075", "minimum_volume": "100"},
    {"id": "sales", "basis": "outcome", "volume": {"of": "transactions", "where": "type = 'sale'"}, "rate": "14"},
    {"id": "carriers", "basis": "cost", "tax": "8%"},
    {"id": "postage", "amount": "850", "pass_through": "true", "tax": "0"},
]

DECEMBER = month_of(date(2026, 12, 1))


def contract(lines: list[dict[str, Any]] | None = None, **invoicing: Any) -> Contract:
    """A contract of 2026 around a rate card."""
    return Contract.model_validate(
        {
            "remit": "1",
            "contract": {"id": "C-1", "client": "Northwind", "provider": "Acme & Sons <BPO>"},
            "term": {"from": "2026-01-01", "to": "2026-12-31"},
            "time_zone": "UTC",
            "currency": "EUR",
            "service_levels": {"SL1": {"name": "One", "measure": {"is": "satisfaction"}}},
            "indexes": {"cpi": {"values": {"2025-07-01": "100", "2026-07-01": "105"}}},
            "currencies": {"PHP": {"rule": "fixed", "rate": "0.0156"}},
            "invoicing": {"purchase_order": "PO-4711", "tax": "23%", **invoicing},
            "charges": LINES if lines is None else lines,
        }
    )


def delivered(terms: Contract, period: Period = DECEMBER, units: int = 6_543) -> dict[str, Count]:
    """So many units of all that a month needs counted, none without a rate; a little less of each than of the last."""
    counts: dict[str, Count] = {}
    for place, (line, part) in enumerate(counts_needed(terms.charges, period, term=terms.term_period)):
        unit = 1 if line.volume is None else line.volume.unit
        is_decimal = line.volume is not None and line.volume.places > 0
        raw = 0 if part.is_rest else max(0, units - 7 * place) * unit + place
        counts[part.key] = Decimal(raw) / 100 if is_decimal else raw
    return counts


def statement(credit: str = "4971.10", bonus: str = "0") -> CreditStatement:
    """A month's credit on SL1 and a bonus on SL2, both for this invoice."""
    given = [("SL1", Decimal(credit), LineKind.CREDIT), ("SL2", -Decimal(bonus), LineKind.BONUS)]
    lines = tuple(CreditLine(level, amount, f"{level} was missed", (), "B 8", kind) for level, amount, kind in given)
    total = sum((line.amount for line in lines), Decimal(0))
    return CreditStatement("EUR", Decimal(0), None, lines, total, applies_to=DECEMBER.label)


def december(
    terms: Contract | None = None, *, units: int = 6_543, credit: str = "4971.10", bonus: str = "250.00"
) -> ProForma:
    """The pro-forma of the year's last month."""
    terms = contract() if terms is None else terms
    counts = delivered(terms, units=units)
    charges = charges_of(DECEMBER, terms.charges, counts, prices=Prices.of(terms))
    return pro_forma(terms, DECEMBER, charges, [(DECEMBER.label, statement(credit, bonus))])


money = st.decimals(min_value=0, max_value=50_000, places=2).map(str)
rates = st.decimals(min_value="0.001", max_value=90, places=3).map(str)


@st.composite
def rate_cards(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Some lines of the card with other amounts and rates, rounded in other ways."""
    chosen = draw(st.lists(st.sampled_from(LINES), min_size=1, max_size=8, unique_by=lambda line: str(line["id"])))
    lines = []
    for line in chosen:
        changed = dict(line)
        if "rate" in line:
            changed["rate"] = draw(rates)
        if "amount" in line:
            changed["amount"] = draw(money)
        if draw(st.booleans()):
            changed["rounding"] = {"places": "2", "mode": draw(st.sampled_from(["half_up", "half_even", "up", "down"]))}
        lines.append(changed)
    return lines
