"""Operations on disputes: listing, reading, raising, answering, deciding, withdrawing."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from remit.web.accounts.api_doors import engagement_operation, must_find
from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty, Side
from remit.web.exclusions.api import RecordsNamed
from remit.web.exclusions.models import State as ExclusionState
from remit.web.issues import actions
from remit.web.issues.actions import LONGEST, Claim
from remit.web.issues.models import Dispute, State, Subject
from remit.web.performance.bridge.showing import first_day, month_name
from remit.web.shared.api.arguments import MONTH, Number
from remit.web.shared.api.paging import Page, Paging, page_of
from remit.web.shared.moments import now

router = Router(tags=["disputes"])
_HERE = "/engagements/{slug:engagement}/disputes"


class AnswerShown(Schema):
    """What somebody said in a dispute."""

    side: Side
    by: str
    at: datetime
    text: str
    file: str
    file_sha256: str


class DisputeShown(Schema):
    """A dispute; `amount` is the money in question as the claimant sees it, an exact decimal as text."""

    id: int
    subject: Subject
    month: str
    reference: str
    claim: str
    clause: str
    amount: str | None
    currency: str
    side: Side = Field(description="The side that raised it; the other one decides it.")
    state: State
    raised_at: datetime
    step: int = Field(description="How many steps of escalation it has reached.")
    roles: list[str] = Field(description="The roles it lies with by now; empty before the first step.")
    next_at: datetime | None = Field(description="When it goes on to the next step.")
    mediator: str
    mediation: str
    decision: str
    decided_at: datetime | None
    exclusion: int | None = Field(description="The exclusion whose records the decision leaves out.")
    answers: list[AnswerShown]


class ClaimGiven(Schema):
    """A dispute to be raised."""

    subject: Subject
    month: str = Field(pattern=MONTH, description="A month, as 2026-03.")
    reference: str = Field(min_length=1, max_length=200, description="A service level's id, or an invoice's line.")
    claim: str = Field(min_length=1, max_length=LONGEST)
    clause: str = Field("", max_length=300)
    amount: str = Field("", max_length=40, description="The money in question, an exact decimal as text.")


class AnswerGiven(Schema):
    """What is said; files are given on the page."""

    text: str = Field(min_length=1, max_length=LONGEST)


class DecisionGiven(Schema):
    """A decision with its reason."""

    outcome: Literal["upheld", "in part", "refused"]
    reason: str = Field(min_length=1, max_length=LONGEST)


class RecordsGiven(Schema):
    """The records that upholding a dispute leaves out, and by which clause."""

    clause: str = Field(max_length=100)
    records: RecordsNamed


@router.get(_HERE, response=Page[DisputeShown], summary="Disputes of an engagement")
@engagement_operation(Duty.SEE_MONEY)
def disputes(_request: HttpRequest, place: Place, paging: Query[Paging]) -> dict[str, Any]:
    """Every dispute, the newest first."""
    page = page_of(_mine(place), paging, by=["-id"])
    return {**page, "items": [_shown(one) for one in page["items"]]}


@router.get(f"{_HERE}/{{dispute}}", response=DisputeShown, summary="One dispute")
@engagement_operation(Duty.SEE_MONEY)
def dispute(_request: HttpRequest, place: Place, dispute: Number) -> dict[str, Any]:
    """Its claim, what was said, whom it lies with, and its decision."""
    return _shown(_found(place, dispute))


@router.post(_HERE, response={201: DisputeShown}, summary="Raise a dispute")
@engagement_operation(Duty.RAISE_DISPUTES)
def raise_dispute(_request: HttpRequest, place: Place, given: ClaimGiven) -> Any:
    """Claim that a figure of a measured month is wrong."""
    month_on = first_day(given.month)
    claim = Claim(given.subject, month_on, given.reference, given.claim, given.clause, given.amount)
    return Status(201, _shown(actions.raise_dispute(place.engagement, claim, by=place.actor, at=now())))


@router.post(f"{_HERE}/{{dispute}}/answers", response=DisputeShown, summary="Answer a dispute")
@engagement_operation(Duty.RAISE_DISPUTES)
def answer(_request: HttpRequest, place: Place, dispute: Number, given: AnswerGiven) -> dict[str, Any]:
    """Say something in an open dispute; both sides read it."""
    actions.answer(_found(place, dispute), given.text, by=place.actor, at=now())
    return _shown(_found(place, dispute))


@router.post(f"{_HERE}/{{dispute}}/records", response=DisputeShown, summary="Name records to leave out")
@engagement_operation(Duty.DECIDE_EXCLUSIONS)
def name_records(_request: HttpRequest, place: Place, dispute: Number, given: RecordsGiven) -> dict[str, Any]:
    """Name the records a decision leaves out; `exclusion` tells what that does once they are gathered."""
    actions.name_records(_found(place, dispute), given.clause, given.records.choice(), by=place.actor, at=now())
    return _shown(_found(place, dispute))


@router.post(f"{_HERE}/{{dispute}}/decide", response=DisputeShown, summary="Decide a dispute")
@engagement_operation(Duty.DECIDE_DISPUTES)
def decide(_request: HttpRequest, place: Place, dispute: Number, given: DecisionGiven) -> dict[str, Any]:
    """Decide it for the side the claim is against; what it changes is computed from what follows."""
    return _shown(actions.decide(_found(place, dispute), State(given.outcome), given.reason, by=place.actor, at=now()))


@router.post(f"{_HERE}/{{dispute}}/withdraw", response=DisputeShown, summary="Withdraw a dispute")
@engagement_operation(Duty.RAISE_DISPUTES)
def withdraw(_request: HttpRequest, place: Place, dispute: Number) -> dict[str, Any]:
    """Take one's own side's dispute back."""
    return _shown(actions.withdraw(_found(place, dispute), by=place.actor, at=now()))


def _mine(place: Place) -> Any:
    mine = Dispute.objects.visible_to(place.user).filter(engagement=place.engagement)
    return mine.select_related("engagement", "decided_by", "exclusion").prefetch_related("answers__by")


def _found(place: Place, number: int) -> Dispute:
    found: Dispute = must_find(_mine(place).filter(pk=number))
    return found


def _shown(dispute: Dispute) -> dict[str, Any]:
    names = ("id", "subject", "reference", "claim", "clause", "currency", "side", "state", "raised_at", "step", "roles")
    more = ("next_at", "mediator", "mediation", "decision", "decided_at")
    named = dispute.exclusion
    return {
        **{name: getattr(dispute, name) for name in (*names, *more)},
        "month": month_name(dispute.month_on),
        "amount": dispute.amount or None,
        "exclusion": None if named is None or named.state == ExclusionState.WITHDRAWN else named.pk,
        "answers": [_answer(one) for one in sorted(dispute.answers.all(), key=lambda one: one.pk)],
    }


def _answer(one: Any) -> dict[str, Any]:
    told = {"file": one.file_name, "by": one.by.name}
    return {**{name: getattr(one, name) for name in ("side", "at", "text", "file_sha256")}, **told}
