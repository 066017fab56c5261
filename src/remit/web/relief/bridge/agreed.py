"""Agreed claims as the relief that a settlement takes."""

from collections.abc import Iterator

from remit.runs.agreed import AgreedRelief
from remit.web.exclusions.models import AgreedList
from remit.web.relief.models import Claim, State
from remit.web.shared.bridge import inert

_LONGEST_REASON = 500


def relief_for(claim: Claim, *, approved_by: str) -> AgreedRelief:
    """A claim's relief. It names organisations and no person, so that masking somebody changes no list."""
    return AgreedRelief(
        relief_key=f"R{claim.pk}",
        service_level=claim.level,
        month=claim.month,
        relief=claim.relief,
        contacts=claim.contacts,
        approved_by=approved_by,
        approved_at=None if claim.decided_at is None else int(claim.decided_at.timestamp()),
        reason=inert(claim.reason)[:_LONGEST_REASON],
        clause_cited=claim.clause,
    )


def reliefs_of(wanted: AgreedList) -> Iterator[AgreedRelief]:
    """What was agreed up to a list, in the order of agreeing."""
    mine = Claim.objects.filter(
        engagement_id=wanted.engagement_id, state=State.AGREED, agreed_in__number__lte=wanted.number
    )
    for claim in mine.select_related("engagement__client").order_by("agreed_in__number"):
        yield relief_for(claim, approved_by=claim.engagement.client.name)
