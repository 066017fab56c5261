"""The room's background work: loads landed and taken back, months measured. Begun again, it has its effect once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop

from remit.terms.problems import ProblemsFound
from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty
from remit.web.connections.actions import announce
from remit.web.connections.events import Event
from remit.web.exclusions.bridge.agreed import agreed_list, agreed_sha256
from remit.web.jobs.models import Job
from remit.web.jobs.queue import Running, Unrepeatable, handles
from remit.web.jobs.words import call
from remit.web.performance import uploads
from remit.web.performance.bridge.listing import NotExplainable, make_listing, wanted_of
from remit.web.performance.bridge.loading import Delivery, Landed, land, take_back
from remit.web.performance.bridge.measuring import (
    REMIT_VERSION,
    declared_dimension,
    measure,
    months_label,
    newest_version,
)
from remit.web.performance.bridge.problems import sentence
from remit.web.performance.bridge.records import listing
from remit.web.performance.bridge.showing import month_period
from remit.web.performance.bridge.terms import agreed_terms, quarantine_limit, terms_of_sha256
from remit.web.performance.measuring import ask_to_measure, keep_run, keep_split
from remit.web.performance.models import Load, Outcome, Run
from remit.web.shared.audit import Told, record
from remit.web.shared.moments import now

call(
    {
        "performance.load": gettext_noop("Land a load"),
        "performance.withdraw": gettext_noop("Take a load back"),
        "performance.measure": gettext_noop("Measure the months"),
        "performance.split": gettext_noop("Split the levels by a column"),
        "performance.records": gettext_noop("List the records of a level"),
    }
)


def _on_behalf(load: Load) -> Actor:
    """The person who asked, acting through a job."""
    return Actor(load.by, "job")


def _name_of(load: Load) -> str:
    return load.by.email if load.by is not None else "remit"


@handles("performance.load", duty=Duty.LOAD_FACTS)
def land_load(running: Running) -> Mapping[str, Any]:
    """Land a load's files and say what became of them; facts that are refused make a load that is refused."""
    load = Load.objects.select_related("engagement", "by").get(pk=running.arguments["load"])
    many, read = len(load.files), 0

    def tell(name: str) -> None:
        nonlocal read
        running.tell(f"reading {name}", read, many)
        read += 1

    running.tell("looking at the files", 0, many)
    landed = land(_delivery(load), on_file=tell)
    _past_stopping(running)
    at = now()
    with running.effect(_told(landed)):
        fields = {"outcome": _outcome(landed), "ended_at": at, "problems": landed.problems, **(landed.counts or {})}
        Load.objects.filter(pk=load.pk, outcome=Outcome.PENDING).update(
            **fields, store_load=landed.store_load, store_version=landed.store_version
        )
        told = {"load": load.pk, "outcome": str(_outcome(landed)), **_told(landed)}
        record(Told("performance.load_ended", load, load.engagement_id, after=told), by=_on_behalf(load), at=at)
        announce(load.engagement, Event.LOAD_ENDED, {"load": load.pk, "outcome": str(_outcome(landed))}, at=at)
        if landed.is_new:
            ask_to_measure(load.engagement, by=_on_behalf(load), at=at)
    return _told(landed)


def _past_stopping(running: Running) -> None:
    """What stands in the store is written down as standing there, whoever asked to stop it meanwhile."""
    Job.objects.filter(pk=running.job.pk, worker=running.worker).update(is_cancel_asked=False)


def _delivery(load: Load) -> Delivery:
    return Delivery(
        id=f"L{load.key[:12]}",
        contract=load.engagement.contract_id,
        folder=uploads.files_folder(load),
        mapping=uploads.mapping_of(load),
        quarantine=uploads.quarantine_of(load),
        by=_name_of(load),
        at=int(load.at.timestamp()),
        limit=quarantine_limit(load.engagement),
        earlier=_earlier_files(load),
    )


def _earlier_files(load: Load) -> list[Path]:
    standing = Load.objects.standing().filter(engagement=load.engagement, mapping=load.mapping).exclude(pk=load.pk)
    newest_first = standing.order_by("-pk")[:50]
    return [path for one in newest_first for path in _files_of(one)]


def _files_of(load: Load) -> list[Path]:
    folder = uploads.files_folder(load)
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _outcome(landed: Landed) -> Outcome:
    if landed.is_refused:
        return Outcome.REFUSED
    return Outcome.LOADED if landed.is_new else Outcome.NOTHING_NEW


def _told(landed: Landed) -> dict[str, Any]:
    told: dict[str, Any] = {"store_version": landed.store_version, **(landed.counts or {})}
    return told | ({"problems": len(landed.problems)} if landed.problems else {})


@handles("performance.withdraw", duty=Duty.LOAD_FACTS)
def withdraw_facts(running: Running) -> Mapping[str, Any]:
    """Take a load out of the store."""
    load = Load.objects.select_related("engagement", "by", "withdrawn_by").get(pk=running.arguments["load"])
    asked_at = load.withdrawn_at or now()
    by = load.withdrawn_by.email if load.withdrawn_by is not None else "remit"
    running.tell("taking its records out", 0, 1)
    try:
        version = take_back(
            load.store_load,
            act_id=f"W{load.key[:12]}",
            by=by,
            at=int(asked_at.timestamp()),
            why=load.withdrawn_because,
        )
    except ProblemsFound as found:
        raise Unrepeatable(str(found)) from None
    _past_stopping(running)
    with running.effect({"store_version": version}):
        Load.objects.filter(pk=load.pk, outcome=Outcome.WITHDRAWING).update(outcome=Outcome.WITHDRAWN)
        announce(load.engagement, Event.LOAD_WITHDRAWN, {"load": load.pk}, at=now())
        ask_to_measure(load.engagement, by=_on_behalf(load), at=now())
    return {"store_version": version}


@handles("performance.measure", duty=Duty.SEE_PERFORMANCE)
def measure_months(running: Running) -> Mapping[str, Any]:
    """Settle the agreed contract on the newest facts and keep what came out; the same inputs are measured once."""
    engagement = Engagement.objects.get(pk=running.arguments["engagement"])
    terms, version = agreed_terms(engagement), newest_version(engagement.contract_id)
    if terms is None or version is None:
        return {"measured": "nothing: " + ("no contract is agreed" if terms is None else "there are no facts")}
    waivers_sha256 = agreed_sha256(engagement)
    inputs: dict[str, object] = {
        "contract_sha256": terms.sha256,
        "store_version": version,
        "remit_version": REMIT_VERSION,
        "waivers_sha256": waivers_sha256,
    }
    if Run.objects.filter(engagement=engagement, **inputs).exists():
        return {"measured": "nothing new"}
    first = declared_dimension(terms)
    waivers = agreed_list(engagement, waivers_sha256)
    found = measure(terms, engagement.contract_id, version, split_by=first, waivers=waivers, tell=running.tell)
    told = {"measured": months_label(found.settlements), "store_version": version, "problems": len(found.problems)}
    with running.effect(told):
        run = keep_run(engagement, inputs, found, at=now())
        announce(engagement, Event.MONTHS_MEASURED, {"run": run.pk}, at=now())
        if found.split:
            keep_split(run, first, found, at=now())
    return told


@handles("performance.split", duty=Duty.SEE_PERFORMANCE)
def split_levels(running: Running) -> Mapping[str, Any]:
    """A run's levels split by a column, kept beside the whole."""
    run = Run.objects.select_related("engagement").get(pk=running.arguments["run"])
    dimension = str(running.arguments["dimension"])
    terms = terms_of_sha256(run.engagement, run.contract_sha256)
    if terms is None:
        raise Unrepeatable("the contract of this run is no longer at hand")
    contract, waivers = run.engagement.contract_id, agreed_list(run.engagement, run.waivers_sha256)
    found = measure(terms, contract, run.store_version, split_by=dimension, waivers=waivers, tell=running.tell)
    if found.problems:
        raise Unrepeatable("; ".join(sentence(problem) for problem in found.problems))
    with running.effect({"dimension": dimension}):
        rows = keep_split(run, dimension, found, at=now())
    return {"dimension": dimension, "rows": rows}


@handles("performance.records", duty=Duty.SEE_RECORDS)
def list_records(running: Running) -> Mapping[str, Any]:
    """List the records behind a level's month, once; whoever opens the number then reads them page by page."""
    run = Run.objects.select_related("engagement").get(pk=running.arguments["run"])
    level, month = str(running.arguments["level"]), str(running.arguments["month"])
    found = listing(run.pk, level, month)
    if found is not None:
        return {"records": sum(one.records for one in found.windows)}
    terms = terms_of_sha256(run.engagement, run.contract_sha256)
    if terms is None:
        raise Unrepeatable("the contract of this run is no longer at hand")
    running.tell(f"listing the records of {level} in {month}")
    wanted = wanted_of(run, level, month_period(month))
    try:
        return {"records": make_listing(terms, wanted)}
    except (NotExplainable, ProblemsFound) as found_wrong:
        raise Unrepeatable(str(found_wrong)) from None
