"""The packets room as Django knows it."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from remit.web.accounts.navigation import Group, Link
from remit.web.accounts.roles import Duty


class PacketsConfig(AppConfig):
    """Packets made, and packets given to be verified."""

    name = "remit.web.packets"
    label = "packets"
    navigation: ClassVar = (Link(gettext_noop("Packets"), "packets:packets", Duty.SEE_MONEY, Group.MONTHS, 60),)
    deeds: ClassVar = {
        "packets.asked": _("asked for a packet"),
        "packets.made": _("made a packet"),
        "packets.fetched": _("took a packet away"),
        "packets.given": _("gave a packet to be verified"),
        "packets.verified": _("verified a packet"),
    }

    def ready(self) -> None:
        """Make the room's background work known to the worker."""
        from remit.web.packets import work  # noqa: F401
