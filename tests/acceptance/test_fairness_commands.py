"""compare, signals and forecast as a user meets them, and what they say of the generated year."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from remit.cli.main import main
from remit.performance.service_levels import Standing
from remit.runs import Request, settle_contract
from remit.runs.foreseeing import forecasts
from remit.runs.signalling import signals
from tests.lib.contact_centre import generated
from tests.lib.run_facts import HEAD, write_contract, write_facts

DESK = f"""{HEAD}
facts: {{dimensions: [site, queue]}}
clocks: {{resolution: {{of: cases, starts: opened_at, stops: closed_at}}}}
service_levels:
  SL1:
    name: In time
    class: critical
    measure: {{is: turnaround, clock: resolution, share_within: 4 hours}}
    expected: 60%
"""


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A contract and two months' cases, those of the second hurried to their target, as the working folder."""
    rows = ["case_key | opened_at | closed_at | site | queue"]
    for number in range(560):
        taken = 120 + number // 2 if number < 560 else 0
        taken = 238 if 240 < taken <= 256 else taken
        day, hour = 1 + number % 28, 6 + number % 7
        at = datetime(2026, 3, day, hour, 0, tzinfo=UTC)
        closed = datetime.fromtimestamp(at.timestamp() + taken * 60, UTC)
        site, queue = ("BER", "hard") if number % 3 else ("NYC", "easy" if number % 2 else "hard")
        rows.append(f"C{number} | {at:%Y-%m-%d %H:%M} | {closed:%Y-%m-%d %H:%M} | {site} | {queue}")
    write_contract(tmp_path, DESK)
    write_facts(tmp_path, cases="\n".join(rows))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(capfd: pytest.CaptureFixture[str], *line: str) -> str:
    """What a command that succeeds prints."""
    assert main([*line, "--facts", "facts"]) == 0, capfd.readouterr().err
    return capfd.readouterr().out


def test_sites_are_compared_raw_and_at_one_mix(capfd: pytest.CaptureFixture[str]) -> None:
    line = ("compare", "contract.yaml", "SL1", "--by", "site", "--adjust", "queue")
    text = told(capfd, *line)
    assert "by site, adjusted for queue" in text
    assert "BER has no record in" in text
    found = json.loads(told(capfd, *line, "--as", "json"))
    assert [one["subject"] for one in found["subjects"]] == ["BER", "NYC"]
    assert found["subjects"][0]["raw"] == found["subjects"][0]["adjusted"]
    assert found["subjects"][0]["interval"][0] < found["subjects"][0]["adjusted"] < found["subjects"][0]["interval"][1]
    assert main([*line[:-1], "site", "--facts", "facts"]) == 2
    assert "would even out what --by compares" in capfd.readouterr().err
    assert main([*line[:-1], "colour", "--facts", "facts"]) == 2


def test_hurried_records_are_a_signal_worded_as_a_question(capfd: pytest.CaptureFixture[str]) -> None:
    text = told(capfd, "signals", "contract.yaml")
    assert "SL1 in 2026-03" in text
    assert "stopped just within the target" in text
    assert "A signal is a question to ask, and no proof of anything." in text
    found = json.loads(told(capfd, "signals", "contract.yaml", "--as", "json"))
    assert len(found["bunching"][0]["records"]) == found["bunching"][0]["just_within"]
    assert "Nothing worth asking about" in told(capfd, "signals", "contract.yaml", "--from", "2026-05")


def test_the_month_is_foreseen_with_its_chance(capfd: pytest.CaptureFixture[str]) -> None:
    line = ("forecast", "contract.yaml", "--as-of", "2026-03-20T12:00:00Z")
    assert "2026-03, 12 days to come" in told(capfd, *line)
    (one,) = json.loads(told(capfd, *line, "--as", "json"))
    assert one["service_level"] == "SL1"
    assert 0 <= one["chance_met"] <= 1
    assert one["low"] <= one["likely"] <= one["high"]
    assert "No level can be foreseen" in told(capfd, "forecast", "contract.yaml", "--as-of", "2026-03-02T12:00:00Z")


def test_records_that_a_later_load_moved_over_the_months_end_are_told_of_a_store_alone(
    desk: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    rows = "\n".join(f"L{number} | 2026-03-31 09:00 | 2026-{{}}" for number in range(12))
    for name, at in (("one", "04-01 10:00"), ("two", "03-31 10:00")):
        (desk / name).mkdir()
        write_facts(desk / name, cases="case_key | opened_at | closed_at\n" + rows.replace("{}", at))
        given = ("--facts", f"{name}/facts", "--store", "store", "--by", "ann")
        assert main(["load", "contract.yaml", *given]) == 0, capfd.readouterr().err
    capfd.readouterr()
    assert main(["signals", "contract.yaml", "--store", "store"]) == 0
    assert "12 of them back into 2026-03" in " ".join(capfd.readouterr().out.split())
    assert main(["signals", "contract.yaml", "--store", "store", "--as", "json"]) == 0
    (one,) = json.loads(capfd.readouterr().out)["redated"]
    assert (one["what"], one["end_of"], one["moved"], one["back"]) == ("cases.closed_at", "2026-03", 12, 12)
    assert main(["signals", "contract.yaml", "--facts", "two/facts"]) == 0
    assert "Nothing worth asking about" in capfd.readouterr().out


@pytest.mark.slow
def test_the_clean_year_raises_no_signal_and_its_months_are_foreseen_better_than_by_their_share() -> None:
    from remit.engines.duckdb_engine import connect
    from remit.ingest.contract_files import read_versions
    from remit.ingest.fact_files import open_facts
    from remit.runs import evidence_of

    folder = generated() / "north"
    versions = read_versions(folder / "contract.yaml")
    connection = connect()
    try:
        evidence = evidence_of(open_facts(folder / "facts", connection=connection))
        found = signals(versions, evidence, Request())
        assert found.looked_at > 20
        assert found.bunched == ()
        assert found.is_empty
        ends = {
            (one.service_level, one.window): one.standing
            for month in settle_contract(versions, evidence)
            for one in month.attainments
        }
        scores, outcomes = [], []
        for number in range(3, 13):
            at = int(datetime(2025, number, 15, tzinfo=UTC).timestamp())
            for one in forecasts(versions, evidence, as_of=at):
                standing = ends[one.service_level, one.window]
                if standing is Standing.NOT_MEASURED:
                    continue
                outcomes.append(standing is Standing.MET)
                scores.append((float(one.chance) - outcomes[-1]) ** 2)
    finally:
        connection.close()
    share = sum(outcomes) / len(outcomes)
    assert sum(scores) / len(scores) < 0.8 * share * (1 - share)
