"""What people do in a dispute, and what its timer does."""

from remit.web.issues.actions.deciding import decide, note_mediation, withdraw
from remit.web.issues.actions.granting import name_records
from remit.web.issues.actions.guards import must_decide
from remit.web.issues.actions.raising import LONGEST, Claim, answer, escalate, raise_dispute

__all__ = [
    "LONGEST",
    "Claim",
    "answer",
    "decide",
    "escalate",
    "must_decide",
    "name_records",
    "note_mediation",
    "raise_dispute",
    "withdraw",
]
