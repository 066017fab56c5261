"""The relief room as Django knows it."""

from importlib import import_module
from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from remit.web.accounts.navigation import Group, Link
from remit.web.accounts.roles import Duty


class ReliefConfig(AppConfig):
    """Claims for relief under the contract's forecast terms, and what was agreed of them."""

    name = "remit.web.relief"
    label = "relief"
    today = "remit.web.relief.today.tell"
    agreed_beside = "remit.web.relief.bridge.agreed.reliefs_of"
    months_measured = "remit.web.relief.drawing.months_measured"
    says_of_figures = "remit.web.relief.figures.claims_on"
    holds_month = "remit.web.relief.holding.open_claims"
    navigation: ClassVar = (Link(_("Relief"), "relief:claims", Duty.SEE_EXCLUSIONS, Group.MONTHS, 30),)
    deeds: ClassVar = {
        "relief.drawn_up": _("found a month for which relief may be asked"),
        "relief.asked": _("asked for relief"),
        "relief.worked_out": _("had a relief worked out anew"),
        "relief.withdrawn": _("withdrew a claim for relief"),
        "relief.decided": _("decided on a relief"),
    }

    def ready(self) -> None:
        """Make the room's background work known to the worker."""
        import_module("remit.web.relief.work")
