"""The command line's outer shell: the table of commands, exit statuses, problems as printed."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import click
import pytest

import remit
from remit.cli.commands import CommandEntry, LazyGroup, WithExamples
from remit.cli.example_folders import example_folder
from remit.cli.exit_statuses import ExitStatus
from remit.cli.main import COMMANDS, exit_status_of, main
from remit.cli.problems_printed import counted_problems, print_problems
from remit.terms.problems import Problem, ProblemsFound, Severity

HEAVY = {
    "duckdb",
    "fastexcel",
    "holidays",
    "jinja2",
    "numpy",
    "openpyxl",
    "pyarrow",
    "pydantic",
    "rich",
    "sqlglot",
    "yaml",
}

BAD_RATE = Problem("contract.yaml", 12, "service_levels.SL1.expected", "'eighty' is not a share", "write 95 % as 0.95")
NO_MINIMUM = Problem("contract.yaml", 0, "service_levels.SL2", "has no minimum", severity=Severity.WARNING)


def a_command(does: Callable[[], object]) -> click.Command:
    return WithExamples("settle", callback=does, examples="remit settle", params=[])


def a_group(*commands: CommandEntry) -> LazyGroup:
    debug = click.Option(["--debug"], is_flag=True)
    return LazyGroup(
        "remit", entries=commands, examples="remit settle", params=[debug], callback=lambda debug: None, help="Settle."
    )


def a_module(name: str, monkeypatch: pytest.MonkeyPatch, does: Callable[[], object]) -> CommandEntry:
    """A command module that exists only in this test."""
    module = ModuleType(name)
    module.__spec__ = sys.__spec__
    module.__dict__["command"] = a_command(does)
    monkeypatch.setitem(sys.modules, name, module)
    return CommandEntry("settle", f"{name}:command", "Settle a month.")


def raising(fault: BaseException) -> Callable[[], object]:
    def does() -> object:
        raise fault

    return does


def test_help_ends_with_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == ExitStatus.DONE
    told = capsys.readouterr().out
    assert "Exit status: 0 done; 1 problems" in told
    assert told.rstrip().rpartition("\n\n")[2].startswith("Examples:\n  remit check contract.yaml\n  remit settle")


def test_version_is_the_packages_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == ExitStatus.DONE
    assert capsys.readouterr().out == f"remit {remit.__version__}\n"


def test_help_imports_nothing_heavy() -> None:
    script = (
        (
            "import sys; from remit.cli.main import main; main(['--help']);"
            f"print('imported:', *sorted({sorted(HEAVY)!r} & sys.modules.keys()))"
        )
        .replace("sorted([", "sorted(set([")
        .replace("] & sys", "]) & sys")
    )
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=_environment()
    )
    assert told.stdout.splitlines()[-1] == "imported:"


def test_help_starts_in_less_than_three_tenths_of_a_second() -> None:
    def processor_seconds() -> float:
        before = os.times()
        subprocess.run([sys.executable, "-m", "remit", "--help"], capture_output=True, check=True, env=_environment())
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    assert min(processor_seconds() for _ in range(3)) < 0.3


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_every_command_has_its_own_module_and_one_line_of_help(entry: CommandEntry) -> None:
    assert entry.place == f"remit.cli.{entry.name.replace('-', '_')}:command"
    assert entry.help.endswith(".")
    assert len(entry.help) <= 70


@pytest.mark.parametrize("entry", [entry for entry in COMMANDS if entry.is_present], ids=lambda entry: entry.name)
def test_every_command_shows_an_example_of_itself(entry: CommandEntry) -> None:
    command = entry.load()
    assert isinstance(command, WithExamples)
    assert f"remit {entry.name}" in command.examples


def test_a_command_is_imported_only_when_it_is_called(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = a_module("settling_here", monkeypatch, lambda: click.echo("settled"))
    broken = CommandEntry("explain", "remit.cli.main:no_such_command", "Explain a number.")
    assert exit_status_of(a_group(entry, broken), ["--help"]) == ExitStatus.DONE
    assert exit_status_of(a_group(entry, broken), ["settle"]) == ExitStatus.DONE
    told = capsys.readouterr().out
    assert "Commands:\n  settle   Settle a month.\n  explain  Explain a number.\n" in told
    assert told.endswith("settled\n")


def test_a_command_whose_module_is_not_there_leaves_the_others_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    group = a_group(
        CommandEntry("absent", "remit.cli.not_in_this_version:command", "Is not there."),
        a_module("settling_here", monkeypatch, lambda: click.echo("settled")),
    )
    assert exit_status_of(group, ["--help"]) == ExitStatus.DONE
    assert exit_status_of(group, ["settle"]) == ExitStatus.DONE
    assert exit_status_of(group, ["absent"]) == ExitStatus.USAGE
    told = capsys.readouterr()
    assert "Is not there." not in told.out
    assert "No such command 'absent'" in told.err


def test_what_is_no_command_is_told_as_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    group = a_group(CommandEntry("settle", "remit.cli.main:main", "Settle a month."))
    assert exit_status_of(group, ["settle"]) == ExitStatus.FAULT
    assert "TypeError: remit.cli.main:main is not a command" in capsys.readouterr().err


def test_a_group_without_any_command_still_helps(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_status_of(a_group(), ["--help"]) == ExitStatus.DONE
    assert "Commands:" not in capsys.readouterr().out


def test_what_a_command_returns_as_a_number_is_its_exit_status() -> None:
    assert exit_status_of(a_command(lambda: 1), []) == ExitStatus.PROBLEMS
    assert exit_status_of(a_command(lambda: None), []) == ExitStatus.DONE
    assert exit_status_of(a_command(lambda: "2016-03"), []) == ExitStatus.DONE


def test_problems_are_printed_one_a_line_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_status_of(a_command(raising(ProblemsFound([BAD_RATE, NO_MINIMUM]))), []) == ExitStatus.PROBLEMS
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "contract.yaml:12: service_levels.SL1.expected: 'eighty' is not a share; write 95 % as 0.95",
        "contract.yaml: service_levels.SL2: warning: has no minimum",
        "1 problem, 1 warning",
    ]


def test_a_file_that_cannot_be_written_is_a_problem_of_that_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "absent" / "statement.html"
    assert exit_status_of(a_command(lambda: out.write_text("")), []) == ExitStatus.PROBLEMS
    assert capsys.readouterr().err == f"{out}: No such file or directory\n1 problem\n"


def test_a_full_disk_is_told_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_status_of(a_command(raising(OSError(28, "No space left on device"))), []) == ExitStatus.FAULT
    assert "OSError: [Errno 28] No space left on device" in capsys.readouterr().err


def test_an_option_that_is_not_there_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_status_of(a_command(lambda: None), ["--perod", "2016-03"]) == ExitStatus.USAGE
    assert "No such option" in capsys.readouterr().err


def test_a_fault_is_one_sentence_that_says_how_to_see_more(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_status_of(a_command(raising(RuntimeError("two\n  lines"))), []) == ExitStatus.FAULT
    assert capsys.readouterr().err == (
        "remit stopped at a fault of its own: RuntimeError: two lines; "
        "set REMIT_DEBUG=1 and run it again for the traceback to report\n"
    )


def test_a_fault_without_words_is_told_by_its_type(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_status_of(a_command(raising(AssertionError())), []) == ExitStatus.FAULT
    assert "fault of its own: AssertionError; set" in capsys.readouterr().err


def test_debugging_shows_the_traceback_of_a_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    group = a_group(a_module("settling_here", monkeypatch, raising(RuntimeError("lost"))))
    assert exit_status_of(group, ["--debug", "settle"]) == ExitStatus.FAULT
    told = capsys.readouterr().err
    assert told.startswith("Traceback (most recent call last):")
    assert told.endswith("RuntimeError: lost\n")


def test_the_environment_can_ask_for_debugging(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMIT_DEBUG", "1")
    with remit_context([]) as context:
        assert context.params["debug"] is True


def test_ctrl_c_ends_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_status_of(a_command(raising(KeyboardInterrupt())), []) == ExitStatus.INTERRUPTED
    assert capsys.readouterr().err == "interrupted\n"


def test_a_reader_who_goes_away_hears_nothing_more() -> None:
    script = (
        "import sys, click\n"
        "from remit.cli.main import exit_status_of\n"
        "command = click.Command('settle', callback=lambda: [click.echo('x' * 1000) for _ in range(10000)])\n"
        "sys.exit(exit_status_of(command, []))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment()
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == ExitStatus.OUTPUT_CLOSED


def test_python_dash_m_remit_is_the_same_command() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "remit", "setle"], capture_output=True, text=True, check=False, env=_environment()
    )
    assert ran.returncode == ExitStatus.USAGE
    assert ran.stdout == ""
    assert "No such command 'setle'" in ran.stderr


@pytest.mark.parametrize(
    ("problems", "told"),
    [
        ([], "0 problems"),
        ([BAD_RATE], "1 problem"),
        ([BAD_RATE, BAD_RATE, NO_MINIMUM], "2 problems, 1 warning"),
        ([NO_MINIMUM, NO_MINIMUM], "2 warnings"),
    ],
)
def test_problems_and_warnings_are_counted_apart(problems: list[Problem], told: str) -> None:
    assert counted_problems(problems) == told


def test_no_problem_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    print_problems([])
    assert capsys.readouterr() == ("", "")


def test_examples_are_found_in_the_package_before_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "src" / "remit"
    package.mkdir(parents=True)
    monkeypatch.setattr("remit.cli.example_folders.files", lambda name: package)
    with pytest.raises(FileNotFoundError, match="came without its examples"):
        example_folder("contact-centre")
    (tmp_path / "examples" / "contact-centre").mkdir(parents=True)
    assert example_folder("contact-centre") == tmp_path / "examples" / "contact-centre"
    with pytest.raises(FileNotFoundError, match=r"no example 'desk'; there are: contact-centre"):
        example_folder("desk")
    (package / "examples" / "desk").mkdir(parents=True)
    assert example_folder("desk") == package / "examples" / "desk"


def remit_context(arguments: list[str]) -> click.Context:
    from remit.cli.main import remit as group

    return group.make_context("remit", [*arguments, "check"], resilient_parsing=False)


def _environment() -> dict[str, str]:
    source = str(Path(remit.__file__).parents[1])
    return {**os.environ, "PYTHONPATH": source, "NO_COLOR": "1"}
