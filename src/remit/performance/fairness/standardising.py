"""Direct standardisation: what each provider's or site's figure would be with everybody's mix of work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from remit.performance.service_levels import Ratio, wilson_interval
from remit.terms.periods import Period
from remit.terms.service_levels import ServiceLevel

THIN_RECORDS = 30
"""A stratum with fewer records says more of chance than of work."""

Interval = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class StratumRate:
    """One subject's counts in one stratum, and the stratum's weight in the standard mix; the weights add up to 1."""

    stratum: str
    ratio: Ratio
    weight: Fraction

    @property
    def is_thin(self) -> bool:
        return 0 < self.ratio.records < THIN_RECORDS


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A subject's raw figure beside its adjusted one; None where there is nothing to count.

    `weight_covered` is the part of the standard mix that the subject has records in: the adjusted figure speaks for
    that part only, and figures that cover different parts are not comparable. The intervals are of 95 %, for shares of
    records; None for other quantities.
    """

    subject: str
    raw: Ratio
    adjusted: Fraction | None
    strata: tuple[StratumRate, ...]
    weight_covered: Fraction
    raw_interval: Interval | None = None
    interval: Interval | None = None

    @property
    def has_thin(self) -> bool:
        """Whether some stratum has too few records to say much."""
        return any(one.is_thin for one in self.strata)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A level's figures over some months by one column, adjusted for others."""

    service_level: str
    level: ServiceLevel
    months: tuple[Period, ...]
    by: str
    adjusted_for: tuple[str, ...]
    subjects: tuple[Adjusted, ...]


def standardised(counts: Mapping[tuple[str, str], Ratio]) -> tuple[Adjusted, ...]:
    """Each subject's figure at the mix of all subjects together, by subject and stratum.

    The adjusted figure is Σ w·rate / Σ w over the strata the subject has, where w is the stratum's share of everybody's
    denominators. A site that takes the hard queue looks worse raw than it works; at one mix the two can be compared.
    Source: the direct method of standardisation, as in K. Rothman, Modern Epidemiology; the treatment of kidney stones
    by Charig et al., British Medical Journal 292 (1986), is the known case that turns round.
    """
    whole = sum(ratio.denominator for ratio in counts.values())
    names = sorted({stratum for _, stratum in counts})
    totals = {name: sum(one.denominator for (_, stratum), one in counts.items() if stratum == name) for name in names}
    weights = {name: Fraction(total, whole) for name, total in totals.items()} if whole else {}
    nothing = Ratio(0, 0, 0)
    found = []
    for subject in sorted({subject for subject, _ in counts}):
        strata = [StratumRate(name, counts.get((subject, name), nothing), weights[name]) for name in weights]
        found.append(_adjusted(subject, strata))
    return tuple(found)


def _adjusted(subject: str, strata: list[StratumRate]) -> Adjusted:
    raw = sum((one.ratio for one in strata), Ratio(0, 0, 0))
    measured = [(one.weight, value) for one in strata if (value := one.ratio.value) is not None]
    covered = sum((weight for weight, _ in measured), Fraction(0))
    adjusted = sum((weight * value for weight, value in measured), Fraction(0)) / covered if covered else None
    return Adjusted(
        subject, raw, adjusted, tuple(strata), covered, interval_of([(Fraction(1), raw)]), _interval(strata, covered)
    )


def _interval(strata: Sequence[StratumRate], covered: Fraction) -> Interval | None:
    return interval_of([(one.weight / covered, one.ratio) for one in strata if covered and one.ratio.denominator])


def interval_of(parts: Sequence[tuple[Fraction, Ratio]]) -> Interval | None:
    """The 95 % interval of a weighted sum of independent shares, the weights adding up to 1; to six places.

    Each share's own score interval is taken as its variance towards either side, and the variances are added (the
    method of variance estimates recovery): of one share it is Wilson's interval itself, and near 0 and 1 it stays
    within them. None where a part is no share of records, or there is none.
    Source: G. Y. Zou, W. Huang, X. Zhang, Computational Statistics and Data Analysis 53 (2009), 1080-1085.
    """
    is_share = all(0 <= one.numerator <= one.denominator == one.records for _, one in parts)
    if not parts or not is_share or not all(one.denominator for _, one in parts):
        return None
    middle = sum((weight * Fraction(one.numerator, one.denominator) for weight, one in parts), Fraction(0))
    down = up = 0.0
    for weight, one in parts:
        share = Fraction(one.numerator, one.denominator)
        low, high = wilson_interval(one.numerator, one.denominator)
        down += float(weight * (share - Fraction(low))) ** 2
        up += float(weight * (Fraction(high) - share)) ** 2
    bounds = max(float(middle) - down**0.5, 0.0), min(float(middle) + up**0.5, 1.0)
    return Decimal(f"{bounds[0]:.6f}"), Decimal(f"{bounds[1]:.6f}")
