"""The way around an engagement: each subject says which of its pages stand in the frame, and for whose duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.urls import reverse
from django.utils.translation import gettext

from remit.web.accounts.roles import Duty

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from remit.web.accounts.doors import Place
    from remit.web.accounts.models import User


@dataclass(frozen=True, slots=True)
class Link:
    """A page of a subject that stands in the frame: `order` says where, `duty` for whom.

    A subject declares its links as `navigation` in its AppConfig; the page's address takes the engagement alone.
    """

    title: "str | _StrPromise"
    view: str
    duty: Duty
    order: int = 50


@dataclass(frozen=True, slots=True)
class SiteLink:
    """A page about oneself or about the whole installation; it stands in the menu beside one's name.

    A subject declares them as `site_navigation` in its AppConfig; the page's address takes no argument.
    """

    title: "str | _StrPromise"
    view: str
    order: int = 50
    is_for_administrators: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A link as a page shows it."""

    title: str
    address: str
    is_here: bool


def links_of(place: "Place", path: str) -> Sequence[Shown]:
    """The links a person has in an engagement; the one whose address the page's own begins with is where one is."""
    declared = [link for app in apps.get_app_configs() for link in getattr(app, "navigation", ())]
    mine = [link for link in sorted(declared, key=lambda one: (one.order, str(one.title))) if place.may(link.duty)]
    addresses = [reverse(link.view, kwargs={"engagement": place.engagement.slug}) for link in mine]
    here = max((one for one in addresses if path.startswith(one)), key=len, default=None)
    return [Shown(gettext(str(link.title)), at, at == here) for link, at in zip(mine, addresses, strict=True)]


def site_links_of(user: "User", path: str) -> Sequence[Shown]:
    """The links of a person's own menu, those of administrators last."""
    declared = [link for app in apps.get_app_configs() for link in getattr(app, "site_navigation", ())]
    mine = [link for link in declared if user.is_administrator or not link.is_for_administrators]
    mine.sort(key=lambda one: (one.is_for_administrators, one.order, str(one.title)))
    return [Shown(gettext(str(link.title)), reverse(link.view), reverse(link.view) == path) for link in mine]
