"""The back-tests room as Django knows it."""

from importlib import import_module
from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_noop

from remit.web.accounts.navigation import Group, Link
from remit.web.accounts.roles import Duty


class BacktestsConfig(AppConfig):
    """Tests of terms, and what they found."""

    name = "remit.web.backtests"
    label = "backtests"
    navigation: ClassVar = (Link(gettext_noop("Back-tests"), "backtests:all", Duty.TEST_TERMS, Group.CONTRACT, 40),)
    deeds: ClassVar = {"backtests.asked": gettext_noop("asked for terms to be tested on past months")}

    def ready(self) -> None:
        """Make the room's background work known to the worker."""
        import_module("remit.web.backtests.work")
