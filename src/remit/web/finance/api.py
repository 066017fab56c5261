"""Operations on invoices: those received, their lines with what was decided, and every difference."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from remit.web.accounts.api_doors import engagement_operation, must_find
from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty
from remit.web.finance.actions import LineDecision, decide_line
from remit.web.finance.models import InvoiceReceived, LineReceived
from remit.web.shared.api.arguments import Number
from remit.web.shared.api.paging import Page, Paging, page_of
from remit.web.shared.moments import now

router = Router(tags=["finance"])


class InvoiceShown(Schema):
    """An invoice received; amounts are exact decimals as text."""

    id: int
    number: str
    month: str
    file_name: str
    at: datetime
    state: str
    currency: str
    invoiced: str
    by_contract: str
    difference: str = Field(description="What it has too much before tax; negative where it has too little.")


class DifferenceShown(Schema):
    """One difference, with its evidence and its clause."""

    kind: str
    what: str
    charge: str
    expected: str
    invoiced: str
    amount: str
    evidence: list[str]
    clause: str


class LineShown(Schema):
    """One line; `reference` names it for good."""

    id: int
    reference: str
    kind: str
    charge: str
    text: str
    quantity: str
    rate: str
    amount: str
    decision: str
    paid: str
    reason: str
    differences: list[DifferenceShown]


class InvoiceOpened(InvoiceShown):
    """An invoice with its lines, and the differences of the whole."""

    problems: list[dict[str, Any]]
    differences: list[DifferenceShown]
    lines: list[LineShown]


class Decided(Schema):
    """What is decided about a line."""

    decision: str = Field(max_length=20, description="accepted, disputed or short_paid.")
    reason: str = Field("", max_length=1000)
    paid: str = Field("", max_length=40, description="Of a short-paid line: what is paid of it.")


def _invoices(place: Place) -> Any:
    return InvoiceReceived.objects.visible_to(place.user).filter(engagement=place.engagement).defer("content")


@router.get("/engagements/{slug:engagement}/invoices", response=Page[InvoiceShown], summary="Invoices")
@engagement_operation(Duty.SEE_MONEY)
def invoices(_request: HttpRequest, place: Place, paging: Query[Paging]) -> dict[str, Any]:
    """The invoices of the engagement, the newest first."""
    return page_of(_invoices(place), paging, by=["-at"])


@router.get("/engagements/{slug:engagement}/invoices/{invoice}", response=InvoiceOpened, summary="One invoice")
@engagement_operation(Duty.SEE_MONEY)
def invoice(_request: HttpRequest, place: Place, invoice: Number) -> Any:
    """An invoice, its lines, and every difference found."""
    found = must_find(_invoices(place).filter(pk=invoice))
    fields = {name: getattr(found, name) for name in (*InvoiceShown.model_fields, "problems")}
    lines = found.lines.prefetch_related("differences").order_by("position")
    whole = list(found.differences.filter(line=None).order_by("position"))
    return {**fields, "differences": whole, "lines": [_line(line) for line in lines]}


def _line(line: LineReceived) -> dict[str, Any]:
    own = {name: getattr(line, name) for name in LineShown.model_fields if name != "differences"}
    return {**own, "differences": list(line.differences.all())}


@router.post(
    "/engagements/{slug:engagement}/invoices/{invoice}/lines/{line}/decision",
    response=LineShown,
    summary="Decide a line",
)
@engagement_operation(Duty.DECIDE_INVOICE)
def decide(_request: HttpRequest, place: Place, invoice: Number, line: Number, decided: Decided) -> Any:
    """Accept a line, dispute it, or pay less than it asks; once."""
    mine = LineReceived.objects.visible_to(place.user).select_related("invoice__engagement")
    one = must_find(mine.filter(pk=line, invoice__pk=invoice, invoice__engagement=place.engagement))
    decide_line(one, LineDecision(decided.decision, decided.reason, decided.paid), by=place.actor, at=now())
    return _line(LineReceived.objects.get(pk=one.pk))
