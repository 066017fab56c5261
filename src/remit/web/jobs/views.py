"""Pages of jobs: how far one is, for whoever works in its engagement; all of them, for administrators."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from remit.web.accounts.actors import Actor
from remit.web.accounts.doors import Place, administrator_page, engagement_page, see_other
from remit.web.accounts.roles import Duty
from remit.web.jobs import actions
from remit.web.jobs.forms import JobFilter
from remit.web.jobs.models import Job
from remit.web.jobs.words import title_of
from remit.web.shared.moments import now

_A_PAGE = 50


def _found(jobs: object, number: int) -> Job:
    job: Job | None = jobs.filter(pk=number).first()  # type: ignore[attr-defined]
    if job is None:
        raise Http404("There is no such job.")
    return job


@administrator_page()
def all_jobs(request: HttpRequest, by: Actor) -> HttpResponse:
    """Every job, newest first, narrowed by state and kind."""
    wanted = JobFilter(request.GET)
    jobs = wanted.narrow(Job.objects.visible_to(by.person)).select_related("engagement", "asked_by")
    page = Paginator(jobs.order_by("-asked_at", "-pk"), _A_PAGE).get_page(request.GET.get("page"))
    for job in page:
        job.title = title_of(job.kind)
    query = request.GET.copy()
    query.pop("page", None)
    return render(request, "jobs/all_jobs.html", {"page": page, "filter": wanted, "query": query.urlencode()})


@administrator_page()
def one_job(request: HttpRequest, by: Actor, job: int) -> HttpResponse:
    """One job with its fault, and what can be done about it."""
    found = _found(Job.objects.visible_to(by.person).select_related("engagement", "asked_by"), job)
    return render(request, "jobs/one_job.html", {"job": found, "title": title_of(found.kind)})


@administrator_page(methods=("POST",))
def begin_anew(_request: HttpRequest, by: Actor, job: int) -> HttpResponse:
    """A failed job tried again."""
    actions.begin_anew(_found(Job.objects.visible_to(by.person), job), by=by, at=now())
    return see_other(reverse("jobs:one", args=[job]))


@administrator_page(methods=("POST",))
def call_off(_request: HttpRequest, by: Actor, job: int) -> HttpResponse:
    """A job stopped."""
    actions.call_off(_found(Job.objects.visible_to(by.person), job), by=by, at=now())
    return see_other(reverse("jobs:one", args=[job]))


@engagement_page(Duty.SEE_ENGAGEMENT)
def progress(request: HttpRequest, place: Place, job: int) -> HttpResponse:
    """How far a job of the engagement is: a page, or the part of one that asks for itself again."""
    found = _found(Job.objects.seen_in(place), job)
    shown = {"job": found, "title": title_of(found.kind), "is_own": actions.is_ones_own(found, place.actor)}
    is_part = request.headers.get("HX-Request") == "true"
    response = render(request, "jobs/progress.html" if is_part else "jobs/progress_page.html", shown)
    if is_part and found.is_over:
        response["HX-Trigger"] = "job-over"
    return response


@engagement_page(Duty.SEE_ENGAGEMENT, methods=("POST",))
def call_off_here(_request: HttpRequest, place: Place, job: int) -> HttpResponse:
    """A job of the engagement stopped by whoever asked for it."""
    actions.call_off(_found(Job.objects.seen_in(place), job), by=place.actor, at=now())
    return see_other(reverse("jobs:progress", kwargs={"engagement": place.engagement.slug, "job": job}))
