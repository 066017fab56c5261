"""The jobs room as Django knows it."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Jobs are its only record."""

    name = "remit.web.jobs"
    label = "jobs"
