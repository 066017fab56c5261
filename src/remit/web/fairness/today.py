"""What fair figures tell on the first page: levels that will likely be missed, signals that nobody has answered."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Exists, Max, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from remit.web.accounts.roles import Duty
from remit.web.accounts.today import Item, Part, Visit
from remit.web.fairness.models import LevelForecast, Look, Signal, SignalNote
from remit.web.performance.bridge.kept import words_of
from remit.web.performance.bridge.showing import month_name

_MOST = 12


def tell(visit: Visit) -> Iterable[Item]:
    """A few queries for all engagements together."""
    heeding, answering = visit.where(Duty.HEED_FORECASTS), visit.where(Duty.ANSWER_SIGNALS)
    done = Look.objects.filter(run__engagement_id__in={*heeding, *answering}, done_at__isnull=False)
    newest = done.values("run__engagement_id").annotate(newest=Max("pk")).values_list("newest", flat=True)
    looks = list(newest)
    if looks:
        yield from _warnings(LevelForecast.objects.filter(look_id__in=looks, look__run__engagement_id__in=heeding))
        yield from _unanswered(Signal.objects.filter(look_id__in=looks, look__run__engagement_id__in=answering))


def _warnings(forecasts: Any) -> Iterator[Item]:
    """Levels more likely missed than met, the critical and the least likely first; a month that is over is no risk."""
    rows = forecasts.filter(is_warning=True, days_left__gt=0).defer("drawing").select_related("look__run__engagement")
    listed = sorted(rows, key=lambda one: (not one.is_critical, float(one.chance)))
    for one in listed[:_MOST]:
        engagement = one.look.run.engagement
        sentence = _("%(level)s %(name)s will likely be missed in %(month)s (chance to be met %(chance)s)") % {
            "level": one.level,
            "name": words_of(one.look.run.words).words(one.level).name,
            "month": month_name(one.look.month_on),
            "chance": f"{float(one.chance):.2f}",
        }
        address = reverse("fairness:forecast", kwargs={"engagement": engagement.slug})
        yield Item(Part.RISK, sentence, address, engagement, None, 30 if one.is_critical else 44)


def _unanswered(signals: Any) -> Iterator[Item]:
    """One line an engagement: how many signals nobody has noted anything on."""
    notes = SignalNote.objects.filter(engagement_id=OuterRef("look__run__engagement_id"), mark=OuterRef("mark"))
    silent = signals.filter(~Exists(notes)).defer("records").select_related("look__run__engagement").order_by("-pk")
    counted: dict[int, list[Signal]] = {}
    for one in silent:
        counted.setdefault(one.look.run.engagement_id, []).append(one)
    for found in counted.values():
        engagement = found[0].look.run.engagement
        told = ngettext(
            "%(count)s signal in the records is worth asking about, and nobody has answered it",
            "%(count)s signals in the records are worth asking about, and nobody has answered them",
            len(found),
        )
        address = reverse("fairness:signals", kwargs={"engagement": engagement.slug})
        yield Item(Part.NEEDS, told % {"count": len(found)}, address, engagement, None, 38)
