"""The connections room as Django knows it."""

from importlib import import_module
from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from remit.web.accounts.navigation import Group, Link
from remit.web.accounts.roles import Duty


class ConnectionsConfig(AppConfig):
    """Webhooks and their deliveries are its records."""

    name = "remit.web.connections"
    label = "connections"
    navigation: ClassVar[tuple[Link, ...]] = (
        Link(_("Webhooks"), "connections:webhooks", Duty.MANAGE_CONNECTIONS, Group.PARTIES, 40),
    )

    def ready(self) -> None:
        """Make the room's background work known to the worker."""
        import_module("remit.web.connections.work")
