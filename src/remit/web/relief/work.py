"""The room's background work: months looked over for relief, and one claim measured."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty
from remit.web.exclusions.actions.asking import basis_of
from remit.web.exclusions.bridge.agreed import agreed_list, agreed_sha256
from remit.web.jobs.queue import Running, Unrepeatable, handles
from remit.web.jobs.words import call
from remit.web.relief.actions import announce_asked, draw_up, is_stale, measure, move
from remit.web.relief.bridge.agreed import relief_for
from remit.web.relief.bridge.terms import month_period
from remit.web.relief.bridge.working_out import CannotBeHad, Question, found_in, measured
from remit.web.relief.models import OPEN, Claim, State
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal

call(
    {
        "relief.look": gettext_noop("Look for months that the forecast’s clause relieves"),
        "relief.measure": gettext_noop("Measure a claim for relief"),
    }
)
_JOB = Actor(None, "job")


@handles("relief.look", duty=Duty.ASK_EXCLUSIONS)
def look(running: Running) -> Mapping[str, Any]:
    """Draw up a claim for each level's month that relief is due for; measure anew those on earlier figures."""
    engagement = Engagement.objects.get(pk=running.arguments["engagement"])
    months = date.fromisoformat(running.arguments["first"]), date.fromisoformat(running.arguments["last"])
    try:
        basis = basis_of(engagement)
    except Refusal as refusal:
        raise Unrepeatable(refusal.sentence) from None
    running.tell("comparing the volume with its forecast")
    found = found_in(basis.terms, engagement.contract_id, basis.store_version, agreed_list(engagement), months)
    at = now()
    with running.effect({"found": len(found)}):
        Engagement.objects.select_for_update().get(pk=engagement.pk)
        waiting = Claim.objects.filter(engagement=engagement, state__in=[State.DRAWN, *OPEN])
        for claim in waiting.select_related("engagement"):
            if is_stale(claim):
                measure(claim, by=_JOB, at=at)
        for one in found:
            draw_up(engagement, one.level, one.month_on, by=_JOB, at=at)
    return {"found": len(found)}


@handles("relief.measure", duty=Duty.SEE_EXCLUSIONS)
def measure_claim(running: Running) -> Mapping[str, Any]:
    """Measure a claim by what holds now; void where no relief is due and nobody waits for an answer."""
    claim = Claim.objects.select_related("engagement__client").get(pk=running.arguments["claim"])
    if claim.state not in (State.DRAWN, *OPEN):
        return {"claim": claim.pk}
    engagement = claim.engagement
    try:
        basis = basis_of(engagement)
    except Refusal as refusal:
        raise Unrepeatable(refusal.sentence) from None
    waivers_sha256 = agreed_sha256(engagement)
    inputs = {
        "contract_sha256": basis.terms.sha256,
        "store_version": basis.store_version,
        "waivers_sha256": waivers_sha256,
    }
    agreed = agreed_list(engagement, waivers_sha256)
    question = Question(
        basis.terms, engagement.contract_id, basis.store_version, agreed, claim.level, month_period(claim.month_on)
    )
    try:
        told = measured(question, relief_for(claim, approved_by=engagement.client.name), tell=running.tell)
    except CannotBeHad as reason:
        told = {"fault": str(reason)}
    with running.effect({"claim": claim.pk}):
        _keep(claim, told, inputs)
    return {"claim": claim.pk}


def _keep(claim: Claim, told: dict[str, Any], inputs: Mapping[str, object]) -> None:
    """What was found, and the claim's next state: asked for where relief is due, void where none is."""
    at, fault = now(), str(told.get("fault", ""))
    live = Claim.objects.filter(pk=claim.pk, state__in=[State.DRAWN, *OPEN])
    if fault:
        live.update(fault=fault, told=None, told_at=at, **inputs)
    else:
        found = {name: told[name] for name in ("relief", "clause", "contacts")}
        live.update(fault="", told=told, told_at=at, **found, **inputs)
    claim.refresh_from_db()
    if claim.state == State.MEASURING and claim.is_given:
        move(claim, State.ASKED, old=[State.MEASURING])
        announce_asked(claim, at=at)
    elif claim.state in (State.MEASURING, State.DRAWN) and not claim.is_given:
        move(claim, State.VOID, old=[State(claim.state)], fault=fault or str(told["why"]))
