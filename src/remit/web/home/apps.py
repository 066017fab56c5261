"""The home room as Django knows it."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """It keeps nothing of its own."""

    name = "remit.web.home"
    label = "home"
