"""What performance tells on the first page: levels missed, months at risk, loads that need mending or were made."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.humanize.templatetags.humanize import intcomma
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
class _Open:
    """A month under way, and what it would cost as it stands."""

    starts_on: date
    credit: str
    currency: str


@dataclass(frozen=True, slots=True)
class _Months:
    """An engagement's newest run, its last month that is over, and the one that is not."""

    engagement: Engagement
    over: date | None
    under_way: _Open | None

    def part_of(self, month_on: date) -> Part | None:
        """What is missed in the month that is over needs somebody, in the one under way it is a risk."""
        if month_on == self.over:
            return Part.NEEDS
        return Part.RISK if self.under_way is not None and month_on == self.under_way.starts_on else None


def tell(visit: Visit) -> Iterable[Item]:
    """The lines of the first page; a few queries for all engagements together."""
    seen = visit.where(Duty.SEE_PERFORMANCE)
    engagements = {key: place.engagement for key, place in seen.items()}
    months = _months(engagements)
    yield from _misses(months)
    yield from _money(months, visit)
    yield from _loads(engagements, visit)


def _months(engagements: Mapping[int, Engagement]) -> dict[int, _Months]:
    """By the newest run's key. Rows come without models: of hundreds of engagements a page shows a dozen."""
    measured = Run.objects.filter(engagement_id__in=engagements, is_measured=True).values("engagement_id")
    runs = dict(measured.annotate(newest=Max("pk")).values_list("newest", "engagement_id"))
    ends = SettledMonth.objects.filter(run_id__in=runs, is_provisional=False).values_list("run_id")
    over = dict(ends.annotate(last=Max("starts_on")))
    rows = SettledMonth.objects.filter(run_id__in=runs, is_provisional=True).order_by("starts_on")
    under_way = {run: _Open(*told) for run, *told in rows.values_list("run_id", "starts_on", "credit", "currency")}
    return {run: _Months(engagements[key], over.get(run), under_way.get(run)) for run, key in runs.items()}


def _misses(months: Mapping[int, _Months]) -> Iterator[Item]:
    """The levels missed in each engagement's last two months, the gravest dozen of each of the two parts."""
    days = {one.over for one in months.values()} | {one.under_way.starts_on for one in months.values() if one.under_way}
    rows = Attained.objects.filter(run_id__in=months, dimension="", month_on__in=days - {None}, standing__in=_MISSES)
    found: dict[Part, list[tuple[int, int, int]]] = {Part.NEEDS: [], Part.RISK: []}
    columns = ("pk", "run_id", "month_on", "position", "standing", "is_critical")
    for key, run, on, place, standing, is_critical in rows.values_list(*columns):
        part = months[run].part_of(on)
        if part is not None:
            found[part].append((_order(standing, is_critical=is_critical), place, key))
    named = {part: sorted(missed)[:_MOST] for part, missed in found.items()}
    told = (
        Attained.objects.filter(pk__in=[key for some in named.values() for *_, key in some])
        .select_related("run")
        .in_bulk()
    )
    for part, some in named.items():
        yield from (_miss(told[key], order, months[told[key].run_id].engagement, part) for order, _, key in some)
        if more := len(found[part]) - len(some):
            yield Item(part, _more(more), f"{reverse('landing')}?all=1#where", order=49)


def _more(count: int) -> str:
    told = ngettext("%(count)s more level was missed", "%(count)s more levels were missed", count)
    return told % {"count": count} + ": " + _("each engagement's own page lists them")


def _order(standing: str, *, is_critical: bool) -> int:
    """A critical level below its minimum costs money and can end the contract: it stands first."""
    return (10 if is_critical else 30) + (0 if standing == "below_minimum" else 10)


def _miss(row: Attained, order: int, engagement: Engagement, part: Part) -> Item:
    words = words_of(row.run.words).words(row.level)
    told = shown(row, words)
    sentence = _("%(level)s %(name)s is %(standing)s in %(month)s: %(value)s, expected %(expected)s") % {
        "level": row.level,
        "name": words.name,
        "standing": told.words,
        "month": told.label,
        "value": told.value,
        "expected": told.expected,
    }
    address = reverse("performance:level", kwargs={"engagement": engagement.slug, "level": row.level})
    return Item(part, sentence, f"{address}?month={month_name(row.month_on)}", engagement, None, order, told.style)


def _money(months: Mapping[int, _Months], visit: Visit) -> Iterator[Item]:
    """What the months under way would cost as they stand, the dearest first, to those who see money."""
    places = visit.where(Duty.SEE_MONEY)
    mine = [(one.engagement, one.under_way) for one in months.values() if one.engagement.pk in places and one.under_way]
    mine.sort(key=lambda one: -Decimal(one[1].credit))
    for engagement, month in mine[:_MOST]:
        name = month_name(month.starts_on)
        address = reverse("performance:settlement", kwargs={"engagement": engagement.slug, "month": name})
        sentence = _("%(month)s is provisional: service credit so far %(credit)s") % {
            "month": name,
            "credit": money(month.credit, month.currency),
        }
        yield Item(Part.RISK, sentence, address, engagement, None, 45)


def _loads(engagements: dict[int, Engagement], visit: Visit) -> Iterator[Item]:
    """An engagement's newest load where it went wrong, and what loads brought since."""
    may_load = visit.where(Duty.LOAD_FACTS)
    newest = Load.objects.filter(engagement_id__in=may_load).values("engagement_id").annotate(newest=Max("pk"))
    is_wrong = Q(outcome=Outcome.REFUSED) | Q(outcome=Outcome.PENDING, job__state=State.FAILED)
    is_news = Q(outcome__in=[Outcome.LOADED, Outcome.WITHDRAWN], ended_at__gt=visit.since)
    told = (is_wrong & Q(pk__in=newest.values("newest"))) | (is_news & Q(engagement_id__in=engagements))
    loads = Load.objects.filter(told).defer("files", "mapping", "problems").order_by("-pk")
    for load in loads[: 2 * _MOST]:
        engagement = engagements[load.engagement_id]
        address = _address(engagement, load)
        if load.outcome in (Outcome.LOADED, Outcome.WITHDRAWN):
            yield Item(Part.CHANGED, _brought(load), address, engagement, load.ended_at, 50)
        else:
            sentence = _("Load %(number)s was refused: mend it and load again") % {"number": load.pk}
            yield Item(Part.NEEDS, sentence, address, engagement, load.ended_at, 30)


def _brought(load: Load) -> str:
    return _("Load %(number)s brought %(new)s new and %(changed)s changed records, %(aside)s rows set aside") % {
        "number": load.pk,
        "new": intcomma(load.new),
        "changed": intcomma(load.changed),
        "aside": intcomma(load.quarantined),
    }


def _address(engagement: Engagement, load: Load) -> str:
    return reverse("performance:load", kwargs={"engagement": engagement.slug, "load": load.pk})
