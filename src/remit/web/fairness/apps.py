"""The room of fair figures as Django knows it."""

from importlib import import_module
from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_noop

from remit.web.accounts.navigation import Group, Link
from remit.web.accounts.roles import Duty


class FairnessConfig(AppConfig):
    """Comparisons at one mix, signals and forecasts."""

    name = "remit.web.fairness"
    label = "fairness"
    today = "remit.web.fairness.today.tell"
    months_measured = "remit.web.fairness.actions.months_measured"
    navigation: ClassVar = (
        Link(gettext_noop("Forecast"), "fairness:forecast", Duty.SEE_PERFORMANCE, Group.PERFORMANCE, 40),
        Link(gettext_noop("Comparisons"), "fairness:comparisons", Duty.SEE_PERFORMANCE, Group.PERFORMANCE, 50),
        Link(gettext_noop("Signals"), "fairness:signals", Duty.SEE_RECORDS, Group.PERFORMANCE, 60),
    )
    deeds: ClassVar = {
        "fairness.compared": gettext_noop("asked for a comparison at one mix"),
        "fairness.noted": gettext_noop("noted what became of a signal"),
    }

    def ready(self) -> None:
        """Make the room's background work known to the worker."""
        import_module("remit.web.fairness.work")
