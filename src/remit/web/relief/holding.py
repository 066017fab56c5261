"""Claims for relief as what keeps a month from being proposed: agreeing to one changes its figures."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts.models import Engagement
from remit.web.relief.models import OPEN, Claim


@dataclass(frozen=True, slots=True)
class Held:
    """Something unfinished about a month, in the shape in which the months' subject asks for it."""

    sentence: str
    address: str
    keeps_from_proposing: bool = True
    keeps_from_closing: bool = True


def open_claims(engagement: Engagement, starts_on: date) -> Iterator[Held]:
    """A line for each claim about the month that nobody has decided."""
    mine = Claim.objects.filter(engagement=engagement, month_on=starts_on, state__in=OPEN).order_by("pk")
    for claim in mine:
        told = {"level": claim.level, "month": claim.month}
        address = reverse("relief:claim", kwargs={"engagement": engagement.slug, "claim": claim.pk})
        yield Held(_("The relief asked for %(level)s in %(month)s is undecided") % told, address)
