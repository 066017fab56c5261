"""Operations on savings: the savings worked out last, the versions of the case, the own costs as they stand."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from remit.web.accounts.api_doors import engagement_operation
from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty
from remit.web.benefits.models import CaseKept
from remit.web.benefits.standing import costs_now, is_newest, savings_done
from remit.web.shared.api.paging import Page, Paging, page_of

router = Router(tags=["savings"])
_HERE = "/engagements/{slug:engagement}/benefits"


class SavingsShown(Schema):
    """The savings worked out last; before there are any, `report` is null."""

    at: datetime | None
    case: int | None = Field(description="The version of the case they are held against.")
    is_newest: bool = Field(description="Whether they stand on the case that counts and the newest figures.")
    report: dict[str, Any] | None = Field(description="As `remit benefits --as json` writes it.")


class CaseShown(Schema):
    """A version of the business case; the last one counts."""

    number: int
    case: str
    title: str
    currency: str
    sha256: str = Field(description="The hash that freezes its content.")
    approved_on: date
    approved_by: list[str]
    months: list[date]
    reason: str
    at: datetime


class CostShown(Schema):
    """What the client itself spent in a month on one kind; an exact decimal as text."""

    month: str
    kind: str
    amount: str
    source: str


@router.get(_HERE, response=SavingsShown, summary="Savings against the business case")
@engagement_operation(Duty.SEE_BENEFITS)
def savings(_request: HttpRequest, place: Place) -> Any:
    """The savings worked out last, month by month with every effect."""
    done = savings_done(place.engagement)
    if done is None:
        return {"at": None, "case": None, "is_newest": False, "report": None}
    newest = is_newest(done, place.engagement)
    return {"at": done.done_at, "case": done.case.number, "is_newest": newest, "report": done.told}


@router.get(f"{_HERE}/cases", response=Page[CaseShown], summary="Versions of the business case")
@engagement_operation(Duty.SEE_BENEFITS)
def cases(_request: HttpRequest, place: Place, paging: Query[Paging]) -> dict[str, Any]:
    """Every version that was kept, the newest first."""
    mine = CaseKept.objects.visible_to(place.user).filter(engagement=place.engagement).defer("content")
    return page_of(mine, paging, by=["-at"])


@router.get(f"{_HERE}/costs", response=list[CostShown], summary="The client's own costs")
@engagement_operation(Duty.SEE_BENEFITS)
def costs(_request: HttpRequest, place: Place) -> Any:
    """Each month's own costs by the last list that names them."""
    return [
        {"month": f"{one.month_on:%Y-%m}", "kind": one.kind, "amount": f"{one.amount:f}", "source": one.source}
        for one in costs_now(place.engagement)
    ]
