"""The terms a run settles by: those agreed now, and those a run of before was settled by."""

from decimal import Decimal

from remit.web.accounts.models import Engagement
from remit.web.contracts.bridge import agreed_terms, terms_of_sha256

__all__ = ["agreed_terms", "quarantine_limit", "terms_of_sha256"]


def quarantine_limit(engagement: Engagement) -> Decimal | None:
    """The share of unusable rows above which the contract lets nothing be loaded; None where it sets none."""
    terms = agreed_terms(engagement)
    return None if terms is None else terms.latest.facts.quarantine_limit
