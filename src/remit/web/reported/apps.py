"""The room of the second set of books as Django knows it."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from remit.web.accounts.navigation import Group, Link
from remit.web.accounts.roles import Duty


class ReportedConfig(AppConfig):
    """The provider's figures and flags, and the bridges from them to ours."""

    name = "remit.web.reported"
    label = "reported"
    navigation: ClassVar = (
        Link(gettext_noop("Two sets of books"), "reported:months", Duty.SEE_PERFORMANCE, Group.MONTHS, 50),
    )
    deeds: ClassVar = {
        "reported.figures_given": _("reported the provider's figures"),
        "reported.bridged": _("led reported figures over to ours"),
    }

    def ready(self) -> None:
        """Make the room's background work known to the worker."""
        from remit.web.reported import work  # noqa: F401
