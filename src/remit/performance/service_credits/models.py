"""Which arithmetic belongs to which credit model."""

from collections.abc import Sequence

from remit.performance.service_credits.allocations import allocated
from remit.performance.service_credits.drafts import Outcome
from remit.performance.service_credits.histories import Month
from remit.performance.service_credits.points import severity_pointed, stepped, stepped_before
from remit.performance.service_credits.rates import by_window, event_counted, gain_shared
from remit.terms.credit_terms import (
    EventCountTerms,
    FlatTerms,
    GainShareTerms,
    LinearTerms,
    PointStepsTerms,
    Scheme,
    SchemeTerms,
    SeverityPointsTerms,
    TiersTerms,
)


def found_by(scheme: Scheme, month: Month) -> Outcome:
    """What one scheme of the terms in force finds in a month."""
    if isinstance(scheme, LinearTerms | FlatTerms | TiersTerms):
        return by_window(scheme, month)
    if isinstance(scheme, EventCountTerms):
        return event_counted(scheme, month)
    if isinstance(scheme, PointStepsTerms):
        return stepped(scheme, month)
    if isinstance(scheme, SeverityPointsTerms):
        return severity_pointed(scheme, month)
    if isinstance(scheme, GainShareTerms):
        return gain_shared(scheme, month)
    return allocated(scheme, month)


def left_from_before(month: Month) -> tuple[Sequence[SchemeTerms], tuple[Outcome, ...]]:
    """The schemes of the month before whose credit is taken off this month's charges, and what they find.

    They are read from the terms of the month before: an amendment doesn't cancel what was already earned.
    """
    terms = month.past[-1].terms if month.past else None
    if terms is None:
        return (), ()
    schemes = [one for one in terms.schemes if isinstance(one, PointStepsTerms) and one.charges_of == "next month"]
    return schemes, tuple(stepped_before(scheme, month) for scheme in schemes)
