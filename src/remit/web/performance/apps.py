"""The performance room as Django knows it."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_noop

from remit.web.accounts.navigation import Group, Link
from remit.web.accounts.roles import Duty


class PerformanceConfig(AppConfig):
    """Loads, runs and what they measured are its records."""

    name = "remit.web.performance"
    label = "performance"
    contract_agreed = "remit.web.performance.measuring.contract_agreed"
    exclusions_agreed = "remit.web.performance.measuring.exclusions_agreed"
    today = "remit.web.performance.today.tell"
    navigation: ClassVar = (
        Link(gettext_noop("Service levels"), "performance:heat", Duty.SEE_PERFORMANCE, Group.PERFORMANCE, 10),
        Link(gettext_noop("Scorecards"), "performance:scorecards", Duty.SEE_PERFORMANCE, Group.PERFORMANCE, 30),
        Link(gettext_noop("Settlements"), "performance:settlements", Duty.SEE_MONEY, Group.PERFORMANCE, 20),
        Link(gettext_noop("Loads"), "performance:loads", Duty.SEE_PERFORMANCE, Group.RECORDS, 10),
    )

    def ready(self) -> None:
        """Make the room's background work known to the worker."""
        from remit.web.performance import pictures, work  # noqa: F401
