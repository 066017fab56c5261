"""The shared room as Django knows it."""

from django.apps import AppConfig


class SharedConfig(AppConfig):
    """Audit entries and jobs are its records."""

    name = "remit.web.shared"
    label = "shared"
