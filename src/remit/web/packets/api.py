"""Operations on packets: those there are, and asking for one."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from remit.web.accounts.api_doors import engagement_operation, must_find
from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty
from remit.web.packets.actions import ask_for_packet
from remit.web.packets.models import Packet
from remit.web.performance.models import Run, SettledMonth
from remit.web.shared.api.arguments import MONTH
from remit.web.shared.api.paging import Page, Paging, page_of
from remit.web.shared.moments import now

router = Router(tags=["settlements"])


class PacketShown(Schema):
    """A settled month as one signed file."""

    id: int
    month: str = Field(description="The month, as 2026-03.")
    personal: str = Field(description="`keep`, `leave-out` or `pseudonyms`: what became of personal data.")
    outcome: str = Field(description="Empty while it is made, `done`, or `refused`.")
    run: int = Field(alias="run_id")
    at: datetime
    size: int
    sha256: str
    fingerprint: str = Field(description="The key it is signed with.")
    problem: str


class PacketAsked(Schema):
    """What is asked for."""

    month: str = Field(pattern=MONTH, description="A settled month, as 2026-03.")
    personal: Literal["keep", "leave-out", "pseudonyms"] = "pseudonyms"


@router.get("/engagements/{slug:engagement}/packets", response=Page[PacketShown], summary="Packets of an engagement")
@engagement_operation(Duty.SEE_MONEY)
def packets(_request: HttpRequest, place: Place, paging: Query[Paging]) -> dict[str, Any]:
    """The packets that were asked for, the newest first."""
    mine = Packet.objects.visible_to(place.user).filter(engagement=place.engagement)
    return page_of(mine, paging, by=["-pk"])


@router.get("/engagements/{slug:engagement}/packets/{int:packet}", response=PacketShown, summary="One packet")
@engagement_operation(Duty.SEE_MONEY)
def packet(_request: HttpRequest, place: Place, packet: int) -> Packet:
    """How far a packet is, and what identifies it."""
    mine = Packet.objects.visible_to(place.user).filter(engagement=place.engagement, pk=packet)
    found: Packet = must_find(mine)
    return found


@router.post("/engagements/{slug:engagement}/packets", response={202: PacketShown}, summary="Ask for a packet")
@engagement_operation(Duty.MAKE_PACKETS)
def make(_request: HttpRequest, place: Place, asked: PacketAsked) -> Any:
    """A packet of a month of the newest run is made in the background; the same asked for again is the same packet."""
    run = Run.objects.visible_to(place.user).newest_of(place.engagement)
    months = SettledMonth.objects.filter(run=run, starts_on=date.fromisoformat(f"{asked.month}-01"))
    month = must_find(months.select_related("run__engagement"))
    return 202, ask_for_packet(month, asked.personal, by=place.actor, at=now())
