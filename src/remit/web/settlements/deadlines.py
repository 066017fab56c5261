"""What is awaited in the months as deadlines: figures to be proposed, and the time to object."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from remit.web.accounts.deadlines import Deadline
from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty
from remit.web.performance.bridge.showing import month_name
from remit.web.settlements.bridge.deadlines import months_terms
from remit.web.settlements.views.months import rows_of


def months(place: Place, at: datetime) -> Iterator[Deadline]:
    """A deadline a month on which something is awaited until an instant."""
    if not place.may(Duty.SEE_MONEY):
        return
    terms_of = months_terms(place.engagement)
    for row in rows_of(place, at):
        terms = terms_of(row.starts_on)
        if row.awaited is None or row.awaited.until is None or terms is None:
            continue
        until, month = row.awaited.until, month_name(row.starts_on)
        what = _("%(month)s: %(awaited)s") % {"month": month, "awaited": row.awaited.sentence}
        zone = terms.contract.zone
        on = until.astimezone(zone).date()
        yield Deadline(f"month-{month}", what, row.address, on, until, zone.key, row.awaited.side, terms.clause)
