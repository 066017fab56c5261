"""The home room as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from remit.web.accounts.navigation import Group, Link, SiteLink
from remit.web.accounts.roles import Duty


class HomeConfig(AppConfig):
    """It keeps nothing of its own."""

    name = "remit.web.home"
    label = "home"
    navigation = (Link(_("Overview"), "engagement", Duty.SEE_ENGAGEMENT, Group.OVERVIEW, 0),)
    today = "remit.web.home.today.tell"
    site_navigation = (SiteLink(_("Style page"), "style", order=99, is_for_administrators=True),)
