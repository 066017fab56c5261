"""The jobs room as Django knows it."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from remit.web.accounts.navigation import SiteLink


class JobsConfig(AppConfig):
    """Jobs are its only record."""

    name = "remit.web.jobs"
    label = "jobs"
    site_navigation = (SiteLink(_("Background work"), "jobs:all", 30, is_for_administrators=True),)

    def ready(self) -> None:
        """Declare what does the room's own kinds of job."""
        import_module("remit.web.jobs.mail")
