"""Contracts with any credit terms, over levels that cost little to count and fall on their edges often."""

import random
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.lib.oracle.engine import Case
from tests.lib.oracle.hours import instant
from tests.lib.oracle.records import Row
from tests.lib.oracle.words import Words, add_months, number

LEVELS = ("SL1", "SL2", "SL3")
"""SL3 is an at-most level."""

shares = st.sampled_from(["0%", "0.5%", "3%", "3.333%", "10%", "33.33%", "100%"])
moneys = st.sampled_from(["0.01", "999.99", "1000", "7777.77"])
of_charges = st.sampled_from(["base", "invoice", "at_risk"])
often = st.sampled_from(["1 month", "2 of 3 months", "1 of 5 months", "3 of 6 months", "2 of 2 months"])


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """None, half of the time: the word is not written."""
    return st.one_of(st.none(), strategy)


def written(**words: Any) -> Words:
    """The words that are written at all."""
    return {word: value for word, value in words.items() if value is not None}


month_caps = st.one_of(
    shares,
    st.just("at_risk"),
    st.builds(lambda amount: {"amount": amount}, moneys),
    st.builds(lambda rate, of: {"rate": rate, "of": of}, shares, of_charges),
)
years = st.sampled_from(["calendar", "contract", "last 12 months"])
year_caps = st.one_of(
    st.builds(lambda amount, year: {"amount": amount, "year": year}, moneys, years),
    st.builds(
        lambda rate, of, charges, year: {"rate": rate, "of": of, "charges": charges, "year": year},
        shares,
        st.sampled_from(["charges of the year", "average month of the year before"]),
        of_charges,
        years,
    ),
    st.builds(
        lambda rate, year, first: written(
            rate=rate, of="average month of the year before", year=year, first_year_amount=first
        ),
        shares,
        years,
        maybe(moneys),
    ),
    st.builds(lambda rate, year: {"rate": rate, "of": "at-risk amounts of the year", "year": year}, shares, years),
)
at_risks = st.one_of(shares, st.builds(lambda amount: {"amount": amount}, moneys))

BANDS = {
    "SL1": [{"name": "minor", "below": "95%", "points": "1"}, {"name": "severe", "at_or_below": "80%", "points": "3"}],
    "SL3": [{"name": "minor", "above": "5%", "points": "2"}, {"name": "severe", "at_or_above": "8%", "points": "5"}],
}
TIERS = {
    "SL1": [{"below": "95%", "rate": "1%"}, {"below": "90%", "rate": "7.77%"}],
    "SL3": [{"at_or_above": "5%", "rate": "2%"}, {"above": "8%", "rate": "4%"}],
}
BONUS_TIERS = {
    "SL1": [{"at_or_above": "97%", "rate": "1%"}, {"above": "99%", "rate": "2.5%"}],
    "SL3": [{"at_or_below": "3%", "rate": "1.5%"}, {"below": "1%", "rate": "3.1%"}],
}


@st.composite
def model(draw: st.DrawFn) -> Words:
    kind = draw(st.sampled_from([
        "pool", "categories", "weights", "point_steps", "severity_points", "linear", "flat", "tiers", "event_count",
        "gain_share",
    ]))  # fmt: skip
    words: Words = {"model": kind, **draw(_of_its_own(kind))}
    if kind in ("point_steps", "severity_points", "linear", "flat", "tiers", "event_count"):
        words.update(written(of=draw(maybe(of_charges))))
    if words["model"] == "gain_share" or words.get("pays") == "bonus":
        words["month_cap"] = draw(month_caps)
        return {**words, **written(year_cap=draw(maybe(maybe(year_caps))))}
    return {**words, **written(month_cap=draw(maybe(month_caps)), year_cap=draw(maybe(maybe(year_caps))),
                               base=draw(st.sampled_from([None, None, ["fee"]])))}  # fmt: skip


def _of_its_own(kind: str) -> st.SearchStrategy[Words]:
    allocation = st.fixed_dictionaries({}, optional=dict.fromkeys(LEVELS, shares)).filter(bool)
    choices: dict[str, st.SearchStrategy[Words]] = {
        "pool": st.builds(lambda a, r: written(pool="300%", allocation=a, at_risk=r), allocation, maybe(at_risks)),
        "categories": st.builds(
            lambda one, other, risk: written(
                categories={
                    "a": {"pool": one, "allocation": {"SL1": "40%", "SL2": "60%"}},
                    "b": {"pool": other, "allocation": {"SL3": "100%"}},
                },
                at_risk=risk,
            ),
            shares,
            shares,
            maybe(at_risks),
        ),
        "weights": st.builds(
            lambda risk: written(weights={"SL1": "33.3%", "SL2": "26.7%", "SL3": "40%"}, at_risk=risk), at_risks
        ),
        "point_steps": st.builds(
            lambda averaged, of, points: written(
                points=points, steps={"3": "0%", "4": "1%", "8": "5.55%"}, average_with_month_before=averaged,
                charges_of=of,
            ),
            st.sampled_from(["true", "false"]),
            maybe(st.sampled_from(["this month", "next month"])),
            st.fixed_dictionaries({"SL1": st.just("3")}, optional={"SL2": st.just("5"), "SL3": st.just("4")}),
        ),
        "severity_points": st.builds(
            lambda rate, factor: written(bands=BANDS, rate_per_point=rate, repeat_factor=factor),
            shares,
            maybe(st.sampled_from(["1", "2.5"])),
        ),
        "linear": st.builds(
            lambda levels, line, factor, pays: written(
                levels=levels, factor=factor, pays=pays, **({"from": line} if line and set(line) <= set(levels) else {})
            ),
            st.lists(st.sampled_from(LEVELS), min_size=1, unique=True),
            maybe(st.just({"SL1": "92.5%"})),
            maybe(st.sampled_from(["0.5", "2"])),
            maybe(st.sampled_from(["credit", "bonus"])),
        ),
        "flat": st.builds(
            lambda levels, each: {"levels": levels, "each": each},
            st.lists(st.sampled_from(LEVELS), min_size=1, unique=True),
            at_risks,
        ),
        "tiers": st.sampled_from([{"tiers": TIERS}, {"tiers": TIERS}, {"tiers": BONUS_TIERS, "pays": "bonus"}]),
        "event_count": st.builds(
            lambda when, over, rate: written(
                trips={"SL1": {"at_or_below": "90%"}, "SL3": {"above": "5%"}}, when=when, starts_over=over, rate=rate
            ),
            often,
            maybe(st.sampled_from(["true", "false"])),
            shares,
        ),
        "gain_share": st.builds(
            lambda baseline, gain, pain: written(baseline=baseline, gain=gain, pain=pain),
            st.sampled_from(["9000", "10500.55"]),
            maybe(shares),
            maybe(shares),
        ),
    }  # fmt: skip
    return choices[kind]


earnbacks = st.one_of(
    st.builds(
        lambda after, settled_at, returns, above, never, target: written(
            after=after, settled=settled_at, returns=returns, only_above_minimum=above, never_for=never, target=target
        ),
        st.sampled_from(["1 month", "2 months", "3 months"]),
        maybe(st.sampled_from(["monthly", "year_end"])),
        maybe(st.sampled_from(["100%", "33.3%"])),
        maybe(st.sampled_from(["true", "false"])),
        maybe(st.just(["2", "11"])),
        maybe(st.just({"SL1": "97%"})),
    ),
    st.builds(
        lambda of, above: written(when="average", average_of=of, only_above_minimum=above),
        maybe(st.sampled_from(["months", "records"])),
        maybe(st.sampled_from(["true", "false"])),
    ),
)
defaults = st.builds(
    lambda minimum, expected: written(below_minimum=minimum, below_expected=expected), maybe(often), maybe(often)
)
multipliers = st.builds(
    lambda table, more, cap: written(consecutive_months=table, then_each=more, cap=cap),
    st.sampled_from([{"2": "1.5", "3": "2"}, {"3": "2.5"}, {"2": "1.25"}]),
    maybe(st.just("0.3")),
    maybe(st.sampled_from(["2", "2.5"])),
)
incidents = st.builds(
    lambda levels, which: [written(levels=levels, credit=which, picked="SL2" if which == "picked" else None)],
    st.sampled_from([["SL1", "SL2"], ["SL2", "SL1", "SL3"]]),
    maybe(st.sampled_from(["largest", "picked", "all"])),
)
ratchets = st.builds(
    lambda every, gap, step, moves: written(
        every=every, best="2", of="3", gap_limit=gap, step_limit=step, minimum_moves=moves
    ),
    st.sampled_from(["2 months", "3 months", "12 months"]),
    maybe(st.sampled_from(["10%", "50%"])),
    maybe(st.just("0.5%")),
    maybe(st.sampled_from(["true", "false"])),
)
rights = st.builds(
    lambda when, counts, same: [written(when=when, counts=counts, same_level=same)],
    st.sampled_from(["2 of 3 months", "3 of 6 months"]),
    maybe(st.sampled_from(["defaults", "misses", "below_minimum"])),
    maybe(st.sampled_from(["true", "true", "false"])),
)
roundings = st.sampled_from(
    ["half_up to 0.01", "half_even to 0.01", "down to 1", {"places": "0", "mode": "up"}, {"places": "2"}]
)


@st.composite
def credit_terms(draw: st.DrawFn) -> Words:
    schemes = draw(st.lists(model(), min_size=1, max_size=2, unique_by=lambda one: one["model"]))
    needs_risk = any(_needs_at_risk(scheme) for scheme in schemes)
    terms = written(
        at_risk=draw(at_risks if needs_risk else maybe(at_risks)),
        schemes=schemes,
        base=draw(st.sampled_from([None, None, ["fee", "volume"]])),
        may_exceed_at_risk=draw(maybe(st.sampled_from(["true", "false"]))),
        each_window=draw(st.sampled_from([None, None, "true"])),
        month_cap=draw(maybe(month_caps)),
        year_cap=draw(maybe(year_caps)),
        defaults=draw(maybe(defaults)),
        below_expected_factor=draw(maybe(st.just("50%"))),
        multiplier=draw(maybe(multipliers)),
        same_incident=draw(maybe(maybe(incidents))),
        earnback=draw(maybe(earnbacks)),
        ratchet=draw(maybe(maybe(maybe(ratchets)))),
        termination=draw(maybe(rights)),
        rounding=draw(maybe(roundings)),
    )
    if "at_risk" not in terms and "at_risk" in str(terms):
        terms["at_risk"] = "12%"
    return {**terms, **({"at_risk": "12%"} if "at_risk" not in terms and "at-risk" in str(terms) else {})}


def _needs_at_risk(scheme: Words) -> bool:
    return scheme["model"] in ("pool", "categories") or "at_risk" in str(scheme)


VOLUME = {"id": "volume", "volume": {"of": "transactions", "sum": "units", "unit": "7"}, "rate": "1.11"}
POST = {"id": "post", "amount": "777.77", "pass_through": "true"}
charges = st.sampled_from(
    [
        [{"id": "fee", "amount": "10000"}, VOLUME, POST],
        [{"id": "fee", "amount": "9000"}, {"id": "volume", "amount": "300"}, POST],
    ]
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A contract of up to sixteen months, with one row for each level, month and half."""
    starts = draw(st.sampled_from([date(2026, 1, 1), date(2026, 4, 1), date(2026, 1, 15), date(2026, 2, 28)]))
    number_of_months, first = draw(st.sampled_from([1, 2, 3, 4, 5, 6, 8, 14])), starts.replace(day=1)
    last = add_months(first, number_of_months - 1)
    ends = draw(st.sampled_from([date(2028, 12, 31), date(2028, 12, 31), last.replace(day=28)]))
    has_minimum = draw(st.booleans())
    weekly = draw(st.sampled_from([None, None, None, "week from monday"]))
    rounding = draw(maybe(st.sampled_from([{"places": "2"}, {"places": "3", "mode": "down"}])))
    low = draw(st.sampled_from([None, {"below": "2"}]))
    levels = {
        name: written(
            name=name,
            **{"class": "critical"},
            better="lower" if name == "SL3" else None,
            measure={"is": "ratio", "of": "transactions", "where": f"type = '{name}'", "sum": "errors", "per": "units"},
            expected="5%" if name == "SL3" else "95%",
            minimum=("8%" if name == "SL3" else "90%") if has_minimum else None,
            window=weekly if name == "SL2" else None,
            rounding=rounding,
            low_volume=low,
        )
        for name in LEVELS
    }
    contract = {
        "remit": "1",
        "contract": {"id": "C-1", "client": "Northwind", "provider": "Acme"},
        "term": {"from": f"{starts}", "to": f"{ends}"},
        "time_zone": "UTC",
        "currency": "EUR",
        "service_levels": levels,
        "credits": draw(credit_terms()),
        "charges": draw(charges),
        **written(amended_inside_period=draw(maybe(st.sampled_from(["start", "end", "by_record"])))),
    }
    records = {"transactions": _rows(draw(st.integers(0, 10**6)), starts, number_of_months)}
    after = instant(add_months(last, 1), "UTC")
    reach = (min(ends, add_months(last, 1)) - starts).days
    some = st.lists(st.integers(1, max(2, reach)), min_size=1, max_size=2, unique=True)
    days = draw(st.one_of(st.just([]), some)) if reach > 2 else []
    amendments = [
        draw(_amendment(f"A{index}", starts + timedelta(days=day), contract)) for index, day in enumerate(sorted(days))
    ]
    return Case(contract, records, starts, last, after, amendments)


@st.composite
def _amendment(draw: st.DrawFn, amendment_id: str, day: date, contract: Words) -> Words:
    """Other standards, another price, another level, or other credit terms, from a day on."""
    words: Words = {"remit": "1", "amendment": {"id": amendment_id, "to": "C-1", "from": f"{day}"}}
    changes = {
        "service_levels.SL1.expected": "97%",
        "service_levels.SL2.expected": "90%",
        "service_levels.SL2.minimum": "80%",
        "service_levels.SL3.expected": "3%",
        "charges.fee.amount": "12345.67",
        "credits.rounding": "down to 0.01",
        "credits.below_expected_factor": "25%",
        "credits.month_cap": "2%",
        "credits.at_risk": "7.5%",
    }
    if "at_risk" not in contract["credits"]:
        del changes["credits.at_risk"]
    new_terms = [
        {"model": "flat", "levels": "SL1", "each": "2.5%"},
        {"model": "flat", "levels": ["SL1", "SL2"], "each": "1%"},
    ]
    kind = draw(st.sampled_from(["change", "change", "schemes", "level", "none"]))
    if kind == "schemes" and "same_incident" not in contract["credits"]:
        words["change"] = {"credits.schemes": [draw(st.sampled_from(new_terms))]}
    elif kind == "level":
        level = {**contract["service_levels"]["SL1"], "name": "SL4", "expected": "90%", "window": "calendar month"}
        words["add"] = {"service_levels": {f"NEW{amendment_id}": level}}
    elif kind == "none":
        words["remove"] = ["credits"] if amendment_id == "A1" else ["charges.post"]
    else:
        chosen = draw(st.lists(st.sampled_from(sorted(changes)), min_size=1, max_size=3, unique=True))
        words["change"] = {place: changes[place] for place in chosen}
    return words


def _rows(seed: int, starts: date, months: int) -> list[Row]:
    """Counts that fall on, just beside and far from the lines drawn in the contracts."""
    chance, first = random.Random(seed), starts.replace(day=1)
    found: list[Row] = []
    for index in range(months):
        for level_id in LEVELS:
            for half in range(chance.choice([0, 1, 1, 1, 2])):
                day = add_months(first, index).replace(day=chance.randint(1, 14) + 14 * half)
                units = chance.choice([20, 40, 15, 60, 30, 37])
                line = number(chance.choice(["95%", "90%", "80%", "97%", "99%", "100%", "92.5%", "85%"]))
                line = 1 - line if level_id == "SL3" else line
                over = int(line * units) + chance.choice([-1, 0, 0, 0, 1])
                found.append({
                    "transaction_key": f"{level_id}-{index}-{half}",
                    "received_at": instant(day, "UTC"),
                    "type": level_id,
                    "units": units,
                    "errors": max(0, min(units, over)),
                })  # fmt: skip
    if not found or found[0]["received_at"] >= instant(add_months(first, 1), "UTC"):
        found.append({"transaction_key": "first", "received_at": instant(starts, "UTC"), "type": "none", "units": 0,
                      "errors": 0})  # fmt: skip
    return found
