"""A small business case as a document, and as a file frozen by its hash."""

from pathlib import Path
from typing import Any

import yaml

from remit.ingest.business_cases import content_hash
from remit.ingest.documents import load_document

CASE = """
remit: 1
business_case: {id: BC-1, contract: C-1, title: Claims given out}
approval: {by: [A. Finance, B. Operations], on: 2025-11-03}
currency: EUR
baseline:
  claims: {name: Claims settled, unit_cost: 10, volume: {of: transactions, at: completed_at}}
charges:
  claims: {units_each: 2, rate: 2}
retained: 50
months:
  2026-01: {volume: {claims: 100}, transition: 20}
  2026-02: {volume: {claims: 100}}
"""


def case_document(**changed: Any) -> dict[str, Any]:
    """The case with some of its sections changed."""
    return {**yaml.load(CASE, Loader=yaml.BaseLoader), **changed}


def frozen_case(folder: Path, text: str = CASE, *, approval: str = "on: 2025-11-03") -> Path:
    """The case as a file whose approval carries the hash of its content."""
    path = folder / "case.yaml"
    path.write_text(text)
    document, problems = load_document(path)
    assert document is not None, problems
    path.write_text(text.replace(approval, f"{approval}, sha256: {content_hash(document.root.plain())}"))
    return path
