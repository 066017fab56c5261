"""Open disputes as what keeps a month from being closed, where the contract says so."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts.models import Engagement
from remit.web.issues.bridge import month_terms
from remit.web.issues.models import Dispute
from remit.web.settlements.holding import Hold


def open_disputes(engagement: Engagement, starts_on: date) -> Iterator[Hold]:
    """One line for each dispute about a month that nobody has decided."""
    terms = month_terms(engagement, starts_on)
    for dispute in Dispute.objects.open_in(engagement, starts_on).order_by("pk"):
        told = {"number": dispute.pk, "reference": dispute.reference}
        yield Hold(
            _("Dispute %(number)s about %(reference)s is open") % told,
            reverse("issues:dispute", kwargs={"engagement": engagement.slug, "dispute": dispute.pk}),
            keeps_from_closing=terms is None or terms.disputes_block,
        )
