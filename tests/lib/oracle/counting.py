"""What measures count: a numerator and a denominator of the records of a window, formula by formula."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tests.lib.oracle.records import CAME_AT, Records, Row, counted, is_waived, meets, without_conditions
from tests.lib.oracle.words import Words, length, number


@dataclass(frozen=True)
class Tally:
    """A numerator over a denominator, and how many records are behind it."""

    over: Fraction
    under: Fraction
    records: int

    @property
    def value(self) -> Fraction | None:
        return self.over / self.under if self.under else None

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.over + other.over, self.under + other.under, self.records + other.records)


@dataclass(frozen=True)
class Question:
    """One level to be counted in one window of instants, by one version of the contract."""

    contract: Words
    level_id: str
    records: Records
    start_at: int
    end_at: int
    as_of: int

    @property
    def level(self) -> Words:
        level: Words = self.contract["service_levels"][self.level_id]
        return level

    @property
    def measure(self) -> Words:
        measure: Words = self.level["measure"]
        return measure

    def rows(self, table: str, at: str | None = None) -> list[Row]:
        """The table's rows that count for the level and happened in the window."""
        column = at or CAME_AT[table]
        return [row for row in self.all_rows(table) if self.has(row[column])]

    def all_rows(self, table: str) -> list[Row]:
        return counted(self.records, table, self.level_id, self.contract, self.measure)

    def has(self, at: int | None) -> bool:
        return at is not None and self.start_at <= at < self.end_at


Weigh = Callable[[Row], int]


def summed(rows: Sequence[Row], over: Weigh, under: Weigh) -> Tally:
    """Two sums over rows; the rows behind them are those with something under the line."""
    below = sum(under(row) for row in rows)
    return Tally(Fraction(sum(over(row) for row in rows)), Fraction(below), below)


def share(rows: Sequence[Row], is_good: Callable[[Row], bool]) -> Tally:
    return Tally(Fraction(sum(is_good(row) for row in rows)), Fraction(len(rows)), len(rows))


def how_many(records: int, per: int = 1) -> Tally:
    """A number of records; without one nothing is measured."""
    return Tally(Fraction(records), Fraction(per if records else 0), records)


def _was_answered(row: Row) -> bool:
    return row["answered_at"] is not None


def _gave_up(row: Row) -> bool:
    return row["abandoned_at"] is not None


@dataclass(frozen=True)
class Contacts:
    """What a stretch of contacts comes to, by single records or by counts of intervals."""

    answered: int
    abandoned: int
    answered_within: int
    abandoned_within: int
    short: int

    def factor(self, variant: str) -> tuple[int, int]:
        offered = self.answered + self.abandoned
        late = self.abandoned - self.abandoned_within
        return {
            "1": (self.answered_within + self.abandoned_within, offered),
            "2": (self.answered_within, self.answered),
            "3": (self.answered_within, offered),
            "4": (self.answered_within, self.answered + late),
            "5": (self.answered_within + self.short, offered),
            "6": (self.answered_within, offered - self.short),
        }[variant]


def contacts_of(rows: Sequence[Row], measure: Words) -> Contacts:
    if measure.get("of") == "interval_counts":
        names = ("answered", "abandoned", "answered_within", "abandoned_within", "abandoned_short")
        return Contacts(*(sum(row[name] for row in rows) for name in names))
    within = length(measure["answer_within"]).seconds if "answer_within" in measure else 0
    short = length(measure["short_abandon"]).seconds if "short_abandon" in measure else -1
    answered = [row["wait_seconds"] for row in rows if _was_answered(row)]
    abandoned = [row["wait_seconds"] for row in rows if _gave_up(row)]
    return Contacts(
        len(answered),
        len(abandoned),
        sum(wait <= within for wait in answered),
        sum(wait <= within for wait in abandoned),
        sum(wait <= short for wait in abandoned),
    )


def service_factor(asked: Question) -> Tally:
    measure = asked.measure
    rows = asked.rows(measure.get("of", "interactions"))
    if measure.get("aggregate") != "share_of_intervals":
        over, under = contacts_of(rows, measure).factor(measure["variant"])
        return Tally(Fraction(over), Fraction(under), under)
    wide, column = length(measure["interval"]).seconds, CAME_AT[measure.get("of", "interactions")]
    slots: dict[int, list[Row]] = {}
    for row in rows:
        slots.setdefault(row[column] // wide, []).append(row)
    factors = [contacts_of(slot, measure).factor(measure["variant"]) for slot in slots.values()]
    target = number(measure["interval_target"])
    found = [over >= target * under for over, under in factors if under]
    return Tally(Fraction(sum(found)), Fraction(len(found)), len(found))


def speed_of_answer(asked: Question) -> Tally:
    if asked.measure.get("of") == "interval_counts":
        return summed(asked.rows("interval_counts"), lambda row: row["wait_seconds"], lambda row: row["answered"])
    answered = [row for row in asked.rows("interactions") if _was_answered(row)]
    return summed(answered, lambda row: row["wait_seconds"], lambda _: 1)


def handle_time(asked: Question) -> Tally:
    if asked.measure.get("of") == "interval_counts":
        return summed(asked.rows("interval_counts"), lambda row: row["handling_seconds"], lambda row: row["handled"])
    handled = [row for row in asked.rows("interactions") if row["talk_seconds"] is not None]
    return summed(
        handled,
        lambda row: row["talk_seconds"] + (row["hold_seconds"] or 0) + (row["after_contact_seconds"] or 0),
        lambda _: 1,
    )


def abandonment(asked: Question) -> Tally:
    measure = asked.measure
    rows = asked.rows(measure.get("of", "interactions"))
    found = contacts_of(rows, measure)
    short = found.short if "short_abandon" in measure else 0
    offered = found.answered + found.abandoned
    if measure.get("of") == "interval_counts":
        offered = sum(row["offered"] for row in rows)
    return Tally(Fraction(found.abandoned - short), Fraction(offered - short), offered - short)


def agents(asked: Question) -> Tally:
    over, under = {
        "occupancy": ("handling_seconds", ("handling_seconds", "available_seconds")),
        "utilisation": ("handling_seconds", ("paid_seconds",)),
        "shrinkage": ("worked_seconds", ("paid_seconds",)),
        "adherence": ("in_adherence_seconds", ("scheduled_seconds",)),
        "conformance": ("worked_seconds", ("scheduled_seconds",)),
    }[asked.measure["is"]]
    rows = asked.rows("agent_time")
    found = summed(rows, lambda row: row[over], lambda row: sum(row[name] for name in under))
    if asked.measure["is"] == "shrinkage":
        found = Tally(found.under - found.over, found.under, found.records)
    return found


def first_contact_resolution(asked: Question) -> Tally:
    variant = asked.measure["variant"]
    table = asked.measure.get("of", "interactions")
    if variant == "no_repeat":
        return _no_repeat(asked, length(asked.measure["repeat_within"]).seconds)
    if variant == "single_contact":
        said = [row for row in asked.rows(table) if row["contacts"] is not None and row["resolved_at"] is not None]
        return share(said, lambda row: bool(row["contacts"] <= 1))
    word = "resolved" if variant == "survey" else "resolved_first_contact"
    return share([row for row in asked.rows(table) if row[word] is not None], lambda row: bool(row[word]))


def _no_repeat(asked: Question, within: int) -> Tally:
    """First contacts of a matter; none of the same customer and reason came shortly before, and maybe none after.

    A waiver takes its own record out and no other's: a waived contact still repeats the one before it.
    """
    told = (asked.records, "interactions", asked.level_id, asked.contract, asked.measure)
    every = [row for row in without_conditions(*told) if row["customer_key"] is not None]
    every.sort(key=lambda row: (row["queued_at"], row["interaction_key"]))

    def same(one: Row, other: Row) -> bool:
        return one is not other and (one["customer_key"], one["reason"]) == (other["customer_key"], other["reason"])

    found = []
    for index, row in enumerate(every):
        before = [other for other in every[:index] if same(row, other)]
        after = [other for other in every[index + 1 :] if same(row, other)]
        is_first = not before or row["queued_at"] - before[-1]["queued_at"] > within
        is_out = is_waived(row, "interactions", asked.level_id, asked.contract, asked.records)
        if is_first and asked.has(row["queued_at"]) and not is_out:
            found.append(not after or after[0]["queued_at"] - row["queued_at"] > within)
    return Tally(Fraction(sum(found)), Fraction(len(found)), len(found))


def reopening(asked: Question) -> Tally:
    known = [row for row in asked.rows("cases", "resolved_at") if row["reopened_count"] is not None]
    return share(known, lambda row: bool(row["reopened_count"] > 0))


_CRITICAL = ("critical_customer_errors", "critical_business_errors", "critical_compliance_errors")


def _errors(row: Row, table: str, kind: str) -> int:
    critical = row["critical_errors"] if table == "transactions" else sum(row[name] for name in _CRITICAL)
    if kind == "all":
        return int(row["errors"])
    if kind == "critical":
        return int(critical)
    if kind == "non_critical":
        return int(row["errors"] - critical)
    return int(row[f"critical_{kind.removesuffix('_critical')}_errors"])


def accuracy(asked: Question) -> Tally:
    measure = asked.measure
    table, kind = measure.get("of", "evaluations"), measure.get("errors", "all")
    rows = [row for row in asked.rows(table) if table == "evaluations" or row["audited"]]
    if measure.get("per") == "opportunity":
        chances = sum(row["opportunities"] for row in rows)
        wrong = sum(_errors(row, table, kind) for row in rows)
        return Tally(Fraction(chances - wrong), Fraction(chances), len(rows))
    return share(rows, lambda row: _errors(row, table, kind) == 0)


def satisfaction(asked: Question) -> Tally:
    boxes, scale = int(asked.measure.get("top_boxes", "2")), int(asked.measure.get("scale_max", "5"))
    return share(asked.rows("surveys"), lambda row: bool(row["score"] > (row["scale_max"] or scale) - boxes))


def net_promoter(asked: Question) -> Tally:
    return summed(asked.rows("surveys"), lambda row: int(row["score"] >= 9) - int(row["score"] <= 6), lambda _: 1)


def volume(asked: Question) -> Tally:
    rows = asked.rows(asked.measure["of"])
    return how_many(len(rows))


def ratio(asked: Question) -> Tally:
    measure = asked.measure
    rows = asked.rows(measure["of"])
    if "sum" in measure:
        columns = [measure[word] for word in ("sum", "per") if word in measure]
        rows = [row for row in rows if all(row[name] is not None for name in columns)]
        over = sum(row[measure["sum"]] for row in rows)
        under = sum(row[measure["per"]] for row in rows) if "per" in measure else len(rows)
        return Tally(Fraction(over), Fraction(under), len(rows))
    whole = [row for row in rows if meets(row, measure.get("total"))]
    return share(whole, lambda row: meets(row, measure["good"]))


def attrition(asked: Question) -> Tally:
    """Separations / average headcount × 12 / months, the average of a month being that of its first and last day."""
    rows = asked.rows("headcount")
    return summed(rows, lambda row: 24 * row["separations"], lambda row: row["headcount_start"] + row["headcount_end"])


def forecast(asked: Question) -> Tally:
    rows = asked.rows("interval_counts")
    actual = sum(row["offered"] for row in rows)
    if asked.measure["is"] == "forecast_bias":
        return Tally(Fraction(sum(row["forecast_offered"] for row in rows) - actual), Fraction(actual), actual)
    wrong = sum(abs(row["offered"] - row["forecast_offered"]) for row in rows)
    return Tally(Fraction(actual - wrong), Fraction(actual), actual)
