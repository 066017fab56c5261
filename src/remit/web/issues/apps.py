"""The issues room as Django knows it."""

from importlib import import_module
from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from remit.web.accounts.navigation import Group, Link
from remit.web.accounts.roles import Duty


class IssuesConfig(AppConfig):
    """Disputes between the two sides."""

    name = "remit.web.issues"
    label = "issues"
    deadlines = "remit.web.issues.deadlines.disputes"
    today = "remit.web.issues.today.tell"
    holds_month = "remit.web.issues.holding.open_disputes"
    says_of_figures = "remit.web.issues.figures.disputes_on"
    navigation: ClassVar = (Link(_("Disputes"), "issues:disputes", Duty.SEE_MONEY, Group.MONTHS, 40),)
    deeds: ClassVar = {
        "issues.raised": _("raised a dispute"),
        "issues.answered": _("answered a dispute"),
        "issues.escalated": _("took a dispute to the next step, its time being over"),
        "issues.mediated": _("noted what a mediator said"),
        "issues.records_named": _("named the records that a dispute’s decision leaves out"),
        "issues.decided": _("decided a dispute"),
        "issues.withdrawn": _("withdrew a dispute"),
    }

    def ready(self) -> None:
        """Make the room's background work known to the worker."""
        import_module("remit.web.issues.work")
