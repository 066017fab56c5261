"""The first page's protocol: each subject tells what needs a person, what is at risk and what changed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from remit.web.accounts.actors import Actor
from remit.web.accounts.doors import Place
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty
from remit.web.shared.follow_ups import declared

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Part(StrEnum):
    """The three parts of the first page."""

    NEEDS = "needs"
    RISK = "risk"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the first page: a sentence, where to look, and its engagement where it belongs to one.

    `at` is when it is due, or when it happened; lines of a part stand by `order` (the smaller, the more it matters),
    then by `at`. `standing` is one of met, below, missed or none where the sentence is about a level's standing.
    """

    part: Part
    sentence: "str | _StrPromise"
    address: str
    engagement: Engagement | None = None
    at: datetime | None = None
    order: int = 50
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks, at the engagements a page is about, `at` when, and `since` when the last look was."""

    actor: Actor
    places: Sequence[Place]
    at: datetime
    since: datetime

    def where(self, duty: Duty) -> dict[int, Place]:
        """The places in which the person has a duty, by the engagement's key, for a subject's one query."""
        if self.actor.only_engagement_id is not None:
            return {place.engagement.pk: place for place in self.places if place.may(duty)}
        # A duty goes by the role alone: asked once a role, not for each of hundreds of places.
        one_of = {place.role: place for place in self.places}
        roles = {role for role, place in one_of.items() if place.may(duty)}
        return {place.engagement.pk: place for place in self.places if place.role in roles}


Telling = Callable[[Visit], Iterable[Item]]
"""What a subject declares as `today` in its AppConfig, by its dotted name: a few queries for all places together."""


def visit_of(actor: Actor, engagements: Iterable[Engagement], *, at: datetime, since: datetime) -> Visit:
    """A visit to those of the engagements in which the actor has a role; one query for all the roles."""
    listed = list(engagements)
    roles = actor.roles(listed)
    places = [Place(one, roles[one.pk], actor) for one in listed if one.pk in roles]
    return Visit(actor, places, at, since)


def items_of(visit: Visit) -> dict[Part, list[Item]]:
    """What every subject tells on this visit, by part, what matters most first."""
    tellings: list[Telling] = declared("today")
    told = [item for telling in tellings for item in telling(visit)]
    told.sort(key=lambda item: (item.order, item.at is None, item.at or visit.at))
    return {part: [item for item in told if item.part is part] for part in Part}
