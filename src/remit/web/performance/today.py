"""What performance tells on the first page: levels missed, months at risk, loads that need mending or were made."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty
from remit.web.accounts.today import Item, Part, Visit
from remit.web.jobs.models import State
from remit.web.performance.bridge.kept import words_of
from remit.web.performance.bridge.showing import money, month_name, shown
from remit.web.performance.models import Attained, Load, Outcome, Run, SettledMonth

_MISSES = ("below_expected", "below_minimum")
_MOST = 12
"""How many lines of a kind the first page bears: whoever looks after hundreds of engagements reads no more."""


@dataclass(frozen=True, slots=True)
class _Months:
    """An engagement's newest run with its last month that is over, and the one that is not."""

    run: Run
    over: date | None
    under_way: date | None


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
    runs = {run.pk: run for run in Run.objects.filter(pk__in=list(keys)).only("engagement_id", "words")}
    ends = SettledMonth.objects.filter(run_id__in=runs).values_list("run_id", "is_provisional")
    last = {(run_id, is_open): on for run_id, is_open, on in ends.annotate(last=Max("starts_on"))}
    return {
        run.engagement_id: _Months(run, last.get((run.pk, False)), last.get((run.pk, True))) for run in runs.values()
    }


def _misses(months: dict[int, _Months], engagements: dict[int, Engagement]) -> Iterator[Item]:
    """Levels missed in the last month that is over need somebody; in the month under way they are a risk."""
    wanted = {one.run.pk: one for one in months.values()}
    days = {on for one in months.values() for on in (one.over, one.under_way) if on is not None}
    rows = Attained.objects.filter(run_id__in=wanted, dimension="", month_on__in=days, standing__in=_MISSES)
    found: dict[Part, list[Attained]] = {Part.NEEDS: [], Part.RISK: []}
    for row in rows.order_by("position"):
        one = wanted[row.run_id]
        if row.month_on in (one.over, one.under_way):
            found[Part.NEEDS if row.month_on == one.over else Part.RISK].append(row)
    for part, missed in found.items():
        missed.sort(key=_order)
        for row in missed[:_MOST]:
            yield _miss(row, wanted[row.run_id], engagements, part)
        if len(missed) > _MOST:
            yield Item(part, _more(len(missed) - _MOST), f"{reverse('landing')}?all=1#where", order=49)


def _more(count: int) -> str:
    told = ngettext("%(count)s more level was missed", "%(count)s more levels were missed", count)
    return told % {"count": count} + ": " + _("each engagement's own page lists them")


def _order(row: Attained) -> int:
    """A critical level below its minimum costs money and can end the contract: it stands first."""
    return (0 if row.is_critical else 20) + (0 if row.standing == "below_minimum" else 10)


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
    address = f"{address}?month={month_name(row.month_on)}"
    return Item(part, sentence, address, engagement, None, 10 + _order(row), told.style)


def _money(months: dict[int, _Months], visit: Visit) -> Iterator[Item]:
    """What the months under way would cost as they stand, the dearest first, to those who see money."""
    places = {months[key].run.pk: place for key, place in visit.where(Duty.SEE_MONEY).items() if key in months}
    under_way = {one.run.pk: one.under_way for one in months.values()}
    open_months = SettledMonth.objects.filter(run_id__in=places, is_provisional=True)
    rows = open_months.values_list("run_id", "starts_on", "credit", "currency")
    mine = [row for row in rows if row[1] == under_way[row[0]]]
    mine.sort(key=lambda row: -Decimal(row[2]))
    for run_id, starts_on, credit, currency in mine[:_MOST]:
        engagement, month = places[run_id].engagement, month_name(starts_on)
        address = reverse("performance:settlement", kwargs={"engagement": engagement.slug, "month": month})
        sentence = _("%(month)s is provisional: service credit so far %(credit)s") % {
            "month": month,
            "credit": money(credit, currency),
        }
        yield Item(Part.RISK, sentence, address, engagement, None, 45)


def _loads(engagements: dict[int, Engagement], visit: Visit) -> Iterator[Item]:
    may_load = visit.where(Duty.LOAD_FACTS)
    newest = Load.objects.filter(engagement_id__in=engagements).values("engagement_id").annotate(newest=Max("pk"))
    last = list(newest.values_list("newest", flat=True))
    is_wrong = Q(outcome=Outcome.REFUSED) | Q(outcome=Outcome.PENDING, job__state=State.FAILED)
    for load in Load.objects.filter(is_wrong, pk__in=last, engagement_id__in=may_load).order_by("-pk")[:_MOST]:
        engagement = engagements[load.engagement_id]
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
