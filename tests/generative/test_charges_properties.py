"""What holds of any rate card: parts add up to the whole, and only a lower rate ever makes more units cheaper."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from remit.finance.charges import Charges, charges_of
from remit.finance.pricing import Prices
from remit.finance.stretches import counts_needed
from remit.terms.periods import Period
from remit.terms.price_changes import ExchangeRule
from remit.terms.rate_cards import ChargeLine
from tests.lib.credit_tables import month

MARCH = month("2026-03")
PRICES = Prices("EUR", currencies={"PHP": ExchangeRule.model_validate({"rule": "fixed", "rate": "0.0173"})})
VOLUME: dict[str, Any] = {"of": "interactions", "sum": "talk_seconds", "unit": "60"}

many = settings(max_examples=60, deadline=None)
rates = st.sampled_from(["0", "0.0049", "0.4375", "1", "1.1", "3.333", "19.99"])
counts = st.integers(min_value=-2_000, max_value=40_000)
currencies = st.sampled_from([None, "PHP"])
roundings = st.sampled_from(
    [{"places": places, "mode": mode} for places in (0, 2, 3) for mode in ("half_up", "half_even", "up", "down")]
)


def line(**written: Any) -> ChargeLine:
    given_words = {word: value for word, value in written.items() if value is not None}
    return ChargeLine.model_validate({"id": "fee", **given_words})


def charged(one: ChargeLine, *units: int, period: Period = MARCH) -> Charges:
    """A period's charges with so many raw units for each of its counts, in their order."""
    keys = [part.key for _, part in counts_needed([one], period)]
    return charges_of(period, [one], dict(zip(keys, units, strict=True)), prices=PRICES)


def total(one: ChargeLine, *units: int) -> Decimal:
    return charged(one, *units).total


@st.composite
def bands(draw: st.DrawFn) -> list[dict[str, str]]:
    """One to four bands, whatever their rates."""
    ends = draw(st.lists(st.sampled_from(["0.5", "10", "99.75", "100", "400"]), max_size=3, unique=True))
    found = [{"up_to": end, "rate": draw(rates)} for end in sorted(ends, key=Decimal)]
    return [*found, {"rate": draw(rates)}]


def banded(ends: list[dict[str, str]], way: str, **more: Any) -> ChargeLine:
    return line(volume=VOLUME, bands=ends, bands_apply=way, **more)


@many
@given(
    card=st.lists(
        st.one_of(
            st.builds(lambda one: {"volume": VOLUME, "rate": one}, rates),
            st.builds(
                lambda ends, way: {"volume": VOLUME, "bands": ends, "bands_apply": way},
                bands(),
                st.sampled_from(["whole", "marginal"]),
            ),
            st.builds(
                lambda one, other: {"volume": VOLUME, "rates": {"2026-01-01": one, "2026-03-11": other}}, rates, rates
            ),
            st.builds(lambda one: {"amount": one, "from": "2026-03-05"}, rates),
        ),
        min_size=1,
        max_size=4,
    ),
    units=st.lists(counts, min_size=8, max_size=8),
    passed_on=st.sets(st.integers(0, 3)),
    currency=currencies,
    rounding=roundings,
)
def test_items_add_up_to_their_line_and_lines_to_the_total(
    card: list[dict[str, Any]], units: list[int], passed_on: set[int], currency: str | None, rounding: dict[str, Any]
) -> None:
    lines = [
        line(**one, id=f"c{number}", pass_through=number in passed_on, currency=currency, rounding=rounding)
        for number, one in enumerate(card)
    ]
    keys = [part.key for _, part in counts_needed(lines, MARCH)]
    found = charges_of(MARCH, lines, dict(zip(keys, units, strict=False)), prices=PRICES)

    assert found.total == sum(one.amount for one in found.lines)
    assert found.base == sum(one.amount for one in found.lines if not one.is_pass_through)
    step = Fraction(1, 10 ** int(rounding["places"]))
    for one in found.lines:
        assert sum(item.amount for item in one.items) == one.amount
        exact = sum((item.quantity * item.rate for item in one.items), Fraction(0)) * Fraction(one.exchange_rate)
        assert abs(Fraction(one.amount) - exact) < step


@many
@given(ends=bands(), units=counts, way=st.sampled_from(["whole", "marginal"]))
def test_the_units_of_all_bands_are_the_units_counted(ends: list[dict[str, str]], units: int, way: str) -> None:
    (one,) = charged(banded(ends, way), units).lines

    assert sum(item.quantity for item in one.items) == Fraction(units, 60)


@many
@given(ends=bands(), fewer=counts, more=counts, currency=currencies, rounding=roundings)
def test_more_units_never_cost_less_where_each_is_charged_in_its_own_band(
    ends: list[dict[str, str]], fewer: int, more: int, currency: str | None, rounding: dict[str, Any]
) -> None:
    fewer, more = sorted((fewer, more))
    one = banded(ends, "marginal", currency=currency, rounding=rounding)

    assert total(one, fewer) <= total(one, more)


@many
@given(ends=bands(), fewer=counts, added=st.integers(0, 120))
def test_units_added_cost_between_the_lowest_rate_and_the_highest(
    ends: list[dict[str, str]], fewer: int, added: int
) -> None:
    one = banded(ends, "marginal", rounding={"places": 8})
    of_each = [Fraction(band["rate"]) for band in ends]
    grown = Fraction(total(one, fewer + added) - total(one, fewer))

    tolerance = Fraction(1, 10**8)
    assert min(of_each) * added / 60 - tolerance <= grown <= max(of_each) * added / 60 + tolerance


@many
@given(ends=bands(), first=counts, other=counts, rounding=roundings)
def test_where_all_are_charged_at_the_band_reached_only_a_lower_rate_makes_more_units_cheaper(
    ends: list[dict[str, str]], first: int, other: int, rounding: dict[str, Any]
) -> None:
    fewer, more = sorted((first, other))
    one = banded(ends, "whole", rounding=rounding)
    ((of_fewer,), (of_more,)) = ((*charged(one, units).lines[0].items,) for units in (fewer, more))

    if total(one, fewer) > total(one, more):
        assert of_more.rate < of_fewer.rate
        assert of_more.text != of_fewer.text


@many
@given(ends=bands(), units=counts)
def test_whole_and_marginal_differ_as_the_rates_rise_or_fall(ends: list[dict[str, str]], units: int) -> None:
    whole, marginal = (total(banded(ends, way), units) for way in ("whole", "marginal"))
    of_each = [Decimal(band["rate"]) for band in ends]

    if all(low <= high for low, high in pairwise(of_each)):
        assert marginal <= whole
    if all(low >= high for low, high in pairwise(of_each)):
        assert whole <= marginal


@many
@given(ends=bands(), units=counts, least=st.sampled_from(["0", "0.5", "10", "99.8", "250"]))
def test_a_minimum_is_what_is_charged_below_it_and_nothing_above(
    ends: list[dict[str, str]], units: int, least: str
) -> None:
    one = banded(ends, "marginal", minimum_volume=least)
    free = total(banded(ends, "marginal"), units)

    assert total(one, units) == (free if Fraction(units, 60) >= Fraction(least) else total(one, 0))
    assert total(one, units) >= free


@many
@given(
    deadband=st.sampled_from(["0%", "10%", "100%"]),
    above=rates,
    below=rates,
    counted_from=st.sampled_from(["edge", "baseline"]),
    units=st.tuples(counts, counts),
)
def test_more_units_never_cost_less_around_a_baseline(
    deadband: str, above: str, below: str, counted_from: str, units: tuple[int, int]
) -> None:
    around = {"volume": "250", "deadband": deadband, "additional_charge": above, "reduced_charge": below}
    one = line(amount="1000", volume=VOLUME, baseline={**around, "counted_from": counted_from})
    fewer, more = sorted(units)

    assert total(one, fewer) <= total(one, more)
    assert total(one, 250 * 60) == 1000


@many
@given(
    amount=st.sampled_from(["0", "0.005", "999.99", "31000", "7777.77"]),
    per=st.sampled_from(["month", "year"]),
    label=st.sampled_from(["2026-02", "2026-03", "2026-04", "2028-02"]),
    days=st.lists(st.integers(2, 28), max_size=3, unique=True),
)
def test_an_amount_whose_line_is_written_in_parts_comes_to_the_same(
    amount: str, per: str, label: str, days: list[int]
) -> None:
    period = month(label)
    starts = [period.start_on, *(period.start_on.replace(day=day) for day in sorted(days)), period.end_on]
    parts = [
        line(
            amount=amount,
            per=per,
            rounding={"places": 9},
            **{"from": f"{start}", "to": f"{Period(start, end).last_on}"},
        )
        for start, end in pairwise(starts)
    ]
    whole = charges_of(period, [line(amount=amount, per=per, rounding={"places": 9})], {}).total

    assert abs(charges_of(period, parts, {}).total - whole) <= Decimal(len(parts) + 1) / 10**9


@many
@given(rate=rates, units=st.lists(counts, min_size=2, max_size=2))
def test_units_split_by_site_or_by_day_at_one_rate_cost_what_they_cost_together(rate: str, units: list[int]) -> None:
    together = total(line(volume=VOLUME, rate=rate), sum(units))
    by_day = line(volume=VOLUME, rates={"2026-01-01": rate, "2026-03-11": rate})
    by_site = line(volume=VOLUME, rate_by={"by": "site", "map": {"NYC": rate, "LIS": rate}})

    assert total(by_day, *units) == together
    assert total(by_site, *units, 0) == together
