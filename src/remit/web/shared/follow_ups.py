"""What subjects above do in the transaction of an action below them, declared by name in their AppConfig."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string


def follow_ups(moment: str) -> list[Callable[..., Any]]:
    """What is declared for a moment, as `contract_agreed`, in the order of the installed subjects."""
    declared = (getattr(app, moment, None) for app in apps.get_app_configs())
    return [import_string(name) for name in declared if name is not None]
