"""The settlements room as Django knows it."""

from importlib import import_module
from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from remit.web.accounts.navigation import Group, Link
from remit.web.accounts.roles import Duty


class SettlementsConfig(AppConfig):
    """Months closed together by both sides, and their restatements.

    `holds_month` of any subject names what tells, for an engagement and a month, what keeps it from being closed.
    """

    name = "remit.web.settlements"
    label = "settlements"
    deadlines = "remit.web.settlements.deadlines.months"
    today = "remit.web.settlements.today.tell"
    holds_month = "remit.web.settlements.exclusions.open_requests"
    months_measured = "remit.web.settlements.restating.months_measured"
    navigation: ClassVar = (Link(_("Months"), "settlements:months", Duty.SEE_MONEY, Group.MONTHS, 10),)
    deeds: ClassVar = {
        "settlements.proposed": _("proposed a month's figures"),
        "settlements.objected": _("objected to a month's figures"),
        "settlements.agreed": _("agreed to a month's figures"),
        "settlements.deemed_agreed": _("took silence for agreement, as the contract says"),
        "settlements.closed": _("closed a month"),
        "settlements.drawn_up": _("drew up a restatement"),
        "settlements.drawn_up_anew": _("drew up a restatement anew"),
        "settlements.dropped": _("dropped a restatement, since the figures are as closed again"),
        "settlements.remarked": _("commented on a month"),
    }

    def ready(self) -> None:
        """Make the room's background work known to the worker."""
        import_module("remit.web.settlements.work")
