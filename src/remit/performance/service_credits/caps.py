"""Caps: what a month's and a year's credits may come to, and cutting the lines to it."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import product

from remit.performance.service_credits.factors import cited
from remit.performance.service_credits.histories import Month, SettledPeriod, charges_on
from remit.performance.service_credits.pricing import Limit, Priced, cut
from remit.performance.service_credits.statements import LineKind
from remit.performance.service_credits.wording import money, percent
from remit.terms.credit_terms import ChargeBasis, MonthCap, SchemeTerms, YearBasis, YearCap, YearKind

_BASES = {
    ChargeBasis.BASE: "the charges",
    ChargeBasis.INVOICE: "the invoice",
    ChargeBasis.AT_RISK: "the at-risk amount",
}
_YEARS = {
    YearKind.CALENDAR: "the calendar year's cap",
    YearKind.CONTRACT: "the contract year's cap",
    YearKind.LAST_12_MONTHS: "the twelve months' cap",
}


def cut_to_caps(
    month: Month, schemes: Sequence[SchemeTerms], lines: Sequence[Priced]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Cuts the month's lines to each scheme's own caps, then all credits to the contract's.

    Each cap in turn only takes away, so that none that came before is passed again. Gives the words of the caps that
    bit, and notes on caps that could not be computed.
    """
    bit: list[str] = []
    notes: list[str] = []
    for concerned, limit in _limits(month, schemes, lines):
        words = cut(concerned, limit, month.terms.rounding)
        if words:
            bit.append(words)
        if limit.amount is None and any(line.steps for line in concerned):
            notes.append(limit.words)
    return tuple(bit), tuple(notes)


def _limits(
    month: Month, schemes: Sequence[SchemeTerms], lines: Sequence[Priced]
) -> Iterator[tuple[Sequence[Priced], Limit]]:
    for scheme, kind in product(schemes, (LineKind.CREDIT, LineKind.BONUS)):
        mine = [line for line in lines if (line.draft.scheme, line.draft.kind) == (scheme.key, kind)]
        if scheme.month_cap is not None:
            yield mine, month_limit(scheme.month_cap, month, scheme)
        if scheme.year_cap is not None:
            yield mine, year_limit(scheme.year_cap, month, scheme, kind)
    credits_only = [line for line in lines if line.draft.kind is LineKind.CREDIT]
    if month.terms.cap is not None:
        yield credits_only, month_limit(month.terms.cap, month, None)
    if month.terms.year_cap is not None:
        yield credits_only, year_limit(month.terms.year_cap, month, None)


def month_limit(cap: MonthCap, month: Month, scheme: SchemeTerms | None) -> Limit:
    """What a month's cap comes to."""
    if cap.amount is not None:
        return Limit(Fraction(cap.amount), "the month's cap" + cited(cap.clause))
    rate = cap.rate or Decimal(0)
    amount = Fraction(rate) * Fraction(month.charges(scheme, cap.of))
    words = _BASES[cap.of] if rate == 1 else f"{percent(rate)} of {_BASES[cap.of]}"
    return Limit(amount, words + cited(cap.clause))


def year_limit(cap: YearCap, month: Month, scheme: SchemeTerms | None, kind: LineKind = LineKind.CREDIT) -> Limit:
    """What a year's cap leaves for this month: the year's amount less the credits (or bonuses) of the months before."""
    within, before = _year_of(month, cap.year)
    whole = _year_amount(cap, month, scheme, within, before)
    if whole is None:
        return Limit(None, f"no month of the year before {month.label} is known: its cap can't be computed")
    given = sum((_given(settled, scheme, kind) for settled in within), Decimal(0))
    rounding = month.terms.rounding
    words = f"{_YEARS[cap.year]} {money(whole, rounding)} less {money(given, rounding)} given before"
    return Limit(Fraction(whole) - Fraction(given), words + cited(cap.clause))


def _year_amount(
    cap: YearCap,
    month: Month,
    scheme: SchemeTerms | None,
    within: Sequence[SettledPeriod],
    before: Sequence[SettledPeriod],
) -> Fraction | None:
    if cap.amount is not None:
        return Fraction(cap.amount)
    rate = Fraction(cap.rate or 0)
    basis = ChargeBasis.AT_RISK if cap.of is YearBasis.AT_RISK else cap.charges

    def charged(periods: Sequence[SettledPeriod]) -> Fraction:
        return sum((Fraction(_charges_then(one, scheme, basis)) for one in periods), Fraction(0))

    if cap.of is not YearBasis.YEAR_BEFORE:
        return rate * (charged(within) + Fraction(month.charges(scheme, basis)))
    if before:
        return rate * charged(before) / len(before)
    return None if cap.first_year_amount is None else Fraction(cap.first_year_amount)


def _charges_then(settled: SettledPeriod, scheme: SchemeTerms | None, basis: ChargeBasis) -> Decimal:
    """What a rate was taken of in an earlier month, by its own terms: an amendment changes no month before it.

    A month without credit terms had no at-risk amount.
    """
    charges, terms = settled.measured.charges, settled.terms
    if terms is None:
        whole = charges.invoice if basis is ChargeBasis.INVOICE else charges.base
        return Decimal(0) if basis is ChargeBasis.AT_RISK else whole
    own = next((one for one in terms.schemes if scheme is not None and one.key == scheme.key), scheme)
    return charges_on(charges, terms, own, basis)


def _year_of(month: Month, kind: YearKind) -> tuple[Sequence[SettledPeriod], Sequence[SettledPeriod]]:
    """The earlier periods of this month's year, and the periods of the year before."""
    if kind is YearKind.LAST_12_MONTHS:
        return month.past[-11:], month.past[:-11][-12:]

    def year(settled_or_now: SettledPeriod | Month) -> int:
        period = settled_or_now.measured.period
        if kind is YearKind.CALENDAR:
            return period.start_on.year
        return month.year_of(period).start_on.year

    this = year(month)
    return [one for one in month.past if year(one) == this], [one for one in month.past if year(one) == this - 1]


def _given(settled: SettledPeriod, scheme: SchemeTerms | None, kind: LineKind) -> Decimal:
    """What a period gave of a kind, under a scheme or in all; a bonus uses up nothing of what credits may come to."""
    mine = (one for one in settled.amounts if one.kind is kind and (scheme is None or one.scheme == scheme.key))
    return sum((abs(one.amount) for one in mine), Decimal(0))
