"""Audit entries in words: what was done, on what, and what it was before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from remit.web.accounts.roles import TITLES, Role
from remit.web.shared.models import AuditEntry


def title_of(action: str) -> str:
    """An action in words: as its subject declares it in `deeds` of its AppConfig, else its own name's words."""
    for app in apps.get_app_configs():
        declared: Mapping[str, Any] = getattr(app, "deeds", {})
        if action in declared:
            return str(declared[action])
    return action.partition(".")[2].replace("_", " ") or action


def kind_of(subject: str) -> str:
    """A subject's kind in words, from its model's label."""
    return subject.partition(".")[2].replace("_", " ") or subject


def role_title(role: str) -> str:
    """A role as it stands in an entry, in words."""
    if role in set(Role):
        return TITLES[Role(role)]
    return str(_("Administrator")) if role == "administrator" else ""


@dataclass(frozen=True, slots=True)
class Change:
    """One value that an action set: None where it was not there."""

    field: str
    before: str | None
    after: str | None


def changes_of(entry: AuditEntry) -> Sequence[Change]:
    """What an action set, value by value, in the order of their names."""
    before, after = entry.before or {}, entry.after or {}
    return [
        Change(name.replace("_", " "), _shown(name, before.get(name)), _shown(name, after.get(name)))
        for name in sorted({*before, *after})
    ]


def _shown(name: str, value: object) -> str | None:
    if value is None:
        return None
    if name == "role":
        return role_title(str(value)) or str(value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value)


def person_of(entry: AuditEntry) -> str:
    """Who did it: by name, as masked, or the installation itself."""
    for value in entry.personal_values.all():
        if value.field == "name":
            return str(_("masked")) if value.is_masked else value.value
    return str(_("the installation")) if entry.person_id is None else f"{entry.person_id}"


def name_of(entry: AuditEntry) -> str:
    """Who did it, shortly: the name without the mail address."""
    return person_of(entry).partition(" <")[0]
