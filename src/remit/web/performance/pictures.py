"""Charts placed on pages: drawn once by the worker, kept, and shown from then on; the figures stand beside at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_noop

from remit.web.accounts.doors import Place
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty
from remit.web.jobs.kinds import Lane
from remit.web.jobs.models import Job, State
from remit.web.jobs.queue import Running, Work, enqueue, handles
from remit.web.jobs.words import call
from remit.web.performance.bridge.pictures import Chart, chart_text, draw, drawn, name_of
from remit.web.shared.moments import now

KIND = "performance.draw"
_TRIED_AGAIN_AFTER = timedelta(hours=1)
call({KIND: gettext_noop("Draw a chart")})


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing as a page places it: `svg` once it is there, else `address`, which answers it when it is."""

    svg: SafeString | None
    address: str
    is_failed: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with its drawing."""

    chart: Chart
    drawing: Drawing


def placed(place: Place, chart: Chart) -> Picture:
    """A chart for a page; one that nobody has looked at before is asked to be drawn."""
    text = chart_text(chart)
    found = drawing(place, name_of(text))
    if found.svg is None and not found.is_failed:
        arguments = {"engagement": place.engagement.pk, "chart": text}
        work = Work(KIND, arguments, place.engagement, key=_key(place.engagement, name_of(text)))
        enqueue(work, by=place.actor, at=now())
    return Picture(chart, found)


def drawing(place: Place, name: str) -> Drawing:
    """A drawing by its name, as far as it is."""
    kept = drawn(place.engagement.pk, name)
    address = reverse("performance:picture", kwargs={"engagement": place.engagement.slug, "picture": name})
    if kept is not None:
        # Drawn by us: what contracts and facts call things was escaped there.
        return Drawing(mark_safe(kept), address)  # noqa: S308
    last = Job.objects.filter(kind=KIND, key=_key(place.engagement, name)).order_by("-pk").first()
    return Drawing(None, address, is_failed=last is not None and _failed_lately(last))


def _failed_lately(job: Job) -> bool:
    """Whether to say so; what failed long ago is tried again by whoever looks."""
    return job.state == State.FAILED and job.ended_at is not None and job.ended_at > now() - _TRIED_AGAIN_AFTER


def _key(engagement: Engagement, name: str) -> str:
    return f"draw {engagement.pk} {name}"


@handles(KIND, duty=Duty.SEE_PERFORMANCE, lane=Lane.QUICK)
def draw_chart(running: Running) -> Mapping[str, Any]:
    """Draw a chart; what was to be drawn is taken out of the job then."""
    running.tell("drawing")
    draw(int(running.arguments["engagement"]), str(running.arguments["chart"]))
    with running.effect({}):
        Job.objects.filter(pk=running.job.pk).update(arguments={})
    return {}
