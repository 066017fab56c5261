"""The room's background work: a request's records gathered, and what a decision would do."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from remit.web.accounts.actors import Actor
from remit.web.connections.actions import announce
from remit.web.connections.events import Event
from remit.web.exclusions.actions.deciding import ask_for_effect
from remit.web.exclusions.bridge.agreed import agreed_list
from remit.web.exclusions.bridge.evidence import waivers_for
from remit.web.exclusions.bridge.terms import choice_of, month_period, terms_of_sha256
from remit.web.exclusions.bridge.working_out import CannotBeHad, Gathered, Question, effect_of, gathered
from remit.web.exclusions.models import Effect, ExclusionRequest, RequestedRecord, State
from remit.web.jobs.queue import Running, Unrepeatable, handles
from remit.web.jobs.words import call
from remit.web.shared.moments import now

MOST_RECORDS = 20_000
"""How many records one request is about at most: somebody has to decide on them."""

call(
    {
        "exclusions.gather": gettext_noop("Gather the records of a request"),
        "exclusions.effect": gettext_noop("Work out what an exclusion would do"),
    }
)


@handles("exclusions.gather")
def gather(running: Running) -> Mapping[str, Any]:
    """Gather a request's records from the facts of when it was asked; void where none can be had, with why."""
    request = ExclusionRequest.objects.select_related("engagement", "asked_by").get(pk=running.arguments["request"])
    if request.state != State.GATHERING:
        return {"records": request.count}
    running.tell(f"gathering records of {request.level} in {request.month}")
    try:
        found = gathered(_question(request, request.contract_sha256, request.store_version), choice_of(request.choice))
        _must_fit(found)
    except CannotBeHad as reason:
        with running.effect({"void": str(reason)}):
            ExclusionRequest.objects.filter(pk=request.pk, state=State.GATHERING).update(
                state=State.VOID, fault=str(reason)
            )
        return {"void": str(reason)}
    rows = _rows(request, found)
    with running.effect({"records": len(rows)}):
        fields = {"state": State.ASKED, "count": len(rows), "already_out": found.already_out}
        if ExclusionRequest.objects.filter(pk=request.pk, state=State.GATHERING).update(**fields):
            RequestedRecord.objects.bulk_create(rows, batch_size=500)
            request.refresh_from_db()
            ask_for_effect(request, None, by=Actor(None, "job"), at=now())
            told = {"exclusion": request.pk, "level": request.level, "month": request.month}
            announce(request.engagement, Event.EXCLUSION_ASKED, told, at=now())
    return {"records": len(rows)}


def _must_fit(found: Gathered) -> None:
    if not found.records:
        out = _(" %(count)s of that month are left out already.") % {"count": found.already_out}
        raise CannotBeHad(_("No record that counts fits.") + (out if found.already_out else ""))
    if len(found.records) > MOST_RECORDS:
        raise CannotBeHad(
            _("%(count)s records fit, and a request has at most %(most)s: narrow it.")
            % {"count": f"{len(found.records):,}", "most": f"{MOST_RECORDS:,}"}
        )


def _rows(request: ExclusionRequest, found: Gathered) -> list[RequestedRecord]:
    """A row a record; one that counts in several windows of the month names them all."""
    windows: dict[str, list[str]] = {}
    for one in found.records:
        windows.setdefault(one.record.key, []).append(one.window)
    first = {one.record.key: one.record for one in reversed(found.records)}
    return [
        RequestedRecord(
            request=request,
            position=position,
            key=key,
            window=", ".join(labels)[:300],
            met=first[key].met,
            numerator=first[key].numerator,
            denominator=first[key].denominator,
        )
        for position, (key, labels) in enumerate(windows.items(), start=1)
    ]


def _question(request: ExclusionRequest, contract_sha256: str, version: int, waivers: str | None = None) -> Question:
    terms = terms_of_sha256(request.engagement, contract_sha256)
    if terms is None:
        raise Unrepeatable("the contract of this request is no longer at hand")
    return Question(
        terms=terms,
        contract=request.engagement.contract_id,
        store_version=version,
        waivers=agreed_list(request.engagement, waivers),
        level=request.level,
        month=month_period(request.month_on),
    )


@handles("exclusions.effect")
def work_out(running: Running) -> Mapping[str, Any]:
    """Settle the month with and without the records, and keep both."""
    effect = Effect.objects.select_related("request__engagement__client").get(pk=running.arguments["effect"])
    if effect.done_at is not None:
        return {"effect": effect.pk}
    request = effect.request
    records = RequestedRecord.objects.filter(request=request).order_by("position")
    wanted = records.filter(key__in=effect.keys) if effect.keys else records
    proposed = waivers_for(request, wanted, approved_by=request.engagement.client.name)
    question = _question(request, effect.contract_sha256, effect.store_version, effect.waivers_sha256)
    try:
        told = effect_of(question, proposed, tell=running.tell)
    except CannotBeHad as reason:
        raise Unrepeatable(str(reason)) from None
    with running.effect({"effect": effect.pk}):
        Effect.objects.filter(pk=effect.pk).update(told=told, done_at=now())
    return {"effect": effect.pk}
