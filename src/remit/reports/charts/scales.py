"""The scale of a chart: from where to where it goes, in steps that read well, and how its ticks are written."""

from collections.abc import Sequence
from dataclasses import dataclass

from remit.terms.measure_terms import Unit

_STEPS_IN_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 43200, 86400)
_CLOCK_WORDS = ((3600, "h"), (60, "min"), (1, "s"))


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` to `high` by `step`; floats, since ink decides nothing."""

    low: float
    high: float
    step: float
    unit: Unit

    @classmethod
    def around(cls, low: float, high: float, unit: Unit) -> "Scale":
        """The scale that holds two values, with about four steps between ticks that read well."""
        step = _nice_step((high - low) / 4, unit)
        return cls(step * (low // step), step * -(-high // step), step, unit)

    def ticks(self) -> list[float]:
        """The values that bear a line and a text."""
        return [self.low + self.step * index for index in range(round((self.high - self.low) / self.step) + 1)]

    def text(self, tick: float) -> str:
        """A tick as people read it: `80 %`, `15 min`, `1,200`."""
        if self.unit is Unit.SHARE:
            places = next(places for places in range(6) if abs(self.step * 100 * 10**places % 1) < 1e-6 or places == 5)
            return f"{tick * 100:.{places}f} %"
        if self.unit is Unit.SECONDS:
            size, word = next((size, word) for size, word in _CLOCK_WORDS if self.step >= size or size == 1)
            return f"{tick / size:g} {word}"
        return f"{tick:,.10g}".replace("-", "\N{MINUS SIGN}")


def reach_of(levels: Sequence[float], whiskers: Sequence[float], unit: Unit) -> tuple[float, float]:
    """The values to show: all values and thresholds with some air, whiskers as far as they leave room for those."""
    low, high = (min(levels), max(levels)) if levels else (0.0, 1.0)
    least = 0.02 if unit is Unit.SHARE else max(abs(high) * 0.1, 1.0)
    air = max(high - low, least) * 0.6
    pad = max(high - low, least) * 0.12
    reach_low = max(min([low - pad, *whiskers]), low - air)
    reach_high = min(max([high + pad, *whiskers]), high + air)
    is_within_whole = unit is Unit.SHARE and high <= 1
    return (max(reach_low, 0.0) if low >= 0 else reach_low), (min(reach_high, 1.0) if is_within_whole else reach_high)


def _nice_step(about: float, unit: Unit) -> float:
    if unit is Unit.SECONDS and about >= 1:
        return float(next((step for step in _STEPS_IN_SECONDS if step >= about), 86400 * -(-about // 86400)))
    power = 1e-6
    while power * 10 < about:
        power *= 10
    return next(power * factor for factor in (1, 2, 2.5, 5, 10, 20) if power * factor >= about * 0.999)
