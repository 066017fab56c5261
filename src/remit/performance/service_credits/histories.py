"""The months a settlement looks back on: what was measured, what failed, what was credited."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from remit.performance.service_credits.statements import LineKind
from remit.performance.service_levels import Attainment, Ratio, Standing
from remit.terms.credit_terms import AtRisk, ChargeBasis, CreditTerms, HowOften, SchemeTerms
from remit.terms.periods import Period, contract_year_with

_SEVERITY = (Standing.NOT_MEASURED, Standing.MET, Standing.BELOW_EXPECTED, Standing.BELOW_MINIMUM)


@dataclass(frozen=True, slots=True)
class PeriodCharges:
    """The charges of one period: `base` that credits are counted on, `invoice` all of them with pass-through.

    `amounts` gives each charge by its id, for terms that count on named charges only.
    """

    base: Decimal
    invoice: Decimal
    amounts: tuple[tuple[str, Decimal], ...] = ()

    def of(self, charge_ids: Sequence[str]) -> Decimal:
        """The named charges together, the whole base where none is named; a charge not due this month adds nothing."""
        if not charge_ids:
            return self.base
        return sum((amount for name, amount in self.amounts if name in charge_ids), Decimal(0))


@dataclass(frozen=True, slots=True)
class MeasuredPeriod:
    """One settlement period as it comes in: its attainments (a level's windows that end in it) and its charges."""

    period: Period
    attainments: tuple[Attainment, ...]
    charges: PeriodCharges


@dataclass(frozen=True, slots=True)
class LevelMonth:
    """One service level in one settlement period, with all its windows that ended in it."""

    windows: tuple[Attainment, ...]

    @property
    def worst(self) -> Attainment:
        """The window the month counts by: the gravest standing, then the value furthest off; a measured one first."""
        if len(self.windows) == 1:
            return self.windows[0]
        return max(self.windows, key=lambda one: (_SEVERITY.index(one.standing), _shortfall(one)))

    @property
    def is_measured(self) -> bool:
        return self.worst.standing is not Standing.NOT_MEASURED

    @property
    def value(self) -> Fraction | None:
        """The month's value as judged; None where nothing was judged or low volume forgave the misses."""
        return judged_value(self.worst)

    @property
    def ratio(self) -> Ratio:
        """All windows' counts together."""
        return sum((one.ratio for one in self.windows), Ratio(0, 0, 0))


def judged_value(attainment: Attainment) -> Fraction | None:
    """The value a model may look up in bounds, tiers or bands, or None.

    None where nothing was measured, and where the contract allowed the few misses of a low-volume window: a value
    short of expected that nevertheless is met must not earn a credit by another door.
    """
    if attainment.standing is Standing.NOT_MEASURED:
        return None
    was_forgiven = attainment.standing is Standing.MET and _shortfall(attainment) > 0
    return None if was_forgiven else attainment.judged


def _shortfall(attainment: Attainment) -> Fraction:
    if attainment.judged is None or attainment.expected is None:
        return Fraction(0)
    gap = Fraction(attainment.expected) - attainment.judged
    return -gap if attainment.at_most else gap


def level_months(attainments: Sequence[Attainment]) -> dict[str, LevelMonth]:
    """The attainments by service level; those split by a dimension are for reading and are left out."""
    windows: dict[str, list[Attainment]] = {}
    for attainment in attainments:
        if not attainment.dimensions:
            windows.setdefault(attainment.service_level, []).append(attainment)
    return {name: LevelMonth(tuple(found)) for name, found in windows.items()}


@dataclass(frozen=True, slots=True)
class CreditedAmount:
    """What one line of an earlier statement credited, by the scheme that credited it."""

    scheme: str
    service_level: str
    kind: LineKind
    amount: Decimal


@dataclass(frozen=True, slots=True)
class SettledPeriod:
    """A settled period as later ones look back on it.

    `failed` says for each scheme's key and level whether the scheme counted a failure: None where the level was not
    measured, which neither counts as a failure nor breaks a run of them.
    """

    measured: MeasuredPeriod
    terms: CreditTerms | None
    levels: Mapping[str, LevelMonth]
    failed: Mapping[tuple[str, str], bool | None]
    amounts: tuple[CreditedAmount, ...]

    def is_default(self, service_level: str) -> bool:
        """Whether any scheme counted a failure of the level."""
        return any(has_failed for (_, level), has_failed in self.failed.items() if level == service_level)

    def credited(self, service_level: str) -> Decimal:
        """The level's credits of the period, before anything was earned back."""
        mine = (one for one in self.amounts if one.service_level == service_level and one.kind is LineKind.CREDIT)
        return sum((one.amount for one in mine), Decimal(0))


@dataclass(frozen=True, slots=True)
class Month:
    """What a credit model sees: this period, the terms in force, and the settled periods before it, oldest first."""

    measured: MeasuredPeriod
    terms: CreditTerms
    levels: Mapping[str, LevelMonth]
    past: Sequence[SettledPeriod]
    term_starts_on: date
    term_ends_on: date | None = None

    @property
    def contract_year(self) -> Period:
        """The contract year this month counts in; the last one ends with the term, where that is known."""
        year = self.year_of(self.measured.period)
        return year if self.term_ends_on is None else Period(year.start_on, min(year.end_on, self.term_ends_on))

    @property
    def label(self) -> str:
        return self.measured.period.label

    def year_of(self, period: Period) -> Period:
        """The whole contract year that a month counts in."""
        return contract_year_with(period, term_starts_on=self.term_starts_on)

    def charges(self, scheme: SchemeTerms | None, basis: ChargeBasis) -> Decimal:
        """The charges a rate is taken of, for one scheme or for the whole."""
        return charges_on(self.measured.charges, self.terms, scheme, basis)

    def running(self, scheme: SchemeTerms, service_level: str) -> int:
        """How many failures the scheme has counted running, up to the month before."""
        count = 0
        for settled in reversed(self.past):
            has_failed = settled.failed.get((scheme.key, service_level))
            if has_failed is False:
                break
            count += has_failed is True
        return count

    def times(self, how_often: HowOften, counts: Callable[[SettledPeriod], bool]) -> int:
        """How often something happened in the months looked back on, with this month, in which it did."""
        before = self.past[-(how_often.of - 1) :] if how_often.of > 1 else ()
        return 1 + sum(counts(settled) for settled in before)


def charges_on(charges: PeriodCharges, terms: CreditTerms, scheme: SchemeTerms | None, basis: ChargeBasis) -> Decimal:
    """The amount a rate is taken of: the base, the invoice, or the at-risk amount (0 where there is none)."""
    if basis is ChargeBasis.INVOICE:
        return charges.invoice
    base = charges.of((scheme.base if scheme is not None else ()) or terms.base)
    if basis is ChargeBasis.BASE:
        return base
    at_risk = getattr(scheme, "at_risk", None) or terms.at_risk
    return at_risk_amount(at_risk, base)


def at_risk_amount(at_risk: AtRisk | None, base: Decimal) -> Decimal:
    """The at-risk amount on a base, exact; 0 where the terms have none."""
    if at_risk is None:
        return Decimal(0)
    return at_risk.amount if at_risk.amount is not None else (at_risk.rate or Decimal(0)) * base
