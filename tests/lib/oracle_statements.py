"""The contact centre's year as the oracle settles it: counts, standings, charges and lines for each month."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from tests.lib.oracle_credits import (
    Judged,
    Line,
    judged,
    north_charge,
    north_credits,
    south_charge,
    south_credits,
)
from tests.lib.oracle_levels import MONTHS, ByMonth, Counts, North, South


@dataclass(frozen=True)
class OracleMonth:
    """One month: each level's counts and standing, the credit base in cents, and the lines."""

    counts: Mapping[str, Counts]
    levels: Mapping[str, Judged]
    charges: int
    lines: tuple[Line, ...]

    @property
    def credit(self) -> int:
        return sum(amount for _, _, amount in self.lines)


def north_year(folder: Path, *, as_of: int) -> dict[str, OracleMonth]:
    """Northlight's year under CAL-NL-2025 and its amendment of July."""
    oracle = North(folder, as_of=as_of)
    counts = oracle.levels()
    counts["SL6"], enough = carried_forward(counts["SL6"], below=30)
    months = [
        {name: _north_judged(name, month, by_month if name != "SL6" else enough) for name, by_month in counts.items()}
        for month in MONTHS
    ]
    for month, levels in zip(MONTHS[6:], months[6:], strict=True):
        levels["SL5"] = _enough(counts["SL5"][month], ratcheted(counts["SL5"]), "0.85", below=20)
    seconds = oracle.charged_seconds()
    charges = [north_charge(seconds[month], month) for month in MONTHS]
    return _year(counts, months, charges, north_credits(months, charges))


def carried_forward(counts: ByMonth, *, below: int) -> tuple[ByMonth, ByMonth]:
    """Months of few records counted in the next: the counts as a statement tells them, and as they are judged."""
    carried = (0, 0)
    told: ByMonth = {}
    enough: ByMonth = {}
    for month, (good, of) in counts.items():
        whole = (good + carried[0], of + carried[1])
        is_enough = whole[1] >= below
        told[month], enough[month] = (whole, whole) if is_enough else ((good, of), (0, 0))
        carried = (0, 0) if is_enough else whole
    return told, enough


def ratcheted(counts: ByMonth) -> str:
    """SL5's expected level from July: the mean of the best three of six months, at most half way to 100 %."""
    values = sorted((Fraction(*counts[month]) for month in MONTHS[:6] if counts[month][1] >= 20), reverse=True)
    if len(values) < 3:
        return "0.90"
    step = min(sum(values[:3], Fraction(0)) / 3 - Fraction("0.90"), Fraction("0.05"))
    return str(Fraction("0.90") + Fraction(max(0, int(step * 10_000)), 10_000))


def _enough(counts: Counts, expected: str, minimum: str | None, *, below: int, at_most: bool = False) -> Judged:
    """A month judged where it has records enough."""
    value = Fraction(*counts) if counts[1] >= below else None
    return judged(value, expected, minimum, at_most=at_most)


def _north_judged(name: str, month: str, counts: ByMonth) -> Judged:
    good, of = counts[month]
    value = Fraction(good, of) if of else None
    answers = "0.82" if month >= "2025-07" else "0.80"
    standards: dict[str, tuple[str, str | None]] = {
        "SL1": (answers, "0.75"), "SL2": ("0.04", "0.06"), "SL3": ("0.95", "0.90"), "SL4": ("0.95", "0.92"),
        "SL5": ("0.90", "0.85"), "SL6": ("0.97", "0.95"), "SL7": ("0.90", "0.85"), "SL8": ("0.995", "0.98"),
        "KM1": ("20", None), "KM2": ("360", None), "KM3": ("0.80", None), "KM4": ("0.1", None),
        "KM5": ("0.75", None), "KM6": ("0.06", None), "KM7": ("0.35", None),
    }  # fmt: skip
    at_most = name in ("SL2", "KM1", "KM2", "KM4", "KM6", "KM7")
    if of < {"SL1": 20, "SL2": 20, "SL4": 20, "SL5": 20, "SL7": 10}.get(name, 0):
        value = None
    found = judged(value, *standards[name], at_most=at_most, places=4 if name == "SL3" else 0)
    # One P1 ticket may be late in a month of fewer than twenty.
    is_forgiven = name == "SL3" and found.is_miss and of < 20 and of - good <= 1
    return Judged("met", found.value) if is_forgiven else found


def south_year(folder: Path, *, as_of: int) -> dict[str, OracleMonth]:
    """Southbank's year under CAL-SB-2025."""
    oracle = South(folder, as_of=as_of)
    counts = oracle.levels()
    months = [
        {name: _south_judged(name, by_month[month]) for name, by_month in counts.items() if month in by_month}
        for month in MONTHS
    ]
    contacts = oracle.charged_contacts()
    charges = [south_charge(contacts[month]) for month in MONTHS]
    return _year(counts, months, charges, south_credits(months, charges))


def _south_judged(name: str, counts: Counts) -> Judged:
    few = {"SL1": 20, "SL2": 20, "SL4": 20, "SL5": 20}
    value = Fraction(*counts) if counts[1] and counts[1] >= few.get(name, 0) else None
    standards: dict[str, tuple[str, str | None]] = {
        "SL1": ("0.82", "0.76"), "SL2": ("0.95", "0.90"), "SL3": ("0.995", "0.98"), "SL4": ("0.90", "0.85"),
        "SL5": ("0.78", None), "KM1": ("0.2", None), "KM2": ("0.25", None), "KM3": ("0.92", None),
        "KM4": ("0.90", None),
        "KM6": ("0.65", None), "KM9": ("0.99", None),
    }  # fmt: skip
    return judged(value, *standards[name], at_most=name == "KM2", places=3 if name in ("SL1", "SL2") else 0)


def _year(
    counts: Mapping[str, ByMonth], months: list[dict[str, Judged]], charges: list[int], lines: list[list[Line]]
) -> dict[str, OracleMonth]:
    return {
        month: OracleMonth(
            {name: by_month[month] for name, by_month in counts.items() if month in by_month},
            months[number],
            charges[number],
            tuple(lines[number]),
        )
        for number, month in enumerate(MONTHS)
    }
