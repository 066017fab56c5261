"""Faults found in what was given, as values: where, what, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error stops the work; a warning is printed and the work goes on."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault in a given file, told so that its reader can mend it.

    `file` is the name as the user gave it, `line` counts from 1 (0: no line applies), `path` is the
    place inside the file (`service_levels.SL1.expected`), `what` shows the offending value, and `hint`
    says what to write instead. Problems are collected and reported all at once, never raised one by one:
    whoever mends a contract wants the whole list.
    """

    file: str
    line: int
    path: str
    what: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        subject = f"{place}: {self.path}: " if self.path else f"{place}: "
        label = "warning: " if self.severity is Severity.WARNING else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{subject}{label}{self.what}{hint}"


class ProblemsFound(Exception):
    """What was given can't be worked with; carries every problem found, in file order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def errors_in(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that stop the work, in the order given."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]
