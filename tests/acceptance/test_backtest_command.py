"""`remit backtest` as a user meets it: every form, two drafts, and what it says when refused."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from remit.cli.main import main
from tests.lib.run_facts import HEAD, write_contract, write_facts

TERMS = f"""{HEAD}
service_levels:
  SL1:
    name: Without an <error>
    class: critical
    measure: {{is: ratio, of: transactions, good: "errors = 0"}}
    expected: 67%
charges: [{{id: fee, amount: 1000}}]
credits: {{schemes: [{{model: flat, levels: SL1, each: 10%}}]}}
"""
RECORDS = "transaction_key | received_at | errors\n" + "\n".join(
    f"T{month}-{day} | 2026-{month:02}-{day:02} 09:00 | {int(month % 3 == 0 and day < 5)}"
    for month in range(1, 8)
    for day in (1, 3, 5, 9, 15, 28)
)


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A contract, a harder draft beside it and seven months of records, as the working folder."""
    write_contract(tmp_path, TERMS)
    (tmp_path / "draft.yaml").write_text(TERMS.replace("each: 10%", "each: 20%"))
    write_facts(tmp_path, transactions=RECORDS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(capfd: pytest.CaptureFixture[str], *line: str) -> str:
    """What a command that succeeds prints."""
    assert main(["backtest", *line, "--facts", "facts", "--years", "60"]) == 0, capfd.readouterr().err
    return capfd.readouterr().out


def test_the_terms_are_told_with_their_levels_months_and_doubts(capfd: pytest.CaptureFixture[str]) -> None:
    text = told(capfd, "contract.yaml", "--sensitivity")

    assert "60 years drawn from 6 past months" in text
    assert "Credit to expect in a year" in text
    assert "Without an <er" in text
    assert "2026-06  1,000.00  100.00  SL1" in " ".join(text.split(" ")).replace("   ", "  ")
    assert "2026-07 is left out" in text
    assert "only 6 past months" in text


def test_the_same_seed_prints_the_same_bytes(capfd: pytest.CaptureFixture[str]) -> None:
    first = told(capfd, "contract.yaml", "--seed", "5", "--as", "json")
    assert told(capfd, "contract.yaml", "--seed", "5", "--as", "json") == first
    assert told(capfd, "contract.yaml", "--seed", "6", "--as", "json") != first


def test_two_drafts_stand_side_by_side_with_the_reason(capfd: pytest.CaptureFixture[str]) -> None:
    both = json.loads(told(capfd, "contract.yaml", "--against", "draft.yaml", "--as", "json"))

    one, two = both["terms"]
    assert (one["name"], two["name"]) == ("contract.yaml", "draft.yaml")
    assert float(two["credit"]["expected"]) == pytest.approx(2 * float(one["credit"]["expected"]), abs=0.02)
    assert both["differences"][0]["reasons"] == ["the credit terms around it differ"]
    assert "Side by side" in told(capfd, "contract.yaml", "--against", "draft.yaml")


def test_a_row_a_level_and_one_of_the_whole_go_to_a_spreadsheet(capfd: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(StringIO(told(capfd, "contract.yaml", "--as", "csv"))))
    assert [row["service_level"] for row in rows] == ["SL1", ""]
    assert rows[0]["expected"] == rows[1]["expected"]
    assert rows[0]["credited_in_past_months"] == "200.00"


def test_the_page_stands_alone_and_escapes_what_it_is_given(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    told(capfd, "contract.yaml", "--against", "draft.yaml", "--sensitivity", "--as", "html", "--out", "page.html")
    page = (desk / "page.html").read_text()
    assert page.count("<svg") == 6
    assert "Without an &lt;error&gt;" in page
    assert "<error>" not in page
    assert "Side by side" in page


def test_wrong_usage_and_missing_credits_are_told_in_a_sentence(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (desk / "bare.yaml").write_text(TERMS.split("credits:", maxsplit=1)[0])

    assert main(["backtest", "bare.yaml", "--facts", "facts"]) == 1
    assert "the terms have no credits to test" in capfd.readouterr().err
    assert main(["backtest", "contract.yaml", "--facts", "facts", "--from", "2026-05", "--to", "2026-01"]) == 2
    assert "swap them" in capfd.readouterr().err
    assert main(["backtest", "contract.yaml", "--against", "none.yaml", "--facts", "facts"]) == 1
    assert "none.yaml" in capfd.readouterr().err
