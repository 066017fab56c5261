"""Many engagements alike, with everything under way that a first page tells of, for tests of how much it asks."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models

from remit.web.accounts.models import Engagement, Membership, User
from remit.web.accounts.roles import Role
from remit.web.contracts.models import Document, Version
from remit.web.exclusions.bridge.terms import Choice
from remit.web.exclusions.models import DutyDay, ExclusionRequest
from remit.web.finance.models import InvoiceReceived, InvoiceState
from remit.web.issues.actions import Claim, raise_dispute
from remit.web.issues.models import Dispute, Subject
from remit.web.performance.models import Attained, Load, Outcome, Run, SettledMonth
from remit.web.settlements.models import Closing
from remit.web.shared.moments import now
from tests.lib.web_exclusions import JANUARY, TERMS, asked_for, measured, provider
from tests.lib.web_months import proposed
from tests.lib.web_world import World, person

_TOLD: tuple[type[models.Model], ...] = (
    Version,
    Run,
    ExclusionRequest,
    DutyDay,
    Closing,
    Dispute,
    InvoiceReceived,
    Load,
)
_PARTS: dict[type[models.Model], tuple[type[models.Model], ...]] = {Version: (Document,), Run: (SettledMonth, Attained)}
_OF_ITS_OWN: dict[type[models.Model], tuple[str, ...]] = {Load: ("key",)}


def busy_engagement(world: World) -> Engagement:
    """The northern engagement with a missed level and whatever else can be under way in one."""
    engagement = measured(world, terms=f"{TERMS}settling: {{clause: B 8}}\n")
    proposed(world, JANUARY)
    asked_for(world, Choice(keys=("b",)))
    raise_dispute(engagement, Claim(Subject.LEVEL, JANUARY, "SL1", "not ours"), by=provider(world), at=now())
    given = {"engagement": engagement, "sha256": "0" * 64, "at": now(), "month_on": JANUARY}
    InvoiceReceived.objects.create(**given, file_name="a.xml", content=b"", number="A-1", state=InvoiceState.MATCHED)
    load = Load.objects.get(engagement=engagement)
    _copied(load, key="refused", outcome=Outcome.REFUSED)
    return engagement


def manager_of_all(world: World) -> User:
    """A manager with a role in every engagement of the client."""
    found = person("everywhere@example.org", world.client)
    Membership.objects.create(user=found, organisation=world.client, role=Role.BPO_MANAGER)
    return found


def alike(engagement: Engagement, numbers: Iterable[int]) -> None:
    """More engagements with the same rows in every table that a first page reads."""
    for number in numbers:
        name = f"{engagement.slug}-{number}"
        copy = _copied(engagement, name=f"Copy {number}", slug=name, contract_id=name)
        for model in _TOLD:
            for row in model._default_manager.filter(engagement=engagement):
                own = {field: f"{number}-{getattr(row, field)}"[:32] for field in _OF_ITS_OWN.get(model, ())}
                _with_parts(row, {**own, "engagement": copy})


def _with_parts(row: Any, given: dict[str, Any]) -> None:
    model = type(row)
    parts = {part: list(part._default_manager.filter(**{_name_of(model): row.pk})) for part in _PARTS.get(model, ())}
    made = _copied(row, **given)
    for part, rows in parts.items():
        for one in rows:
            setattr(one, _name_of(model), made)
            one.pk = None
        part._default_manager.bulk_create(rows)


def _name_of(model: type[models.Model]) -> str:
    """The field by which parts name the row they belong to."""
    return model.__name__.lower()


def _copied(row: Any, **given: Any) -> Any:
    fields = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields if not one.primary_key}
    for name in given:
        fields.pop(f"{name}_id", None)
    return apps.get_model(row._meta.label).objects.create(**{**fields, **given})
