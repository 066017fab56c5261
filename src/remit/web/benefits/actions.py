"""What the client does about its business case: keep one, keep its own costs, have the savings worked out.

Both sides read an engagement's trail. It tells that a paper was kept, and nothing that stands in it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from remit.terms.problems import Problem, ProblemsFound
from remit.web.accounts.actors import Actor, installation
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty
from remit.web.benefits.bridge import costs_as_csv, read_case, read_costs
from remit.web.benefits.models import CaseKept, CostKept, CostsKept, Savings
from remit.web.benefits.standing import case_now, costs_now
from remit.web.contracts.bridge import agreed_terms
from remit.web.jobs.queue import Work, enqueue
from remit.web.performance.models import Run
from remit.web.shared.audit import Told, record
from remit.web.shared.refusals import Refusal

MOST_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as somebody sends it."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The hash of its bytes."""
        return hashlib.sha256(self.content).hexdigest()


@transaction.atomic
def keep_case(engagement: Engagement, given: GivenFile, reason: str, *, by: Actor, at: datetime) -> CaseKept:
    """Keep a business case as it was approved; one that follows another says why, and every version is kept.

    Raises ProblemsFound with every fault of the file, and Refusal where it is the case that counts already, or the
    reason is lacking. Nothing is kept then.
    """
    by.must(Duty.KEEP_BENEFITS, engagement)
    _must_be_a_file(given)
    read = read_case(given.name, given.content, agreed_terms(engagement))
    if read.contract != engagement.contract_id:
        what = f"the case is of {read.contract!r}, and the engagement's contract is {engagement.contract_id!r}"
        raise ProblemsFound([Problem(given.name, 0, "business_case.contract", what)])
    Engagement.objects.select_for_update().get(pk=engagement.pk)
    before = case_now(engagement)
    if before is not None and before.sha256 == read.sha256:
        raise Refusal(_("This is the case that counts already."), _("Its content has the same hash."))
    reason = reason.strip()[:1000]
    if before is not None and not reason:
        raise Refusal(_("Say why the case is replaced."), _("The reason is kept beside the new version."))
    kept: CaseKept = CaseKept.objects.create(
        engagement=engagement,
        number=1 if before is None else before.number + 1,
        file_name=given.name[:200],
        content=given.content,
        sha256=read.sha256,
        case=read.case[:200],
        title=read.title,
        currency=read.currency,
        approved_on=read.approved_on,
        approved_by=read.approved_by,
        months=read.months,
        reason=reason,
        by=by.person,
        at=at,
    )
    told = {"version": kept.number, "sha256": kept.sha256}
    record(Told("benefits.case_kept", kept, engagement.pk, after=told), by=by, at=at)
    _ask(engagement, by=by, at=at)
    return kept


@transaction.atomic
def keep_costs(engagement: Engagement, given: GivenFile, *, by: Actor, at: datetime) -> CostsKept:
    """Keep a list of the client's own costs; for its months and kinds it counts in place of earlier lists.

    Raises ProblemsFound with every fault of the file, and Refusal where it is the last list again or has no row.
    """
    by.must(Duty.KEEP_BENEFITS, engagement)
    _must_be_a_file(given)
    entries = read_costs(given.name, given.content)
    if not entries:
        raise Refusal(_("The list has no row."), _("Write a row a month and kind: 2026-03,retained,40900.00"))
    Engagement.objects.select_for_update().get(pk=engagement.pk)
    before = CostsKept.objects.filter(engagement=engagement).order_by("-number").first()
    if before is not None and before.sha256 == given.sha256:
        raise Refusal(_("This very list was kept last."), _("Nothing has changed since."))
    kept: CostsKept = CostsKept.objects.create(
        engagement=engagement,
        number=1 if before is None else before.number + 1,
        file_name=given.name[:200],
        content=given.content,
        sha256=given.sha256,
        by=by.person,
        at=at,
    )
    CostKept.objects.bulk_create(
        CostKept(costs=kept, month_on=one.month_on, kind=one.kind, amount=f"{one.amount:f}") for one in entries
    )
    told = {"list": kept.number, "sha256": kept.sha256}
    record(Told("benefits.costs_kept", kept, engagement.pk, after=told), by=by, at=at)
    _ask(engagement, by=by, at=at)
    return kept


def _must_be_a_file(given: GivenFile) -> None:
    if not given.content.strip():
        raise Refusal(_("%(name)r is empty.") % {"name": given.name}, _("Send the file again."))
    if len(given.content) > MOST_BYTES:
        raise Refusal(_("%(name)r is more than 10 MB.") % {"name": given.name}, _("Is this the right file?"))


@transaction.atomic
def ask_for_savings(engagement: Engagement, *, by: Actor, at: datetime) -> Savings:
    """Ask for the savings of the case that counts to be worked out by the newest figures.

    Raises Refusal where there is no case, no month is measured, or they are worked out already.
    """
    by.must(Duty.SEE_BENEFITS, engagement)
    if case_now(engagement) is None:
        raise Refusal(_("There is no business case yet."), _("Keep the approved one first."))
    if Run.objects.newest_of(engagement) is None:
        raise Refusal(_("No month is measured yet."), _("Load the facts, and have the contract agreed by both sides."))
    savings = _ask(engagement, by=by, at=at)
    if savings is None:
        raise Refusal(_("The savings are worked out already by the newest figures, case and costs."))
    record(Told("benefits.asked", savings, engagement.pk, after={}), by=by, at=at)
    return savings


def months_measured(run: Run, *, at: datetime) -> None:
    """What follows when the months were measured anew: the savings, worked out by them."""
    _ask(run.engagement, by=installation("job"), at=at)


def _ask(engagement: Engagement, *, by: Actor, at: datetime) -> Savings | None:
    """Savings of the newest figures, asked for once; None where there is nothing to ask for, or they are there."""
    case = case_now(engagement)
    run = None if case is None else Run.objects.newest_of(engagement)
    if case is None or run is None:
        return None
    costs = costs_as_csv(costs_now(engagement))
    inputs = {"case": case, "run": run, "costs_sha256": hashlib.sha256(costs.encode()).hexdigest()}
    fresh = {"engagement": engagement, "costs": costs, "at": at}
    savings: Savings
    savings, _is_new = Savings.objects.select_related("job").get_or_create(**inputs, defaults=fresh)
    if savings.done_at is not None or savings.is_under_way:
        return None
    # Of no engagement: whoever works in one sees its jobs, and the provider must not learn what is worked out.
    savings.job = enqueue(Work("benefits.work_out", {"savings": savings.pk}, key=f"savings {savings.pk}"), by=by, at=at)
    savings.save(update_fields=["job"])
    return savings
