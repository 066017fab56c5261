"""The audit trail as a list: filtered, page by page, and as rows of a file."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from remit.web.accounts.deeds import changes_of, kind_of, person_of, role_title, title_of
from remit.web.shared.models import AuditEntry, PersonalValue

A_PAGE = 50
HEADER = (
    "number", "at", "action", "what", "person", "role", "via", "request", "subject", "subject_id", "changes",
    "personal", "hash",
)  # fmt: skip


def choices(entries: "QuerySet[AuditEntry]") -> dict[str, list[tuple[str, str]]]:
    """The actions and the kinds of subjects that occur, for the filter."""
    actions = entries.order_by("action").values_list("action", flat=True).distinct()
    subjects = entries.order_by("subject_kind").values_list("subject_kind", flat=True).distinct()
    return {
        "actions": [(one, title_of(one)) for one in actions],
        "subjects": [(one, kind_of(one)) for one in subjects],
    }


def narrowed(entries: "QuerySet[AuditEntry]", wanted: dict[str, Any]) -> "QuerySet[AuditEntry]":
    """The entries that a filter asks for; days are those of the reader's zone, both ends included."""
    if wanted.get("action"):
        entries = entries.filter(action=wanted["action"])
    if wanted.get("subject"):
        entries = entries.filter(subject_kind=wanted["subject"])
    if wanted.get("since"):
        entries = entries.filter(at__gte=_midnight(wanted["since"]))
    if wanted.get("until"):
        entries = entries.filter(at__lt=_midnight(wanted["until"] + timedelta(days=1)))
    if wanted.get("text"):
        entries = _telling(entries, wanted["text"])
    return entries


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _telling(entries: "QuerySet[AuditEntry]", text: str) -> "QuerySet[AuditEntry]":
    named = PersonalValue.objects.filter(value__icontains=text).values("entry_id")
    return entries.filter(Q(pk__in=named) | Q(request=text) | Q(subject_id=text))


def rows(entries: "QuerySet[AuditEntry]") -> Iterator[tuple[object, ...]]:
    """The entries as rows of a file, the oldest first."""
    found = entries.order_by("number").prefetch_related("personal_values")
    for entry in found.iterator(chunk_size=1000):
        changes = "; ".join(f"{one.field}: {_of(one.before)} → {_of(one.after)}" for one in changes_of(entry))
        yield (
            entry.number, entry.at, entry.action, title_of(entry.action), person_of(entry), role_title(entry.role),
            entry.via, entry.request, kind_of(entry.subject_kind), entry.subject_id, changes,
            _personal(entry), entry.hash,
        )  # fmt: skip


def _personal(entry: AuditEntry) -> str:
    """What else the entry tells of people, such as from where they came; a masked value as such."""
    values = sorted((one for one in entry.personal_values.all() if one.field != "name"), key=lambda one: one.field)
    return "; ".join(f"{one.field}: {_('masked') if one.is_masked else one.value}" for one in values)


def _of(value: str | None) -> str:
    return "–" if value is None else value
