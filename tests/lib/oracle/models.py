"""The ten credit models: what each level of a scheme costs in a month, before rounding and caps."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from tests.lib.oracle.judging import Judged
from tests.lib.oracle.months import Line, Month, factor, is_below_minimum, run_before
from tests.lib.oracle.words import Words, flag, how_often, level_value, listed, number

Months = Sequence[Month]
"""The months up to the one that is settled, which is the last."""


def _line(name: str, level_id: str, amount: Fraction, *, bonus: bool = False) -> Line:
    return Line(level_id, name, "bonus" if bonus else "credit", amount)


def _times(months: Months, level_id: str, of: int, affected: Callable[[Month], bool | None]) -> int:
    return sum(affected(month) is True for month in months[-of:])


def default_part(months: Months, level_id: str, one: Judged) -> Fraction:
    """1 for a default below the minimum, the contract's factor for one below expected, 0 for none."""
    terms = months[-1].credits
    words = terms.get("defaults", {})
    if words.get("below_minimum", "1 month") != "null" and is_below_minimum(one):
        times, of = how_often(words.get("below_minimum", "1 month"))
        if _times(months, level_id, of, lambda month: month.below_minimum(level_id)) >= times:
            return Fraction(1)
    if "below_expected" in words and one.is_miss:
        times, of = how_often(words["below_expected"])
        if _times(months, level_id, of, lambda month: month.missed(level_id)) >= times:
            return number(terms.get("below_expected_factor", "100%"))
    return Fraction(0)


def _is_default(months: Months, level_id: str, one: Judged) -> bool:
    """A default is one whatever it costs."""
    free = {**months[-1].contract, "credits": {**months[-1].credits, "below_expected_factor": "1"}}
    last = months[-1]
    stand_in = Month(last.days, free, last.judged, last.charges)
    return default_part([*months[:-1], stand_in], level_id, one) > 0


def _allocated(allocation: Mapping[str, Fraction], months: Months, name: str, scheme: Words) -> list[Line]:
    month, lines = months[-1], []
    for level_id, part in allocation.items():
        windows = month.windows(level_id)
        defaults = [one for one in windows if _is_default(months, level_id, one)]
        month.failed[name, level_id] = bool(defaults) if windows else None
        grown = factor(month.credits, run_before(months, name, level_id))
        for one in defaults:
            amount = part * month.at_risk(scheme) * default_part(months, level_id, one) * grown
            lines.append(_line(name, level_id, amount))
    return lines


def pool(months: Months, name: str, scheme: Words) -> list[Line]:
    return _allocated({level_id: number(text) for level_id, text in scheme["allocation"].items()}, months, name, scheme)


def categories(months: Months, name: str, scheme: Words) -> list[Line]:
    lines = []
    for category in scheme["categories"].values():
        parts = {level_id: number(category["pool"]) * number(text) for level_id, text in category["allocation"].items()}
        lines += _allocated(parts, months, name, scheme)
    return lines


def weights(months: Months, name: str, scheme: Words) -> list[Line]:
    return _allocated({level_id: number(text) for level_id, text in scheme["weights"].items()}, months, name, scheme)


def _each_failure(
    months: Months,
    name: str,
    level_ids: Sequence[str],
    cost: Callable[[Judged], Fraction | None],
    *,
    bonus: bool = False,
) -> list[Line]:
    """A line for each window that fails (its cost is not None), multiplied for repeats; a bonus never is."""
    month, lines = months[-1], []
    for level_id in level_ids:
        windows = month.windows(level_id)
        costs = [found for found in map(cost, windows) if found is not None]
        if not bonus:
            month.failed[name, level_id] = bool(costs) if windows else None
        grown = Fraction(1) if bonus else factor(month.credits, run_before(months, name, level_id))
        lines += [_line(name, level_id, one * grown, bonus=bonus) for one in costs]
    return lines


def flat(months: Months, name: str, scheme: Words) -> list[Line]:
    month = months[-1]
    amount = month.sum_of(scheme["each"], scheme.get("of", "base"), scheme)
    return _each_failure(months, name, listed(scheme["levels"]), lambda one: amount if one.is_miss else None)


def linear(months: Months, name: str, scheme: Words) -> list[Line]:
    month, bonus = months[-1], scheme.get("pays") == "bonus"
    money = month.money(scheme.get("of", "base"), scheme)

    def cost(one: Judged) -> Fraction | None:
        text = scheme.get("from", {}).get(one.level_id)
        line = level_value(text) if text else one.expected
        if line is None or one.value is None:
            return None
        gap = (one.value - line) * (1 if one.at_most != bonus else -1)
        return gap * number(scheme.get("factor", "1")) * money if gap > 0 else None

    return _each_failure(months, name, listed(scheme["levels"]), cost, bonus=bonus)


def tiers(months: Months, name: str, scheme: Words) -> list[Line]:
    money = months[-1].money(scheme.get("of", "base"), scheme)

    def cost(one: Judged) -> Fraction | None:
        reached = [number(tier["rate"]) for tier in listed(scheme["tiers"][one.level_id]) if one.reaches(tier)]
        return max(reached) * money if reached else None

    return _each_failure(months, name, list(scheme["tiers"]), cost, bonus=scheme.get("pays") == "bonus")


def severity_points(months: Months, name: str, scheme: Words) -> list[Line]:
    month, lines = months[-1], []
    money = month.money(scheme.get("of", "base"), scheme)
    for level_id, bands in scheme["bands"].items():
        windows = month.windows(level_id)
        reached = [max(int(band["points"]) for band in bands if one.reaches(band)) for one in windows
                   if any(one.reaches(band) for band in bands)]  # fmt: skip
        month.failed[name, level_id] = bool(reached) if windows else None
        repeat = number(scheme.get("repeat_factor", "2")) if run_before(months, name, level_id) else 1
        lines += [
            _line(name, level_id, points * repeat * number(scheme["rate_per_point"]) * money) for points in reached
        ]
    return lines


def point_steps(months: Months, name: str, scheme: Words) -> list[Line]:
    month = months[-1]
    month.points[name] = {
        level_id: int(points)
        for level_id, points in scheme["points"].items()
        if _missed_on_average(months, level_id, averaged=flag(scheme, "average_with_month_before"))
    }
    for level_id in scheme["points"]:
        month.failed[name, level_id] = level_id in month.points[name] if month.windows(level_id) else None
    return [] if _is_of_next(scheme) else _stepped(month, name, scheme, month.points[name])


def schemes_before(months: Months) -> dict[str, Words]:
    """The schemes of the month before whose points are taken off the charges of the last, whatever its own terms."""
    if len(months) < 2 or not months[-1].credits:
        return {}
    before = months[-2].schemes.items()
    return {name: one for name, one in before if one["model"] == "point_steps" and _is_of_next(one)}


def left_from_before(months: Months) -> list[Line]:
    """What the points of the month before cost, by the terms they were given by."""
    return [
        line
        for name, scheme in schemes_before(months).items()
        for line in _stepped(months[-1], name, scheme, months[-2].points[name])
    ]


def _is_of_next(scheme: Words) -> bool:
    return bool(scheme.get("charges_of", "next month") == "next month")


def _stepped(month: Month, name: str, scheme: Words, found: Mapping[str, int]) -> list[Line]:
    total = sum(found.values())
    reached = [int(step) for step in scheme["steps"] if int(step) <= total]
    if not reached:
        return []
    rate = number(scheme["steps"][str(max(reached))])
    amount = rate * month.money(scheme.get("of", "base"), scheme)
    return [_line(name, level_id, amount * points / total) for level_id, points in found.items()]


def _missed_on_average(months: Months, level_id: str, *, averaged: bool) -> bool:
    one = months[-1].worst(level_id)
    if one is None or one.expected is None or one.value is None:
        return False
    if not averaged:
        return one.is_miss
    before = months[-2].value(level_id) if len(months) > 1 else None
    value = one.value if before is None else (one.value + before) / 2
    return value > one.expected if one.at_most else value < one.expected


def event_count(months: Months, name: str, scheme: Words) -> list[Line]:
    """An event is the failure; the trips that lead to it are not, one by one."""
    month, lines = months[-1], []
    times, of = how_often(scheme["when"])
    for level_id, bound in scheme["trips"].items():
        windows = month.windows(level_id)
        if any(one.reaches(bound) for one in windows):
            month.trips.add((name, level_id))
        running = [one for one in months[-of:] if (name, level_id) in one.trips]
        is_event = (name, level_id) in month.trips and len(running) >= times
        month.failed[name, level_id] = is_event if windows else None
        if not is_event:
            continue
        if flag(scheme, "starts_over"):
            for one in running:
                one.trips.discard((name, level_id))
        amount = number(scheme["rate"]) * month.money(scheme.get("of", "invoice"), scheme)
        lines.append(_line(name, level_id, amount))
    return lines


def gain_share(months: Months, name: str, scheme: Words) -> list[Line]:
    saved = number(scheme["baseline"]) - months[-1].money("invoice")
    if saved > 0:
        return [_line(name, name, saved * number(scheme.get("gain", "0%")), bonus=True)]
    return [_line(name, name, -saved * number(scheme.get("pain", "0%")))]


MODELS: Mapping[str, Callable[[Months, str, Words], list[Line]]] = {
    "pool": pool,
    "categories": categories,
    "weights": weights,
    "point_steps": point_steps,
    "severity_points": severity_points,
    "linear": linear,
    "flat": flat,
    "tiers": tiers,
    "event_count": event_count,
    "gain_share": gain_share,
}
