"""Judging one service level over one window: the attainment against what was expected."""

from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from enum import StrEnum
from fractions import Fraction

from remit.terms.money import Rounding
from remit.terms.periods import Period


class Standing(StrEnum):
    """Where an attainment stands; the field's "failure" is BELOW_EXPECTED or BELOW_MINIMUM."""

    MET = "met"
    BELOW_EXPECTED = "below_expected"
    BELOW_MINIMUM = "below_minimum"
    NOT_MEASURED = "not_measured"

    @property
    def is_miss(self) -> bool:
        return self in (Standing.BELOW_EXPECTED, Standing.BELOW_MINIMUM)


@dataclass(frozen=True, slots=True)
class Ratio:
    """Two integers that add up across sites and weeks; the value of nothing is None, never 0 and never 1.

    `records` counts the records behind the denominator, for minimum samples: equal to the denominator for a
    share, but not for a ratio of seconds.
    """

    numerator: int
    denominator: int
    records: int

    def __add__(self, other: "Ratio") -> "Ratio":
        return Ratio(
            self.numerator + other.numerator, self.denominator + other.denominator, self.records + other.records
        )

    @property
    def value(self) -> Fraction | None:
        return Fraction(self.numerator, self.denominator) if self.denominator else None


@dataclass(frozen=True, slots=True)
class Attainment:
    """One service level over one window, judged.

    `value` is the value as the contract rounds it (what the standing is judged on), `exact` the unrounded
    ratio; both None where nothing was measured. `expected`, `minimum`, `interval` are in the measure's own
    scale: 0 to 1 for shares, seconds for means, units for counts. `interval` is the 95 % Wilson interval of a
    proportion, else None. `note` is one sentence where the standing needs one (low volume, carried sample).
    """

    service_level: str
    window: Period
    standing: Standing
    ratio: Ratio
    value: Decimal | None
    exact: Fraction | None
    interval: tuple[Decimal, Decimal] | None
    expected: Decimal | None
    minimum: Decimal | None
    excluded: int
    is_critical: bool
    at_most: bool
    note: str = ""
    dimensions: tuple[tuple[str, str], ...] = field(default=())

    @property
    def judged(self) -> Fraction | None:
        """What the standing and money rest on: the exact ratio, or the value the contract rounds it to.

        A value that is the exact ratio written to twelve places is one that no contract has rounded.
        """
        if self.value is None or self.exact is None:
            return None
        return self.exact if self.value == _value_of(self.exact, None) else Fraction(self.value)


class LowVolume(StrEnum):
    """What a contract does with a window that has fewer records than its minimum sample."""

    NOT_MEASURED = "not_measured"
    ACCUMULATE = "accumulate"
    ALLOW_MISSES = "allow_misses"


@dataclass(frozen=True, slots=True)
class MinimumSample:
    """Fewer than `records` records are too few to judge by the share alone; `otherwise` says what happens then.

    `misses` is for `allow_misses`: up to that many misses in a low-volume window still count as met.
    """

    records: int
    otherwise: LowVolume = LowVolume.NOT_MEASURED
    misses: int = 0


@dataclass(frozen=True, slots=True)
class Standard:
    """What one service level is judged by, in the scale of its measure: 0 to 1 for shares, seconds for means.

    `at_most` turns the direction round (abandonment, handling time). `rounding` None judges the exact ratio.
    `expected` None reports a level without judging it.
    `is_proportion` says that the ratio counts successes among trials, so that it has a Wilson interval and misses.
    """

    service_level: str
    expected: Decimal | None
    minimum: Decimal | None = None
    at_most: bool = False
    rounding: Rounding | None = None
    is_proportion: bool = True
    is_critical: bool = True
    minimum_sample: MinimumSample | None = None


_NO_ROUNDING_PLACES = Decimal("1e-12")
_NORMAL_QUANTILE = Decimal("1.959963984540054235524594430520551527955550")
_INTERVAL_PLACES = Decimal("1e-6")


def judge(
    standard: Standard,
    ratio: Ratio,
    *,
    window: Period,
    excluded: int = 0,
    carried: Ratio | None = None,
    dimensions: tuple[tuple[str, str], ...] = (),
) -> Attainment:
    """The attainment of one service level over one window.

    Compares integers by cross-multiplication, since a float puts one in ten of the cases that lie exactly on the
    threshold on the wrong side. An attainment exactly at its standard has met it, in either direction. Nothing to
    measure is NOT_MEASURED: never 0 and never 1. `carried` holds what earlier low-volume windows left over
    (`carried_on` gives the next one); where the window is judged, its ratio includes them, and the note says so.
    A window too small to judge has neither value nor interval, only its counts; a level without an expected level has
    its value and interval, and is NOT_MEASURED since there is nothing to judge it against.
    """
    whole = ratio + carried if carried is not None else ratio
    unjudged = Attainment(
        service_level=standard.service_level,
        window=window,
        standing=Standing.NOT_MEASURED,
        ratio=ratio,
        value=None,
        exact=None,
        interval=None,
        expected=standard.expected,
        minimum=standard.minimum,
        excluded=excluded,
        is_critical=standard.is_critical,
        at_most=standard.at_most,
        note=_too_few(standard, whole),
        dimensions=dimensions,
    )
    exact = whole.value
    if unjudged.note or exact is None:
        return unjudged
    standing, note = _standing_of(standard, whole, exact)
    if carried is not None and carried.records:
        note = "; ".join(filter(None, [f"includes {carried.records} records carried from earlier windows", note]))
    return replace(
        unjudged,
        standing=standing,
        ratio=whole,
        value=_value_of(exact, standard.rounding),
        exact=exact,
        interval=_interval_of(standard, whole),
        note=note,
    )


def carried_on(standard: Standard, ratio: Ratio, *, carried: Ratio | None = None) -> Ratio | None:
    """What a window leaves over for the next one: its records and those carried so far while still too few.

    None where the window was judged, or where the contract does not accumulate.
    """
    sample = standard.minimum_sample
    if sample is None or sample.otherwise is not LowVolume.ACCUMULATE:
        return None
    whole = ratio + carried if carried is not None else ratio
    return whole if whole.records < sample.records else None


def wilson_interval(numerator: int, denominator: int) -> tuple[Decimal, Decimal]:
    """The 95 % score interval of a proportion, to six places: 33 of 35 is 0.813929 to 0.984187.

    Chosen because it stays inside 0 to 1 and holds for small samples and shares near 100 %, where most service
    levels lie. Raises ValueError unless 0 <= numerator <= denominator and denominator > 0.
    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212.
    """
    if not 0 <= numerator <= denominator or denominator == 0:
        raise ValueError(f"{numerator} of {denominator} is not a proportion; a share counts some of a whole")
    with localcontext(prec=50):
        trials, z_squared = Decimal(denominator), _NORMAL_QUANTILE**2
        share = Decimal(numerator) / trials
        centre = share + z_squared / (2 * trials)
        spread = _NORMAL_QUANTILE * (share * (1 - share) / trials + z_squared / (4 * trials**2)).sqrt()
        scale = 1 + z_squared / trials
        low, high = (centre - spread) / scale, (centre + spread) / scale
        return _clipped(low), _clipped(high)


def _interval_of(standard: Standard, whole: Ratio) -> tuple[Decimal, Decimal] | None:
    if not standard.is_proportion or not 0 <= whole.numerator <= whole.denominator:
        return None
    return wilson_interval(whole.numerator, whole.denominator)


def _clipped(bound: Decimal) -> Decimal:
    return min(max(bound, Decimal(0)), Decimal(1)).quantize(_INTERVAL_PLACES, ROUND_HALF_EVEN)


def _too_few(standard: Standard, whole: Ratio) -> str:
    """One sentence where there is nothing or too little to judge, else nothing."""
    if not whole.denominator:
        return "no records in the window"
    sample = standard.minimum_sample
    if sample is None or whole.records >= sample.records or sample.otherwise is LowVolume.ALLOW_MISSES:
        return ""
    end = "carried into the next window" if sample.otherwise is LowVolume.ACCUMULATE else "not measured"
    records = "1 record" if whole.records == 1 else f"{whole.records} records"
    return f"{records}, fewer than the minimum sample of {sample.records}: {end}"


def _standing_of(standard: Standard, whole: Ratio, exact: Fraction) -> tuple[Standing, str]:
    """The standing of a measured ratio, and a sentence where low volume decided it."""
    judged = standard.rounding.apply(exact) if standard.rounding else exact
    standing = _against(standard, Fraction(judged))
    if standing is Standing.NOT_MEASURED:
        return standing, "no expected level: reported, not judged"
    sample = standard.minimum_sample
    if not standing.is_miss or sample is None or whole.records >= sample.records:
        return standing, ""
    # Accumulated and unmeasured samples never come here: only `allow_misses` judges a low-volume window.
    misses = whole.numerator if standard.at_most else whole.denominator - whole.numerator
    if not standard.is_proportion or misses > sample.misses:
        return standing, ""
    note = f"low volume ({whole.records} records, fewer than {sample.records}): up to {sample.misses} misses are met"
    return Standing.MET, note


def _against(standard: Standard, judged: Fraction) -> Standing:
    sign = -1 if standard.at_most else 1
    if standard.expected is None:
        return Standing.NOT_MEASURED
    if sign * judged >= sign * Fraction(standard.expected):
        return Standing.MET
    if standard.minimum is not None and sign * judged < sign * Fraction(standard.minimum):
        return Standing.BELOW_MINIMUM
    return Standing.BELOW_EXPECTED


def _value_of(exact: Fraction, rounding: Rounding | None) -> Decimal:
    """As the contract rounds it; an exact level's value is written to twelve places, without trailing zeros."""
    if rounding is not None:
        return rounding.apply(exact)
    with localcontext(prec=50):
        written = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(_NO_ROUNDING_PLACES)
    return Decimal(f"{written:f}".rstrip("0").rstrip("."))
