"""Runs asked for and kept: the agreed contract settled on the newest facts, once for the same inputs."""

from datetime import datetime

from django.db import transaction

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty
from remit.web.contracts.models import Version
from remit.web.exclusions.bridge.agreed import agreed_sha256
from remit.web.jobs.models import Job
from remit.web.jobs.queue import Work, enqueue
from remit.web.performance.bridge.kept import amounts_of, rows_of, words_text
from remit.web.performance.bridge.measuring import REMIT_VERSION, Measured, newest_version
from remit.web.performance.bridge.terms import agreed_terms
from remit.web.performance.models import Attained, Run, SettledMonth, Split
from remit.web.shared.audit import Told, record
from remit.web.shared.follow_ups import follow_ups
from remit.web.shared.refusals import Refusal


def ask_to_measure(engagement: Engagement, *, by: Actor, at: datetime) -> Job | None:
    """Ask for the newest facts to be measured by the agreed contract; None where either is lacking yet, or it is done.

    The same inputs waiting already are asked for once.
    """
    terms, version = agreed_terms(engagement), newest_version(engagement.contract_id)
    if terms is None or version is None:
        return None
    waivers = agreed_sha256(engagement)
    inputs = {"contract_sha256": terms.sha256, "store_version": version, "remit_version": REMIT_VERSION,
              "waivers_sha256": waivers}  # fmt: skip
    if Run.objects.filter(engagement=engagement, **inputs).exists():
        return None
    key = f"{engagement.pk} {terms.sha256[:16]} {version} {waivers[:16]} {REMIT_VERSION}"
    work = Work("performance.measure", {"engagement": engagement.pk}, engagement=engagement, key=key)
    return enqueue(work, by=by, at=at)


def contract_agreed(version: Version, *, by: Actor, at: datetime) -> None:
    """What follows when both sides have agreed a version: the facts there are, measured by it."""
    ask_to_measure(version.engagement, by=by, at=at)


def exclusions_agreed(engagement: Engagement, *, by: Actor, at: datetime) -> None:
    """What follows when records were left out by agreement: every month, measured without them."""
    ask_to_measure(engagement, by=by, at=at)


@transaction.atomic
def ask_to_split(run: Run, dimension: str, *, by: Actor, at: datetime) -> Split:
    """Ask for a run's levels to be split by a column; what was asked for already is not asked for twice.

    Raises Refusal for a column the run's facts do not fill.
    """
    by.must(Duty.SEE_PERFORMANCE, run.engagement)
    if dimension not in run.dimensions:
        listed = ", ".join(run.dimensions) or "nothing"
        raise Refusal(f"The facts can't be split by {dimension!r}.", f"They can be split by {listed}.")
    split: Split
    split, is_new = Split.objects.select_related("job").get_or_create(run=run, dimension=dimension)
    if split.done_at is not None or (split.job is not None and not split.job.is_over):
        return split
    work = Work(
        "performance.split", {"run": run.pk, "dimension": dimension}, run.engagement, f"split {run.pk} {dimension}"
    )
    split.job = enqueue(work, by=by, at=at)
    split.save(update_fields=["job"])
    if is_new:
        told = {"run": run.pk, "dimension": dimension}
        record(Told("performance.split_asked", run, run.engagement_id, after=told), by=by, at=at)
    return split


def keep_run(engagement: Engagement, inputs: dict[str, object], found: Measured, *, at: datetime) -> Run:
    """Keep what was measured. It is called inside the effect of its job.

    What subjects above do about it they declare as `months_measured` in their AppConfig.
    """
    run = Run.objects.create(
        engagement=engagement,
        at=at,
        is_measured=bool(found.settlements),
        problems=found.problems,
        words=words_text(found.words) if found.words is not None else "",
        dimensions=list(found.dimensions),
        **inputs,
        **_provenance(found),
    )
    SettledMonth.objects.bulk_create([SettledMonth(run=run, **amounts_of(one)) for one in found.settlements])
    rows = [row for one in found.settlements for row in rows_of(run.pk, one.period, one.attainments)]
    Attained.objects.bulk_create(rows, batch_size=500)
    for follow_up in follow_ups("months_measured") if run.is_measured else ():
        follow_up(run, at=at)
    return run


def _provenance(found: Measured) -> dict[str, object]:
    if not found.settlements:
        return {}
    told = found.settlements[-1].provenance
    return {
        "store_name": told.store_version,
        "facts_sha256": told.facts_sha256,
        "as_of": told.as_of,
        "zone": told.time_zone,
    }


def keep_split(run: Run, dimension: str, found: Measured, *, at: datetime) -> int:
    """Keep a run's levels split by a column; how many rows. It is called inside the effect of its job."""
    rows = [row for period, parts in found.split for row in rows_of(run.pk, period, parts)]
    Attained.objects.filter(run=run, dimension=dimension).delete()
    Attained.objects.bulk_create(rows, batch_size=500)
    Split.objects.update_or_create(run=run, dimension=dimension, defaults={"done_at": at})
    return len(rows)


def ask_for_records(run: Run, level: str, month: str, *, by: Actor, at: datetime) -> Job:
    """Ask for the records behind a level's month to be listed; asked for while it is under way, it is one job."""
    by.must(Duty.SEE_RECORDS, run.engagement)
    arguments = {"run": run.pk, "level": level, "month": month}
    work = Work("performance.records", arguments, run.engagement, f"records {run.pk} {month} {level}"[:200])
    return enqueue(work, by=by, at=at)


def records_job(run: Run, level: str, month: str) -> Job | None:
    """The last job that was asked for listing a level's month."""
    mine = Job.objects.filter(kind="performance.records", engagement=run.engagement)
    last: Job | None = mine.filter(key=f"records {run.pk} {month} {level}"[:200]).order_by("-pk").first()
    return last
