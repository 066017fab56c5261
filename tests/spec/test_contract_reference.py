"""The reference page of the contract file: current, complete, and every example on it a contract Remit reads."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from remit.ingest.contract_files import check_contract
from remit.ingest.document_nodes import compose_document
from remit.performance.linting import lint
from remit.reports.reference import contract_page
from remit.reports.reference.pages import models_by_name, models_told
from remit.terms.amendments import Amendment
from remit.terms.contracts import Contract
from remit.terms.credit_terms import Scheme
from remit.terms.measure_terms import Measure
from remit.terms.problems import Severity
from tests.lib.house_files import HOUSE

PAGE = contract_page()
BLOCKS = re.findall(r"^```yaml (contract|part|amendment)\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)

# What the parts of the page lean on: every name they mention stands for something here.
BASE = """
remit: 1
contract: {id: MSA-2026-014, client: Northwind, provider: Acme BPO}
term: {from: 2026-01-01, to: 2026-12-31}
time_zone: America/New_York
currency: USD
calendars:
  us_support: {time_zone: America/New_York, week: {mon-fri: "08:00-18:00"}, closed: [2026-12-25]}
  pt_support: {time_zone: Europe/Lisbon, week: {mon-fri: "09:00-17:00"}, closed: [2026-12-25]}
clocks:
  resolution: {calendar: us_support, stops: {status: Resolved}}
service_levels:
  SL1: {name: One, class: critical, measure: {is: service_factor, variant: 3, answer_within: 20 seconds}, expected: 95%}
  SL2: {name: Two, class: critical, measure: {is: satisfaction}, expected: 90%}
  SL3: {name: Three, class: critical, measure: {is: accuracy}, expected: 90%}
charges:
  - {id: monthly_fee, amount: 400000}
"""


def plain(text: str) -> dict[str, Any]:
    document, problems = compose_document(text, name="page.yaml")
    assert document is not None, problems
    held = document.root.plain()
    assert isinstance(held, dict)
    return held


def examples() -> list[Contract]:
    """Every example of a part of a contract, set into the base."""
    return [Contract.model_validate(plain(BASE) | plain(text)) for kind, text in BLOCKS if kind == "part"]


def tags(union: Any, word: str) -> set[str]:
    """Every value of the word that tells a choice's members apart."""
    from pydantic import TypeAdapter

    mapping = TypeAdapter(union).json_schema(by_alias=True)["discriminator"]
    assert mapping["propertyName"] == word
    return set(mapping["mapping"])


def test_the_committed_page_is_current() -> None:
    committed = (HOUSE / "docs" / "reference" / "contract.md").read_text(encoding="utf-8")

    assert committed == PAGE, "docs/reference/contract.md is out of date; run: make docs"


def test_every_word_of_the_file_stands_on_the_page() -> None:
    chapters = files("remit.reports.reference").joinpath("contract.md").read_text(encoding="utf-8")

    assert sorted(models_told(chapters)) == sorted(models_by_name())
    undescribed = [
        f"{name}.{field}"
        for name, model in models_by_name().items()
        for field, info in model.model_fields.items()
        if not info.description and field not in ("kind", "model")
    ]
    assert undescribed == []


def test_every_link_of_the_page_leads_to_a_heading() -> None:
    headings = re.findall(r"^#+ (.*)$", re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL), flags=re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}

    assert set(re.findall(r"\]\(#([^)]*)\)", PAGE)) - anchors == set()


@pytest.mark.parametrize("text", [text for kind, text in BLOCKS if kind == "part"])
def test_every_example_of_a_part_is_a_contract_without_errors(text: str) -> None:
    contract = Contract.model_validate(plain(BASE) | plain(text))

    assert [finding for finding in lint(contract) if finding.severity is Severity.ERROR] == []


def test_the_small_contract_has_no_errors_and_no_doubts(tmp_path: Path) -> None:
    (whole,) = (text for kind, text in BLOCKS if kind == "contract")
    path = tmp_path / "contract.yaml"
    path.write_text(whole, encoding="utf-8")

    assert [str(problem) for problem in check_contract(path).problems] == []


def test_the_amendment_of_the_page_amends_the_small_contract(tmp_path: Path) -> None:
    (whole,) = (text for kind, text in BLOCKS if kind == "contract")
    (amendment,) = (text for kind, text in BLOCKS if kind == "amendment")
    (tmp_path / "contract.yaml").write_text(whole, encoding="utf-8")
    (tmp_path / "amendments").mkdir()
    (tmp_path / "amendments" / "a1.yaml").write_text(amendment, encoding="utf-8")

    checked = check_contract(tmp_path / "contract.yaml")

    assert [str(problem) for problem in checked.problems] == []
    assert checked.versions is not None
    assert list(checked.versions.latest.service_levels) == ["SL1", "SL2", "KM2"]
    assert Amendment.model_validate(plain(amendment)).amendment.id == "A1"


def test_every_measure_of_the_catalogue_has_its_example() -> None:
    shown = {str(level.measure.kind) for contract in examples() for level in contract.service_levels.values()}

    assert tags(Measure, "is") - shown == set()


def test_every_credit_model_has_its_example() -> None:
    shown = {str(scheme.model) for contract in examples() if contract.credits for scheme in contract.credits.schemes}

    assert tags(Scheme, "model") - shown == set()
