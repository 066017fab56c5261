"""Operations on jobs: how far one is, and calling off what one asked for."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from remit.web.accounts.api_doors import engagement_operation, must_find
from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty
from remit.web.jobs import actions
from remit.web.jobs.models import Job, State
from remit.web.shared.api.arguments import Number
from remit.web.shared.api.paging import Page, Paging, page_of
from remit.web.shared.moments import now

router = Router(tags=["jobs"])
_HERE = "/engagements/{slug:engagement}/jobs"


class JobShown(Schema):
    """A piece of background work."""

    id: int
    kind: str
    state: str = Field(description="`waiting`, `running`, `done`, `failed` or `cancelled`.")
    doing: str
    done: int
    of: int = Field(description="How much there is to do, in the units of `done`; 0 where nobody can tell.")
    fault: str
    asked_at: datetime
    began_at: datetime | None
    ended_at: datetime | None


class JobsWanted(Schema):
    """Which jobs to list."""

    state: State | None = Field(None, description="Only those in this state.")


@router.get(_HERE, response=Page[JobShown], summary="Jobs of an engagement")
@engagement_operation(Duty.SEE_ENGAGEMENT)
def jobs(_request: HttpRequest, place: Place, paging: Query[Paging], wanted: Query[JobsWanted]) -> dict[str, Any]:
    """Newest first, of those that one asked for or whose kind one's duties let one see."""
    found = Job.objects.seen_in(place)
    return page_of(found if wanted.state is None else found.filter(state=wanted.state), paging, by=["-asked_at"])


@router.get(_HERE + "/{job}", response=JobShown, summary="One job")
@engagement_operation(Duty.SEE_ENGAGEMENT)
def job(_request: HttpRequest, place: Place, job: Number) -> Any:
    """How far it is."""
    return must_find(Job.objects.seen_in(place).filter(pk=job))


@router.post(_HERE + "/{job}/call-off", response=JobShown, summary="Call a job off")
@engagement_operation(Duty.SEE_ENGAGEMENT)
def call_off_job(_request: HttpRequest, place: Place, job: Number) -> Any:
    """One that one asked for: at once where it waits, at its next step where it runs."""
    found = must_find(Job.objects.seen_in(place).filter(pk=job))
    actions.call_off(found, by=place.actor, at=now())
    return Job.objects.get(pk=found.pk)
