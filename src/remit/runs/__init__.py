"""One walk down the corridor: terms and facts as of an instant in, a settlement with its provenance out."""

from remit.runs.evidence import Evidence, evidence_of
from remit.runs.explaining import explain
from remit.runs.judging import Request
from remit.runs.reconciling import reconcile
from remit.runs.settling import settle_contract

__all__ = ["Evidence", "Request", "evidence_of", "explain", "reconcile", "settle_contract"]
