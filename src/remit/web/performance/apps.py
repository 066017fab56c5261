"""The performance room as Django knows it."""

from typing import ClassVar

from django.apps import AppConfig

from remit.web.accounts.navigation import Link


class PerformanceConfig(AppConfig):
    """Loads, runs and what they measured are its records."""

    name = "remit.web.performance"
    label = "performance"
    navigation: ClassVar[tuple[Link, ...]] = ()

    def ready(self) -> None:
        """Make the room's background work known to the worker."""
        from remit.web.performance import work  # noqa: F401
