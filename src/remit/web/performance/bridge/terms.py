"""The agreed terms of an engagement, as runs read them."""

from decimal import Decimal
from pathlib import Path

from django.conf import settings

from remit.ingest.contract_files import ContractVersions, read_versions
from remit.terms.problems import ProblemsFound
from remit.web.accounts.models import Engagement


def agreed_terms(engagement: Engagement) -> ContractVersions | None:
    """The contract both sides agreed, with its amendments; None before there is one."""
    path = Path(settings.DATA) / "contracts" / engagement.slug / "contract.yaml"
    try:
        return read_versions(path) if path.is_file() else None
    except ProblemsFound:
        return None


def terms_of_sha256(engagement: Engagement, sha256: str) -> ContractVersions | None:
    """The terms of the version that a run was settled by; None where it can't be found any more."""
    terms = agreed_terms(engagement)
    return terms if terms is not None and terms.sha256 == sha256 else None


def quarantine_limit(engagement: Engagement) -> Decimal | None:
    """The share of unusable rows above which the contract lets nothing be loaded; None where it sets none."""
    terms = agreed_terms(engagement)
    return None if terms is None else terms.latest.facts.quarantine_limit
