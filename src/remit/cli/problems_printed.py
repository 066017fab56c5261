"""Problems as the reader of a terminal meets them: one a line on standard error, then how many."""

from collections.abc import Iterable

import click

from remit.terms.problems import Problem, Severity, errors_in


def print_problems(problems: Iterable[Problem]) -> None:
    """Every problem on a line of its own, then the count; nothing at all where there is none.

    The order is the caller's. Colour appears only on a terminal.
    """
    found = tuple(problems)
    print_each_problem(found)
    if found:
        click.echo(counted_problems(found), err=True)


def print_each_problem(problems: Iterable[Problem]) -> None:
    """Every problem on a line of its own, for a caller that counts them in a summary of its own."""
    from remit.reports.quoting import printable

    for problem in problems:
        # What was given is quoted in them: no escape sequence of a file may move the reader's cursor.
        click.secho(printable(problem), err=True, fg="yellow" if problem.severity is Severity.WARNING else "red")


def counted_problems(problems: Iterable[Problem]) -> str:
    """`2 problems, 1 warning`: the closing line under a list of problems."""
    found = tuple(problems)
    errors = len(errors_in(found))
    warnings = len(found) - errors
    parts = [_counted(errors, "problem")] if errors or not warnings else []
    if warnings:
        parts.append(_counted(warnings, "warning"))
    return ", ".join(parts)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
