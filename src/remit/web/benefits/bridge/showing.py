"""Kept savings in the reader's words: the months, and of a month, a year or all of them what moved the savings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.finance.benefits import Driver
from remit.reports.charts import Chart, Waterfall, waterfall_chart
from remit.reports.charts.waterfalls import Level, Step
from remit.reports.figures import amount_text, money_change_text
from remit.web.benefits.bridge.reading import Entry
from remit.web.performance.bridge.pictures import chart_words
from remit.web.shared.bridge import in_locale

_WORDS: Mapping[str, Any] = {
    Driver.RATE.value: gettext_lazy("Rate"),
    Driver.VOLUME.value: gettext_lazy("Volume"),
    Driver.PRODUCTIVITY.value: gettext_lazy("Productivity"),
    Driver.TRANSITION.value: gettext_lazy("Transition"),
    Driver.RETAINED.value: gettext_lazy("Retained organisation"),
    Driver.CURRENCY.value: gettext_lazy("Currency"),
}


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month, or months together: before, now, saved, planned, the variance, both sums from the case's start."""

    label: str
    baseline: str
    cost: str
    realised: str
    planned: str
    variance: str
    realised_so_far: str = ""
    planned_so_far: str = ""
    parts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Overview:
    """Every month that could be told, the years they lie in, and a sentence for what could not be told."""

    currency: str
    months: Sequence[MonthRow]
    together: MonthRow
    years: Sequence[str]
    parts: Sequence[str]
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class EffectRow:
    """What one factor of one item did to savings: its planned and actual value, and the money."""

    month: str
    item: str
    planned: str
    actual: str
    amount: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of a variance with the effects it is made of."""

    name: str
    amount: str
    effects: Sequence[EffectRow]


@dataclass(frozen=True, slots=True)
class CostRow:
    """What was spent in a month on one kind, and the list that says so."""

    month: str
    kind: str
    amount: str
    source: str


@dataclass(frozen=True, slots=True)
class Period:
    """A month, a year or all months: the savings, the parts of their variance, and the picture of them."""

    label: str
    currency: str
    savings: MonthRow
    parts: Sequence[PartRow]
    chart: Chart
    months: Sequence[str]


def cost_rows(entries: Iterable[Entry], currency: str) -> list[CostRow]:
    """The client's own costs for a page."""
    return [
        CostRow(f"{one.month_on:%Y-%m}", one.kind, in_locale(amount_text(one.amount, currency)), one.source)
        for one in entries
    ]


def pictures(told: Mapping[str, Any]) -> Iterator[Chart]:
    """The pictures of all months and of each year, which are looked at first."""
    for label in ("all", *overview(told).years):
        found = shown_period(told, label)
        if found is not None:
            yield found.chart


def overview(told: Mapping[str, Any]) -> Overview:
    """Kept savings, month by month."""
    months, currency = told["months"], told["currency"]
    so_far = [list(accumulate(Decimal(one["savings"][side]) for one in months)) for side in ("actual", "planned")]
    rows = [
        _row(one["month"], [one], currency, so_far=(realised, planned))
        for one, realised, planned in zip(months, *so_far, strict=True)
    ]
    return Overview(
        currency,
        rows,
        _row(_("Together"), months, currency),
        sorted({one["month"][:4] for one in months}),
        [str(_WORDS[driver.value]) for driver in Driver],
        told["notes"],
    )


def shown_period(told: Mapping[str, Any], label: str) -> Period | None:
    """The savings of a month (`2026-03`), a year (`2026`), or of `all` months; None where none of them is told."""
    months = [one for one in told["months"] if label == "all" or one["month"].startswith(label)]
    if not months or len(label) not in (3, 4, 7):
        return None
    currency, name = told["currency"], _("all months") if label == "all" else label
    parts = [_part(driver, months, currency) for driver in Driver]
    return Period(
        name,
        currency,
        _row(name, months, currency),
        [one for one in parts if one is not None],
        _waterfall(name, months, currency),
        [one["month"] for one in months],
    )


def _sum(amounts: Iterable[str]) -> Decimal:
    return sum((Decimal(amount) for amount in amounts), Decimal(0))


def _row(
    label: str, months: Sequence[Mapping[str, Any]], currency: str, *, so_far: tuple[Decimal, Decimal] | None = None
) -> MonthRow:
    def amount(value: Decimal) -> str:
        return in_locale(amount_text(value, currency))

    return MonthRow(
        label,
        amount(_sum(one["baseline"]["actual"] for one in months)),
        amount(_sum(one["cost"]["actual"] for one in months)),
        amount(_sum(one["savings"]["actual"] for one in months)),
        amount(_sum(one["savings"]["planned"] for one in months)),
        amount(_sum(one["variance"] for one in months)),
        *((amount(so_far[0]), amount(so_far[1])) if so_far is not None else ("", "")),
        [amount(_moved(driver, months)) for driver in Driver],
    )


def _moved(driver: Driver, months: Iterable[Mapping[str, Any]]) -> Decimal:
    return _sum(one["parts"][driver.value] for one in months)


def _part(driver: Driver, months: Sequence[Mapping[str, Any]], currency: str) -> PartRow | None:
    """A part with its effects, the largest first; None where nothing of it moved in any month."""
    found = [(one["month"], effect) for one in months for effect in one["effects"] if effect["part"] == driver.value]
    if not found:
        return None
    found.sort(key=lambda pair: (-abs(Decimal(pair[1]["amount"])), pair[0]))
    effects = [
        EffectRow(month, effect["item"], _value(effect["planned"]), _value(effect["actual"]),
                  in_locale(money_change_text(Decimal(effect["amount"]), currency)))
        for month, effect in found
    ]  # fmt: skip
    return PartRow(str(_WORDS[driver.value]), in_locale(money_change_text(_moved(driver, months), currency)), effects)


def _value(exact: str) -> str:
    """A factor's value to six places at most, `≈` where that is not the whole of it."""
    numerator, slash, denominator = exact.partition("/")
    value = Decimal(numerator) / Decimal(denominator or 1)
    rounded = round(value, 6).normalize()
    return f"{'≈' if slash else ''}{in_locale(f'{rounded:,f}')}"


def _waterfall(name: str, months: Sequence[Mapping[str, Any]], currency: str) -> Chart:
    planned, realised = (_sum(one["savings"][side] for one in months) for side in ("planned", "actual"))
    steps = tuple(Step(str(_WORDS[driver.value]), change) for driver in Driver if (change := _moved(driver, months)))
    title = _("Savings of %(period)s: from planned to realised") % {"period": name}
    ends = (Level(_("Planned"), planned), Level(_("Realised"), realised))
    drawn = Waterfall("savings", title, ends[0], steps, ends[1], currency=currency)
    return waterfall_chart(drawn, chart_words())
