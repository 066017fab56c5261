"""`remit working-time`: what it prints, what it refuses, and with which exit status."""

from pathlib import Path

import pytest

from remit.cli.exit_statuses import ExitStatus
from remit.cli.main import main

CONTRACT = """
remit: 1
calendars:
  us_support:
    time_zone: America/New_York
    week: {mon-fri: "08:00-18:00"}
    closed: [2026-01-01]
  never: {time_zone: UTC, week: {}}
  rare: {time_zone: UTC, week: {}, special: {2031-05-05: "10:00-11:00"}}
"""


@pytest.fixture
def contract(tmp_path: Path) -> str:
    path = tmp_path / "contract.yaml"
    path.write_text(CONTRACT, encoding="utf-8")
    return str(path)


# calendar | start | what follows | what is printed
ANSWERS = """
us_support | 2026-03-06T16:00-05:00  | 2026-03-09T10:30-04:00                | 16200
us_support | 2026-03-06T21:00:00Z    | 2026-03-06T21:00:00Z                  | 0
us_support | 2026-03-06T21:00:00.900Z | 2026-03-06T21:00:07.100Z             | 7
us_support | 2026-03-06 16:00        | 2026-03-09T10:30                      | 16200
us_support | 2026-03-06              | 2026-03-07                            | 36000
always     | 2026-03-06              | 2026-03-07                            | 86400
us_support | 2026-03-06 16:00        | --add 8h                              | 2026-03-09T14:00:00-04:00
us_support | 2026-03-06 16:00        | --add 28800s                          | 2026-03-09T14:00:00-04:00
us_support | 2026-03-06 16:00        | --add 90m                             | 2026-03-06T17:30:00-05:00
us_support | 2026-03-06 16:00        | --add 3d                              | 2026-03-11T16:00:00-04:00
us_support | 2026-03-06 16:00        | --add -3d                             | 2026-03-03T16:00:00-05:00
us_support | 2026-03-06 16:00        | --add 2_calendar_days                 | 2026-03-08T16:00:00-04:00
us_support | 2026-03-06 16:00        | --add 1_business_day_by_end_of_day    | 2026-03-10T00:00:00-04:00
us_support | 2026-03-06 16:00        | --add 8h --pause 2026-03-09T08:00/2026-03-09T09:00 | 2026-03-09T15:00:00-04:00
us_support | 2026-03-06 16:00        | 2026-03-06T18:00 --pause 2026-03-06T17:00/2026-03-07T09:00 | 3600
rare       | 2026-03-06T00:00Z       | --add 1h                              | 2031-05-05T11:00:00+00:00
"""


@pytest.mark.parametrize("line", ANSWERS.strip().splitlines())
def test_it_prints_bare_seconds_or_an_instant_with_its_offset(
    line: str, contract: str, capsys: pytest.CaptureFixture[str]
) -> None:
    calendar, start, rest, expected = (cell.strip() for cell in line.split("|"))
    words = [word.replace("_", " ") for word in rest.split()]
    assert main(["working-time", contract, calendar, start, *words]) == ExitStatus.DONE
    assert capsys.readouterr().out == expected + "\n"


# what is typed after the contract | exit status | what stands on standard error
REFUSALS = """
us_suport 2026-03-06 --add 1h                | 2 | no calendar 'us_suport'; did you mean us_support?
xyz 2026-03-06 --add 1h                      | 2 | it has: always, us_support, never, rare
us_support 2026-03-06                        | 2 | give either END or --add, one of them
us_support 2026-03-06 2026-03-07 --add 1h    | 2 | give either END or --add, one of them
us_support yesterday --add 1h                | 2 | 'yesterday' is not an instant; write 2026-03-06T16:00:00-05:00
us_support 0001-01-01 --add 1h               | 2 | lies outside the years 1971 to 2199
us_support 2026-03-06 --add soon             | 2 | 'soon' is not a length; write 8h, 90m, 14400s, 3d
us_support 2026-03-06 --add 1h --pause now   | 2 | 'now' is not a stretch of time; write START/END
us_support 2026-03-07 2026-03-06             | 1 | END: 2026-03-06T05:00:00+00:00 lies before START
us_support 2026-03-08T02:30 --add 1h         | 1 | 2026-03-08 02:30:00 does not exist in America/New_York
us_support 2026-11-01T01:30 --add 1h         | 1 | write which: 2026-11-01T01:30:00-04:00 or 2026-11-01T01:30:00-05:00
us_support 2026-03-06 --add 1h --pause 2026-03-07/2026-03-06 | 1 | ends before it starts
never 2026-03-06 --add 1h                    | 1 | 'never' has no open time here, so nothing falls due on it
"""


@pytest.mark.parametrize("line", REFUSALS.strip().splitlines())
def test_it_refuses_in_a_sentence_with_the_right_status(
    line: str, contract: str, capsys: pytest.CaptureFixture[str]
) -> None:
    typed, status, sentence = (cell.strip() for cell in line.split("|"))
    assert main(["working-time", contract, *typed.split()]) == int(status)
    printed = capsys.readouterr()
    assert sentence in printed.err
    assert printed.out == ""


def test_faults_in_the_contracts_calendars_are_problems_with_their_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "contract.yaml"
    path.write_text('calendars:\n  us:\n    time_zone: UTC\n    week: {mon-fry: "08:00-18:00"}\n', encoding="utf-8")
    assert main(["working-time", str(path), "us", "2026-03-06", "--add", "1h"]) == ExitStatus.PROBLEMS
    assert "contract.yaml:4: calendars.us.week: 'fry' in 'mon-fry' is not a weekday" in capsys.readouterr().err


def test_a_contract_that_is_not_there_is_a_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["working-time", str(tmp_path / "none.yaml"), "us", "2026-03-06", "--add", "1h"]) == ExitStatus.PROBLEMS
    assert "there is no such file" in capsys.readouterr().err


def test_its_help_shows_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["working-time", "--help"]) == ExitStatus.DONE
    assert "remit working-time contract.yaml us_support" in capsys.readouterr().out
