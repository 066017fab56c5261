"""What subjects above do or say when something happens below, declared by name in their AppConfig."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string


def declared(name: str) -> list[Callable[..., Any]]:
    """The functions that the subjects declare under a name, in the order the subjects are installed."""
    given = (getattr(app, name, None) for app in apps.get_app_configs())
    return [import_string(one) for one in given if one is not None]
