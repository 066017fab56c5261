"""Credits and bonuses that are a share of charges: linear, flat, tiers, event count, gain share."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from remit.performance.service_credits.drafts import Draft, Factor, Outcome, product
from remit.performance.service_credits.factors import charges_factor, measured_step, rate_factor, repeat_factor
from remit.performance.service_credits.histories import LevelMonth, Month, judged_value
from remit.performance.service_credits.statements import LineKind, Step
from remit.performance.service_credits.wording import measured, money, number, ordinal, scaled, verdict
from remit.performance.service_levels import Attainment
from remit.terms.credit_terms import (
    ChargeBasis,
    EventCountTerms,
    FlatTerms,
    GainShareTerms,
    LinearTerms,
    TiersTerms,
)


def counted_windows(month: Month, level: LevelMonth) -> Sequence[Attainment]:
    """The windows a model looks at: each one where the contract says so, else the month's worst."""
    return level.windows if month.terms.each_window else (level.worst,)


def by_window(scheme: LinearTerms | FlatTerms | TiersTerms, month: Month) -> Outcome:
    """Each counted window of each level on its own: linear gaps, flat amounts or tiers."""
    drafts: list[Draft] = []
    failed: dict[str, bool | None] = {}
    for name in scheme.levels():
        level = month.levels.get(name)
        if level is None or not level.is_measured:
            failed[name] = None
            continue
        found = [_window_draft(scheme, month, window) for window in counted_windows(month, level)]
        due = [draft for draft in found if draft is not None]
        failed[name] = bool(due) and due[0].kind is LineKind.CREDIT
        drafts += due
    return Outcome(tuple(drafts), failed)


def _window_draft(scheme: LinearTerms | FlatTerms | TiersTerms, month: Month, window: Attainment) -> Draft | None:
    if isinstance(scheme, LinearTerms):
        factors = _linear_factors(scheme, month, window)
    elif isinstance(scheme, FlatTerms):
        factors = _flat_factors(scheme, month, window)
    else:
        factors = _tier_factors(scheme, month, window)
    if not factors:
        return None
    is_bonus = getattr(scheme, "pays", "credit") == "bonus"
    if not is_bonus:
        factors += repeat_factor(month, scheme, window.service_level)
    amount, formula, trace = product(factors)
    return Draft(
        scheme=scheme.key,
        service_level=window.service_level,
        amount=amount,
        subject=verdict(window),
        formula=formula,
        trace=(measured_step(window), *trace),
        kind=LineKind.BONUS if is_bonus else LineKind.CREDIT,
        clause=scheme.clause,
    )


def _linear_factors(scheme: LinearTerms, month: Month, window: Attainment) -> list[Factor]:
    value = judged_value(window)
    line = scheme.counted_from.get(window.service_level, window.expected)
    if value is None or line is None:
        return []
    gap = (Fraction(line) - value) * (-1 if window.at_most else 1) * (-1 if scheme.pays == "bonus" else 1)
    if gap <= 0:
        return []
    # The larger of the two stands first, so that the formula reads as the subtraction it is.
    ends = [measured(window), scaled(window, line)] if value > line else [scaled(window, line), measured(window)]
    words = f"({' − '.join(ends)})" + (f" × {number(scheme.factor)}" if scheme.factor != 1 else "")
    rate = gap * Fraction(scheme.factor)
    return [
        Factor(rate, words, Step("gap", scaled(window, gap), "target − actual, or the other way round for a bonus")),
        charges_factor(month, scheme, scheme.of),
    ]


def _flat_factors(scheme: FlatTerms, month: Month, window: Attainment) -> list[Factor]:
    if not window.standing.is_miss:
        return []
    if scheme.each.rate is not None:
        return [rate_factor(scheme.each.rate, "each failure"), charges_factor(month, scheme, scheme.of)]
    amount = scheme.each.amount or Decimal(0)
    said = money(amount, month.terms.rounding)
    return [Factor(Fraction(amount), f"{said} for each failure", Step("each", said, "contract"))]


def _tier_factors(scheme: TiersTerms, month: Month, window: Attainment) -> list[Factor]:
    value = judged_value(window)
    reached = [tier for tier in scheme.tiers[window.service_level] if value is not None and tier.is_reached_by(value)]
    if not reached:
        return []
    tier = max(reached, key=lambda one: one.rate)
    name = f"tier {tier.words} {scaled(window, tier.value)}:"
    return [rate_factor(tier.rate, name), charges_factor(month, scheme, scheme.of)]


def event_counted(scheme: EventCountTerms, month: Month) -> Outcome:
    """A credit falls due in the month in which a level trips its bound for the agreed time within the agreed months.

    A month not measured takes its place among the months running and is no trip.
    """
    drafts: list[Draft] = []
    failed: dict[str, bool | None] = {}
    for name in scheme.levels():
        level = month.levels.get(name)
        if level is None or not level.is_measured:
            failed[name] = None
            continue
        trips = _trips(scheme, month, name, level)
        failed[name] = trips >= scheme.when.times
        if failed[name]:
            drafts.append(_event_draft(scheme, month, level.worst, trips))
    return Outcome(tuple(drafts), failed)


def _trips(scheme: EventCountTerms, month: Month, name: str, level: LevelMonth) -> int:
    """How many trips there have been within reach, this month's included; 0 where this month is none."""
    bound = scheme.trips[name]
    if level.value is None or not bound.is_reached_by(level.value):
        return 0
    trips = 1
    for settled in reversed(month.past[-(scheme.when.of - 1) :] if scheme.when.of > 1 else ()):
        if scheme.starts_over and settled.failed.get((scheme.key, name)):
            break
        past = settled.levels.get(name)
        trips += past is not None and past.value is not None and bound.is_reached_by(past.value)
    return trips


def _event_draft(scheme: EventCountTerms, month: Month, window: Attainment, trips: int) -> Draft:
    bound = scheme.trips[window.service_level]
    amount, formula, trace = product([rate_factor(scheme.rate, ""), charges_factor(month, scheme, scheme.of)])
    line = scaled(window, bound.value)
    said = f"{window.service_level} was {measured(window, against=None if 'at' in bound.words else bound.value)}"
    counting = f"for the {ordinal(trips)} time in {scheme.when.of} months"
    counted = Step("trips", str(trips), f"{bound.words} {line}, {scheme.when} make a credit event")
    return Draft(
        scheme=scheme.key,
        service_level=window.service_level,
        amount=amount,
        subject=f"{said} in {window.window.label}, {bound.words} {line} {counting}",
        formula=formula,
        trace=(measured_step(window), counted, *trace),
        clause=scheme.clause,
    )


def gain_shared(scheme: GainShareTerms, month: Month) -> Outcome:
    """The provider's part of a saving against the baseline as a bonus, or of an overrun as a credit."""
    invoice = month.charges(scheme, ChargeBasis.INVOICE)
    saving = scheme.baseline - invoice
    is_gain = saving > 0
    share = scheme.gain if is_gain else scheme.pain
    if not saving or not share:
        return Outcome()
    rounding = month.terms.rounding
    word = "saving" if is_gain else "overrun"
    difference = money(abs(saving), rounding)
    step = Step(word, str(abs(saving)), f"baseline {scheme.baseline} against the invoice {invoice} of {month.label}")
    amount, formula, trace = product(
        [rate_factor(share, "share"), Factor(Fraction(abs(saving)), f"{word} {difference}", step)]
    )
    said = f"the invoice of {month.label} was {money(invoice, rounding)}, {difference} {'below' if is_gain else 'over'}"
    draft = Draft(
        scheme=scheme.key,
        service_level=scheme.key,
        amount=amount,
        subject=f"{said} the baseline",
        formula=formula,
        trace=trace,
        kind=LineKind.BONUS if is_gain else LineKind.CREDIT,
        clause=scheme.clause,
    )
    return Outcome((draft,))
