"""The exclusions room as Django knows it."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from remit.web.accounts.navigation import Group, Link
from remit.web.accounts.roles import Duty


class ExclusionsConfig(AppConfig):
    """Requests to exclude records, decisions on them, and the duties of the contract.

    `exclusions_agreed` names what is done when records were granted; any subject above may declare its own.
    """

    name = "remit.web.exclusions"
    label = "exclusions"
    deadlines = "remit.web.exclusions.deadlines.duties"
    today = "remit.web.exclusions.today.tell"
    navigation: ClassVar = (
        Link(_("Exclusions"), "exclusions:requests", Duty.SEE_EXCLUSIONS, Group.MONTHS, 20),
        Link(_("Duties"), "exclusions:duties", Duty.SEE_CONTRACT, Group.CONTRACT, 20),
    )
    deeds: ClassVar = {
        "exclusions.asked": _("asked for records to be excluded"),
        "exclusions.withdrawn": _("withdrew a request to exclude records"),
        "exclusions.remarked": _("commented on an exclusion"),
        "exclusions.evidence_attached": _("attached evidence to an exclusion"),
        "exclusions.effect_asked": _("had an exclusion worked out"),
        "exclusions.decided": _("decided on an exclusion"),
        "exclusions.duty_noted": _("noted when a duty was met"),
        "exclusions.relief_asked": _("asked for the relief of a missed duty"),
    }

    def ready(self) -> None:
        """Make the room's background work known to the worker."""
        from remit.web.exclusions import work  # noqa: F401
