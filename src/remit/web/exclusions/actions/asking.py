"""Asking for records to be excluded: the request, what is said of it, its evidence, and taking it back."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty
from remit.web.exclusions.bridge.evidence import newest_version
from remit.web.exclusions.bridge.terms import (
    Choice,
    Clause,
    ContractVersions,
    agreed_terms,
    clauses_of,
    condition_fault,
    kept_choice,
    month_period,
    why_not_waivable,
)
from remit.web.exclusions.models import OPEN, DutyDay, EvidenceFile, ExclusionRequest, Kind, Remark, State
from remit.web.jobs.queue import Work, enqueue
from remit.web.shared.audit import Told, record
from remit.web.shared.refusals import Refusal

LARGEST_FILE = 5 * 2**20
MOST_FILES = 20
MOST_KEYS = 5_000
"""How many records can be named by their keys; a filter may find more."""


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file given as evidence."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: records of a level's month, by one of the contract's exclusions, for a reason."""

    level: str
    month_on: date
    clause: str
    reason: str
    choice: Choice
    files: Sequence[GivenFile] = field(default=())
    duty_day: DutyDay | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """What a request is gathered from: the terms agreed on, and the newest facts."""

    terms: ContractVersions
    store_version: int


def basis_of(engagement: Engagement) -> Basis:
    """The agreed terms and the newest facts. Raises Refusal where either is lacking."""
    terms = agreed_terms(engagement)
    if terms is None:
        raise Refusal(_("No version of the contract is agreed yet."), _("Exclusions rest on a clause of it."))
    version = newest_version(engagement.contract_id)
    if version is None:
        raise Refusal(_("No facts are loaded yet."), _("Load the records first."))
    return Basis(terms, version)


@transaction.atomic
def ask(engagement: Engagement, asked: Asked, *, by: Actor, at: datetime) -> ExclusionRequest:
    """Ask for records to be left out. They are gathered by a job, once; then the other side decides.

    Raises Refusal where the contract has no clause for it, or what is asked can't be understood.
    """
    by.must(Duty.ASK_EXCLUSIONS, engagement)
    basis = basis_of(engagement)
    clause = clause_for(basis.terms, asked)
    request = begin(engagement, asked, basis, clause, by=by, at=at)
    _keep_files(request, asked.files, by=by, at=at)
    told = {"level": asked.level, "month": request.month, "clause": asked.clause, "kind": request.kind}
    record(
        Told("exclusions.asked", request, engagement.pk, after=told, personal={"reason": request.reason}), by=by, at=at
    )
    return request


def clause_for(terms: ContractVersions, asked: Asked) -> Clause:
    """The clause a request cites. Raises Refusal for whatever the contract does not allow, in its own sentence."""
    month = month_period(asked.month_on)
    term = terms.latest.term_period
    if not month.overlaps(term):
        raise Refusal(_("%(month)s lies outside the contract’s term.") % {"month": month.label})
    contract = terms.terms_for(month)
    fault = why_not_waivable(contract, asked.level)
    if fault:
        raise Refusal(
            _("Nothing can be excluded here: %(fault)s.") % {"fault": fault},
            _("Agree on such a clause first, as `{id: X9, waivers: true, reason: …}` under exclusions."),
        )
    clauses = {one.id: one for one in clauses_of(terms, asked.level, asked.month_on)}
    if asked.clause not in clauses:
        hint = _("Choose among %(clauses)s.") % {"clauses": ", ".join(clauses)}
        raise Refusal(
            _("%(clause)s is no clause by which records of %(level)s can be excluded.")
            % {"clause": asked.clause or "–", "level": asked.level},
            hint,
        )
    if not asked.reason.strip():
        raise Refusal(_("Say why these records should not count."), _("Both sides read the reason."))
    _check_choice(terms, asked)
    return clauses[asked.clause]


def _check_choice(terms: ContractVersions, asked: Asked) -> None:
    choice = asked.choice
    if len(choice.keys) > MOST_KEYS:
        raise Refusal(_("That names %(count)s records; a filter is the way beyond %(most)s.")
                      % {"count": f"{len(choice.keys):,}", "most": f"{MOST_KEYS:,}"})  # fmt: skip
    if choice == Choice() and asked.duty_day is None:
        raise Refusal(
            _("Say which records are meant."), _("Name them by their keys, by a filter, or by a span of time.")
        )
    if choice.from_at is not None and choice.to_at is not None and choice.to_at <= choice.from_at:
        raise Refusal(_("The span ends before it begins."), _("Swap its two ends."))
    if choice.where:
        fault = condition_fault(terms.terms_for(month_period(asked.month_on)), asked.level, choice.where)
        if fault:
            raise Refusal(_("The filter can’t be understood: %(fault)s.") % {"fault": fault.rstrip(".")})


def begin(
    engagement: Engagement, asked: Asked, basis: Basis, clause: Clause, *, by: Actor, at: datetime
) -> ExclusionRequest:
    """Keep a request and have its records gathered; part of an action that leaves its entry."""
    request: ExclusionRequest = ExclusionRequest.objects.create(
        engagement=engagement,
        level=asked.level,
        month_on=asked.month_on.replace(day=1),
        clause=asked.clause,
        clause_text=clause.text[:300],
        reason=asked.reason.strip(),
        kind=_kind(asked.choice),
        choice=kept_choice(asked.choice),
        contract_sha256=basis.terms.sha256,
        store_version=basis.store_version,
        asked_by=None if asked.duty_day is not None else by.user,
        asked_at=at,
        duty_day=asked.duty_day,
    )
    work = Work("exclusions.gather", {"request": request.pk}, engagement=engagement, key=f"gather {request.pk}")
    request.job = enqueue(work, by=by, at=at)
    request.save(update_fields=["job"])
    return request


def _kind(choice: Choice) -> Kind:
    if choice.keys:
        return Kind.RECORDS
    if choice.from_at is not None or choice.to_at is not None:
        return Kind.SPAN
    return Kind.MONTH if choice == Choice() else Kind.FILTER


@transaction.atomic
def withdraw(request: ExclusionRequest, *, by: Actor, at: datetime) -> ExclusionRequest:
    """Take a request back before it is decided."""
    by.must(Duty.ASK_EXCLUSIONS, request.engagement)
    move(request, State.WITHDRAWN, old=OPEN)
    record(Told("exclusions.withdrawn", request, request.engagement_id, after={"state": request.state}), by=by, at=at)
    return request


def move(request: ExclusionRequest, new: State, *, old: Sequence[State], **fields: object) -> None:
    """From one state to the next, unless somebody else has moved it meanwhile."""
    moved = ExclusionRequest.objects.filter(pk=request.pk, state__in=old).update(state=new, **fields)
    request.refresh_from_db()
    if not moved:
        state = State(request.state).label
        hint = _("Its records are there in a moment.") if request.state == State.GATHERING else _("Look at it again.")
        raise Refusal(_("This request is %(state)s already.") % {"state": state}, hint)


@transaction.atomic
def say(request: ExclusionRequest, text: str, *, by: Actor, at: datetime) -> Remark:
    """Say something about a request; both sides read it."""
    by.must(Duty.DISCUSS_EXCLUSIONS, request.engagement)
    if not text.strip():
        raise Refusal(_("Say something."))
    remark = Remark.objects.create(request=request, text=text.strip(), by=by.person, at=at)
    told = Told("exclusions.remarked", request, request.engagement_id, personal={"text": remark.text})
    record(told, by=by, at=at)
    return remark


@transaction.atomic
def attach(request: ExclusionRequest, files: Sequence[GivenFile], *, by: Actor, at: datetime) -> None:
    """Attach evidence to a request that is not decided."""
    by.must(Duty.DISCUSS_EXCLUSIONS, request.engagement)
    if not files:
        raise Refusal(_("Choose a file."))
    locked = ExclusionRequest.objects.select_for_update().get(pk=request.pk)
    if not locked.is_open:
        raise Refusal(_("This request is %(state)s already.") % {"state": State(locked.state).label})
    _keep_files(locked, files, by=by, at=at)
    after = {file.name: hashlib.sha256(file.content).hexdigest() for file in files}
    record(Told("exclusions.evidence_attached", request, request.engagement_id, after=after), by=by, at=at)


def _keep_files(request: ExclusionRequest, files: Sequence[GivenFile], *, by: Actor, at: datetime) -> None:
    if request.files.count() + len(files) > MOST_FILES:
        raise Refusal(_("A request has at most %(most)s files.") % {"most": MOST_FILES})
    for file in files:
        if len(file.content) > LARGEST_FILE:
            raise Refusal(_("%(name)s is too large: a file of evidence has at most 5 MB.") % {"name": file.name})
        EvidenceFile.objects.create(
            request=request,
            name=_plain_name(file.name),
            content=file.content,
            size=len(file.content),
            sha256=hashlib.sha256(file.content).hexdigest(),
            by=by.person,
            at=at,
        )


def _plain_name(given: str) -> str:
    """A file's own name, without a path and without what a header could not carry."""
    name = "".join(sign for sign in given.replace("\\", "/").rpartition("/")[2] if sign.isprintable() and sign != '"')
    return name.strip()[-200:] or "evidence"
