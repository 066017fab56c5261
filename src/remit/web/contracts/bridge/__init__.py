"""What the corridor says about a contract's files: problems, terms, dates, hours, and what differs between two."""

from remit.web.contracts.bridge.agreed import agreed_terms, contract_folder, terms_of
from remit.web.contracts.bridge.checking import Checked, check

__all__ = ["Checked", "agreed_terms", "check", "contract_folder", "terms_of"]
