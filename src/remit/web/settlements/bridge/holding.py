"""A version of the store held for good, so that a closed month can be computed again whatever is vacuumed."""

from datetime import datetime

from django.conf import settings

from remit.store import Act, Place, pin, read_manifest
from remit.terms.problems import ProblemsFound
from remit.web.performance.bridge.measuring import newest_version
from remit.web.shared.refusals import Refusal

__all__ = ["hold_version", "newest_version"]


def hold_version(version: int, act_id: str, *, contract: str, note: str, by: str, at: datetime) -> None:
    """Hold a version of the store; one that is held already stays so.

    Raises Refusal where the store has it no more: what could never be computed again is not closed.
    """
    try:
        if version not in read_manifest(settings.STORE_URL).pinned:
            act = Act(act_id, by, int(at.timestamp()), note)
            pin(Place(settings.STORE_URL), version, act, engagement=contract)
    except ProblemsFound as found:
        raise Refusal(
            f"The facts these figures stand on can't be held: {found.problems[0].what}.",
            "Let the months be measured anew, then propose the month again.",
        ) from None
