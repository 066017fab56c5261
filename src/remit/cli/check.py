"""`remit check`: validate a contract file and its amendments, and list every problem and doubt."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from remit.cli.commands import WithExamples
from remit.cli.exit_statuses import ExitStatus

if TYPE_CHECKING:
    from remit.ingest.contract_files import CheckedContract
    from remit.terms.problems import Problem


@click.command(
    cls=WithExamples,
    examples="""
    remit check contract.yaml
    remit check contract.yaml --strict
    remit check contract.yaml --as json > problems.json
    """,
)
@click.argument("contract", type=click.Path(path_type=Path))
@click.option("--as", "form", type=click.Choice(["text", "json"]), default="text", help="How problems are printed.")
@click.option("--strict", is_flag=True, help="Count warnings as problems: exit status 1 where there is any.")
def command(*, contract: Path, form: str, strict: bool) -> int:
    """Validate the contract file CONTRACT with the amendments beside it; list every problem and doubt at its line.

    An error is something that can't be computed; a warning can be, and the parties will argue about the result.
    Problems go to standard error, a summary to standard output; with `--as json` a list of problems goes to standard
    output instead.
    """
    from remit.cli.problems_printed import print_each_problem
    from remit.ingest.contract_files import check_contract

    checked = check_contract(contract)
    if form == "json":
        click.echo(json.dumps([_as_json(problem) for problem in checked.problems], indent=2, ensure_ascii=False))
    else:
        print_each_problem(checked.problems)
        click.echo(summary_of(checked, name=str(contract)))
    is_refused = checked.versions is None or (strict and bool(checked.problems))
    return ExitStatus.PROBLEMS if is_refused else ExitStatus.DONE


def summary_of(checked: "CheckedContract", *, name: str) -> str:
    """`MSA-2026-014: 6 service levels, 2 calendars, 1 amendment; 0 errors, 2 warnings`."""
    from remit.terms.problems import errors_in

    errors = len(errors_in(checked.problems))
    found = f"{_counted(errors, 'error')}, {_counted(len(checked.problems) - errors, 'warning')}"
    contract = checked.partial
    if contract is None:
        return f"{name}: {found}"
    holds = (
        _counted(len(contract.service_levels), "service level"),
        _counted(len(contract.calendars), "calendar"),
        _counted(checked.amendments, "amendment"),
    )
    return f"{contract.id}: {', '.join(holds)}; {found}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _as_json(problem: "Problem") -> dict[str, str | int]:
    return {
        "severity": str(problem.severity),
        "file": problem.file,
        "line": problem.line,
        "path": problem.path,
        "what": problem.what,
        "hint": problem.hint,
    }
