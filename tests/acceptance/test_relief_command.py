"""`remit relief` as a user meets it."""

import json
from pathlib import Path

import pytest

from remit.cli.main import main
from tests.lib.run_facts import write_contract, write_facts
from tests.spec.test_runs_relieving import EXCUSED, intervals


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A contract and a March of more calls than forecast, as the working folder."""
    write_contract(tmp_path, EXCUSED)
    write_facts(tmp_path, interval_counts=intervals())
    monkeypatch.chdir(tmp_path)


def told(capfd: pytest.CaptureFixture[str], *line: str) -> str:
    """What a command that succeeds prints."""
    assert main([*line, "--facts", "facts"]) == 0, capfd.readouterr().err
    return capfd.readouterr().out


def test_a_month_is_printed_with_its_band_its_causes_and_its_money(capfd: pytest.CaptureFixture[str]) -> None:
    text = told(capfd, "relief", "contract.yaml", "--period", "2026-03")
    assert "band: more than the forecast by over 10.00 %, by day and queue · B 7" in text
    assert "SL1 · 20 of 20 outside the band · excused for the whole month" in text
    assert "60.00 % below expected → – not measured" in text
    assert "2026-03-01 voice: forecast 2, came 5" in text
    assert "and 12 more" in text
    assert [line.split()[-1] for line in text.splitlines() if line.strip().startswith("volume ")] == ["−29.00"]
    assert "credits EUR 100.00 → EUR 0.00 with relief" in text


def test_a_program_gets_every_stretch_and_parts_that_add_up(capfd: pytest.CaptureFixture[str]) -> None:
    (found,) = json.loads(told(capfd, "relief", "contract.yaml", "--as", "json"))
    (level,) = found["levels"]
    assert (found["credit"], found["credit_with_relief"]) == ("100.00", "0.00")
    assert len(level["outside"]) == 20
    assert sum(level["parts"].values()) == pytest.approx(-0.2, abs=1e-5)


def test_settling_stays_as_it_was(capfd: pytest.CaptureFixture[str]) -> None:
    assert "credit due 100.00" in told(capfd, "settle", "contract.yaml")


def test_a_contract_without_forecast_terms_is_told_in_a_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_contract(tmp_path, EXCUSED.split("forecast:")[0])
    assert main(["relief", "contract.yaml", "--facts", "facts"]) == 1
    assert "the terms name no band of the forecast; write forecast:" in capfd.readouterr().err
