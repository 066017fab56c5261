"""The example of the README and the tour: what they print is what the commands print."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from remit.cli.main import remit

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "first-contract"

Printed = Callable[..., str]


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Printed:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> str:
        outcome = CliRunner().invoke(remit, list(arguments), catch_exceptions=False)
        return outcome.stdout

    return run


def _settled(printed: Printed) -> str:
    return printed("settle", str(EXAMPLE / "contract.yaml"), "--facts", str(EXAMPLE / "export"))


def test_the_statement_is_the_one_that_is_kept(printed: Printed) -> None:
    assert _settled(printed) == (EXAMPLE / "expected" / "statement.txt").read_text()


def test_the_readme_shows_the_contract_and_its_statement(printed: Printed) -> None:
    readme = (ROOT / "README.md").read_text()
    statement = _settled(printed)

    assert (EXAMPLE / "contract.yaml").read_text() in readme
    assert statement[: statement.index("\nfacts:")].rstrip() in readme


def test_the_tour_shows_what_explain_prints_and_what_the_clock_says(printed: Printed) -> None:
    tour = (ROOT / "docs" / "tour.md").read_text()
    contract, facts = str(EXAMPLE / "contract.yaml"), str(EXAMPLE / "export")

    explanation = printed("explain", contract, "SL1", "--facts", facts, "--period", "2026-03")
    assert explanation[explanation.index(" Record") :].rstrip() in tour

    statement = _settled(printed)
    credit = statement[statement.index("Service credits") : statement.index("\nfacts:")].rstrip()
    assert credit in tour

    pause = "2026-03-30 09:30/2026-03-30 16:10"
    seconds = printed("working-time", contract, "desk", "2026-03-27 15:40", "2026-03-31 10:50", "--pause", pause)
    assert seconds == "14400\n"
    assert "\n14400\n" in tour


def test_the_row_that_cannot_be_right_waits_with_its_reason(printed: Printed, tmp_path: Path) -> None:
    _settled(printed)

    rows = (tmp_path / "quarantine.csv").read_text().splitlines()
    assert len(rows) == 2
    assert rows[1].startswith("tickets.csv,10,cases,opened_at,31.02.2026 10:00,is no date and time as")
