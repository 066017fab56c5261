"""The contact centre's last invoice: every planted error is found by the command, and nothing else is."""

import json
from datetime import date
from pathlib import Path

import pytest

from remit.cli.main import main
from remit.finance.invoices import FindingKind
from remit.finance.pro_forma import as_invoice
from remit.ingest.contract_files import read_versions
from remit.ingest.fact_files import open_facts
from remit.reports.invoices import invoice_as_csv, invoice_as_ubl
from remit.runs import evidence_of
from remit.runs.connections import connect
from remit.runs.invoicing import invoice_month
from remit.specimens.invoices import planted_invoice
from tests.lib.contact_centre import generated
from tests.lib.run_facts import month


@pytest.mark.slow
def test_seventeen_planted_errors_are_found_and_the_right_invoice_is_clean(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = generated() / "north"
    with connect(memory_mb=1024) as connection:
        evidence = evidence_of(open_facts(folder / "facts", connection=connection))
        ours = invoice_month(read_versions(folder / "contract.yaml"), evidence, month("2025-12"))
    right = as_invoice(ours, number="2025-12-117", issued_on=date(2026, 1, 5))
    wrong, ledger = planted_invoice(right, ours)
    kinds = {one.kind for one in ledger}
    assert len(kinds) >= 16, set(FindingKind) - kinds
    Path("right.csv").write_text(invoice_as_csv(right))
    Path("wrong.xml").write_text(invoice_as_ubl(wrong))
    run = ["invoice", "check", str(folder / "contract.yaml"), "--facts", str(folder / "facts")]

    assert main([*run, "--invoice", "right.csv"]) == 0
    capsys.readouterr()
    assert main([*run, "--invoice", "wrong.xml", "--as", "json"]) == 1
    found = [(one["kind"], one["line"]) for one in json.loads(capsys.readouterr().out)["findings"]]
    assert sorted(found) == sorted((str(one.kind), one.line) for one in ledger)
