"""`remit explain`: one service level of one month opened down to its clause, its query and its records."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from remit.cli.commands import WithExamples
from remit.cli.corridor import Month, Sources, corridor_options, level_named, opened
from remit.cli.exit_statuses import ExitStatus
from remit.cli.outputs import check_output, terminal_width, uses_colour, write_output
from remit.performance.explanations import Explanation
from remit.reports.explanations import explanation_as_csv, explanation_as_json, explanation_as_text
from remit.runs import explain
from remit.runs.explaining import NotExplainable
from remit.runs.wording import level_terms
from remit.terms.measure_terms import Unit
from remit.terms.periods import Period
from remit.terms.problems import Problem, ProblemsFound


@click.command(
    "explain",
    cls=WithExamples,
    examples="""
    remit explain contract.yaml SL1 --facts export/ --period 2026-03
    remit explain contract.yaml SL1 --facts export/ --period 2026-03 --missed --as csv --out missed.csv
    remit explain contract.yaml SL1 --facts export/ --period 2026-03 --as json | jq -r .sql
    """,
)
@click.argument("contract", type=click.Path(path_type=Path))
@click.argument("level")
@click.option("--period", type=Month(), required=True, help="The month, as 2026-03.")
@click.option("--missed", is_flag=True, help="List only the records that missed.")
@click.option(
    "--as",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="The form of the explanation.",
)
@corridor_options
def command(*, sources: Sources, level: str, period: Period, missed: bool, form: str) -> ExitStatus:
    """Open one number of a statement: LEVEL's clause, definition, query, counts, exclusions and records.

    The records' counts add up to the statement's numerator and denominator, always.
    """
    check_output(sources.out, kind=form)
    with opened(sources) as run:
        level_id = level_named(run.versions, level)
        try:
            explanations = explain(run.versions, run.evidence, level_id, period, as_of=sources.as_of)
        except NotExplainable as reason:
            raise ProblemsFound([Problem(sources.place, 0, "", str(reason))]) from None
        unit = level_terms(run.versions, level_id, period).measure.value_unit
        write_output(_document(form, explanations, unit, missed_only=missed), sources.out)
    return ExitStatus.DONE


def _document(form: str, explanations: Sequence[Explanation], unit: Unit, *, missed_only: bool) -> str:
    """One document; a level with several windows in the month (weeks) gives a list of them in JSON."""
    if form == "json":
        documents = [explanation_as_json(one, missed_only=missed_only) for one in explanations]
        if len(documents) == 1:
            return documents[0]
        return json.dumps([json.loads(one) for one in documents], indent=2, ensure_ascii=False) + "\n"
    if form == "csv":
        tables = [explanation_as_csv(one, missed_only=missed_only) for one in explanations]
        return tables[0] + "".join(table.partition("\n")[2] for table in tables[1:])
    return "\n".join(
        explanation_as_text(one, unit=unit, colour=uses_colour(), width=terminal_width(), missed_only=missed_only)
        for one in explanations
    )
