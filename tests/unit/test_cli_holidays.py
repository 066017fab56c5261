"""`remit holidays`: dates ready to paste, and sentences where a word is not known."""

import pytest
import yaml

from remit.cli.exit_statuses import ExitStatus
from remit.cli.main import main
from remit.terms.calendars import Calendar


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["holidays", *words]) == ExitStatus.DONE
    return capsys.readouterr().out


def test_the_lines_paste_under_closed(capsys: pytest.CaptureFixture[str]) -> None:
    pasted = f"time_zone: America/New_York\nweek: {{mon-fri: '08:00-18:00'}}\nclosed:\n{printed(capsys, 'US', '2026')}"
    calendar = Calendar.model_validate(yaml.load(pasted, Loader=yaml.BaseLoader))
    assert [str(day) for day in calendar.closed[:2]] == ["2026-01-01", "2026-01-19"]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("US", "2026"), "- 2026-07-03  # Independence Day (observed)"),
        (("USA", "2026"), "- 2026-07-04  # Independence Day"),
        (("united_states", "2026"), "- 2026-11-26  # Thanksgiving Day"),
        (("DE", "BY", "2026"), "- 2026-01-06  # Epiphany"),
        (("germany", "Bayern", "2026"), "- 2026-01-06  # Epiphany"),
        (("DE", "2026", "--language", "de"), "- 2026-01-01  # Neujahr"),
        (("GB", "SCT", "2026-2027"), "- 2027-11-30  # Saint Andrew's Day"),
        (("GB", "2025", "2027"), "- 2027-12-27  # Christmas Day (observed)"),
    ],
)
def test_each_line_is_a_date_with_its_name(
    words: tuple[str, ...], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert line in printed(capsys, *words).splitlines()


def test_only_the_years_asked_for_are_printed_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "US", "2028", "2026").splitlines()
    assert {line[2:6] for line in lines} == {"2026", "2028"}
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("Germny", "2026"), "no holidays are known for 'Germny'; did you mean Germany or"),
        (("Qqqqq", "2026"), "write a code like US or DE"),
        (("DE", "Bayernn", "2026"), "DE has no region 'Bayernn'; did you mean Bayern or"),
        (("DE", "Qqqqq", "2026"), "DE has no region 'Qqqqq'; it has: BB, BE"),
        (("AD", "BY", "26"), "'26' is not a year; write 2026 or 2026-2028"),
        (("DE", "BY"), "give at least one year"),
        (("DE", "2028-2026"), "'2028-2026' is not a range of years"),
        (("DE", "2026", "--language", "xx"), "the names of DE's holidays are not in 'xx'; there are: de, en_US"),
        (("DE",), "Missing argument"),
    ],
)
def test_a_word_that_is_not_known_is_wrong_usage_with_near_words(
    words: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["holidays", *words]) == ExitStatus.USAGE
    assert sentence in capsys.readouterr().err
