"""Deciding on a request: what it would do, worked out first, and the decision itself."""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty
from remit.web.connections.actions import announce
from remit.web.connections.events import Event
from remit.web.exclusions.actions.asking import basis_of, move
from remit.web.exclusions.bridge.agreed import agreed_sha256, next_list
from remit.web.exclusions.bridge.evidence import waivers_for
from remit.web.exclusions.models import AgreedList, Effect, ExclusionRequest, RecordState, RequestedRecord, State
from remit.web.jobs.queue import Work, enqueue
from remit.web.shared.audit import Told, record
from remit.web.shared.follow_ups import declared
from remit.web.shared.refusals import Refusal


class FollowUp(Protocol):
    """What is done in the transaction in which records were granted, such as asking for a measurement."""

    def __call__(self, engagement: Engagement, *, by: Actor, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Decision:
    """What is granted of a request: the records of these keys, none of them, or all (`granted` None); and why."""

    granted: Collection[str] | None
    answer: str = ""


@transaction.atomic
def decide(request: ExclusionRequest, decision: Decision, *, by: Actor, at: datetime) -> ExclusionRequest:
    """Grant a request, refuse it, or grant some of its records; the months are then measured anew.

    Raises Refusal where somebody else has decided it meanwhile, and where records are kept in without a reason.
    """
    by.must(Duty.DECIDE_EXCLUSIONS, request.engagement)
    engagement = Engagement.objects.select_for_update().get(pk=request.engagement_id)
    granted = _granted(request, decision.granted)
    state = _outcome(len(granted), request.count)
    if state is not State.GRANTED and not decision.answer.strip():
        raise Refusal(_("Say why records are to count."), _("Both sides read the answer."))
    agreed_in = _agree(engagement, request, granted, at=at) if granted else None
    fields = {"decided_by": by.person, "decided_at": at, "answer": decision.answer.strip(), "agreed_in": agreed_in}
    move(request, state, old=[State.ASKED], **fields)
    mine = RequestedRecord.objects.filter(request=request)
    mine.filter(pk__in=[one.pk for one in granted]).update(state=RecordState.GRANTED)
    mine.filter(state=RecordState.ASKED).update(state=RecordState.REFUSED)
    _tell(request, len(granted), by=by, at=at)
    if granted:
        agreed: list[FollowUp] = declared("exclusions_agreed")
        for follow_up in agreed:
            follow_up(engagement, by=by, at=at)
    return request


def _granted(request: ExclusionRequest, keys: Collection[str] | None) -> list[RequestedRecord]:
    records = list(RequestedRecord.objects.filter(request=request).order_by("position"))
    if keys is None:
        return records
    strange = sorted(set(keys) - {one.key for one in records})
    if strange:
        named = ", ".join(strange[:5])
        raise Refusal(_("This request is not about %(keys)s.") % {"keys": named}, _("Choose among its own records."))
    return [one for one in records if one.key in keys]


def _outcome(granted: int, of: int) -> State:
    if not granted:
        return State.REFUSED
    return State.GRANTED if granted == of else State.PARTLY


def _tell(request: ExclusionRequest, granted: int, *, by: Actor, at: datetime) -> None:
    after = {"state": request.state, "granted": granted, "records": request.count, "level": request.level,
             "month": request.month}  # fmt: skip
    told = Told("exclusions.decided", request, request.engagement_id, after=after, personal={"answer": request.answer})
    record(told, by=by, at=at)
    announced = {"exclusion": request.pk, "state": request.state}
    announce(request.engagement, Event.EXCLUSION_DECIDED, announced, at=at)


def _agree(
    engagement: Engagement, request: ExclusionRequest, granted: Iterable[RequestedRecord], *, at: datetime
) -> AgreedList:
    """The list with what is granted now; numbered one after another, since the engagement is held."""
    request.decided_at = at
    return next_list(engagement, waivers_for(request, granted, approved_by=engagement.client.name), at=at)


@transaction.atomic
def ask_for_effect(request: ExclusionRequest, keys: Collection[str] | None, *, by: Actor, at: datetime) -> Effect:
    """Ask what granting some records (None: all) would do to the level and the money; the same is worked out once.

    Raises Refusal for records the request is not about.
    """
    by.must(Duty.SEE_EXCLUSIONS, request.engagement)
    chosen = _granted(request, keys)
    if not chosen:
        raise Refusal(_("Choose the records that would be excluded."))
    is_all = len(chosen) == request.count
    effect: Effect
    effect, is_new = Effect.objects.get_or_create(
        **_inputs(request, [] if is_all else [one.key for one in chosen]),
        defaults={"keys": [] if is_all else [one.key for one in chosen]},
    )
    if effect.done_at is None and (effect.job is None or effect.job.is_over):
        work = Work("exclusions.effect", {"effect": effect.pk}, request.engagement, key=f"effect {effect.pk}")
        effect.job = enqueue(work, by=by, at=at)
        effect.save(update_fields=["job"])
    if is_new and by.user is not None and by.via != "job":
        told = {"records": len(chosen)}
        record(Told("exclusions.effect_asked", request, request.engagement_id, after=told), by=by, at=at)
    return effect


def _inputs(request: ExclusionRequest, keys: Collection[str]) -> dict[str, Any]:
    basis = basis_of(request.engagement)
    return {
        "request": request,
        "keys_sha256": keys_sha256(keys),
        "contract_sha256": basis.terms.sha256,
        "store_version": basis.store_version,
        "waivers_sha256": agreed_sha256(request.engagement),
    }


def keys_sha256(keys: Collection[str]) -> str:
    """The digest of a choice among a request's records; of none for all of them."""
    return hashlib.sha256(json.dumps(sorted(keys), ensure_ascii=False).encode()).hexdigest()


def effect_shown(request: ExclusionRequest) -> Effect | None:
    """The newest effect of granting all of a request that somebody asked for."""
    mine = Effect.objects.filter(request=request, keys_sha256=keys_sha256([])).select_related("job")
    found: Effect | None = mine.order_by("-pk").first()
    return found


def is_stale(effect: Effect) -> bool:
    """Whether an effect was worked out on other inputs than those that hold now."""
    try:
        now = _inputs(effect.request, effect.keys)
    except Refusal:
        return True
    return any(getattr(effect, name) != value for name, value in now.items() if name != "request")
