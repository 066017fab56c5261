"""What stands before an action in a dispute, and how the audit trail tells one."""

from typing import Any

from remit.web.accounts.actors import Actor
from remit.web.accounts.roles import TITLES, Role, side_of
from remit.web.issues.models import Dispute
from remit.web.shared.refusals import NotAllowed, Refusal


def must_decide(dispute: Dispute, *, by: Actor) -> None:
    """Raises NotAllowed where a dispute is not for the actor to decide."""
    if by.side(dispute.engagement) != dispute.answering:
        raise NotAllowed("Your side raised this dispute; the other side decides it.", "You can withdraw it.")
    ours = [Role(role) for role in dispute.roles if side_of(Role(role)) is dispute.answering]
    if ours and by.role(dispute.engagement) not in ours:
        raise NotAllowed(f"The dispute lies with {' or '.join(TITLES[role] for role in ours)} by now.", "Ask them.")


def must_be_open(dispute: Dispute) -> None:
    """Raises Refusal where somebody was faster."""
    dispute.refresh_from_db()
    if not dispute.is_open:
        who = f" by {dispute.decided_by.name}" if dispute.decided_by is not None else ""
        raise Refusal(f"This dispute was {dispute.get_state_display()}{who} meanwhile.", "Look at it again.")


def told(dispute: Dispute) -> dict[str, Any]:
    """A dispute as the audit trail keeps it."""
    names = ("subject", "reference", "side", "state", "clause", "amount", "currency", "step")
    more = {name: str(getattr(dispute, name)) for name in names}
    return {"dispute": dispute.pk, "month": f"{dispute.month_on:%Y-%m}", "exclusion": dispute.exclusion_id, **more}
