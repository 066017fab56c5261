"""The way around an engagement: each subject says which of its pages stand in the frame, and for whose duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.urls import reverse

from remit.web.accounts.roles import Duty

if TYPE_CHECKING:
    from remit.web.accounts.doors import Place


@dataclass(frozen=True, slots=True)
class Link:
    """A page of a subject that stands in the frame: `order` says where, `duty` for whom.

    A subject declares its links as `navigation` in its AppConfig; the page's address takes the engagement alone.
    """

    title: str
    view: str
    duty: Duty
    order: int = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A link as a page shows it."""

    title: str
    address: str
    is_here: bool


def links_of(place: "Place", path: str) -> Sequence[Shown]:
    """The links a person has in an engagement; the one whose address the page's own begins with is where one is."""
    declared = [link for app in apps.get_app_configs() for link in getattr(app, "navigation", ())]
    mine = [link for link in sorted(declared, key=lambda one: (one.order, one.title)) if place.may(link.duty)]
    addresses = [reverse(link.view, kwargs={"engagement": place.engagement.slug}) for link in mine]
    here = max((one for one in addresses if path.startswith(one)), key=len, default=None)
    return [Shown(link.title, at, at == here) for link, at in zip(mine, addresses, strict=True)]
