"""Rate cards of any kind over terms that begin and end inside months, and what months of them delivered."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.lib.oracle.drawing_credits import maybe, roundings, written
from tests.lib.oracle.drawing_records import row
from tests.lib.oracle.engine import Case
from tests.lib.oracle.hours import instant
from tests.lib.oracle.records import Row
from tests.lib.oracle.words import Words, add_months, months_between

TERMS = (
    (date(2026, 1, 1), date(2026, 12, 31)),
    (date(2026, 1, 15), date(2027, 1, 31)),
    (date(2026, 2, 28), date(2027, 3, 1)),
    (date(2026, 10, 31), date(2027, 2, 10)),
    (date(2028, 2, 29), date(2029, 3, 15)),
)
"""Whole years, terms that begin or end inside a month, one that begins on its month's last day, a leap day."""
ZONES = ("UTC", "America/New_York", "Europe/Lisbon", "Australia/Lord_Howe")
SITES = ("NYC", "LIS")

amounts = st.sampled_from(["0", "0.005", "999.99", "10000", "31000", "7777.77"])
rates = st.sampled_from(["0", "0.4375", "1", "1.1", "3.333", "19.99"])
roundings_of_lines = st.sampled_from(
    [None, None, {"places": "0", "mode": "half_even"}, {"places": "3", "mode": "up"}, {"places": "2", "mode": "down"}]
)
currencies: dict[str, Words] = {
    "JPY": {"rule": "fixed", "rate": "0.0061"},
    "PHP": {"rule": "month average", "values": {}},
    "GBP": {"rule": "latest", "values": {}, "rounding": {"places": "3", "mode": "half_even"}},
    "KWD": {"rule": "month last", "values": {}},
}
VOLUMES: list[Words] = [
    {"of": "transactions"},
    {"of": "transactions", "at": "completed_at", "where": "type = 'claim'"},
    {"of": "transactions", "sum": "units", "unit": "7"},
    {"of": "transactions", "sum": "amount", "places": "2"},
    {"of": "interactions", "sum": ["talk_seconds", "hold_seconds"], "unit": "60"},
    {"of": "cases", "at": "resolved_at", "count": "records"},
]
bases = st.sampled_from(
    ["fte", "seat", "login hour", "productive hour", "handled minute", "transaction", "resolution"]
).map(lambda one: {"basis": one})
counted = st.one_of(st.sampled_from(VOLUMES).map(lambda one: {"volume": one}), bases)


@st.composite
def line(draw: st.DrawFn, first: date, last: date) -> Words:
    """One line of a rate card, its id left open."""
    kind = draw(st.sampled_from([_fixed, _at_rate, _in_bands, _dated, _by_site, _baseline, _cost]))
    words: Words = draw(kind(first))
    words.update(
        written(rounding=draw(roundings_of_lines), currency=draw(maybe(maybe(st.sampled_from([*currencies])))))
    )
    if draw(st.integers(0, 3)) == 0 and "basis" not in words:
        words["pass_through"] = "true"
    days = (last - first).days
    span = sorted(first + timedelta(days=draw(st.integers(-20, days + 20))) for _ in range(2))
    words.update(written(**{"from": draw(maybe(st.just(str(span[0])))), "to": draw(maybe(st.just(str(span[1]))))}))
    words.update(written(prorate=draw(maybe(maybe(st.just("none"))))))
    if draw(st.booleans()):
        words["indexation"] = draw(_indexation(first))
    return words


def _fixed(_: date) -> st.SearchStrategy[Words]:
    return st.builds(lambda amount, per: written(amount=amount, per=per), amounts, maybe(st.just("year")))


def _at_rate(_: date) -> st.SearchStrategy[Words]:
    minimums = maybe(st.builds(
        lambda volume, rate, year: {"year_minimum": written(volume=volume, rate=rate, year=year)},
        st.sampled_from(["5", "365", "1000.5"]), maybe(rates), maybe(st.sampled_from(["calendar", "contract"])),
    ))  # fmt: skip
    return st.builds(
        lambda what, rate, least, year: written(**what, rate=rate, minimum_volume=least, **(year or {})),
        counted, rates, maybe(st.sampled_from(["3", "12.5"])), minimums,
    )  # fmt: skip


def _in_bands(_: date) -> st.SearchStrategy[Words]:
    bands = st.lists(rates, min_size=2, max_size=3).map(
        lambda found: [
            *({"up_to": end, "rate": one} for end, one in zip(("4", "6.5"), found[:-1], strict=False)),
            {"rate": found[-1]},
        ]
    )
    ways = maybe(st.sampled_from(["whole", "marginal"]))
    least = maybe(st.sampled_from(["3", "12.5"]))
    return st.builds(
        lambda what, all_, way, one: written(**what, bands=all_, bands_apply=way, minimum_volume=one),
        counted, bands, ways, least,
    )  # fmt: skip


def _dated(first: date) -> st.SearchStrategy[Words]:
    later = st.lists(st.integers(1, 400), max_size=3, unique=True)
    return st.builds(
        lambda what, days, found: {
            **what,
            "rates": {
                str(first + timedelta(days=day)): rate
                for day, rate in zip([-40, *sorted(days)], found, strict=False)
            },
        },
        counted, later, st.lists(rates, min_size=4, max_size=4),
    )  # fmt: skip


def _by_site(_: date) -> st.SearchStrategy[Words]:
    return st.builds(
        lambda what, one, other: {**what, "rate_by": {"by": "site", "map": {"NYC": one, "LIS": other}}},
        counted, rates, rates,
    )  # fmt: skip


def _baseline(_: date) -> st.SearchStrategy[Words]:
    around = st.builds(
        lambda volume, dead, above, below, edge: written(
            volume=volume, deadband=dead, additional_charge=above, reduced_charge=below, counted_from=edge
        ),
        st.sampled_from(["4", "6", "7.5"]), maybe(st.sampled_from(["10%", "50%", "0%"])), rates, rates,
        maybe(st.sampled_from(["edge", "baseline"])),
    )  # fmt: skip
    return st.builds(
        lambda what, amount, terms: {**what, "amount": amount, "baseline": terms}, counted, amounts, around
    )


def _cost(_: date) -> st.SearchStrategy[Words]:
    return st.builds(lambda markup: written(basis="cost", rate=markup), maybe(st.just("1.05")))


def _indexation(first: date) -> st.SearchStrategy[Words]:
    start = first.replace(day=1)
    return st.builds(
        lambda after, every, share, cap, collar: written(
            index="cpi", **{"from": str(add_months(start, after))}, every=every, share=share, cap=cap, collar=collar
        ),
        st.integers(0, 8), maybe(st.sampled_from(["3 months", "1 months", "12 months"])),
        maybe(st.sampled_from(["80%", "33.3%"])), maybe(st.sampled_from(["4%", "0.5%"])),
        maybe(st.sampled_from(["0%", "-2%"])),
    )  # fmt: skip


def _credits() -> st.SearchStrategy[Words | None]:
    """Few terms, each reading the charges in another way; the others are drawn by their own tests."""
    schemes: list[Words] = [
        {"model": "flat", "levels": "SL1", "each": "3.333%", "of": "invoice"},
        {"model": "weights", "weights": {"SL1": "40%"}, "at_risk": "12%", "base": ["c0"]},
        {"model": "gain_share", "baseline": "20000", "gain": "50%", "pain": "25%", "month_cap": "5%"},
    ]
    return maybe(st.builds(
        lambda one, to, how: written(schemes=[one], applies_to=to, rounding=how),
        st.sampled_from(schemes), maybe(st.sampled_from(["this invoice", "next invoice"])), maybe(roundings),
    ))  # fmt: skip


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A contract around a rate card, all its months, and an amendment now and then."""
    first, last = draw(st.sampled_from(TERMS))
    zone, chance = draw(st.sampled_from(ZONES)), random.Random(draw(st.integers(0, 10**6)))
    card: list[Words] = []
    for index, one in enumerate(draw(st.lists(line(first, last), min_size=1, max_size=4))):
        card += _versions({"id": f"c{index}", **one}, draw(st.integers(0, 5)) == 0, first)
    contract = {
        "remit": "1",
        "contract": {"id": "C-1", "client": "Northwind", "provider": "Acme"},
        "term": {"from": f"{first}", "to": f"{last}"},
        "time_zone": zone,
        "currency": "EUR",
        **({"indexes": {"cpi": {"values": _index(first, chance)}}} if "cpi" in str(card) else {}),
        **written(currencies=_exchanged(card, first, last, chance)),
        "invoicing": {"tax": "23%"},
        "service_levels": {
            "SL1": {
                "name": "Without an error",
                "class": "critical",
                "measure": {"is": "ratio", "of": "transactions", "good": "errors = 0"},
                "expected": "75%",
            }
        },
        "charges": card,
        **written(credits=draw(_credits()), amended_inside_period=draw(maybe(st.sampled_from(["start", "end"])))),
    }
    until = instant(add_months(last.replace(day=1), 1), zone)
    amendments = [_amendment(draw, contract, first, last)] if draw(st.integers(0, 2)) == 0 else []
    return Case(contract, _delivered(contract, first, last, chance), first, last, until, amendments)


def _versions(words: Words, is_split: bool, first: date) -> list[Words]:  # noqa: FBT001 - drawn, and named by its caller
    """A line, or it twice under one id: to a day inside a month, and after it at another price."""
    if not is_split or "from" in words or "to" in words:
        return [words]
    turns = add_months(first, 2).replace(day=20)
    later = {**words, "from": f"{turns + timedelta(days=1)}"}
    price = "rate" if "rate" in words else "amount"
    return [{**words, "to": f"{turns}"}, {**later, **({price: "5.55"} if price in words else {})}]


def _index(first: date, chance: random.Random) -> Words:
    start = add_months(first.replace(day=1), -14)
    return {str(add_months(start, index)): f"{100 + chance.randint(-3, 6) + index / 2:.1f}" for index in range(32)}


def _exchanged(card: list[Words], first: date, last: date, chance: random.Random) -> Words | None:
    used = sorted({one["currency"] for one in card if "currency" in one})
    return {name: _exchange(currencies[name], first, last, chance) for name in used} or None


def _exchange(words: Words, first: date, last: date, chance: random.Random) -> Words:
    if "values" not in words:
        return words
    found = {}
    for month in months_between(first, last):
        for day in sorted(chance.sample(range(month.number), chance.randint(1, 3))):
            found[str(month.first + timedelta(days=day))] = f"{chance.choice([0.0172, 0.9135, 1.1, 2.98765])}"
    return {**words, "values": {str(add_months(first.replace(day=1), -1)): "1.5", **found}}


def _amendment(draw: st.DrawFn, contract: Words, first: date, last: date) -> Words:
    """Other prices from a day on: an amount or a rate that is another one, a line that comes, a line that goes."""
    day = first + timedelta(days=draw(st.integers(1, (last - first).days)))
    words: Words = {"remit": "1", "amendment": {"id": "A1", "to": "C-1", "from": f"{day}"}}
    card = contract["charges"]
    once = [one for one in card if [other["id"] for other in card].count(one["id"]) == 1]
    prices = [f"charges.{one['id']}.{word}" for one in once for word in ("amount", "rate") if word in one]
    is_other, goes = draw(st.booleans()), draw(st.booleans())
    if prices and is_other:
        words["change"] = {draw(st.sampled_from(prices)): "123.45"}
    else:
        words["add"] = {"charges": [{"id": "new", "amount": "310"}]}
    if len(once) > 1 and not contract.get("credits") and goes:
        gone = once[-1]["id"]
        if f"charges.{gone}." not in str(words):
            words["remove"] = [f"charges.{gone}"]
    return words


def _delivered(contract: Words, first: date, last: date, chance: random.Random) -> dict[str, list[Row]]:
    """A handful of rows of each table in each month, with months of nothing and instants on the term's edges."""
    found: dict[str, list[Row]] = {name: [] for name in _ROWS}
    zone, number = contract["time_zone"], 0
    edges = [instant(first, zone), instant(last + timedelta(days=1), zone) - 1]
    for month in months_between(first, last):
        start, end = instant(month.first, zone), instant(month.after, zone)
        for table, draw in _ROWS.items():
            for _ in range(chance.choice([0, 2, 5, 9])):
                number += 1
                at = chance.choice([start, end - 1, *edges, *(chance.randrange(start, end) for _ in range(6))])
                found[table].append(draw(chance, f"{number:04}", max(edges[0], min(edges[1], at)), contract))
    return found


def _transaction(chance: random.Random, key: str, at: int, _: Words) -> Row:
    return row(
        "transactions", transaction_key=key, received_at=at, completed_at=chance.choice([None, at, at + 90_000]),
        type=chance.choice(["claim", "change"]), units=chance.choice([None, 0, 1, 4, 30]),
        errors=chance.choice([0, 0, 1]), site=chance.choice(SITES),
        amount=chance.choice([None, Decimal("0.01"), Decimal("12.5"), Decimal(-30), Decimal("1000.99")]),
    )  # fmt: skip


def _contact(chance: random.Random, key: str, at: int, _: Words) -> Row:
    return row(
        "interactions", interaction_key=key, queued_at=at, answered_at=at, wait_seconds=0,
        talk_seconds=chance.choice([0, 61, 300]), hold_seconds=chance.choice([None, 0, 29]),
        after_contact_seconds=chance.choice([None, 30]), site=chance.choice(SITES),
    )  # fmt: skip


def _case(chance: random.Random, key: str, at: int, _: Words) -> Row:
    return row("cases", case_key=key, opened_at=at, resolved_at=chance.choice([None, at]), site=chance.choice(SITES))


def _heads(chance: random.Random, _: str, at: int, __: Words) -> Row:
    return row(
        "headcount", counted_at=at, fte=chance.choice([Decimal("0.5"), Decimal("12.3333")]),
        seats=chance.choice([0, 3, 17]), site=chance.choice(SITES),
    )  # fmt: skip


def _agent(chance: random.Random, key: str, at: int, _: Words) -> Row:
    return row(
        "agent_time", agent_key=key, started_at=at, worked_seconds=chance.choice([0, 3599, 7200]),
        available_seconds=chance.choice([None, 1000]), handling_seconds=chance.choice([0, 2601]),
        site=chance.choice(SITES),
    )  # fmt: skip


def _bill(chance: random.Random, key: str, at: int, contract: Words) -> Row:
    ids = [one["id"] for one in contract["charges"]]
    amount = chance.choice([Decimal("99.95"), Decimal(-20), Decimal("0.0049")])
    return row("passed_on_costs", cost_key=key, incurred_at=at, charge=chance.choice(ids), amount=amount)


_ROWS: dict[str, Any] = {
    "transactions": _transaction,
    "interactions": _contact,
    "cases": _case,
    "headcount": _heads,
    "agent_time": _agent,
    "passed_on_costs": _bill,
}
