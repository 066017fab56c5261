"""The contact centre's credits worked out by hand from attainments and charges, in fractions and whole cents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

MET, BELOW_EXPECTED, BELOW_MINIMUM, NOT_MEASURED = "met", "below_expected", "below_minimum", "not_measured"
Line = tuple[str, str, int]
"""Service level, kind, cents; what is earned back or a bonus is negative."""


@dataclass(frozen=True)
class Judged:
    """One level in one month: its standing and its value as the contract rounds it."""

    standing: str
    value: Fraction | None

    @property
    def is_miss(self) -> bool:
        return self.standing in (BELOW_EXPECTED, BELOW_MINIMUM)


def judged(
    value: Fraction | None, expected: str, minimum: str | None, *, at_most: bool = False, places: int = 0
) -> Judged:
    """A value against its standards, exactly on the standard counting as met; rounded first where places are given."""
    if value is None:
        return Judged(NOT_MEASURED, None)
    if places:
        value = Fraction(half_up(value * 10**places), 10**places)
    sign = -1 if at_most else 1
    if sign * value >= sign * Fraction(expected):
        return Judged(MET, value)
    if minimum is not None and sign * value < sign * Fraction(minimum):
        return Judged(BELOW_MINIMUM, value)
    return Judged(BELOW_EXPECTED, value)


def half_up(number: Fraction) -> int:
    """The nearest whole number, halves away from zero."""
    whole, rest = divmod(abs(number), 1)
    return (1 if number >= 0 else -1) * (int(whole) + (rest >= Fraction(1, 2)))


def cents(amount: Fraction) -> int:
    return half_up(amount * 100)


def shared_out(amounts: Sequence[int], room: int) -> list[int]:
    """Amounts cut in proportion to what there is room for; cents left over go to the largest remainders, in order."""
    total = sum(amounts)
    if total <= room:
        return list(amounts)
    exact = [Fraction(amount * room, total) for amount in amounts]
    cut = [int(one) for one in exact]
    for index in sorted(range(len(cut)), key=lambda one: cut[one] - exact[one])[: room - sum(cut)]:
        cut[index] += 1
    return cut


def money(whole_cents: int) -> Decimal:
    return Decimal(whole_cents).scaleb(-2)


NORTH_ALLOCATION = {"SL1": 60, "SL2": 40, "SL3": 50, "SL4": 40, "SL5": 15, "SL6": 15, "SL7": 15, "SL8": 15}


def north_charge(talk_seconds: int, month: str) -> int:
    """The month's credit base in cents: the fee, and minutes of talk in two bands."""
    fee = 212_000 if month < "2025-07" else 206_500
    minutes = Fraction(talk_seconds, 60)
    in_first_band = min(minutes, Fraction(50_000))
    return fee * 100 + cents(in_first_band * Fraction("0.42") + (minutes - in_first_band) * Fraction("0.36"))


def north_credits(months: Sequence[Mapping[str, Judged]], charges: Sequence[int]) -> list[list[Line]]:
    """Pool: allocation × at-risk amount, doubled by repetition, halved above the minimum, capped, earned back."""
    given: list[dict[str, int]] = []
    defaults: list[dict[str, bool | None]] = []
    statements = []
    for number, levels in enumerate(months):
        at_risk = Fraction(charges[number], 100) * Fraction(12, 100)
        amounts: dict[str, int] = {}
        in_default: dict[str, bool | None] = {}
        for name, allocation in NORTH_ALLOCATION.items():
            part = _default_part(months[: number + 1], name)
            in_default[name] = None if levels[name].standing == NOT_MEASURED else part > 0
            if part:
                factor = {1: Fraction(1), 2: Fraction(3, 2)}.get(1 + _running(defaults, name), Fraction(2))
                amounts[name] = cents(Fraction(allocation, 100) * at_risk * part * factor)
        defaults.append(in_default)
        _keep_the_larger(amounts, "SL1", "SL2")
        room = int(at_risk * 100)
        given.append(dict(zip(amounts, shared_out(list(amounts.values()), room), strict=True)))
        lines = [(name, "credit", amount) for name, amount in given[-1].items()]
        statements.append([*lines, *_earned_back(months[: number + 1], given)])
    return statements


def _default_part(months: Sequence[Mapping[str, Judged]], name: str) -> Fraction:
    """1 below the minimum; a half where expected was missed, and at least twice in six months; else nothing."""
    if months[-1][name].standing == BELOW_MINIMUM:
        return Fraction(1)
    misses = sum(levels[name].is_miss for levels in months[-6:])
    return Fraction(1, 2) if months[-1][name].is_miss and misses >= 2 else Fraction(0)


def _running(failures: Sequence[Mapping[str, bool | None]], name: str) -> int:
    """How many failures ran up to the month before; months not measured neither count nor break the run."""
    count = 0
    for month in reversed(failures):
        if month[name] is False:
            break
        count += month[name] is True
    return count


def _keep_the_larger(amounts: dict[str, int], one: str, other: str) -> None:
    if one in amounts and other in amounts:
        amounts[other if amounts[one] >= amounts[other] else one] = 0


def _earned_back(months: Sequence[Mapping[str, Judged]], given: Sequence[Mapping[str, int]]) -> list[Line]:
    """Credits above the minimum come back with the third good measured month after; those of the peak never do."""
    lines: list[Line] = []
    for number, credited in enumerate(given[:10]):
        for name, amount in credited.items():
            if months[number][name].standing == BELOW_MINIMUM or not amount:
                continue
            after = [one for one in range(number + 1, len(months)) if months[one][name].standing != NOT_MEASURED][:3]
            if (
                len(after) == 3
                and after[-1] == len(months) - 1
                and all(months[one][name].standing == MET for one in after)
            ):
                lines.append((name, "earnback", -amount))
    return lines


BANDS = {
    "SL1": [("0.76", 4), ("0.79", 2), ("0.82", 1)],
    "SL2": [("0.9", 4), ("0.925", 2), ("0.95", 1)],
}
TIERS = [("0.98", Fraction(5, 100)), ("0.99", Fraction(25, 1000)), ("0.995", Fraction(1, 100))]


def south_charge(contacts: int) -> int:
    """The month's charges in cents: contacts in two bands with a minimum, and a twelfth of the year's tooling."""
    charged = max(contacts, 9000)
    in_first_band = min(charged, 12_000)
    return in_first_band * 1180 + (charged - in_first_band) * 990 + 800_000


def south_credits(months: Sequence[Mapping[str, Judged]], charges: Sequence[int]) -> list[list[Line]]:
    """Points for service factor and tickets, tiers for the portal, a flat sum for a bad quarter; a bonus; two caps."""
    failures: list[dict[str, bool | None]] = []
    credited_so_far = 0
    statements = []
    for number, levels in enumerate(months):
        base = Fraction(charges[number], 100)
        drafts: list[tuple[str, int]] = []
        failed: dict[str, bool | None] = {}
        for name, bands in BANDS.items():
            points = next((points for line, points in bands if _is_below(levels[name], line)), 0)
            failed[name] = None if levels[name].value is None else points > 0
            if points:
                repeat = 2 if _running(failures, name) else 1
                drafts.append((name, cents(points * repeat * Fraction(75, 10_000) * base)))
        failures.append(failed)
        drafts += [("SL3", cents(rate * base)) for line, rate in TIERS if _is_below(levels["SL3"], line)][:1]
        if "SL4" in levels and levels["SL4"].is_miss:
            drafts.append(("SL4", 400_000))
        month_room = int(Fraction(8, 100) * base * 100)
        year_room = int(Fraction(5, 100) * sum(charges[: number + 1])) - credited_so_far
        within_month = shared_out([amount for _, amount in drafts], month_room)
        amounts = shared_out(within_month, max(0, year_room))
        credited_so_far += sum(amounts)
        lines = [(name, "credit", amount) for (name, _), amount in zip(drafts, amounts, strict=True)]
        statements.append([*lines, *_bonus(levels["SL5"], base)])
    return statements


def _is_below(level: Judged, line: str) -> bool:
    return level.value is not None and level.value < Fraction(line)


def _bonus(level: Judged, base: Fraction) -> list[Line]:
    if level.value is None or level.value <= Fraction("0.81"):
        return []
    # A level without rounding is written to twelve places before money is made of it.
    value = Fraction(round(level.value * 10**12), 10**12)
    amount = cents((value - Fraction("0.81")) / 2 * base)
    return [("SL5", "bonus", -min(amount, int(base)))]
