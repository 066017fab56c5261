"""Requests to exclude records, as what keeps a month from being proposed: deciding one changes its figures."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import ngettext

from remit.web.accounts.models import Engagement
from remit.web.exclusions.models import OPEN, ExclusionRequest
from remit.web.settlements.holding import Hold


def open_requests(engagement: Engagement, starts_on: date) -> Iterator[Hold]:
    """One line for all requests about a month's records that nobody has decided."""
    count = ExclusionRequest.objects.filter(engagement=engagement, month_on=starts_on, state__in=OPEN).count()
    if count:
        sentence = ngettext(
            "%(count)s request to exclude records of %(month)s is undecided",
            "%(count)s requests to exclude records of %(month)s are undecided",
            count,
        )
        told = {"count": count, "month": f"{starts_on:%Y-%m}"}
        address = reverse("exclusions:requests", kwargs={"engagement": engagement.slug})
        yield Hold(sentence % told, address, keeps_from_proposing=True)
