"""Remarks on a month, each with at most one file as evidence; both sides read them."""

from datetime import datetime

from django.db import transaction

from remit.web.accounts.actors import Actor
from remit.web.accounts.roles import Duty
from remit.web.performance.models import SettledMonth
from remit.web.performance.uploads import GivenFile, evidence_kept
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
    with evidence_kept(file) as evidence:
        return _kept(month, text.strip()[:LONGEST], evidence, by=by, at=at)


@transaction.atomic
def _kept(month: SettledMonth, text: str, evidence: dict[str, object], *, by: Actor, at: datetime) -> Remark:
    engagement = month.run.engagement
    side = by.side(engagement)
    closing = matter_of(engagement, month.starts_on) or begin(month, at=at)
    written: Remark = Remark.objects.create(
        closing=closing,
        side=side,
        by=by.person,
        at=at,
        text=text,
        **evidence,
    )
    after = {"month": f"{closing.starts_on:%Y-%m}", "file": written.file_name, "sha256": written.file_sha256}
    given = Told("settlements.remarked", closing, engagement.pk, after=after, personal={"text": text})
    record(given, by=by, at=at)
    return written
