"""settle, explain and reconcile as a user meets them: their JSON, their exit status, and what they say when refused."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from remit.cli.main import main
from tests.lib.run_facts import HEAD, write_contract, write_facts

DESK = f"""{HEAD}
facts: {{dimensions: [site]}}
calendars: {{desk: {{time_zone: UTC, week: {{mon-fri: "08:00-16:00"}}, closed: [2026-01-06]}}}}
clocks: {{resolution: {{of: cases, calendar: desk, starts: opened_at, stops: closed_at, pauses: none}}}}
exclusions: [{{id: X1, of: cases, where: "channel = 'test'", reason: our own tests, clause: "B 6"}}]
service_levels:
  SL1:
    name: Closed in time
    class: critical
    measure: {{is: turnaround, clock: resolution, share_within: 4 business hours}}
    expected: 90%
    minimum: 80%
    clause: "B 5.1"
  WEEKLY:
    name: Closed in time, weekly
    measure: {{is: turnaround, clock: resolution, share_within: 4 business hours}}
    expected: 90%
    window: week from monday
  KM1: {{name: Mean time to close, measure: {{is: turnaround, clock: resolution, statistic: mean}}}}
credits:
  at_risk: 10%
  schemes: [{{model: pool, pool: 100%, allocation: {{SL1: 100%}}}}]
charges: [{{id: fee, amount: 1000}}]
"""

CASES = """
case_key | opened_at        | closed_at           | channel | site | provider_verdict
C1       | 2026-01-05 08:00 | 2026-01-05 12:00:00 | phone   | NYC  | true
C2       | 2026-01-12 08:00 | 2026-01-12 13:00:00 | phone   | NYC  | true
C3       | 2026-01-12 08:00 | 2026-01-12 09:00:00 | mail    | BER  | true
C4       | 2026-01-12 08:00 | 2026-01-12 13:00:00 | test    | BER  | false
C5       | 2026-02-12 08:00 | 2026-02-12 09:00:00 | mail    | BER  | true
DIRTY    | 2026-02-12 08:00 | 2026-02-11 09:00:00 | mail    | BER  | true
"""


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a contract and a month's cases, as the working folder."""
    write_contract(tmp_path, DESK)
    write_facts(tmp_path, cases=CASES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(capfd: pytest.CaptureFixture[str], *line: str) -> str:
    """What a command that succeeds prints."""
    assert main(line) == 0
    return capfd.readouterr().out


def test_settle_gives_a_list_of_periods_with_the_agreed_keys(capfd: pytest.CaptureFixture[str]) -> None:
    january, february = json.loads(told(capfd, "settle", "contract.yaml", "--facts", "facts", "--as", "json"))
    assert {"contract", "contract_sha256", "period", "service_levels", "settlement", "facts"} <= set(january)
    assert january["period"] == {"start": "2026-01-01", "end": "2026-02-01"}
    level = next(level for level in january["service_levels"] if level["id"] == "SL1")
    assert {key: level[key] for key in ("standing", "value", "numerator", "denominator", "excluded")} == {
        "standing": "below_minimum", "value": 0.666667, "numerator": 2, "denominator": 3, "excluded": 1,
    }  # fmt: skip
    assert (level["expected"], level["minimum"], len(level["interval"])) == (0.9, 0.8, 2)
    assert set(january["settlement"]) >= {"currency", "charges", "at_risk", "lines", "credit"}
    assert january["settlement"]["credit"] == "100.00"
    assert [set(line) >= {"service_level", "amount", "reason"} for line in january["settlement"]["lines"]] == [True]
    assert {key: february["facts"][key] for key in ("rows", "quarantined")} == {"rows": 6, "quarantined": 1}


def test_explain_gives_the_agreed_keys_and_records_that_add_up(capfd: pytest.CaptureFixture[str]) -> None:
    line = ("explain", "contract.yaml", "SL1", "--facts", "facts", "--period", "2026-01", "--as", "json")
    found = json.loads(told(capfd, *line))
    agreed = {"service_level", "clause", "definition", "sql", "numerator", "denominator", "excluded", "records"}
    assert agreed <= set(found)
    assert found["clause"] == "B 5.1"
    assert found["records"][1] == {"key": "C2", "met": False, "seconds": 18_000, "target_seconds": 14_400}
    met = [record["met"] for record in found["records"]]
    assert (met.count(True), met.count(True) + met.count(False)) == (found["numerator"], found["denominator"])


def test_explain_lists_the_missed_alone_when_asked(capfd: pytest.CaptureFixture[str]) -> None:
    line = ("explain", "contract.yaml", "SL1", "--facts", "facts", "--period", "2026-01", "--missed", "--as", "csv")
    assert [row.split(",")[0] for row in told(capfd, *line).splitlines()] == ["key", "C2"]


def test_explain_gives_every_week_of_a_month(capfd: pytest.CaptureFixture[str]) -> None:
    line = ("explain", "contract.yaml", "WEEKLY", "--facts", "facts", "--period", "2026-01")
    weeks = json.loads(told(capfd, *line, "--as", "json"))
    assert [week["window"]["start"] for week in weeks] == ["2026-01-01", "2026-01-05", "2026-01-12", "2026-01-19"]
    text = told(capfd, *line)
    assert text.count("WEEKLY Closed in time, weekly · ") == 4


def test_reconcile_gives_the_agreed_keys(capfd: pytest.CaptureFixture[str]) -> None:
    found = json.loads(told(capfd, "reconcile", "contract.yaml", "SL1", "--facts", "facts", "--as", "json"))
    assert (found["total"], found["agree"]) == (5, 3)
    assert found["differences"] == [
        {"key": "C2", "ours": False, "theirs": True, "cause": "unexplained"},
        {"key": "C4", "ours": None, "theirs": False, "cause": "exclusion (we leave it out: X1)"},
    ]


def test_a_split_stands_below_its_level(capfd: pytest.CaptureFixture[str]) -> None:
    line = ("settle", "contract.yaml", "--facts", "facts", "--period", "2026-01", "--by", "site", "--as", "json")
    (january,) = json.loads(told(capfd, *line))
    parts = january["service_levels"][0]["by"]
    assert [(part["dimensions"]["site"], part["numerator"], part["denominator"]) for part in parts] == [
        ("BER", 1, 1),
        ("NYC", 1, 2),
    ]


def test_a_row_that_fails_a_check_is_set_aside_and_the_run_goes_on(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["settle", "contract.yaml", "--facts", "facts"]) == 0
    captured = capfd.readouterr()
    assert "1 of 6 rows (16.67%) are set aside in quarantine.csv, each with its reason" in captured.err
    assert "it was closed before it was opened" in Path("quarantine.csv").read_text()


def test_every_form_is_written_whole(capfd: pytest.CaptureFixture[str]) -> None:
    for form in ("text", "html", "xlsx", "csv", "json"):
        out = Path(f"made/statement.{form}")
        assert main(["settle", "contract.yaml", "--facts", "facts", "--as", form, "--out", str(out)]) == 0
        assert out.stat().st_size > 300
    assert capfd.readouterr().out == ""
    assert sorted(path.name for path in Path("made").iterdir()) == [
        f"statement.{form}" for form in ("csv", "html", "json", "text", "xlsx")
    ]
    assert "<!doctype html>" in Path("made/statement.html").read_text().lower()


REFUSED = [
    ("settle nowhere.yaml --facts facts", 1, "nowhere.yaml"),
    ("settle contract.yaml --facts nowhere", 1, "nowhere: there is no such folder of facts"),
    ("settle contract.yaml --facts contract.yaml", 1, "contract.yaml: there is no such folder of facts"),
    ("settle contract.yaml --facts empty", 1, "empty: holds neither mapping.yaml nor a file named after a table"),
    ("settle contract.yaml --facts facts --mapping nowhere.yaml", 1, "nowhere.yaml"),
    ("settle contract.yaml", 2, "name the records with --facts DIR"),
    ("settle contract.yaml --facts facts --period 2026-13", 2, "'2026-13' is not a month; write 2026-03"),
    ("settle contract.yaml --facts facts --period March", 2, "'March' is not a month; write 2026-03"),
    ("settle contract.yaml --facts facts --from 2026-03 --to 2026-01", 2, "--to 2026-01 lies before --from 2026-03"),
    ("settle contract.yaml --facts facts --period 2026-01 --to 2026-02", 2, "--period names one month"),
    ("settle contract.yaml --facts facts --by sight", 2, "'sight' is no dimension of these facts; did you mean site?"),
    ("settle contract.yaml --facts facts --by team", 2, "the facts fill no column 'team'; they can be split by"),
    ("settle contract.yaml --facts facts --by case_key", 2, "'case_key' is no dimension of these facts"),
    ("settle contract.yaml --facts facts --as pdf", 2, "'pdf' is not one of"),
    (
        "settle contract.yaml --facts facts --period 2027-03",
        1,
        "the facts hold no month of the term that was asked for",
    ),
    ("settle contract.yaml --facts facts --as-of 2026-01-31", 2, "has no offset; write 2026-04-01T00:00:00Z"),
    ("settle contract.yaml --facts facts --out contract.yaml/x.txt", 1, "is a file, not a folder to write to"),
    ("settle contract.yaml --facts facts --out facts", 2, "is a directory"),
    ("settle contract.yaml --facts facts --out contract.yaml", 2, "contract.yaml is read in this run; name another"),
    ("settle contract.yaml --facts facts --out facts/cases.csv", 2, "facts/cases.csv is read in this run"),
    ("settle contract.yaml --facts facts --quarantine contract.yaml", 2, "contract.yaml is read in this run"),
    (
        "settle contract.yaml --facts facts --quarantine facts/cases.csv",
        1,
        "would take the place of a file",
    ),
    ("settle contract.yaml --facts facts --out quarantine.csv", 2, "quarantine.csv is where rows set aside go"),
    ("settle contract.yaml --facts facts --out /dev/full", 1, "/dev/full: No space left on device"),
    ("explain contract.yaml SL1 --facts facts", 2, "Missing option '--period'"),
    ("explain contract.yaml SL9 --facts facts --period 2026-01", 2, "no service level 'SL9'; did you mean SL1?"),
    ("explain contract.yaml ?? --facts facts --period 2026-01", 2, "it has SL1, WEEKLY, KM1"),
    ("explain contract.yaml SL1 --facts facts --period 2030-01", 1, "2030-01 has no facts, or lies outside"),
    ("reconcile contract.yaml KM1 --facts facts", 1, "KM1 judges no single record"),
    ("reconcile contract.yaml SL1 --facts facts --period 2029-01", 1, "there are no facts in the months asked for"),
]


@pytest.mark.parametrize(("line", "status", "sentence"), REFUSED, ids=[line for line, _, _ in REFUSED])
def test_what_is_wrong_is_said_in_one_sentence(
    line: str, status: int, sentence: str, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("empty").mkdir()
    before = sorted(path.name for path in Path().iterdir())
    assert main(line.split()) == status
    captured = capfd.readouterr()
    assert captured.out == ""
    assert sentence in " ".join(captured.err.split())
    assert "fault of its own" not in captured.err
    assert sorted(path.name for path in Path().iterdir() if path.name != "quarantine.csv") == before


def test_a_device_is_written_to_and_never_replaced() -> None:
    assert main(["settle", "contract.yaml", "--facts", "facts", "--out", "/dev/null", "--quarantine", "/dev/null"]) == 0
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("condition", ["channel > 5", "channel", "opened_at >= '2026-01-01'"])
def test_a_condition_that_cannot_be_computed_is_told_as_a_problem(
    condition: str, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("contract.yaml").write_text(DESK.replace("channel = 'test'", condition))
    assert main(["settle", "contract.yaml", "--facts", "facts"]) == 1
    told = capfd.readouterr().err
    assert "contract.yaml:11: exclusions[0].where: " in told
    assert "compare text with text" in told or "compare it with something" in told


def test_a_condition_that_fails_on_a_value_is_told_as_a_problem(capfd: pytest.CaptureFixture[str]) -> None:
    Path("contract.yaml").write_text(DESK.replace("channel = 'test'", "cast(channel as integer) > 5"))
    assert main(["settle", "contract.yaml", "--facts", "facts"]) == 1
    assert "a condition of it, or of an exclusion, can't be computed" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--facts facts --engine spark", "--engine spark reads a store: load the records first with `remit load`"),
        ("--facts facts --spark-master local[2]", "--spark-master goes with --engine spark"),
        ("--store store --engine flink", "is not one of"),
    ],
)
@pytest.mark.parametrize("command", ["settle contract.yaml", "explain contract.yaml SL1 --period 2026-01"])
def test_spark_is_asked_only_for_what_it_can_reach(
    command: str, options: str, sentence: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([*command.split(), *options.split()]) == 2
    assert sentence in " ".join(capfd.readouterr().err.split())


def test_a_contract_with_errors_lists_them_all(capfd: pytest.CaptureFixture[str]) -> None:
    Path("contract.yaml").write_text(DESK.replace("90%", "ninety").replace("fee, amount: 1000", "fee, amount: much"))
    assert main(["settle", "contract.yaml", "--facts", "facts"]) == 1
    told_wrong = capfd.readouterr().err
    assert "'ninety'" in told_wrong
    assert "'much'" in told_wrong


def test_a_column_the_contract_declares_must_come_with_its_table(capfd: pytest.CaptureFixture[str]) -> None:
    columns = "facts: {dimensions: [site], columns: {cases: {weight: integer}}}"
    Path("contract.yaml").write_text(DESK.replace("facts: {dimensions: [site]}", columns))
    assert main(["settle", "contract.yaml", "--facts", "facts"]) == 1
    assert "extra.weight: the contract declares this column of cases, and nothing fills it" in capfd.readouterr().err


def test_more_quarantine_than_the_contract_bears_stops_the_run(capfd: pytest.CaptureFixture[str]) -> None:
    limited = DESK.replace("facts: {dimensions: [site]}", "facts: {dimensions: [site], quarantine_limit: 5%}")
    Path("contract.yaml").write_text(limited)
    assert main(["settle", "contract.yaml", "--facts", "facts", "--quarantine", "aside.csv"]) == 1
    captured = capfd.readouterr()
    assert captured.out == ""
    assert "1 of 6 rows failed a check, more than 5.00% of them; see aside.csv" in captured.err


def test_in_a_pipe_only_the_statement_and_the_doubts_are_written(desk: Path) -> None:
    line = [sys.executable, "-m", "remit", "settle", "contract.yaml", "--facts", "facts"]
    done = subprocess.run(line, cwd=desk, capture_output=True, check=True)
    assert b"\x1b" not in done.stdout + done.stderr
    assert b"reading" not in done.stderr
    assert all(len(row) <= 100 for row in done.stdout.decode().splitlines())


def test_a_reader_who_goes_away_ends_the_command_quietly(desk: Path) -> None:
    line = [sys.executable, "-m", "remit", "explain", "contract.yaml", "SL1", "--facts", "facts", "--period", "2026-01"]
    with subprocess.Popen(line, cwd=desk, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        said = running.stderr.read()
        assert running.wait() == 141
    assert b"Traceback" not in said
    assert b"Exception ignored" not in said


def in_a_terminal(desk: Path, *line: str, **environment: str) -> tuple[int, str]:
    """A command's exit status and what it prints where standard output and error are a terminal."""
    ours, its = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "remit", *line],
        cwd=desk,
        stdout=its,
        stderr=its,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80", **environment},
    ) as running:
        os.close(its)
        said = b""
        while True:
            try:
                piece = os.read(ours, 65_536)
            except OSError:
                break
            if not piece:
                break
            said += piece
        os.close(ours)
    return running.returncode, said.decode()


def test_a_workbook_is_not_thrown_at_a_terminal(desk: Path) -> None:
    status, said = in_a_terminal(desk, "settle", "contract.yaml", "--facts", "facts", "--as", "xlsx")
    assert status == 2
    assert "write it to a file with --out statement.xlsx" in " ".join(said.split())


def test_a_terminal_gets_colour_unless_it_asks_for_none(desk: Path) -> None:
    line = ("settle", "contract.yaml", "--facts", "facts", "--period", "2026-01")
    status, coloured = in_a_terminal(desk, *line, NO_COLOR="")
    assert status == 0
    statement = coloured[coloured.index("C-1") :]
    assert "\x1b[" in statement
    status, plain = in_a_terminal(desk, *line, NO_COLOR="1")
    assert status == 0
    assert "\x1b[3" not in plain[plain.index("C-1") :]


WAIVING = """{id: X2, waivers: true, reason: waived in writing, clause: "B 7"}"""


def test_agreed_waivers_are_settled_and_explained_beside_the_facts(
    desk: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_contract(desk, DESK.replace('clause: "B 6"}]', f'clause: "B 6"}}, {WAIVING}]'))
    Path("agreed.csv").write_text("record_key,service_level,approved_by,reason\nC2,SL1,Northwind,their outage\n")
    line = ("contract.yaml", "--facts", "facts", "--waivers", "agreed.csv", "--as", "json")
    january = json.loads(told(capfd, "settle", *line))[0]
    level = next(level for level in january["service_levels"] if level["id"] == "SL1")
    assert (level["numerator"], level["denominator"], level["excluded"]) == (2, 2, 2)
    assert len(january["facts"]["waivers_sha256"]) == 64
    told_of = json.loads(told(capfd, "explain", line[0], "SL1", "--period", "2026-01", *line[1:]))
    assert {one["key"]: one.get("excluded_by") for one in told_of["records"]}["C2"] == "X2"
    text = told(capfd, "settle", *line[:-2])
    assert f"agreed by both sides: sha256 {january['facts']['waivers_sha256'][:16]}" in text


def test_agreed_waivers_are_refused_where_nothing_can_come_of_them(capfd: pytest.CaptureFixture[str]) -> None:
    Path("agreed.csv").write_text("record_key,service_level,approved_by,reason\nC2,SL1,Northwind,their outage\n")
    line = ("settle", "contract.yaml", "--facts", "facts", "--waivers", "agreed.csv")
    assert main(line) == 1
    assert "no exclusion with `waivers: true` concerns SL1" in capfd.readouterr().err
    assert main((*line, "--as", "csv", "--out", "agreed.csv")) == 2
