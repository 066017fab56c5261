"""Operations on relief: the claims, one with what was measured, asking, deciding."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from remit.web.accounts.api_doors import engagement_operation, must_find
from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty
from remit.web.relief import actions
from remit.web.relief.models import Claim, State
from remit.web.shared.api.arguments import Month, Number
from remit.web.shared.api.paging import Page, Paging, page_of
from remit.web.shared.moments import now

router = Router(tags=["relief"])
_HERE = "/engagements/{slug:engagement}/relief"


class ClaimShown(Schema):
    """A claim for relief, and where it stands."""

    id: int
    state: State
    service_level: str
    month: str
    relief: str = Field(description="`whole_month` or `volume_gap`; empty until it is measured.")
    contacts: int | None = Field(description="The contacts that a `volume_gap` adds.")
    clause: str
    reason: str
    is_due: bool = Field(description="Whether the newest measuring finds relief due.")
    why: str = Field(description="What was found, in a sentence.")
    stretches: int = Field(description="Stretches of the month with a forecast and a volume.")
    outside: int = Field(description="Those outside the forecast's band.")
    parts: dict[str, str] = Field(
        description="The parts of what was measured less what was expected, as exact fractions that add up to it."
    )
    asked_by: str
    asked_at: datetime | None = Field(description="Null while the site has only drawn it up.")
    decided_by: str
    decided_at: datetime | None
    answer: str
    fault: str = Field(description="Why it is void, where it is.")
    store_version: int
    contract_sha256: str


class ClaimAsked(Schema):
    """A level's month, and why it should be relieved."""

    service_level: str = Field(max_length=100)
    month: Month
    reason: str = Field(min_length=1, max_length=4000)


class ClaimDecided(Schema):
    """A decision on a claim."""

    is_agreed: bool
    answer: str = Field("", max_length=4000, description="Needed where it is refused.")


class ClaimFilter(Schema):
    """Which claims are asked for."""

    state: Literal["", "drawn", "measuring", "asked", "agreed", "refused", "withdrawn", "void"] = ""
    service_level: str = Field("", max_length=100)


@router.get(_HERE, response=Page[ClaimShown], summary="Claims for relief")
@engagement_operation(Duty.SEE_EXCLUSIONS)
def claims(_request: HttpRequest, place: Place, paging: Query[Paging], asked: Query[ClaimFilter]) -> dict[str, Any]:
    """Claims for relief, the newest month first."""
    found = _mine(place)
    found = found.filter(state=asked.state) if asked.state else found
    found = found.filter(level=asked.service_level) if asked.service_level else found
    page = page_of(found, paging, by=["-month_on"])
    return {**page, "items": [_shown(one) for one in page["items"]]}


@router.get(f"{_HERE}/{{claim}}", response=ClaimShown, summary="One claim for relief")
@engagement_operation(Duty.SEE_EXCLUSIONS)
def claim(_request: HttpRequest, place: Place, claim: Number) -> dict[str, Any]:
    """A claim and what was measured of it."""
    return _shown(must_find(_mine(place).filter(pk=claim)))


@router.post(_HERE, response={201: ClaimShown}, summary="Ask for relief")
@engagement_operation(Duty.ASK_EXCLUSIONS)
def ask(_request: HttpRequest, place: Place, given: ClaimAsked) -> Any:
    """Ask for a level's month to be relieved; it is measured by a job, and the other side decides."""
    month_on = date.fromisoformat(f"{given.month}-01")
    asked = actions.ask(place.engagement, given.service_level, month_on, given.reason, by=place.actor, at=now())
    return Status(201, _shown(asked))


@router.post(f"{_HERE}/{{claim}}/decision", response=ClaimShown, summary="Decide on relief")
@engagement_operation(Duty.DECIDE_EXCLUSIONS)
def decide(_request: HttpRequest, place: Place, claim: Number, given: ClaimDecided) -> dict[str, Any]:
    """Agree to a relief, or refuse it; what is agreed is measured anew."""
    found: Claim = must_find(_mine(place).filter(pk=claim))
    return _shown(actions.decide(found, is_agreed=given.is_agreed, answer=given.answer, by=place.actor, at=now()))


@router.post(f"{_HERE}/{{claim}}/withdrawal", response=ClaimShown, summary="Withdraw a claim for relief")
@engagement_operation(Duty.ASK_EXCLUSIONS)
def withdraw(_request: HttpRequest, place: Place, claim: Number) -> dict[str, Any]:
    """Take a claim back before it is decided."""
    found: Claim = must_find(_mine(place).filter(pk=claim))
    return _shown(actions.withdraw(found, by=place.actor, at=now()))


def _mine(place: Place) -> Any:
    found = Claim.objects.visible_to(place.user).filter(engagement=place.engagement)
    return found.select_related("engagement__client", "asked_by", "decided_by")


def _shown(one: Claim) -> dict[str, Any]:
    fields = ("state", "month", "relief", "contacts", "clause", "reason", "asked_at", "decided_at", "answer", "fault",
              "store_version", "contract_sha256")  # fmt: skip
    told: dict[str, Any] = one.told or {}
    return {
        **{name: getattr(one, name) for name in fields},
        "id": one.pk,
        "service_level": one.level,
        "is_due": one.is_given,
        "why": told.get("why", ""),
        "stretches": told.get("stretches", 0),
        "outside": told.get("outside", 0),
        "parts": told.get("parts", {}),
        "asked_by": "" if one.asked_by is None else one.asked_by.name,
        "decided_by": "" if one.decided_by is None else one.decided_by.name,
    }
