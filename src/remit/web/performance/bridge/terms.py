"""The terms a run settles by: those agreed now, and those a run of before was settled by."""

from decimal import Decimal

from remit.ingest.contract_files import ContractVersions
from remit.web.accounts.models import Engagement
from remit.web.contracts.bridge import agreed_terms, terms_of
from remit.web.contracts.models import Version

__all__ = ["agreed_terms", "quarantine_limit", "terms_of_sha256"]


def terms_of_sha256(engagement: Engagement, sha256: str) -> ContractVersions | None:
    """The terms of the version with a hash, agreed now or before; None where the engagement never had such a one."""
    version = Version.objects.filter(engagement=engagement, sha256=sha256, number__isnull=False).order_by("-pk").first()
    return None if version is None else terms_of(version)


def quarantine_limit(engagement: Engagement) -> Decimal | None:
    """The share of unusable rows above which the contract lets nothing be loaded; None where it sets none."""
    terms = agreed_terms(engagement)
    return None if terms is None else terms.latest.facts.quarantine_limit
