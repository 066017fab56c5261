"""The jobs room as Django knows it."""

from importlib import import_module

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Jobs are its only record."""

    name = "remit.web.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Declare what does the room's own kinds of job."""
        import_module("remit.web.jobs.mail")
