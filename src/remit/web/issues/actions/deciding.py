"""Deciding a dispute: a mediator's word noted, the decision, and taking a claim back."""

from datetime import datetime

from django.db import transaction

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty
from remit.web.connections.actions import announce
from remit.web.connections.events import Event
from remit.web.issues.actions.granting import drop_records, grant_records
from remit.web.issues.actions.guards import must_be_open, must_decide, told
from remit.web.issues.actions.raising import LONGEST
from remit.web.issues.letters import tell_decided
from remit.web.issues.models import DECIDED, Dispute, State
from remit.web.performance.models import Run
from remit.web.shared.audit import Told, record
from remit.web.shared.refusals import NotAllowed, Refusal


@transaction.atomic
def note_mediation(dispute: Dispute, mediator: str, text: str, *, by: Actor, at: datetime) -> Dispute:
    """Note who mediated and what was proposed; it binds nobody, the decision does. The last note stands."""
    by.must(Duty.DECIDE_DISPUTES, dispute.engagement)
    if not mediator.strip() or not text.strip():
        raise Refusal("A mediation has a mediator and a proposal.", "Name who mediated, and what was proposed.")
    fields = {
        "mediator": mediator.strip()[:200],
        "mediation": text.strip()[:LONGEST],
        "mediated_by": by.person,
        "mediated_at": at,
    }
    if not Dispute.objects.filter(pk=dispute.pk, state=State.OPEN).update(**fields):
        must_be_open(dispute)
    dispute.refresh_from_db()
    personal = {"mediator": dispute.mediator, "text": dispute.mediation}
    after = {"dispute": dispute.pk}
    record(Told("issues.mediated", dispute, dispute.engagement_id, after=after, personal=personal), by=by, at=at)
    return dispute


@transaction.atomic
def decide(dispute: Dispute, outcome: State, reason: str, *, by: Actor, at: datetime) -> Dispute:
    """Decide a dispute for the side the claim is against: upheld, in part, or refused, with the reason.

    Records that were named for it are left out with it, or dropped. Nothing is typed as money: what an upheld claim
    changes comes from the facts and exclusions that follow it, measured anew; `decided_on` is the run from which that
    difference is counted. Raises Refusal where somebody was faster, and NotAllowed for the claimant's own side and,
    once escalated, for roles it does not lie with.
    """
    by.must(Duty.DECIDE_DISPUTES, dispute.engagement)
    Engagement.objects.select_for_update().get(pk=dispute.engagement_id)
    dispute.refresh_from_db()
    must_decide(dispute, by=by)
    if outcome not in DECIDED:
        raise Refusal(f"{outcome!r} is no decision.", "A dispute is upheld, upheld in part, or refused.")
    if not reason.strip():
        raise Refusal("A decision needs its reason.", "Say what follows from it, or why nothing does.")
    fields = {
        "state": outcome,
        "decision": reason.strip()[:LONGEST],
        "decided_by": by.person,
        "decided_at": at,
        "decided_on": Run.objects.newest_of(dispute.engagement),
        "next_at": None,
    }
    if not Dispute.objects.filter(pk=dispute.pk, state=State.OPEN).update(**fields):
        must_be_open(dispute)
    dispute.refresh_from_db()
    grant_records(dispute, outcome, dispute.decision, by=by, at=at)
    personal = {"decision": dispute.decision}
    record(Told("issues.decided", dispute, dispute.engagement_id, after=told(dispute), personal=personal), by=by, at=at)
    announce(dispute.engagement, Event.DISPUTE_DECIDED, {"dispute": dispute.pk, "state": dispute.state}, at=at)
    tell_decided(dispute, by=by, at=at)
    return dispute


@transaction.atomic
def withdraw(dispute: Dispute, *, by: Actor, at: datetime) -> Dispute:
    """Take one's own side's dispute back."""
    by.must(Duty.RAISE_DISPUTES, dispute.engagement)
    if by.side(dispute.engagement) != dispute.side:
        raise NotAllowed(f"The {dispute.side} raised this dispute.", "Only that side can withdraw it.")
    fields = {"state": State.WITHDRAWN, "decided_by": by.person, "decided_at": at, "next_at": None}
    if not Dispute.objects.filter(pk=dispute.pk, state=State.OPEN).update(**fields):
        must_be_open(dispute)
    dispute.refresh_from_db()
    drop_records(dispute)
    record(Told("issues.withdrawn", dispute, dispute.engagement_id, after=told(dispute)), by=by, at=at)
    return dispute
