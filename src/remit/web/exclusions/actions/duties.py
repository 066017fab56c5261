"""What people note about the duties of the contract, and the relief a missed one proposes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty
from remit.web.exclusions.actions.asking import Asked, Basis, basis_of, begin
from remit.web.exclusions.bridge.duties import DueDuty, Relief, due_duties, reliefs
from remit.web.exclusions.bridge.terms import ContractVersions, agreed_terms, clauses_of
from remit.web.exclusions.models import OPEN, DutyDay, ExclusionRequest, State
from remit.web.shared.audit import Told, record
from remit.web.shared.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Met:
    """When a duty was met, and what shows it."""

    at: datetime
    evidence: str


def due_duty(terms: ContractVersions | None, duty: str, due_on: date, at: datetime) -> DueDuty:
    """A dated duty of the contract by its name and day. Raises Refusal where the contract has none such."""
    listed = () if terms is None else due_duties(terms, at.astimezone(terms.latest.zone).date())
    found = next((one for one in listed if one.id == duty and one.due_on == due_on), None)
    if found is None:
        raise Refusal(_("The contract has no duty %(duty)s due on %(day)s.") % {"duty": duty, "day": due_on})
    return found


@transaction.atomic
def note_duty(engagement: Engagement, due: DueDuty, met: Met, *, by: Actor, at: datetime) -> DutyDay:
    """Note when a duty was met. Met too late, it proposes the relief the contract gives; noted anew, it does so anew.

    Raises Refusal where the time lies ahead, or nothing shows it.
    """
    by.must(Duty.NOTE_DUTIES, engagement)
    if met.at > at:
        raise Refusal(_("A duty is noted when it has been met, not before."))
    if not met.evidence.strip():
        raise Refusal(_("Say what shows that it was met."), _("As a message, a file’s name, a ticket."))
    day = _day(engagement, due)
    before = None if day.met_at is None else {"met_at": day.met_at}
    noted = {"met_at": met.at, "evidence": met.evidence.strip(), "noted_by": by.person, "noted_at": at}
    DutyDay.objects.filter(pk=day.pk).update(**noted)
    day.refresh_from_db()
    after = {"duty": due.id, "due_on": due.due_on, "met_at": met.at}
    told = Told(
        "exclusions.duty_noted", day, engagement.pk, before=before, after=after, personal={"evidence": day.evidence}
    )
    record(told, by=by, at=at)
    _withdraw_open(day)
    if int(met.at.timestamp()) > due.ends_at and due.gives_relief:
        _propose(engagement, due, day, met.at, by=by, at=at)
    return day


@transaction.atomic
def ask_for_relief(engagement: Engagement, due: DueDuty, *, by: Actor, at: datetime) -> DutyDay:
    """Ask for the relief of a duty that is late and not met yet, for the delay until now.

    Raises Refusal where it is not late, or excuses nothing.
    """
    by.must(Duty.ASK_EXCLUSIONS, engagement)
    day = _day(engagement, due)
    if day.met_at is not None:
        raise Refusal(_("This duty was met; its relief was proposed when that was noted."))
    if int(at.timestamp()) <= due.ends_at:
        raise Refusal(_("This duty is not late."))
    _withdraw_open(day)
    count = _propose(engagement, due, day, at, by=by, at=at)
    if not count:
        raise Refusal(
            _("This duty excuses nothing that could be excluded."),
            _("The contract names no level here whose records an exclusion with `waivers: true` takes out."),
        )
    told = {"duty": due.id, "due_on": due.due_on, "until": at, "proposals": count}
    record(Told("exclusions.relief_asked", day, engagement.pk, after=told), by=by, at=at)
    return day


def _day(engagement: Engagement, due: DueDuty) -> DutyDay:
    """The duty's record, held until the transaction ends; made when something is first known of it."""
    Engagement.objects.select_for_update().get(pk=engagement.pk)
    defaults = {"what": due.what, "ends_at": due.ends_at}
    day, _is_new = DutyDay.objects.get_or_create(
        engagement=engagement, duty=due.id, due_on=due.due_on, defaults=defaults
    )
    found: DutyDay = DutyDay.objects.select_for_update().get(pk=day.pk)
    return found


def _withdraw_open(day: DutyDay) -> None:
    """Proposals nobody has decided make way for those of what is known now."""
    ExclusionRequest.objects.filter(duty_day=day, state__in=OPEN).update(state=State.WITHDRAWN)


def _propose(engagement: Engagement, due: DueDuty, day: DutyDay, until: datetime, *, by: Actor, at: datetime) -> int:
    """The relief of a delay, a request a level and month; how many. None where there are no terms or facts."""
    if agreed_terms(engagement) is None:
        return 0
    try:
        basis = basis_of(engagement)
    except Refusal:
        return 0
    proposals = list(_proposals(basis, due, day, until))
    for asked in proposals:
        clause = clauses_of(basis.terms, asked.level, asked.month_on)[0]
        begin(engagement, asked, basis, clause, by=by, at=at)
    return len(proposals)


def _proposals(basis: Basis, due: DueDuty, day: DutyDay, until: datetime) -> Iterator[Asked]:
    for relief in reliefs(basis.terms, due, until):
        clause = clauses_of(basis.terms, relief.level, relief.month.start_on)[0]
        yield Asked(relief.level, relief.month.start_on, clause.id, _reason(due, relief), relief.choice, (), day)


def _reason(due: DueDuty, relief: Relief) -> str:
    clause = f" ({due.clause})" if due.clause else ""
    if relief.choice.looks_at_columns:
        return f"{due.id}{clause}, {due.what}, was due on {due.due_on}: what began in the delay is excused"
    return f"{due.id}{clause}, {due.what}, was due on {due.due_on}: {relief.month.label} is excused"
