"""What people do about a month: propose its figures, object, agree, close it."""

import hashlib
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty, Side
from remit.web.connections.actions import announce
from remit.web.connections.events import Event
from remit.web.exclusions.bridge.agreed import agreed_sha256 as agreed_exclusions
from remit.web.jobs.models import Job
from remit.web.jobs.models import State as JobState
from remit.web.jobs.queue import Work, enqueue
from remit.web.performance.models import Run, SettledMonth
from remit.web.settlements.bridge.deadlines import MonthTerms, agreed_sha256, month_terms
from remit.web.settlements.bridge.figures import account, told_anew
from remit.web.settlements.bridge.holding import hold_version, newest_version
from remit.web.settlements.holding import holds_on
from remit.web.settlements.models import OVER, UNDER_WAY, Closing, Kind, Position, State
from remit.web.shared.audit import Told, record
from remit.web.shared.refusals import Refusal

LONGEST_REASON = 4_000


def matter_of(engagement: Engagement, starts_on: date) -> Closing | None:
    """What is or was last between the two sides about a month: its closing, or the restatement under way."""
    found: Closing | None = (
        Closing.objects.of_month(engagement, starts_on).exclude(state=State.DROPPED).order_by("-number").first()
    )
    return found


@transaction.atomic
def begin(month: SettledMonth, *, at: datetime) -> Closing:
    """The month's closing, there from its first proposal or remark on."""
    closing: Closing
    fields = {"ends_on": month.ends_on, "begun_at": at, "currency": month.currency}
    closing, _ = Closing.objects.get_or_create(
        engagement=month.run.engagement, starts_on=month.starts_on, number=0, defaults=fields
    )
    return closing


def measured_month(engagement: Engagement, starts_on: date) -> SettledMonth:
    """The month as the newest run measured it. Raises Refusal where it was not measured."""
    run = Run.objects.newest_of(engagement)
    found = None if run is None else run.months.select_related("run__engagement").filter(starts_on=starts_on).first()
    if found is None:
        raise Refusal(f"{starts_on:%Y-%m} was not measured.", "Load its facts first.")
    month: SettledMonth = found
    return month


@transaction.atomic
def propose(engagement: Engagement, starts_on: date, *, by: Actor, at: datetime) -> Closing:
    """Put the newest run's figures of a month before the other side, frozen; whoever proposes them agrees to them.

    Raises Refusal where the month is not over, is being measured, has requests that wait for a decision, or lies with
    the other side already. A restatement that was drawn up is proposed the same way.
    """
    by.must(Duty.SETTLE_MONTHS, engagement)
    side = by.side(engagement)
    _locked(engagement)
    month = measured_month(engagement, starts_on)
    terms = _ready(month)
    closing = matter_of(engagement, starts_on) or begin(month, at=at)
    if closing.state not in (State.OPEN, State.REVIEW):
        raise Refusal(_not_now(closing, "proposed"), "Look at it again.")
    fields = _figures(closing, month) | {
        "state": State.PROPOSED,
        "round": closing.round + 1,
        "proposed_side": side,
        "proposed_by": by.person,
        "proposed_at": at,
        "due_at": terms.objection_due(at),
        "agreed_at": None,
    }
    _move(closing, closing.state, **fields)
    _say(closing, Kind.PROPOSED, side, by=by, at=at)
    if closing.due_at is not None:
        _ask_deadline(closing, by=by, at=at)
    told = {**_told(closing), "side": side, "due_at": closing.due_at}
    record(Told("settlements.proposed", closing, engagement.pk, after=told), by=by, at=at)
    announce(engagement, Event.MONTH_PROPOSED, _announced(closing), at=at)
    return closing


def _ready(month: SettledMonth) -> MonthTerms:
    """The terms a month is closed by. Raises Refusal where its figures can't be proposed yet."""
    engagement, name = month.run.engagement, f"{month.starts_on:%Y-%m}"
    if month.is_provisional:
        raise Refusal(f"{name} is not over: its figures are provisional.", "Propose it when its facts are complete.")
    live = Job.objects.filter(engagement=engagement, kind="performance.measure")
    is_behind = (
        live.filter(state__in=[JobState.WAITING, JobState.RUNNING]).exists()
        or month.run.contract_sha256 != agreed_sha256(engagement)
        or month.run.store_version != newest_version(engagement.contract_id)
        or month.run.waivers_sha256 != agreed_exclusions(engagement)
    )
    if is_behind:
        raise Refusal("The months are being measured anew.", "Propose the figures when that is done: see Jobs.")
    for hold in holds_on(engagement, month.starts_on):
        if hold.keeps_from_proposing:
            raise Refusal(f"{hold.sentence}.", "Decide them first: they change the figures.")
    terms = month_terms(engagement, month.starts_on)
    if terms is None:
        raise Refusal("No contract is agreed.", "Both sides approve one first.")
    return terms


def _figures(closing: Closing, month: SettledMonth) -> dict[str, Any]:
    """What a proposal freezes: the settlement as it stands, where it comes from, and what it comes to."""
    run = month.run
    fields: dict[str, Any] = {
        "run": run,
        "settlement": month.settlement,
        "settlement_sha256": hashlib.sha256(month.settlement.encode()).hexdigest(),
        "contract_sha256": run.contract_sha256,
        "facts_sha256": run.facts_sha256,
        "waivers_sha256": getattr(run, "waivers_sha256", ""),
        "store_version": run.store_version,
    }
    if closing.is_restatement:
        _must_be_drawn_up(closing, month)
        return fields | account(month.settlement, ())
    return fields | account(month.settlement, _carried(closing))


def _must_be_drawn_up(closing: Closing, month: SettledMonth) -> None:
    """A restatement is proposed with the differences it was drawn up with; newer figures draw it up anew first."""
    standing = Closing.objects.standing(closing.engagement, closing.starts_on)
    if standing is None or (closing.change or {}) != told_anew(standing.settlement, month.settlement, closing.change):
        raise Refusal(
            "Newer figures came meanwhile.", "The restatement is drawn up anew: look at it again in a moment."
        )


def _carried(closing: Closing) -> list[Closing]:
    """Restatements agreed and closed that no month has settled yet; from now on it is this one.

    Each is carried once: into the first month after its own that is proposed after it was closed.
    """
    waiting = Closing.objects.filter(
        engagement=closing.engagement, number__gt=0, state__in=OVER, starts_on__lt=closing.starts_on, carried_into=None
    )
    waiting.update(carried_into=closing)
    return list(Closing.objects.filter(carried_into=closing).order_by("starts_on", "number"))


def _ask_deadline(closing: Closing, *, by: Actor, at: datetime) -> None:
    work = Work(
        "settlements.deadline",
        {"closing": closing.pk, "round": closing.round},
        closing.engagement,
        key=f"{closing.pk} {closing.round}",
        due_at=closing.due_at,
    )
    enqueue(work, by=by, at=at)


@transaction.atomic
def object_to(closing: Closing, *, reason: str, by: Actor, at: datetime) -> Closing:
    """Object to proposed figures, with the reason; the month is under review until somebody proposes it again.

    The side that proposed takes its own proposal back that way. Raises Refusal where the time to object is over and
    silence is agreement.
    """
    by.must(Duty.SETTLE_MONTHS, closing.engagement)
    if not reason.strip():
        raise Refusal("An objection needs its reason.", "Say which figure is wrong, and what it should be.")
    side = by.side(closing.engagement)
    _locked(closing.engagement)
    closing.refresh_from_db()
    terms = month_terms(closing.engagement, closing.starts_on)
    if terms is not None and terms.silence_agrees and is_overdue(closing, at):
        clause = f" ({terms.clause})" if terms.clause else ""
        raise Refusal(
            f"The {terms.objection} to object were over on {closing.due_at:%Y-%m-%d %H:%M} UTC{clause}.",
            "Silence is agreement here; what is still wrong is raised as a dispute.",
        )
    _must_be(closing, State.PROPOSED, "objected to")
    _move(closing, State.PROPOSED, state=State.REVIEW)
    _say(closing, Kind.OBJECTED, side, by=by, at=at, reason=reason.strip()[:LONGEST_REASON])
    told = {**_told(closing), "side": side}
    personal = {"reason": reason.strip()[:LONGEST_REASON]}
    record(Told("settlements.objected", closing, closing.engagement_id, after=told, personal=personal), by=by, at=at)
    announce(closing.engagement, Event.MONTH_OBJECTED, _announced(closing), at=at)
    ask_to_compare(closing.engagement, by=by, at=at)
    return closing


@transaction.atomic
def agree(closing: Closing, *, by: Actor, at: datetime, sha256: str | None = None) -> Closing:
    """Agree to proposed figures for the side that did not propose them; with `sha256`, to those figures alone."""
    by.must(Duty.SETTLE_MONTHS, closing.engagement)
    side = by.side(closing.engagement)
    _locked(closing.engagement)
    closing.refresh_from_db()
    _must_be(closing, State.PROPOSED, "agreed to")
    if sha256 not in (None, closing.settlement_sha256):
        raise Refusal("These are other figures than those of that hash.", "Read them again before you agree.")
    if side != closing.awaited:
        raise Refusal(f"Your side, the {side}, proposed these figures.", "The other side’s word is awaited.")
    _move(closing, State.PROPOSED, state=State.AGREED, agreed_at=at)
    _say(closing, Kind.AGREED, side, by=by, at=at)
    record(
        Told("settlements.agreed", closing, closing.engagement_id, after=_told(closing) | {"side": side}), by=by, at=at
    )
    announce(closing.engagement, Event.MONTH_AGREED, _announced(closing), at=at)
    return closing


def is_overdue(closing: Closing, at: datetime) -> bool:
    """Whether the time to object to what is proposed is over."""
    return closing.state == State.PROPOSED and closing.due_at is not None and at >= closing.due_at


@transaction.atomic
def deem_agreed(closing: Closing, *, at: datetime, by: Actor) -> bool:
    """Take silence for agreement where the contract says so and the time is over; whether that is the case.

    It is nobody's word: the position names no person, and the clause it rests on.
    """
    _locked(closing.engagement)
    closing.refresh_from_db()
    terms = month_terms(closing.engagement, closing.starts_on)
    if terms is None or not terms.silence_agrees or not is_overdue(closing, at):
        return False
    side = closing.awaited
    _move(closing, State.PROPOSED, state=State.AGREED, agreed_at=at)
    Position.objects.create(
        closing=closing,
        round=closing.round,
        side=side,
        kind=Kind.DEEMED,
        at=at,
        clause=terms.clause[:300],
        settlement_sha256=closing.settlement_sha256,
    )
    told = {**_told(closing), "side": side, "clause": terms.clause, "after": terms.objection}
    record(Told("settlements.deemed_agreed", closing, closing.engagement_id, after=told), by=by, at=at)
    announce(closing.engagement, Event.MONTH_AGREED, _announced(closing), at=at)
    return True


def close(closing: Closing, *, by: Actor, at: datetime) -> Closing:
    """Close what both sides agreed to: the figures never change again, and the facts they stand on are held.

    Raises Refusal where something unfinished stands in the way, or somebody closed it meanwhile.
    """
    by.must(Duty.SETTLE_MONTHS, closing.engagement)
    closing.refresh_from_db()
    _must_be(closing, State.AGREED, "closed")
    holds = [one for one in holds_on(closing.engagement, closing.starts_on) if one.keeps_from_closing]
    if holds and not closing.is_restatement:
        raise Refusal(f"{holds[0].sentence}.", "The month can’t be closed before that is settled.")
    # Held before the transaction: should that fail, a version is held that nobody asks for, and nothing is closed on
    # facts that a vacuum may take.
    hold_version(
        closing.store_version or 0,
        f"S{closing.pk}-{closing.round}",
        contract=closing.engagement.contract_id,
        note=f"{closing} closed",
        by=by.person.email,
        at=at,
    )
    return _closed(closing, by=by, at=at)


@transaction.atomic
def _closed(closing: Closing, *, by: Actor, at: datetime) -> Closing:
    _locked(closing.engagement)
    before = Closing.objects.standing(closing.engagement, closing.starts_on)
    if before is not None and before.pk != closing.pk:
        Closing.objects.filter(pk=before.pk, state=State.CLOSED).update(state=State.RESTATED)
    try:
        with transaction.atomic():
            _move(closing, State.AGREED, state=State.CLOSED, closed_by=by.person, closed_at=at)
    except IntegrityError:
        raise Refusal(f"{closing} was closed meanwhile.", "A month is closed once.") from None
    record(Told("settlements.closed", closing, closing.engagement_id, after=_told(closing)), by=by, at=at)
    announce(closing.engagement, Event.MONTH_CLOSED, _announced(closing), at=at)
    ask_to_compare(closing.engagement, by=by, at=at)
    return closing


def ask_to_compare(engagement: Engagement, *, by: Actor, at: datetime) -> None:
    """Ask for the closed months to be compared with the newest figures; they may have come while it was agreed."""
    run = Run.objects.newest_of(engagement)
    if run is not None and Closing.objects.filter(engagement=engagement, state=State.CLOSED).exists():
        enqueue(Work("settlements.compare", {"run": run.pk}, engagement, key=f"compare {run.pk}"), by=by, at=at)


def _locked(engagement: Engagement) -> None:
    """The engagement's months move one after another: two words at once would each see only itself."""
    Engagement.objects.select_for_update().get(pk=engagement.pk)


def _not_now(closing: Closing, what: str) -> str:
    name = str(closing)
    return f"{name[:1].upper()}{name[1:]} is {closing.state}; it can’t be {what} now."


def _must_be(closing: Closing, state: State, what: str) -> None:
    if closing.state != state:
        raise Refusal(_not_now(closing, what), "Look at it again.")


def _move(closing: Closing, old: str, **fields: Any) -> None:
    """From one state to the next, unless somebody else has moved it meanwhile."""
    held = Closing.objects.filter(pk=closing.pk, state=old, round=closing.round)
    if not held.update(**fields):
        closing.refresh_from_db()
        raise Refusal(_not_now(closing, "changed"), "Somebody else was faster: look at it again.")
    closing.refresh_from_db()


def _say(closing: Closing, kind: Kind, side: Side, *, by: Actor, at: datetime, reason: str = "") -> None:
    Position.objects.create(
        closing=closing,
        round=closing.round,
        side=side,
        kind=kind,
        by=by.person,
        at=at,
        reason=reason,
        settlement_sha256=closing.settlement_sha256,
    )


def _told(closing: Closing) -> dict[str, Any]:
    names = ("state", "round", "settlement_sha256", "contract_sha256", "store_version", "due", "amount")
    return {"month": f"{closing.starts_on:%Y-%m}", "number": closing.number, **{n: getattr(closing, n) for n in names}}


def _announced(closing: Closing) -> dict[str, Any]:
    return {"month": f"{closing.starts_on:%Y-%m}", "number": closing.number, "state": closing.state}


__all__ = [
    "UNDER_WAY",
    "agree",
    "ask_to_compare",
    "begin",
    "close",
    "deem_agreed",
    "is_overdue",
    "matter_of",
    "measured_month",
    "object_to",
    "propose",
]
