"""Raising a dispute, answering in it, and taking it on when the contract's time is over."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty
from remit.web.connections.actions import announce
from remit.web.connections.events import Event
from remit.web.issues.actions.guards import must_be_open, told
from remit.web.issues.bridge import clause_of, exact_amount, has_credit, month_terms, references
from remit.web.issues.letters import tell_escalated, tell_raised
from remit.web.issues.models import Answer, Dispute, State, Subject
from remit.web.jobs.queue import Work, enqueue
from remit.web.performance.models import SettledMonth
from remit.web.performance.uploads import GivenFile, evidence_kept
from remit.web.settlements.actions import measured_month
from remit.web.shared.audit import Told, record
from remit.web.shared.refusals import Refusal

LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Claim:
    """A dispute as somebody raises it; `clause` empty takes the service level's own."""

    subject: Subject
    month_on: date
    reference: str
    text: str
    clause: str = ""
    amount: str = ""


@transaction.atomic
def raise_dispute(engagement: Engagement, claim: Claim, *, by: Actor, at: datetime) -> Dispute:
    """Claim that a figure is wrong. Raises Refusal where there is no such figure, or one's side disputes it already."""
    by.must(Duty.RAISE_DISPUTES, engagement)
    side = by.side(engagement)
    if not claim.text.strip():
        raise Refusal("A dispute needs its claim.", "Say what is wrong, and what it should be.")
    month = measured_month(engagement, claim.month_on)
    _must_exist(claim, month)
    terms = month_terms(engagement, claim.month_on)
    try:
        with transaction.atomic():
            dispute: Dispute = Dispute.objects.create(
                engagement=engagement,
                subject=claim.subject,
                month_on=claim.month_on,
                reference=claim.reference.strip(),
                claim=claim.text.strip()[:LONGEST],
                clause=(claim.clause.strip() or clause_of(engagement, claim.month_on, claim.reference))[:300],
                amount=_amount(claim.amount),
                currency=month.currency,
                run=month.run,
                side=side,
                raised_by=by.person,
                raised_at=at,
                next_at=None if terms is None else terms.step_due(0, at),
            )
    except IntegrityError:
        raise Refusal(f"Your side, the {side}, disputes that already.", "Add to the dispute that is open.") from None
    _ask_escalation(dispute, by=by, at=at)
    record(
        Told("issues.raised", dispute, engagement.pk, after=told(dispute), personal={"claim": dispute.claim}),
        by=by,
        at=at,
    )
    announce(engagement, Event.DISPUTE_RAISED, {"dispute": dispute.pk}, at=at)
    tell_raised(dispute, by=by, at=at)
    return dispute


def _must_exist(claim: Claim, month: SettledMonth) -> None:
    """Raises Refusal for a level or a credit line that the month does not have; invoice lines are named freely."""
    level = claim.reference.strip()
    if claim.subject == Subject.INVOICE:
        if not level:
            raise Refusal("Name the invoice and its line.", "For example: INV-2026-03, line 4.")
        return
    known = [name for name, _ in references(month)]
    if level not in known:
        raise Refusal(f"{claim.month_on:%Y-%m} has no service level {level!r}.", f"It has {', '.join(known)}.")
    if claim.subject == Subject.CREDIT and not has_credit(month, level):
        raise Refusal(f"{level} brought about no credit in {claim.month_on:%Y-%m}.", "Dispute the level’s figure.")


def _amount(text: str) -> str:
    if not text.strip():
        return ""
    found = exact_amount(text)
    if found is None:
        raise Refusal(f"{text.strip()[:40]!r} is not an amount.", "Write digits with a point, as 12500.00.")
    return found


def _ask_escalation(dispute: Dispute, *, by: Actor, at: datetime) -> None:
    if dispute.next_at is None:
        return
    arguments = {"dispute": dispute.pk, "step": dispute.step}
    key = f"{dispute.pk} {dispute.step}"
    enqueue(Work("issues.escalate", arguments, dispute.engagement, key=key, due_at=dispute.next_at), by=by, at=at)


def answer(dispute: Dispute, text: str, file: GivenFile | None = None, *, by: Actor, at: datetime) -> Answer:
    """Say something in an open dispute, with a file as evidence or not."""
    by.must(Duty.RAISE_DISPUTES, dispute.engagement)
    if not text.strip() and file is None:
        raise Refusal("There is nothing to add.", "Write an answer, or choose a file.")
    with evidence_kept(file) as evidence:
        return _answered(dispute, text.strip()[:LONGEST], evidence, by=by, at=at)


@transaction.atomic
def _answered(dispute: Dispute, text: str, evidence: dict[str, object], *, by: Actor, at: datetime) -> Answer:
    must_be_open(dispute)
    given: Answer = Answer.objects.create(
        dispute=dispute,
        side=by.side(dispute.engagement),
        by=by.person,
        at=at,
        text=text,
        **evidence,
    )
    after = {"dispute": dispute.pk, "file": given.file_name, "sha256": given.file_sha256}
    personal = {"text": text}
    record(Told("issues.answered", dispute, dispute.engagement_id, after=after, personal=personal), by=by, at=at)
    return given


@transaction.atomic
def escalate(dispute: Dispute, *, by: Actor, at: datetime) -> bool:
    """Take an open dispute to the contract's next step where its time is over; whether that is the case."""
    terms = month_terms(dispute.engagement, dispute.month_on)
    dispute.refresh_from_db()
    if terms is None or not dispute.is_open or dispute.next_at is None or at < dispute.next_at:
        return False
    step = terms.steps[dispute.step] if dispute.step < len(terms.steps) else None
    if step is None:
        return False
    fields: dict[str, Any] = {
        "step": dispute.step + 1,
        "roles": list(step.roles),
        "next_at": terms.step_due(dispute.step + 1, dispute.raised_at),
    }
    if not Dispute.objects.filter(pk=dispute.pk, state=State.OPEN, step=dispute.step).update(**fields):
        return False
    dispute.refresh_from_db()
    _ask_escalation(dispute, by=by, at=at)
    reached = {"dispute": dispute.pk, "step": dispute.step, "name": step.name, "roles": dispute.roles}
    after = {**reached, "after": step.after, "clause": step.clause}
    record(Told("issues.escalated", dispute, dispute.engagement_id, after=after), by=by, at=at)
    announce(dispute.engagement, Event.DISPUTE_ESCALATED, {"dispute": dispute.pk, "step": dispute.step}, at=at)
    tell_escalated(dispute, by=by, at=at)
    return True
