"""The demo's business case: the client's finance keeps what the board approved, and what its own side spent since."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remit.web.accounts.actors import Actor
    from remit.web.accounts.models import Engagement

CASE, COSTS = "business-case.yaml", "own-costs.csv"


def keep_benefits(engagement: "Engagement", folder: Path, *, by: "Actor") -> None:
    """The case and the costs of a provider's folder kept, where it has them; once."""
    from remit.web.benefits.actions import GivenFile, keep_case, keep_costs
    from remit.web.benefits.models import CaseKept, CostsKept
    from remit.web.shared.moments import now

    case, costs = folder / CASE, folder / COSTS
    if case.exists() and not CaseKept.objects.filter(engagement=engagement).exists():
        keep_case(engagement, GivenFile(CASE, case.read_bytes()), "", by=by, at=now())
    if costs.exists() and not CostsKept.objects.filter(engagement=engagement).exists():
        keep_costs(engagement, GivenFile(COSTS, costs.read_bytes()), by=by, at=now())
