"""`remit relief` as a user meets it."""

import json
from pathlib import Path
from zipfile import ZipFile

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


LIST = "service_level,month,relief,approved_by,reason,clause_cited\nSL1,2026-03,whole_month,Northwind,the strike,B 7\n"


def test_agreed_relief_is_settled_explained_and_carried_by_a_packet_alike(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "relief.csv").write_text(LIST)
    given = ("contract.yaml", "--relief", "relief.csv")
    said = "relieved under B 7: not measured, where 60 of 100 were"
    assert said in " ".join(told(capfd, "settle", *given).split())
    (march,) = json.loads(told(capfd, "settle", *given, "--as", "json"))
    assert march["settlement"]["credit"] == "0.00"
    assert len(march["facts"]["waivers_sha256"]) == 64
    explained = json.loads(told(capfd, "explain", *given[:1], "SL1", *given[1:], "--period", "2026-03", "--as", "json"))
    assert explained["note"] == said

    told(capfd, "packet", *given, "--period", "2026-03", "--unsigned", "--out", "march.zip")
    assert main(["verify", "march.zip", "--unsigned"]) == 0
    assert capfd.readouterr().out.endswith("reproduced\n")
    with ZipFile("march.zip") as packet:
        statement = json.loads(packet.read("results/statement.json"))
        assert json.loads(packet.read("manifest.json"))["options"]["rows"] == "needed"
    assert statement[0]["service_levels"] == march["service_levels"]
    assert statement[0]["facts"]["waivers_sha256"] == march["facts"]["waivers_sha256"]


def test_a_list_of_relief_the_contract_does_not_give_is_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "relief.csv").write_text(LIST.replace("SL1", "SL2"))
    assert main(["settle", "contract.yaml", "--facts", "facts", "--relief", "relief.csv"]) == 1
    assert "relief.csv: service_level: the contract has no service level 'SL2'" in capfd.readouterr().err
    assert main(["settle", "contract.yaml", "--facts", "facts", "--relief", "relief.csv", "--out", "relief.csv"]) == 2
