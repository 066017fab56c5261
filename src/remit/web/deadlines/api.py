"""The operation on deadlines: what is due in an engagement."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from remit.web.accounts.api_doors import engagement_operation
from remit.web.accounts.deadlines import Deadline, deadlines_of
from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty, Side
from remit.web.shared.moments import now

router = Router(tags=["deadlines"])


class DeadlineShown(Schema):
    """Something that is due on a day, or at an instant of that day."""

    key: str = Field(description="Its name within the engagement, the same whenever it is told.")
    what: str
    on: date = Field(description="The day, in the contract's zone.")
    at: datetime | None = Field(description="The instant, where it is due at one.")
    zone: str
    side: Side | None = Field(description="Whose doing it is; null where it concerns both.")
    clause: str
    address: str = Field(description="The page it stands on.")


@router.get("/engagements/{slug:engagement}/deadlines", response=list[DeadlineShown], summary="Deadlines")
@engagement_operation(Duty.SEE_ENGAGEMENT)
def deadlines(_request: HttpRequest, place: Place) -> Any:
    """Key dates, duties, months and disputes, as far as the role may know of them; the earliest first."""
    found: list[Deadline] = deadlines_of(place, at=now())
    return found
