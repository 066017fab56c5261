"""Operations on people and parties: who one is, one's engagements, their organisations and people, one's tokens."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from remit.web.accounts import tokens
from remit.web.accounts.actors import Actor
from remit.web.accounts.api_doors import engagement_operation, must_find, personal_operation
from remit.web.accounts.doors import Place
from remit.web.accounts.models import ApiToken, Engagement, Membership, Organisation, User
from remit.web.accounts.roles import Duty
from remit.web.shared.api.arguments import Number
from remit.web.shared.api.paging import Page, Paging, page_of
from remit.web.shared.moments import now

router = Router(tags=["people and parties"])


class OrganisationShown(Schema):
    """A company: the client, or a provider."""

    slug: str
    name: str
    country: str = Field(description="ISO 3166 code; empty where nobody gave it.")


class EngagementShown(Schema):
    """The record between a client and a provider."""

    slug: str
    name: str
    contract_id: str = Field(description="The id the contract file gives itself.")
    client: OrganisationShown
    provider: OrganisationShown
    created_at: datetime


class EngagementEntered(EngagementShown):
    """An engagement with what one may do in it."""

    role: str
    duties: list[str] = Field(description="What one's role, and the token, allow here.")


class PersonShown(Schema):
    """Somebody with a role."""

    name: str
    email: str
    organisation: str | None = Field(description="The organisation's slug.")
    role: str
    is_active: bool


class Me(Schema):
    """Who asks."""

    name: str
    email: str
    organisation: OrganisationShown | None
    is_administrator: bool
    time_zone: str
    language: str
    scopes: list[str] | None = Field(description="What the token is narrowed to; null for a browser.")


class TokenShown(Schema):
    """A token without its key."""

    id: int
    name: str
    prefix: str = Field(description="How its key begins.")
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None = Field(description="To the minute.")


class Named(Schema):
    """Narrows a list by a word in the name."""

    name: str = Field("", max_length=200, description="Part of the name, whatever its case.")


@router.get("/me", response=Me, summary="Who I am")
@personal_operation()
def me(_request: HttpRequest, by: Actor) -> dict[str, Any]:
    """The person of the token or the session, and what the token may do."""
    user = User.objects.select_related("organisation").get(pk=by.person.pk)
    scopes = None if by.scopes is None else sorted(by.scopes)
    fields = ("name", "email", "organisation", "is_administrator", "time_zone", "language")
    return {**{name: getattr(user, name) for name in fields}, "scopes": scopes}


def engagements_of(by: Actor) -> Any:
    """The engagements an actor may see: the person's, or of them the one that the token opens."""
    found = Engagement.objects.visible_to(by.person).select_related("client", "provider")
    return found if by.only_engagement_id is None else found.filter(pk=by.only_engagement_id)


@router.get("/engagements", response=Page[EngagementShown], summary="My engagements")
@personal_operation(Duty.SEE_ENGAGEMENT)
def engagements(_request: HttpRequest, by: Actor, paging: Query[Paging], named: Query[Named]) -> dict[str, Any]:
    """The engagements in which one has a role, by name."""
    return page_of(engagements_of(by).filter(name__icontains=named.name), paging, by=["name"])


@router.get("/engagements/{slug:engagement}", response=EngagementEntered, summary="One engagement")
@engagement_operation(Duty.SEE_ENGAGEMENT)
def engagement(_request: HttpRequest, place: Place) -> dict[str, Any]:
    """Its parties, one's role in it and what that allows."""
    shown = EngagementShown.from_orm(place.engagement).dict()
    return {**shown, "role": str(place.role), "duties": [str(duty) for duty in Duty if place.may(duty)]}


@router.get("/engagements/{slug:engagement}/people", response=Page[PersonShown], summary="People of an engagement")
@engagement_operation(Duty.SEE_PEOPLE)
def people(_request: HttpRequest, place: Place, paging: Query[Paging]) -> dict[str, Any]:
    """Whoever has a role in the engagement, in the order the roles were given."""
    found = Membership.objects.in_engagement(place.engagement).select_related("user__organisation")
    page = page_of(found, paging)
    return {**page, "items": [_person(one) for one in page["items"]]}


def _person(member: Membership) -> dict[str, Any]:
    user, organisation = member.user, member.user.organisation
    slug = None if organisation is None else organisation.slug
    return {
        "name": user.name, "email": user.email, "organisation": slug, "role": member.role, "is_active": user.is_active
    }  # fmt: skip


@router.get("/organisations", response=Page[OrganisationShown], summary="Organisations I deal with")
@personal_operation(Duty.SEE_ENGAGEMENT)
def organisations(_request: HttpRequest, by: Actor, paging: Query[Paging], named: Query[Named]) -> dict[str, Any]:
    """One's own organisation and the other sides of one's engagements, by name."""
    found = Organisation.objects.visible_to(by.person)
    if by.only_engagement_id is not None:
        only = engagements_of(by)
        found = found.filter(
            pk__in=[*only.values_list("client_id", flat=True), *only.values_list("provider_id", flat=True)]
        )
    return page_of(found.filter(name__icontains=named.name), paging, by=["name"])


@router.get("/tokens", response=Page[TokenShown], summary="My tokens")
@personal_operation()
def my_tokens(_request: HttpRequest, by: Actor, paging: Query[Paging]) -> dict[str, Any]:
    """One's own tokens, newest first. A new one is made on the page /tokens/, signed in: no token makes tokens."""
    return page_of(ApiToken.objects.filter(user=by.person), paging, by=["-created_at"])


@router.delete("/tokens/{token}", response={204: None}, summary="Revoke a token")
@personal_operation()
def revoke_token(_request: HttpRequest, by: Actor, token: Number) -> Any:
    """Take one of one's own tokens back; it may be the one that asks."""
    tokens.revoke(must_find(ApiToken.objects.filter(user=by.person, pk=token)), by=by, at=now())
    return Status(204, None)
