"""The factors that several credit models share: charges, at-risk amounts, repeats."""

from decimal import Decimal
from fractions import Fraction

from remit.performance.service_credits.drafts import Factor
from remit.performance.service_credits.histories import Month
from remit.performance.service_credits.statements import Step
from remit.performance.service_credits.wording import money, number, ordinal, percent
from remit.performance.service_levels import Attainment
from remit.terms.credit_terms import ChargeBasis, SchemeTerms

_BASIS_WORDS = {ChargeBasis.BASE: "charges", ChargeBasis.INVOICE: "the invoice", ChargeBasis.AT_RISK: "at-risk amount"}


def charges_factor(month: Month, scheme: SchemeTerms, basis: ChargeBasis) -> Factor:
    """The month's charges, invoice or at-risk amount that a rate is taken of."""
    amount = month.charges(scheme, basis)
    words = f"{_BASIS_WORDS[basis]} {money(amount, month.terms.rounding)}"
    rule = f"{_BASIS_WORDS[basis]} of {month.label}"
    return Factor(Fraction(amount), words, Step(_BASIS_WORDS[basis], str(amount), rule))


def rate_factor(rate: Decimal | Fraction, name: str) -> Factor:
    """A share by its name in the contract: `allocation 80 %`."""
    return Factor(Fraction(rate), f"{name} {percent(rate)}".strip(), Step(name or "rate", percent(rate), "contract"))


def repeat_factor(month: Month, scheme: SchemeTerms, service_level: str) -> list[Factor]:
    """The multiplier for a failure that repeats, where the contract has one and it is not 1."""
    multiplier = month.terms.multiplier
    running = month.running(scheme, service_level) + 1
    factor = multiplier.factor(running) if multiplier is not None else Decimal(1)
    if multiplier is None or factor == 1:
        return []
    words = f"{number(factor)} for the {ordinal(running)} month running"
    step = Step("multiplier", number(factor), f"{ordinal(running)} default running" + cited(multiplier.clause))
    return [Factor(Fraction(factor), words, step)]


def measured_step(attainment: Attainment) -> Step:
    """The measured value as the first step of a trace."""
    counts = f"{attainment.ratio.numerator}/{attainment.ratio.denominator}"
    return Step(attainment.service_level, str(attainment.value), f"{counts} in {attainment.window.label}, as rounded")


def cited(clause: str | None) -> str:
    """The clause in brackets, where there is one."""
    return f" ({clause})" if clause else ""
