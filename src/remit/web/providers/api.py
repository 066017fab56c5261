"""Operations on sites: where the parties of an engagement work."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from remit.web.accounts.api_doors import engagement_operation
from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty
from remit.web.providers.models import Site
from remit.web.shared.api.paging import Page, Paging, page_of

router = Router(tags=["people and parties"])


class SiteShown(Schema):
    """A place where people of one side work."""

    id: int
    organisation: str = Field(alias="organisation.slug", description="The organisation's slug.")
    name: str
    city: str
    country: str = Field(description="ISO 3166 code.")
    time_zone: str
    closed_at: datetime | None


@router.get("/engagements/{slug:engagement}/sites", response=Page[SiteShown], summary="Sites of an engagement")
@engagement_operation(Duty.SEE_ENGAGEMENT)
def sites(_request: HttpRequest, place: Place, paging: Query[Paging]) -> dict[str, Any]:
    """The sites of both sides, closed ones too, by name."""
    return page_of(Site.objects.of(place.engagement).select_related("organisation"), paging, by=["name"])
