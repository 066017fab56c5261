"""Remarks on a month, each with at most one file as evidence; both sides read them."""

from datetime import datetime

from django.db import transaction

from remit.web.accounts.actors import Actor
from remit.web.accounts.roles import Duty
from remit.web.performance import uploads
from remit.web.performance.models import SettledMonth
from remit.web.performance.uploads import EVIDENCE, GivenFile
from remit.web.settlements.actions import begin, matter_of
from remit.web.settlements.models import Remark
from remit.web.shared.audit import Told, record
from remit.web.shared.refusals import Refusal

LONGEST = 4_000


def remark(
    month: SettledMonth, text: str, file: GivenFile | None = None, *, by: Actor, at: datetime
) -> Remark:  # fmt: skip
    """Say something of a month, with a file beside it or not, whatever state the month is in.

    Raises Refusal for nothing at all, and for a file that can't be kept.
    """
    by.must(Duty.SEE_MONEY, month.run.engagement)
    if not text.strip() and file is None:
        raise Refusal("There is nothing to add.", "Write a comment, or choose a file.")
    # Written before the transaction: a large file on its way must not keep the database waiting.
    upload = None if file is None else uploads.keep([file], allowed=EVIDENCE)
    try:
        return _kept(month, text.strip()[:LONGEST], upload, by=by, at=at)
    except BaseException:
        if upload is not None:
            uploads.discard(upload.key)
        raise


@transaction.atomic
def _kept(month: SettledMonth, text: str, upload: uploads.Upload | None, *, by: Actor, at: datetime) -> Remark:
    engagement = month.run.engagement
    side = by.side(engagement)
    closing = matter_of(engagement, month.starts_on) or begin(month, at=at)
    told = {} if upload is None else dict(upload.files[0])
    written: Remark = Remark.objects.create(
        closing=closing,
        side=side,
        by=by.person,
        at=at,
        text=text,
        file_key="" if upload is None else upload.key,
        file_name=str(told.get("name", "")),
        file_size=int(str(told.get("size", 0))),
        file_sha256=str(told.get("sha256", "")),
    )
    after = {"month": f"{closing.starts_on:%Y-%m}", "file": written.file_name, "sha256": written.file_sha256}
    given = Told("settlements.remarked", closing, engagement.pk, after=after, personal={"text": text})
    record(given, by=by, at=at)
    return written
