"""The savings room as Django knows it."""

from importlib import import_module
from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from remit.web.accounts.navigation import Group, Link
from remit.web.accounts.roles import Duty


class BenefitsConfig(AppConfig):
    """Business cases, the client's own costs, and the savings made of them: papers of the client alone."""

    name = "remit.web.benefits"
    label = "benefits"
    today = "remit.web.benefits.today.tell"
    months_measured = "remit.web.benefits.actions.months_measured"
    navigation: ClassVar = (Link(gettext_noop("Savings"), "benefits:savings", Duty.SEE_BENEFITS, Group.MONEY, 30),)
    deeds: ClassVar = {
        "benefits.case_kept": _("kept a business case"),
        "benefits.costs_kept": _("kept the client's own costs"),
        "benefits.asked": _("asked for savings to be worked out"),
    }

    def ready(self) -> None:
        """Make the room's background work known to the worker."""
        import_module("remit.web.benefits.work")
