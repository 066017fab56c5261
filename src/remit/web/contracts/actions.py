"""What people do with versions of a contract: draft, propose, approve, reject, withdraw."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty
from remit.web.connections.actions import announce
from remit.web.connections.events import Event
from remit.web.contracts.bridge import check
from remit.web.contracts.models import CONTRACT_NAME, Approval, Document, State, Version
from remit.web.shared.audit import Told, record
from remit.web.shared.follow_ups import declared
from remit.web.shared.refusals import NotAllowed, Refusal

MOST_DOCUMENTS = 200
LARGEST_DOCUMENT = 1_000_000
"""Bytes; the corridor reads no document of terms beyond it."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,90}\.ya?ml")


@dataclass(frozen=True, slots=True)
class File:
    """A file as somebody gave it; the contract itself is called `contract.yaml`, every other name is an amendment's."""

    name: str
    content: bytes

    @property
    def kind(self) -> str:
        """What the file is, by its name."""
        return Document.Kind.CONTRACT if self.name == CONTRACT_NAME else Document.Kind.AMENDMENT


class FollowUp(Protocol):
    """What is done in the transaction in which a version comes in force, such as asking for a measurement."""

    def __call__(self, version: Version, *, by: Actor, at: datetime) -> None: ...


class SavedMeanwhile(Refusal):
    """Somebody else saved the draft since it was opened; nothing of either is lost."""


class CannotBeRead(Refusal):
    """Files with errors are not put on the table."""


@transaction.atomic
def start_draft(
    engagement: Engagement, files: Sequence[File], *, by: Actor, at: datetime, based_on: Version | None = None
) -> Version:
    """A new draft of one's own side, from files as they are given; faults in them don't keep it from being kept."""
    by.must(Duty.DRAFT_CONTRACT, engagement)
    must_differ([file.name for file in files])
    if CONTRACT_NAME not in {file.name for file in files}:
        raise Refusal("A version needs the contract itself.", "Give the contract's file; amendments stand beside it.")
    version = Version.objects.create(
        engagement=engagement,
        side=by.side(engagement),
        based_on=based_on,
        drafted_by=by.person,
        drafted_at=at,
    )
    for file in files:
        _put(version, file)
    told = {"files": _hashes(version), "based_on": based_on and based_on.number}
    record(Told("contracts.drafted", version, engagement.pk, after=told), by=by, at=at)
    return version


@transaction.atomic
def save_documents(draft: Version, files: Sequence[File], *, revision: int, by: Actor, at: datetime) -> Version:
    """Write files of a draft: new ones, or over those of their names; all of them or none.

    Raises SavedMeanwhile where the draft has another revision than the writer saw.
    """
    must_differ([file.name for file in files])
    before = _hashes(draft)
    _change(draft, revision, by)
    for file in files:
        _put(draft, file)
    told = Told(
        "contracts.draft_saved", draft, draft.engagement_id, before={"files": before}, after={"files": _hashes(draft)}
    )
    record(told, by=by, at=at)
    return draft


@transaction.atomic
def remove_document(draft: Version, name: str, *, revision: int, by: Actor, at: datetime) -> Version:
    """Take an amendment out of a draft; a contract without its own file is none."""
    before = _hashes(draft)
    _change(draft, revision, by)
    if name == CONTRACT_NAME:
        raise Refusal("The contract itself can't be taken out.", "Discard the draft instead.")
    if not Document.objects.filter(version=draft, name=name).delete()[0]:
        raise Refusal(f"There is no {name} in this draft any more.")
    told = Told(
        "contracts.draft_saved", draft, draft.engagement_id, before={"files": before}, after={"files": _hashes(draft)}
    )
    record(told, by=by, at=at)
    return draft


@transaction.atomic
def discard(draft: Version, *, revision: int | None, by: Actor, at: datetime) -> None:
    """Lay a draft aside for good; with a revision, only as it was then. Its files stay in the database."""
    _must_own(draft, by)
    _move(draft, State.DRAFT, State.WITHDRAWN, revision=revision, decided_by=by.person, decided_at=at)
    record(
        Told("contracts.draft_discarded", draft, draft.engagement_id, before={"files": _hashes(draft)}), by=by, at=at
    )


@transaction.atomic
def propose(draft: Version, *, note: str, revision: int, by: Actor, at: datetime) -> Version:
    """Put a draft on the table: it gets its number, both sides see it, and it is never changed again.

    Raises CannotBeRead where its files have errors, and Refusal where another version lies on the table already: each
    is judged against what is in force, and that must not move under the reader.
    """
    _must_own(draft, by)
    engagement = _locked(draft.engagement_id)
    checked = check(list(draft.documents.all()), engagement=engagement)
    if checked.terms is None:
        count = len(checked.errors)
        raise CannotBeRead(f"These files have {count} error{'s' * (count != 1)}.", "Mend them, then propose again.")
    highest = Version.objects.filter(engagement=engagement).aggregate(highest=Max("number"))["highest"] or 0
    fields: dict[str, Any] = {
        "number": highest + 1,
        "note": note.strip(),
        "sha256": checked.terms.sha256,
        "proposed_by": by.person,
        "proposed_at": at,
    }
    try:
        with transaction.atomic():
            _move(draft, State.DRAFT, State.PROPOSED, revision=revision, **fields)
    except IntegrityError:
        raise Refusal(
            "Another version lies on the table already.", "Decide on it first: approve it, reject it or withdraw it."
        ) from None
    draft.refresh_from_db()
    after = {"number": draft.number, "sha256": draft.sha256, "files": _hashes(draft)}
    told = Told("contracts.proposed", draft, engagement.pk, after=after, personal={"note": draft.note})
    record(told, by=by, at=at)
    announce(engagement, Event.CONTRACT_PROPOSED, {"number": draft.number, "sha256": draft.sha256}, at=at)
    return draft


@transaction.atomic
def draft_and_propose(engagement: Engagement, files: Sequence[File], *, note: str, by: Actor, at: datetime) -> Version:
    """Files put on the table in one go, as a program does; where they can't be, nothing is kept of them."""
    draft = start_draft(engagement, files, by=by, at=at)
    return propose(draft, note=note, revision=draft.revision, by=by, at=at)


@transaction.atomic
def approve(version: Version, *, by: Actor, at: datetime, sha256: str | None = None) -> Version:
    """Say yes to a proposed version for one's own side; the second side's yes brings it in force.

    With `sha256` it is a yes to those files alone. Raises Refusal where the version has others.

    The version agreed on before is superseded in the same moment. Nobody approves for both sides, and no side twice.
    """
    by.must(Duty.APPROVE_CONTRACT, version.engagement)
    engagement = _locked(version.engagement_id)
    version.refresh_from_db()
    if version.state != State.PROPOSED:
        raise Refusal(f"That version is {version.state}; only one that lies on the table can be approved.")
    if sha256 not in (None, version.sha256):
        raise Refusal("That version holds other files than those of this hash.", "Read it again before you approve it.")
    side = by.side(engagement)
    given = list(Approval.objects.filter(version=version))
    if any(approval.by_id == by.person_id for approval in given):
        raise Refusal("You have approved this version already.", "The other side's approval is still needed.")
    if any(approval.side == side for approval in given):
        raise Refusal(f"Your side, the {side}, has approved this version already.")
    Approval.objects.create(version=version, side=side, by=by.person, at=at)
    if given:
        _bring_in_force(version, by=by, at=at)
    after = {"number": version.number, "sha256": version.sha256, "side": side, "state": version.state}
    record(Told("contracts.approved", version, engagement.pk, after=after), by=by, at=at)
    return version


def _bring_in_force(version: Version, *, by: Actor, at: datetime) -> None:
    agreed = Version.objects.filter(engagement_id=version.engagement_id, state=State.AGREED)
    agreed.update(state=State.SUPERSEDED)
    _move(version, State.PROPOSED, State.AGREED, decided_by=by.person, decided_at=at)
    version.refresh_from_db()
    told = {"number": version.number, "sha256": version.sha256}
    announce(version.engagement, Event.CONTRACT_AGREED, told, at=at)
    follow_up: FollowUp
    for follow_up in declared("contract_agreed"):
        follow_up(version, by=by, at=at)


@transaction.atomic
def reject(version: Version, *, reason: str, by: Actor, at: datetime) -> Version:
    """Say no to a proposed version, with a reason that both sides read."""
    by.must(Duty.APPROVE_CONTRACT, version.engagement)
    if not reason.strip():
        raise Refusal("A rejection needs its reason.", "Say what would have to change.")
    fields: dict[str, Any] = {"decided_by": by.person, "decided_at": at, "reason": reason.strip()}
    _move(version, State.PROPOSED, State.REJECTED, **fields)
    version.refresh_from_db()
    after = {"number": version.number, "side": by.side(version.engagement)}
    told = Told("contracts.rejected", version, version.engagement_id, after=after, personal={"reason": version.reason})
    record(told, by=by, at=at)
    return version


@transaction.atomic
def withdraw(version: Version, *, by: Actor, at: datetime) -> Version:
    """Take a proposal of one's own side from the table."""
    _must_own(version, by)
    _move(version, State.PROPOSED, State.WITHDRAWN, decided_by=by.person, decided_at=at)
    version.refresh_from_db()
    record(Told("contracts.withdrawn", version, version.engagement_id, after={"number": version.number}), by=by, at=at)
    return version


def must_differ(names: Sequence[str]) -> None:
    """Raises Refusal where a name is given twice: nobody could say which of the two files is meant."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Refusal(f"{', '.join(twice)} is given twice.", "Give each file a name of its own.")


def safe_name(given: str) -> str:
    """An amendment's file name as it is kept; raises Refusal where it could be mistaken for a path."""
    name = given.replace("\\", "/").rpartition("/")[2].strip()
    if name == CONTRACT_NAME or not _NAME.fullmatch(name):
        hint = "Use letters, digits, blanks, . _ and -, and end in .yaml; contract.yaml is the contract's own name."
        raise Refusal(f"{name or given!r} can't be the name of an amendment's file.", hint)
    return name


def _must_own(version: Version, by: Actor) -> None:
    by.must(Duty.DRAFT_CONTRACT, version.engagement)
    if by.side(version.engagement) != version.side:
        raise NotAllowed(f"This version is the {version.side}'s own.")


def _locked(engagement_id: int) -> Engagement:
    """The engagement, held until the transaction ends: its versions move one after another.

    Two approvals at once would else each see only itself, and neither would bring the version in force.
    """
    return Engagement.objects.select_for_update().get(pk=engagement_id)


def _move(version: Version, old: State, new: State, *, revision: int | None = None, **fields: Any) -> None:
    """From one state to the next, unless somebody else has moved it meanwhile."""
    held = Version.objects.filter(pk=version.pk, state=old)
    if revision is not None:
        held = held.filter(revision=revision)
    if held.update(state=new, **fields):
        return
    version.refresh_from_db()
    if version.state != old:
        raise Refusal(f"That version is {version.state} meanwhile.", "Look at it again.")
    raise SavedMeanwhile("The draft was saved meanwhile.", "Look at it again before it is proposed.")


def _change(draft: Version, revision: int, by: Actor) -> None:
    """One change more of a draft, unless somebody else has changed it since that revision."""
    _must_own(draft, by)
    changed = Version.objects.filter(pk=draft.pk, state=State.DRAFT, revision=revision)
    if changed.update(revision=F("revision") + 1):
        draft.refresh_from_db()
        return
    draft.refresh_from_db()
    if draft.state != State.DRAFT:
        raise Refusal(f"That draft is {draft.state} meanwhile.", "Start a new draft from it.")
    raise SavedMeanwhile(
        "Somebody else saved this draft while you wrote.", "Your text is still here: compare it, then save again."
    )


def _put(version: Version, file: File) -> None:
    if len(file.content) > LARGEST_DOCUMENT:
        size = f"{len(file.content):,} bytes"
        raise Refusal(
            f"{file.name} is {size}; a file of terms is at most {LARGEST_DOCUMENT:,}.", "Is it the right one?"
        )
    name = CONTRACT_NAME if file.name == CONTRACT_NAME else safe_name(file.name)
    values = {"kind": file.kind, "content": file.content, "sha256": hashlib.sha256(file.content).hexdigest()}
    _, is_new = Document.objects.update_or_create(version=version, name=name, defaults=values)
    if is_new and version.documents.count() > MOST_DOCUMENTS:
        raise Refusal(f"A version has at most {MOST_DOCUMENTS} files.")


def _hashes(version: Version) -> dict[str, str]:
    """Each file's hash by its place: what an audit entry tells of the files."""
    return {document.place: document.sha256 for document in Document.objects.filter(version=version).order_by("name")}
