"""What a person does about facts: load them, take a load back, stop one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty
from remit.web.jobs import queue
from remit.web.jobs.queue import Work, enqueue
from remit.web.performance import uploads
from remit.web.performance.models import Load, Outcome, Source
from remit.web.performance.uploads import GivenFile, Upload
from remit.web.shared.audit import Told, record
from remit.web.shared.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Export:
    """Files as a side gives them: the mapping that explains them (empty where they bear our own column names).

    `again` is the load whose rows they mend.
    """

    files: Sequence[GivenFile]
    mapping: str = ""
    again: Load | None = None


def start_load(engagement: Engagement, export: Export, *, by: Actor, at: datetime) -> Load:
    """Keep an export and ask for it to be landed. When this returns, the files would outlive a power cut.

    The same files by the same mapping are taken again and land nothing; the load says which one brought them first.
    Raises Refusal where a file can't be kept; then nothing is.
    """
    by.must(Duty.LOAD_FACTS, engagement)
    # Written before the transaction: half a gigabyte on its way must not keep the database waiting.
    upload = uploads.keep(export.files, export.mapping)
    try:
        return _asked_for(engagement, export, upload, by=by, at=at)
    except BaseException:
        uploads.discard(upload.key)
        raise


@transaction.atomic
def _asked_for(engagement: Engagement, export: Export, upload: Upload, *, by: Actor, at: datetime) -> Load:
    same = Load.objects.standing().filter(
        engagement=engagement, files_sha256=upload.sha256, mapping=export.mapping, same_as=None
    )
    load = Load.objects.create(
        engagement=engagement,
        key=upload.key,
        source=Source(by.via) if by.via in Source.values else Source.COMMAND,
        files=list(upload.files),
        files_sha256=upload.sha256,
        mapping=export.mapping,
        by=by.user,
        at=at,
        same_as=same.order_by("pk").first(),
        again=export.again,
    )
    work = Work("performance.load", {"load": load.pk}, engagement=engagement, key=f"load {load.pk}")
    load.job = enqueue(work, by=by, at=at)
    load.save(update_fields=["job"])
    told = {"load": load.pk, "files": [file["name"] for file in load.files], "sha256": load.files_sha256}
    record(Told("performance.load_started", load, engagement.pk, after=told), by=by, at=at)
    return load


@transaction.atomic
def withdraw_load(load: Load, *, because: str, by: Actor, at: datetime) -> None:
    """Take a load's facts back out of the store: as if it had never come, but for the store's older versions.

    Raises Refusal where the load has no facts in the store, or is being withdrawn already.
    """
    by.must(Duty.LOAD_FACTS, load.engagement)
    if not because.strip():
        raise Refusal("Say why the load is withdrawn.", "Both sides read the reason.")
    loaded = Load.objects.filter(pk=load.pk, outcome=Outcome.LOADED)
    work = Work("performance.withdraw", {"load": load.pk}, engagement=load.engagement, key=f"withdraw {load.pk}")
    told = {"outcome": Outcome.WITHDRAWING, "withdrawn_by": by.user, "withdrawn_at": at}
    if not loaded.update(**told, withdrawn_because=because.strip()[:500]):
        raise Refusal("This load has no facts in the store that could be withdrawn.")
    Load.objects.filter(pk=load.pk).update(job=enqueue(work, by=by, at=at))
    after = {"load": load.pk, "store_load": load.store_load, "because": because.strip()[:500]}
    record(Told("performance.load_withdrawn", load, load.engagement_id, after=after), by=by, at=at)


@transaction.atomic
def stop_load(load: Load, *, by: Actor, at: datetime) -> None:
    """Stop a load that waits or runs; the store then shows nothing of it. Raises Refusal where it is over."""
    by.must(Duty.LOAD_FACTS, load.engagement)
    if load.outcome or load.job is None:
        raise Refusal("This load is over already.", "Withdraw it to take its facts back.")
    queue.cancel(load.job, by=by, at=at)
