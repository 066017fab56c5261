"""What the savings room tells on the first page: months whose own costs nobody gave yet."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from remit.web.accounts.roles import Duty
from remit.web.accounts.today import Item, Part, Visit
from remit.web.benefits.models import CaseKept, CostKept
from remit.web.benefits.standing import missing_costs


def tell(visit: Visit) -> Iterable[Item]:
    """Two queries for all engagements together; one line an engagement, for whoever keeps the costs."""
    places = visit.where(Duty.KEEP_BENEFITS)
    cases = CaseKept.objects.filter(engagement_id__in=places).defer("content").order_by("number")
    last = {one.engagement_id: one for one in cases}
    if not last:
        return
    rows = CostKept.objects.filter(costs__engagement_id__in=last)
    given: dict[int, set[tuple[date, str]]] = {}
    for engagement_id, month_on, kind in rows.values_list("costs__engagement_id", "month_on", "kind"):
        given.setdefault(engagement_id, set()).add((month_on, kind))
    for engagement_id, case in last.items():
        missing = [one.month_on for one in missing_costs(case.months, given.get(engagement_id, set()), visit.at.date())]
        if missing:
            place = places[engagement_id]
            address = reverse("benefits:new_costs", kwargs={"engagement": place.engagement.slug})
            yield Item(Part.NEEDS, _sentence(missing), address, place.engagement, order=40)


def _sentence(missing: list[date]) -> str:
    first, last = (date_format(month, "YEAR_MONTH_FORMAT") for month in (missing[0], missing[-1]))
    if len(missing) == 1:
        return _("Own costs of %(month)s are missing, so that its savings can’t be told") % {"month": first}
    told = {"count": len(missing), "first": first, "last": last}
    return _("Own costs of %(count)s months are missing, %(first)s to %(last)s: their savings can’t be told") % told
