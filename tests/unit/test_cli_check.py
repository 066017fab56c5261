"""`remit check` and `remit schema`: what they print, where, and the exit status."""

import json
from pathlib import Path

import pytest

from remit.cli.exit_statuses import ExitStatus
from remit.cli.main import main
from tests.lib.written_contracts import SOUND

DOUBTFUL = SOUND.replace("    low_volume: {below: 100}\n", "")
FAULTY = DOUBTFUL.replace("expected: 95%", "expected: eighty")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, so that files are named as a user names them."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def a_contract(text: str) -> str:
    Path("contract.yaml").write_text(text.lstrip("\n"), encoding="utf-8")
    return "contract.yaml"


def test_a_sound_contract_is_summed_up_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", a_contract(SOUND)]) == ExitStatus.DONE

    told = capsys.readouterr()
    assert told.out == "MSA-1: 2 service levels, 1 calendar, 0 amendments; 0 errors, 0 warnings\n"
    assert told.err == ""


def test_errors_stand_on_standard_error_and_give_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", a_contract(FAULTY)]) == ExitStatus.PROBLEMS

    told = capsys.readouterr()
    assert told.out == "MSA-1: 1 service level, 1 calendar, 0 amendments; 1 error, 1 warning\n"
    assert told.err.splitlines() == [
        (
            "contract.yaml:18: service_levels.SL1.expected: 'eighty' is not a number; "
            'write 95 % as 0.95 or "95%", a time as 30 seconds'
        ),
        (
            "contract.yaml:21: service_levels.SL2: warning: has no minimum volume: in a month of few records chance "
            "decides about money; add low_volume: {below: 20, then: not_measured}"
        ),
    ]


def test_warnings_alone_pass_unless_strict(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", a_contract(DOUBTFUL)]) == ExitStatus.DONE
    assert "warning: has no minimum volume" in capsys.readouterr().err
    assert main(["check", "--strict", a_contract(DOUBTFUL)]) == ExitStatus.PROBLEMS
    assert main(["check", "--strict", a_contract(SOUND)]) == ExitStatus.DONE


def test_amendments_are_checked_too(capsys: pytest.CaptureFixture[str]) -> None:
    Path("amendments").mkdir()
    Path("amendments", "a1.yaml").write_text(
        "remit: 1\namendment: {id: A1, to: MSA-1, from: 2026-07-01}\nremove: [service_levels.SL3]\n", encoding="utf-8"
    )

    assert main(["check", a_contract(SOUND)]) == ExitStatus.PROBLEMS

    told = capsys.readouterr()
    assert told.err.startswith("amendments/a1.yaml:3: remove[0]: 'service_levels.SL3' leads nowhere")
    assert told.out.startswith("MSA-1: 2 service levels, 1 calendar, 1 amendment; 1 error")


def test_problems_as_json_are_a_list_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--as", "json", a_contract(FAULTY)]) == ExitStatus.PROBLEMS

    told = capsys.readouterr()
    first, second = json.loads(told.out)
    assert first == {
        "severity": "error",
        "file": "contract.yaml",
        "line": 18,
        "path": "service_levels.SL1.expected",
        "what": "'eighty' is not a number",
        "hint": 'write 95 % as 0.95 or "95%", a time as 30 seconds',
    }
    assert second["severity"] == "warning"
    assert told.err == ""


def test_a_file_without_a_contract_is_summed_up_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "nowhere.yaml"]) == ExitStatus.PROBLEMS

    told = capsys.readouterr()
    assert told.out == "nowhere.yaml: 1 error, 0 warnings\n"
    assert told.err == "nowhere.yaml: there is no such file\n"


def test_schemas_are_printed_for_each_file_a_person_writes(capsys: pytest.CaptureFixture[str]) -> None:
    for subject in ("contract", "amendment", "mapping"):
        assert main(["schema", subject]) == ExitStatus.DONE
        schema = json.loads(capsys.readouterr().out)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert schema["title"] == f"Remit {subject} file, format 1"


def test_pages_are_printed_of_the_contract_and_of_the_tables(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--as", "markdown"]) == ExitStatus.DONE
    assert capsys.readouterr().out.startswith("# The contract file\n")
    assert main(["schema", "tables"]) == ExitStatus.DONE
    assert capsys.readouterr().out.startswith("# Tables of facts\n")


def test_a_schema_is_written_to_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--as", "json", "--out", "contract.schema.json"]) == ExitStatus.DONE

    assert capsys.readouterr().out == ""
    assert json.loads(Path("contract.schema.json").read_text(encoding="utf-8"))["title"].startswith("Remit contract")


@pytest.mark.parametrize("arguments", [["amendment", "--as", "markdown"], ["tables", "--as", "json"], ["offer"]])
def test_what_has_no_page_or_schema_is_wrong_usage(arguments: list[str]) -> None:
    assert main(["schema", *arguments]) == ExitStatus.USAGE
