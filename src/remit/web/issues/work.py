"""The room's background work: disputes taken on to the roles the contract names when their time is over."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop

from remit.web.accounts.actors import installation
from remit.web.issues.actions import escalate
from remit.web.issues.models import Dispute
from remit.web.jobs.queue import Running, handles
from remit.web.jobs.words import call
from remit.web.shared.moments import now

call({"issues.escalate": gettext_noop("Take a dispute to its next step")})


@handles("issues.escalate")
def escalate_dispute(running: Running) -> Mapping[str, Any]:
    """When a step's time is over: the dispute goes on to it. Begun again, it finds it done."""
    dispute = Dispute.objects.select_related("engagement").get(pk=running.arguments["dispute"])
    if dispute.step != running.arguments["step"]:
        return {"escalated": False}
    return {"escalated": escalate(dispute, by=installation("job"), at=now())}
