"""What performance tells on the first page: levels missed, months at risk, loads that need mending or were made."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty
from remit.web.accounts.today import Item, Part, Visit
from remit.web.jobs.models import State
from remit.web.performance.bridge.kept import words_of
from remit.web.performance.bridge.showing import money, month_name, shown
from remit.web.performance.models import Attained, Load, Outcome, Run, SettledMonth

_MISSES = ("below_expected", "below_minimum")


@dataclass(frozen=True, slots=True)
class _Months:
    """An engagement's newest run with its last month that is over, and the one that is not."""

    run: Run
    over: SettledMonth | None
    under_way: SettledMonth | None


def tell(visit: Visit) -> Iterable[Item]:
    """The lines of the first page; a few queries for all engagements together."""
    seen = visit.where(Duty.SEE_PERFORMANCE)
    engagements = {key: place.engagement for key, place in seen.items()}
    months = _months(engagements)
    yield from _misses(months, engagements)
    yield from _money(months, visit)
    yield from _loads(engagements, visit)


def _months(engagements: dict[int, Engagement]) -> dict[int, _Months]:
    newest = Run.objects.filter(engagement_id__in=engagements, is_measured=True).values("engagement_id")
    keys = newest.annotate(newest=Max("pk")).values_list("newest", flat=True)
    runs = {run.pk: run for run in Run.objects.filter(pk__in=list(keys))}
    by_run: dict[int, list[SettledMonth]] = {}
    for month in SettledMonth.objects.filter(run_id__in=runs).defer("settlement").order_by("starts_on"):
        by_run.setdefault(month.run_id, []).append(month)
    return {runs[run_id].engagement_id: _split(runs[run_id], listed) for run_id, listed in by_run.items()}


def _split(run: Run, months: list[SettledMonth]) -> _Months:
    over = [month for month in months if not month.is_provisional]
    under_way = [month for month in months if month.is_provisional]
    return _Months(run, over[-1] if over else None, under_way[-1] if under_way else None)


def _misses(months: dict[int, _Months], engagements: dict[int, Engagement]) -> Iterator[Item]:
    """Levels missed in the last month that is over need somebody; in the month under way they are a risk."""
    wanted = {one.run.pk: one for one in months.values()}
    days = {month.starts_on for one in months.values() for month in (one.over, one.under_way) if month is not None}
    rows = Attained.objects.filter(run_id__in=wanted, dimension="", month_on__in=days, standing__in=_MISSES)
    for row in rows.order_by("position"):
        found = wanted[row.run_id]
        if found.over is not None and row.month_on == found.over.starts_on:
            yield _miss(row, found, engagements, Part.NEEDS)
        elif found.under_way is not None and row.month_on == found.under_way.starts_on:
            yield _miss(row, found, engagements, Part.RISK)


def _miss(row: Attained, found: _Months, engagements: dict[int, Engagement], part: Part) -> Item:
    engagement = engagements[found.run.engagement_id]
    words = words_of(found.run.words).words(row.level)
    told = shown(row, words)
    sentence = _("%(level)s %(name)s is %(standing)s in %(month)s: %(value)s, expected %(expected)s") % {
        "level": row.level,
        "name": words.name,
        "standing": told.words,
        "month": month_name(row.month_on),
        "value": told.value,
        "expected": told.expected,
    }
    address = reverse("performance:level", kwargs={"engagement": engagement.slug, "level": row.level})
    # A critical level below its minimum costs money and can end the contract: it stands first.
    order = (0 if row.is_critical else 20) + (0 if row.standing == "below_minimum" else 10)
    return Item(part, sentence, f"{address}?month={month_name(row.month_on)}", engagement, None, 10 + order, told.style)


def _money(months: dict[int, _Months], visit: Visit) -> Iterator[Item]:
    """What the month under way would cost as it stands, to those who see money."""
    for key, place in visit.where(Duty.SEE_MONEY).items():
        month = months[key].under_way if key in months else None
        if month is None:
            continue
        address = reverse(
            "performance:settlement", kwargs={"engagement": place.engagement.slug, "month": month_name(month.starts_on)}
        )
        sentence = _("%(month)s is provisional: service credit so far %(credit)s") % {
            "month": month_name(month.starts_on),
            "credit": money(month.credit, month.currency),
        }
        yield Item(Part.RISK, sentence, address, place.engagement, None, 45)


def _loads(engagements: dict[int, Engagement], visit: Visit) -> Iterator[Item]:
    may_load = visit.where(Duty.LOAD_FACTS)
    newest = Load.objects.filter(engagement_id__in=engagements).values("engagement_id").annotate(newest=Max("pk"))
    last = list(newest.values_list("newest", flat=True))
    for load in Load.objects.filter(pk__in=last).select_related("job"):
        engagement = engagements[load.engagement_id]
        is_wrong = load.state in (Outcome.REFUSED, State.FAILED)
        if is_wrong and load.engagement_id in may_load:
            sentence = _("Load %(number)s was refused: mend it and load again") % {"number": load.pk}
            yield Item(Part.NEEDS, sentence, _address(engagement, load), engagement, load.ended_at, 30)
    since = Load.objects.filter(
        engagement_id__in=engagements, outcome__in=[Outcome.LOADED, Outcome.WITHDRAWN], ended_at__gt=visit.since
    )
    for load in since.order_by("-pk")[:20]:
        engagement = engagements[load.engagement_id]
        sentence = _(
            "Load %(number)s brought %(new)s new and %(changed)s changed records, %(aside)s rows set aside"
        ) % {
            "number": load.pk,
            "new": load.new,
            "changed": load.changed,
            "aside": load.quarantined,
        }
        yield Item(Part.CHANGED, sentence, _address(engagement, load), engagement, load.ended_at, 50)


def _address(engagement: Engagement, load: Load) -> str:
    return reverse("performance:load", kwargs={"engagement": engagement.slug, "load": load.pk})
