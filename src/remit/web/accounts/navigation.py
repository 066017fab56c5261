"""The way around an engagement: each subject says which of its pages stand in the frame, and for whose duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.apps import apps
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from remit.web.accounts.roles import Duty

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from remit.web.accounts.doors import Place
    from remit.web.accounts.models import User


class Group(StrEnum):
    """What an engagement's pages are about, in the order of the frame."""

    OVERVIEW = "overview"
    CONTRACT = "contract"
    PERFORMANCE = "performance"
    MONTHS = "months"
    MONEY = "money"
    RECORDS = "records"
    PARTIES = "parties"


_TITLES = {
    Group.OVERVIEW: gettext_noop("Overview"),
    Group.CONTRACT: gettext_noop("Contract"),
    Group.PERFORMANCE: gettext_noop("Performance"),
    Group.MONTHS: gettext_noop("Months"),
    Group.MONEY: gettext_noop("Money"),
    Group.RECORDS: gettext_noop("Records"),
    Group.PARTIES: gettext_noop("Parties"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A page of a subject that stands in the frame: `group` and `order` say where, `duty` for whom.

    A subject declares its links as `navigation` in its AppConfig; the page's address takes the engagement alone.
    """

    title: "str | _StrPromise"
    view: str
    duty: Duty
    group: Group
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


@dataclass(frozen=True, slots=True)
class Frame:
    """The way around an engagement: its groups of pages, and the pages of the group one is in where it has several."""

    groups: Sequence[Shown] = ()
    group: str = ""
    pages: Sequence[Shown] = ()


def frame_of(place: "Place", path: str) -> Frame:
    """What a person can open in an engagement; the page whose address one's own begins with is where one is.

    A group leads to its first page. One with a single page is shown as that page.
    """
    declared = [link for app in apps.get_app_configs() for link in getattr(app, "navigation", ())]
    mine = sorted((link for link in declared if place.may(link.duty)), key=lambda one: (one.order, str(one.title)))
    addresses = {link: reverse(link.view, kwargs={"engagement": place.engagement.slug}) for link in mine}
    here = max(
        (one for one in mine if path.startswith(addresses[one])), key=lambda one: len(addresses[one]), default=None
    )
    groups, pages = [], []
    for group in Group:
        listed = [link for link in mine if link.group is group]
        if not listed:
            continue
        is_here = here is not None and here.group is group
        title = listed[0].title if len(listed) == 1 else _TITLES[group]
        groups.append(Shown(gettext(str(title)), addresses[listed[0]], is_here))
        if is_here and len(listed) > 1:
            pages = [Shown(gettext(str(link.title)), addresses[link], link is here) for link in listed]
    return Frame(groups, gettext(_TITLES[here.group]) if here is not None else "", pages)


def site_links_of(user: "User", path: str) -> Sequence[Shown]:
    """The links of a person's own menu, those of administrators last."""
    declared = [link for app in apps.get_app_configs() for link in getattr(app, "site_navigation", ())]
    mine = [link for link in declared if user.is_administrator or not link.is_for_administrators]
    mine.sort(key=lambda one: (one.is_for_administrators, one.order, str(one.title)))
    return [Shown(gettext(str(link.title)), reverse(link.view), reverse(link.view) == path) for link in mine]
