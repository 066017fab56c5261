"""The audit trail: an entry for each action, written in the action's own transaction and chained by hash.

Who changes, takes out or slips in an entry breaks the chain at that place; `verify` names it. Personal values stand
beside the chain, which holds only salted digests of them: a value can be masked later and the chain still holds.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from remit.web.shared.models import AuditEntry, ChainHead, PersonalValue

GENESIS = "0" * 64
_CHAINED = (
    "number", "at", "action", "person_id", "role", "via", "request", "engagement_id", "subject_kind", "subject_id",
    "before", "after", "commitments", "previous_hash",
)  # fmt: skip
_ONE_HEAD = 1


class Acting(Protocol):
    """Who does something, as an entry tells it: a person in a role, or the installation itself (no person)."""

    @property
    def person_id(self) -> int | None: ...

    @property
    def person_name(self) -> str: ...

    @property
    def address(self) -> str: ...

    @property
    def via(self) -> str:
        """The door: page, api, command, job."""

    @property
    def request(self) -> str: ...

    def role_in(self, engagement_id: int | None) -> str:
        """The role by which the person acts in an engagement; empty outside any."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an entry tells of an action beside who and when. `personal` values are kept apart, and can be masked."""

    action: str
    subject: models.Model
    engagement_id: int | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    personal: Mapping[str, str] | None = None


def record(told: Told, *, by: Acting, at: datetime) -> AuditEntry:
    """Append an entry. It must be called inside the action's transaction, so that both are there or neither is."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"{told.action} left an audit entry outside a transaction")
    head = _locked_head()
    personal = {"name": by.person_name, "address": by.address, **(told.personal or {})}
    salted = {field: (secrets.token_hex(16), value) for field, value in personal.items() if value}
    entry = AuditEntry(
        number=head.number + 1,
        at=at,
        action=told.action,
        person_id=by.person_id,
        role=by.role_in(told.engagement_id),
        via=by.via,
        request=by.request,
        engagement_id=told.engagement_id,
        subject_kind=told.subject._meta.label_lower,
        subject_id=str(told.subject.pk or ""),
        before=_plain(told.before),
        after=_plain(told.after),
        commitments={field: _commitment(salt, value) for field, (salt, value) in salted.items()},
        previous_hash=head.hash or GENESIS,
    )
    entry.hash = hash_of(entry)
    entry.save(force_insert=True)
    values = [
        PersonalValue(entry=entry, field=field, salt=salt, value=value) for field, (salt, value) in salted.items()
    ]
    PersonalValue.objects.bulk_create(values)
    ChainHead.objects.filter(pk=head.pk).update(number=entry.number, hash=entry.hash)
    return entry


def _locked_head() -> ChainHead:
    ChainHead.objects.get_or_create(pk=_ONE_HEAD)
    return ChainHead.objects.select_for_update().get(pk=_ONE_HEAD)


def _plain(given: Mapping[str, Any] | None) -> Any:
    """Values as JSON will give them back, so that the hash is that of what is read later."""
    return None if given is None else json.loads(json.dumps(dict(given), cls=DjangoJSONEncoder))


def _commitment(salt: str, value: str) -> str:
    return hmac.new(bytes.fromhex(salt), value.encode(), hashlib.sha256).hexdigest()


def hash_of(entry: AuditEntry) -> str:
    """The SHA-256 of an entry's fields as JSON with sorted keys, its instant in UTC with microseconds."""
    fields = {name: getattr(entry, name) for name in _CHAINED}
    fields["at"] = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def mask(entry: AuditEntry, field: str) -> None:
    """Take a personal value away for good; the entry goes on saying that there was one."""
    PersonalValue.objects.filter(entry=entry, field=field).update(value="", salt="", is_masked=True)


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where the chain does not hold."""

    number: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What a walk along the chain found; `head` is its last hash, worth keeping somewhere else."""

    entries: int
    head: str
    faults: tuple[Fault, ...]


def verify(expected: str | None = None) -> Verified:
    """Walk the whole chain: every entry's hash, its link to the one before, its personal values, and the end.

    `expected` is a hash noted earlier: where no entry bears it any more, the chain was turned back or written anew.
    """
    faults: list[Fault] = []
    previous, count, last = GENESIS, 0, 0
    for entry in AuditEntry.objects.order_by("number").prefetch_related("personal_values").iterator(chunk_size=2000):
        faults += _faults_of(entry, previous=previous, last=last)
        previous, last, count = entry.hash, entry.number, count + 1
    head = ChainHead.objects.filter(pk=_ONE_HEAD).first()
    known = (head.number, head.hash) if head is not None else (0, "")
    if known != (last, previous if count else ""):
        faults.append(Fault(last, f"the chain ends at entry {last}, but its head was written at entry {known[0]}"))
    if expected and not AuditEntry.objects.filter(hash=expected.strip().lower()).exists():
        faults.append(
            Fault(last, f"no entry bears the hash expected, {expected}: the chain was turned back or rewritten")
        )
    return Verified(count, previous, tuple(faults))


def _faults_of(entry: AuditEntry, *, previous: str, last: int) -> Iterator[Fault]:
    number = entry.number
    if number != last + 1:
        gone = str(last + 1) if number == last + 2 else f"{last + 1} to {number - 1}"
        yield Fault(number, f"entry {gone} is missing" if number == last + 2 else f"entries {gone} are missing")
    elif entry.previous_hash != previous:
        yield Fault(number, f"entry {number} does not follow entry {last}: one of them was changed or slipped in")
    if hash_of(entry) != entry.hash:
        yield Fault(number, f"entry {number} was changed: its content is not what its hash was made of")
    yield from _personal_faults(entry)


def _personal_faults(entry: AuditEntry) -> Iterator[Fault]:
    kept = {value.field: value for value in entry.personal_values.all()}
    for field, commitment in entry.commitments.items():
        value = kept.get(field)
        if value is None:
            yield Fault(entry.number, f"entry {entry.number}: its {field} was taken out instead of masked")
        elif not value.is_masked and _commitment(value.salt, value.value) != commitment:
            yield Fault(entry.number, f"entry {entry.number}: its {field} was changed")
