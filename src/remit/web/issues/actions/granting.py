"""Records that a decision leaves out: named by whoever decides, worked out, and granted with the decision itself.

They are an exclusion like any other one, with the contract's clause, the records as they were gathered, and its effect
from two settlements; only that the dispute's claim is its reason, and the dispute's decision its own.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty
from remit.web.exclusions.actions import Asked, Decision
from remit.web.exclusions.actions import decide as decide_exclusion
from remit.web.exclusions.actions.asking import basis_of, begin, clause_for, move
from remit.web.exclusions.bridge.terms import Choice
from remit.web.exclusions.models import OPEN, ExclusionRequest
from remit.web.exclusions.models import State as ExclusionState
from remit.web.issues.actions.guards import must_be_open, must_decide
from remit.web.issues.models import Dispute, State
from remit.web.shared.audit import Told, record
from remit.web.shared.refusals import Refusal


@transaction.atomic
def name_records(dispute: Dispute, clause: str, choice: Choice, *, by: Actor, at: datetime) -> ExclusionRequest:
    """Name the records that upholding a dispute leaves out; they are gathered and worked out, and nothing is granted.

    Named anew, those named before are dropped. Raises Refusal where the dispute is over, where nothing can be excluded
    for it, and for whatever the contract does not allow.
    """
    by.must(Duty.DECIDE_DISPUTES, dispute.engagement)
    by.must(Duty.DECIDE_EXCLUSIONS, dispute.engagement)
    engagement = Engagement.objects.select_for_update().get(pk=dispute.engagement_id)
    must_be_open(dispute)
    must_decide(dispute, by=by)
    if not dispute.may_exclude:
        raise Refusal(
            _("This dispute can’t leave records out."),
            _("That is for the provider’s disputes on a service level or its credit."),
        )
    basis = basis_of(engagement)
    reason = _("Dispute %(number)s: %(claim)s") % {"number": dispute.pk, "claim": dispute.claim}
    asked = Asked(dispute.reference, dispute.month_on, clause, reason, choice)
    found = clause_for(basis.terms, asked)
    drop_records(dispute)
    request = begin(engagement, asked, basis, found, by=by, at=at)
    Dispute.objects.filter(pk=dispute.pk).update(exclusion=request)
    dispute.refresh_from_db()
    after = {"dispute": dispute.pk, "exclusion": request.pk, "clause": clause, "kind": request.kind}
    record(Told("issues.records_named", dispute, engagement.pk, after=after), by=by, at=at)
    return request


def drop_records(dispute: Dispute) -> None:
    """Take back the records that were named and not granted; part of an action that leaves its entry."""
    if dispute.exclusion is not None and dispute.exclusion.is_open:
        move(dispute.exclusion, ExclusionState.WITHDRAWN, old=OPEN)


def grant_records(dispute: Dispute, outcome: State, reason: str, *, by: Actor, at: datetime) -> None:
    """With a decision: the records named for it are left out where the claim is upheld, dropped where it is refused.

    Raises Refusal where they are not there yet or can't be had: a decision grants what somebody could look at.
    """
    if outcome == State.REFUSED:
        drop_records(dispute)
        return
    request = dispute.exclusion
    if request is None or request.state not in (*OPEN, ExclusionState.VOID):
        return
    if request.state == ExclusionState.GATHERING:
        raise Refusal(
            _("The records named for this decision are being gathered."),
            _("Decide when they are there and you have seen what leaving them out does."),
        )
    if request.state == ExclusionState.VOID:
        raise Refusal(_("The records named for this decision can’t be had: %(fault)s") % {"fault": request.fault},
                      _("Name others."))  # fmt: skip
    decide_exclusion(request, Decision(None, reason), by=by, at=at)
