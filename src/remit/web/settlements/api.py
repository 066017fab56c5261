"""Operations on months: where each stands, proposing, agreeing, objecting, closing, and what is said of them."""

import json
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from remit.web.accounts.api_doors import engagement_operation, must_find
from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty, Side
from remit.web.performance.bridge.showing import first_day, month_name
from remit.web.settlements import actions
from remit.web.settlements.models import Closing, Kind, State
from remit.web.settlements.remarks import LONGEST, remark
from remit.web.shared.api.arguments import Month
from remit.web.shared.api.paging import Page, Paging, page_of
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal

router = Router(tags=["months"])
_HERE = "/engagements/{slug:engagement}/months"


class PositionShown(Schema):
    """A side's word on the figures of one round."""

    round: int
    side: Side
    kind: Kind
    by: str | None = Field(description="Null where it is nobody's word, but the contract's.")
    at: datetime
    reason: str
    clause: str
    settlement_sha256: str


class ClosingShown(Schema):
    """A month between the two sides, or a restatement of one (`number` from 1); amounts are exact decimals as text."""

    month: str
    number: int
    state: State
    round: int
    awaited: Side | None = Field(description="The side whose word is awaited, while it is proposed.")
    due_at: datetime | None = Field(description="When the time to object is over; null where it never is.")
    currency: str
    invoice: str | None
    credit: str | None
    brought_forward: str | None
    due: str | None = Field(description="What the client owes for the month.")
    amount: str | None = Field(description="Of a restatement: what the client owes more than was closed.")
    carried_into: str | None = Field(description="Of a restatement: the month that settles it.")
    run: int | None
    settlement_sha256: str
    contract_sha256: str
    facts_sha256: str
    store_version: int | None
    closed_at: datetime | None
    positions: list[PositionShown]


class ClosingWhole(ClosingShown):
    """A closing with the settlement it stands on, and what a restatement changes."""

    settlement: dict[str, Any] | None
    change: dict[str, Any] | None


class Agreement(Schema):
    """The figures agreed to, by the hash of what was read."""

    sha256: str = Field(min_length=64, max_length=64, description="`settlement_sha256` as the month shows it.")


class Objection(Schema):
    """Why a side objects."""

    reason: str = Field(min_length=1, max_length=actions.LONGEST_REASON)


class RemarkGiven(Schema):
    """What is said of a month; files are given on the page."""

    text: str = Field(min_length=1, max_length=LONGEST)


class RemarkShown(Schema):
    """What was said of a month."""

    id: int
    side: Side
    by: str
    at: datetime
    text: str
    file: str
    file_sha256: str


@router.get(_HERE, response=Page[ClosingShown], summary="Months between the two sides")
@engagement_operation(Duty.SEE_MONEY)
def months(_request: HttpRequest, place: Place, paging: Query[Paging]) -> dict[str, Any]:
    """Every month that somebody has begun to close, with its restatements, the newest first."""
    page = page_of(_closings(place), paging, by=["-starts_on", "-number"])
    return {**page, "items": [_shown(one) for one in page["items"]]}


@router.get(f"{_HERE}/{{month}}/{{int:number}}", response=ClosingWhole, summary="One month, or a restatement")
@engagement_operation(Duty.SEE_MONEY)
def month(_request: HttpRequest, place: Place, month: Month, number: Annotated[int, Field(ge=0, lt=2**31)]) -> Any:
    """Where it stands, and the exact settlement it stands on."""
    found: Closing = must_find(_closings(place).filter(starts_on=first_day(month), number=number))
    settlement = json.loads(found.settlement) if found.settlement else None
    change = found.change
    if change is not None and not place.may(Duty.SEE_RECORDS):
        change = {name: value for name, value in change.items() if name != "records"}
    return {**_shown(found), "settlement": settlement, "change": change}


@router.post(f"{_HERE}/{{month}}/propose", response={201: ClosingShown}, summary="Propose a month's figures")
@engagement_operation(Duty.SETTLE_MONTHS)
def propose(_request: HttpRequest, place: Place, month: Month) -> Any:
    """Put the newest figures before the other side, frozen; or a restatement that was drawn up."""
    closing = actions.propose(place.engagement, first_day(month), by=place.actor, at=now())
    return Status(201, _shown(closing))


@router.post(f"{_HERE}/{{month}}/agree", response=ClosingShown, summary="Agree to a month's figures")
@engagement_operation(Duty.SETTLE_MONTHS)
def agree(_request: HttpRequest, place: Place, month: Month, given: Agreement) -> dict[str, Any]:
    """One's own side's yes to exactly the figures of that hash."""
    return _shown(actions.agree(_matter(place, month), sha256=given.sha256, by=place.actor, at=now()))


@router.post(f"{_HERE}/{{month}}/object", response=ClosingShown, summary="Object to a month's figures")
@engagement_operation(Duty.SETTLE_MONTHS)
def object_to(_request: HttpRequest, place: Place, month: Month, given: Objection) -> dict[str, Any]:
    """The month is under review until somebody proposes it again."""
    return _shown(actions.object_to(_matter(place, month), reason=given.reason, by=place.actor, at=now()))


@router.post(f"{_HERE}/{{month}}/close", response=ClosingShown, summary="Close a month")
@engagement_operation(Duty.SETTLE_MONTHS)
def close(_request: HttpRequest, place: Place, month: Month) -> dict[str, Any]:
    """What both sides agreed to, closed for good."""
    return _shown(actions.close(_matter(place, month), by=place.actor, at=now()))


@router.get(f"{_HERE}/{{month}}/remarks", response=list[RemarkShown], summary="Comments on a month")
@engagement_operation(Duty.SEE_MONEY)
def remarks(_request: HttpRequest, place: Place, month: Month) -> list[dict[str, Any]]:
    """What both sides said of a month, in order."""
    closings = _closings(place).filter(starts_on=first_day(month)).order_by("number")
    said = [one for closing in closings for one in closing.remarks.select_related("by").order_by("at")]
    return [_remark(one) for one in said]


@router.post(f"{_HERE}/{{month}}/remarks", response={201: RemarkShown}, summary="Comment on a month")
@engagement_operation(Duty.SEE_MONEY)
def add_remark(_request: HttpRequest, place: Place, month: Month, given: RemarkGiven) -> Any:
    """Say something of a month that was measured; both sides read it."""
    measured = actions.measured_month(place.engagement, first_day(month))
    return Status(201, _remark(remark(measured, given.text, by=place.actor, at=now())))


def _closings(place: Place) -> Any:
    mine = Closing.objects.visible_to(place.user).filter(engagement=place.engagement)
    return mine.select_related("engagement", "carried_into").prefetch_related("positions__by")


def _matter(place: Place, month: str) -> Closing:
    found = actions.matter_of(place.engagement, first_day(month))
    if found is None:
        raise Refusal("Nobody has proposed this month’s figures.", "Propose them first.")
    return found


def _shown(closing: Closing) -> dict[str, Any]:
    names = ("number", "state", "round", "awaited", "due_at", "currency", "run_id", "settlement_sha256")
    hashes = ("contract_sha256", "facts_sha256", "store_version", "closed_at")
    amounts = ("invoice", "credit", "brought_forward", "due", "amount")
    carried = closing.carried_into
    return {
        **{name: getattr(closing, name) for name in (*names, *hashes)},
        **{name: getattr(closing, name) or None for name in amounts},
        "run": closing.run_id,
        "month": month_name(closing.starts_on),
        "carried_into": None if carried is None else month_name(carried.starts_on),
        "positions": [_position(one) for one in sorted(closing.positions.all(), key=lambda one: one.pk)],
    }


def _position(one: Any) -> dict[str, Any]:
    names = ("round", "side", "kind", "at", "reason", "clause", "settlement_sha256")
    return {**{name: getattr(one, name) for name in names}, "by": None if one.by is None else one.by.name}


def _remark(one: Any) -> dict[str, Any]:
    told = {"file": one.file_name, "by": one.by.name}
    return {**{name: getattr(one, name) for name in ("id", "side", "at", "text", "file_sha256")}, **told}
