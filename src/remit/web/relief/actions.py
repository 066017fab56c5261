"""What people do about relief: ask for it, have it measured anew, take it back, decide."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NoReturn

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty
from remit.web.connections.actions import announce
from remit.web.connections.events import Event
from remit.web.exclusions.actions.asking import basis_of
from remit.web.exclusions.actions.deciding import FollowUp
from remit.web.exclusions.bridge.agreed import agreed_sha256, next_list
from remit.web.jobs.queue import Work, enqueue
from remit.web.relief.bridge.agreed import relief_for
from remit.web.relief.bridge.terms import why_none
from remit.web.relief.models import LIVE, OPEN, Claim, State
from remit.web.shared.audit import Told, record
from remit.web.shared.follow_ups import declared
from remit.web.shared.refusals import Refusal


@transaction.atomic
def ask(engagement: Engagement, level: str, month_on: date, reason: str, *, by: Actor, at: datetime) -> Claim:
    """Ask for a level's month to be relieved; one the site has drawn up is asked for as it is.

    It is measured by a job, and void where no relief is due. Raises Refusal where the contract gives none, and where
    the level's month has a claim already.
    """
    by.must(Duty.ASK_EXCLUSIONS, engagement)
    month_on = month_on.replace(day=1)
    mine = Claim.objects.filter(engagement=engagement, level=level, month_on=month_on)
    drawn: Claim | None = mine.filter(state=State.DRAWN).first()
    if drawn is not None:
        return ask_drawn(drawn, reason, by=by, at=at)
    fault = why_none(basis_of(engagement).terms, level, month_on)
    if fault:
        raise Refusal(_("No relief can be asked for: %(fault)s.") % {"fault": fault})
    _must_have_reason(reason)
    fields = {"state": State.MEASURING, "reason": reason.strip(), "made_at": at, "asked_by": by.user, "asked_at": at}
    try:
        with transaction.atomic():
            claim: Claim = Claim.objects.create(engagement=engagement, level=level, month_on=month_on, **fields)
    except IntegrityError:
        told = {"level": level, "month": f"{month_on:%Y-%m}"}
        raise Refusal(_("There is a claim for %(level)s in %(month)s already.") % told, _("See the list.")) from None
    measure(claim, by=by, at=at)
    _tell("relief.asked", claim, by=by, at=at)
    return claim


@transaction.atomic
def ask_drawn(claim: Claim, reason: str, *, by: Actor, at: datetime) -> Claim:
    """Ask for a relief that the site has drawn up."""
    by.must(Duty.ASK_EXCLUSIONS, claim.engagement)
    _must_have_reason(reason)
    move(claim, State.ASKED, old=[State.DRAWN], reason=reason.strip(), asked_by=by.user, asked_at=at)
    _tell("relief.asked", claim, by=by, at=at)
    announce_asked(claim, at=at)
    return claim


def _must_have_reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal(_("Say why the month should be relieved."), _("Both sides read the reason."))


def _tell(deed: str, claim: Claim, *, by: Actor, at: datetime) -> None:
    after = {"level": claim.level, "month": claim.month, "state": claim.state}
    record(Told(deed, claim, claim.engagement_id, after=after, personal={"reason": claim.reason}), by=by, at=at)


def announce_asked(claim: Claim, *, at: datetime) -> None:
    """Tell partners that a relief waits for a decision."""
    told = {"relief": claim.pk, "level": claim.level, "month": claim.month}
    announce(claim.engagement, Event.RELIEF_ASKED, told, at=at)


def measure(claim: Claim, *, by: Actor, at: datetime) -> None:
    """Have a claim measured by what holds now; asked for twice, it is done once. Part of an action with its entry."""
    work = Work("relief.measure", {"claim": claim.pk}, claim.engagement, key=f"relief {claim.pk}")
    claim.job = enqueue(work, by=by, at=at)
    claim.save(update_fields=["job"])


@transaction.atomic
def measure_anew(claim: Claim, *, by: Actor, at: datetime) -> Claim:
    """Have a claim that nobody has decided measured again, on the newest facts and terms."""
    by.must(Duty.SEE_EXCLUSIONS, claim.engagement)
    if claim.state not in (State.DRAWN, *OPEN):
        _already(claim)
    measure(claim, by=by, at=at)
    _tell("relief.worked_out", claim, by=by, at=at)
    return claim


@transaction.atomic
def withdraw(claim: Claim, *, by: Actor, at: datetime) -> Claim:
    """Take a claim back before it is decided; one that was only drawn up is not shown again."""
    by.must(Duty.ASK_EXCLUSIONS, claim.engagement)
    move(claim, State.WITHDRAWN, old=[State.DRAWN, *OPEN])
    _tell("relief.withdrawn", claim, by=by, at=at)
    return claim


@transaction.atomic
def decide(claim: Claim, *, is_agreed: bool, answer: str, by: Actor, at: datetime) -> Claim:
    """Agree to a relief, or refuse it with a reason; what is agreed is measured anew.

    Raises Refusal where somebody else has decided it meanwhile, and where the relief was measured on facts, terms or
    agreed exclusions that no longer hold: nobody agrees to figures that have moved.
    """
    by.must(Duty.DECIDE_EXCLUSIONS, claim.engagement)
    engagement = Engagement.objects.select_for_update().get(pk=claim.engagement_id)
    fields: dict[str, object] = {"decided_by": by.person, "decided_at": at, "answer": answer.strip()}
    if not is_agreed:
        if not answer.strip():
            raise Refusal(_("Say why the month is not relieved."), _("Both sides read the answer."))
        move(claim, State.REFUSED, old=[State.ASKED], **fields)
    else:
        claim.refresh_from_db()
        _must_stand(claim)
        claim.decided_at = at
        added = [relief_for(claim, approved_by=engagement.client.name)]
        move(claim, State.AGREED, old=[State.ASKED], agreed_in=next_list(engagement, added, at=at), **fields)
    after = {"state": claim.state, "level": claim.level, "month": claim.month, "contacts": claim.contacts}
    record(Told("relief.decided", claim, engagement.pk, after=after, personal={"answer": claim.answer}), by=by, at=at)
    announce(engagement, Event.RELIEF_DECIDED, {"relief": claim.pk, "state": claim.state}, at=at)
    if is_agreed:
        follow_ups: list[FollowUp] = declared("exclusions_agreed")
        for follow_up in follow_ups:
            follow_up(engagement, by=by, at=at)
    return claim


def _must_stand(claim: Claim) -> None:
    if claim.state != State.ASKED:
        raise Refusal(
            _("This claim is %(state)s already.") % {"state": State(claim.state).label}, _("Look at it again.")
        )
    if is_stale(claim):
        raise Refusal(
            _("It was measured on facts, terms or exclusions that no longer hold."), _("Have it measured anew first.")
        )
    if not claim.is_given:
        raise Refusal(_("By the facts there are now, no relief is due."), _("See what was measured."))


def inputs_now(engagement: Engagement) -> dict[str, object]:
    """The marks of what a claim is measured on. Raises Refusal where terms or facts are lacking."""
    basis = basis_of(engagement)
    return {
        "contract_sha256": basis.terms.sha256,
        "store_version": basis.store_version,
        "waivers_sha256": agreed_sha256(engagement),
    }


def is_stale(claim: Claim) -> bool:
    """Whether a claim was measured on other inputs than those that hold now."""
    if claim.told is None:
        return False
    try:
        now = inputs_now(claim.engagement)
    except Refusal:
        return True
    return any(getattr(claim, name) != value for name, value in now.items())


def move(claim: Claim, new: State, *, old: Sequence[State], **fields: object) -> None:
    """From one state to the next, unless somebody else has moved it meanwhile."""
    moved = Claim.objects.filter(pk=claim.pk, state__in=old).update(state=new, **fields)
    claim.refresh_from_db()
    if not moved:
        _already(claim)


def _already(claim: Claim) -> NoReturn:
    raise Refusal(_("This claim is %(state)s already.") % {"state": State(claim.state).label}, _("Look at it again."))


def draw_up(engagement: Engagement, level: str, month_on: date, *, by: Actor, at: datetime) -> Claim | None:
    """Draw up a claim nobody has asked for yet; None where that month of the level had one, whatever came of it."""
    mine = Claim.objects.filter(engagement=engagement, level=level, month_on=month_on)
    if mine.filter(state__in=[*LIVE, State.REFUSED, State.WITHDRAWN]).exists():
        return None
    claim: Claim = Claim.objects.create(
        engagement=engagement, level=level, month_on=month_on, state=State.DRAWN, made_at=at
    )
    measure(claim, by=by, at=at)
    record(Told("relief.drawn_up", claim, engagement.pk, after={"level": level, "month": claim.month}), by=by, at=at)
    return claim
