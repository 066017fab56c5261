"""`remit settle`: the months of a contract settled from a folder of facts."""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from remit.cli.commands import WithExamples
from remit.cli.corridor import (
    Month,
    Opened,
    Sources,
    check_dimensions,
    corridor_options,
    months_asked,
    opened,
    progress_shown,
)
from remit.cli.exit_statuses import ExitStatus
from remit.cli.outputs import check_output, terminal_width, uses_colour, write_output
from remit.performance.explanations import Explanation
from remit.performance.settlements import Settlement
from remit.reports.statements import as_csv, as_json, as_text
from remit.runs import Request, settle_contract
from remit.runs.explaining import NotExplainable, explain
from remit.runs.wording import statement_context
from remit.terms.periods import Period
from remit.terms.problems import Problem, ProblemsFound


@click.command(
    "settle",
    cls=WithExamples,
    examples="""
    remit settle contract.yaml --facts export/
    remit settle contract.yaml --facts export/ --period 2026-03 --as html --out march.html
    remit settle contract.yaml --facts export/ --from 2026-01 --to 2026-06 --by site --as csv > half-year.csv
    remit settle contract.yaml --facts export/ --as json | jq '.[].settlement.credit'
    """,
)
@click.argument("contract", type=click.Path(path_type=Path))
@click.option("--period", type=Month(), help="One month, as 2026-03; all months with facts without it.")
@click.option("--from", "first", type=Month(), help="The first month, as 2026-01.")
@click.option("--to", "last", type=Month(), help="The last month, as 2026-06.")
@click.option(
    "--by", "by", multiple=True, metavar="DIMENSION", help="Split each level by this column too; may be repeated."
)
@click.option(
    "--as",
    "form",
    type=click.Choice(["text", "html", "xlsx", "csv", "json"]),
    default="text",
    show_default=True,
    help="The form of the statement.",
)
@corridor_options
def command(
    *,
    sources: Sources,
    period: Period | None,
    first: Period | None,
    last: Period | None,
    by: tuple[str, ...],
    form: str,
) -> ExitStatus:
    """Settle the months of CONTRACT from a folder of records: attainments, service credits, and why.

    The months asked for are printed; months before them are judged too where repeated failures, earn-backs, ratchets or
    yearly caps look back on them. Rows that fail a check go to a quarantine file, and the run goes on.
    """
    request = months_asked(period, first, last, sources.as_of, by)
    check_output(sources.out, kind=form)
    with opened(sources) as run:
        check_dimensions(run, by)
        with progress_shown() as tell:
            settlements = settle_contract(run.versions, run.evidence, request, progress=tell)
        if not settlements:
            raise ProblemsFound(
                [Problem(sources.place, 0, "", "the facts hold no month of the term that was asked for")]
            )
        write_output(_document(form, run, settlements, request), sources.out)
    return ExitStatus.DONE


def _document(form: str, run: Opened, settlements: Sequence[Settlement], request: Request) -> str | bytes:
    """The statement in one form; the page and the workbook bring libraries that the others start faster without."""
    context = statement_context(run.versions, recompute=shlex.join(["remit", *sys.argv[1:]]))
    if form == "html":
        from remit.reports.statements.page import as_html

        return as_html(settlements, context)
    if form == "xlsx":
        from remit.reports.statements.workbook import as_workbook

        return as_workbook(settlements, context, explanations=_drill_down(run, settlements, request))
    if form == "text":
        return as_text(settlements, context, colour=uses_colour(), width=terminal_width())
    return as_json(settlements) if form == "json" else as_csv(settlements)


def _drill_down(run: Opened, settlements: Sequence[Settlement], request: Request) -> list[Explanation]:
    """The records behind the last month's levels; more months would make a workbook nobody can open."""
    month = settlements[-1].period
    found: list[Explanation] = []
    for level_id in dict.fromkeys(one.service_level for one in settlements[-1].attainments):
        try:
            found += explain(run.versions, run.evidence, level_id, month, as_of=request.as_of)
        except NotExplainable:
            continue
    return found
