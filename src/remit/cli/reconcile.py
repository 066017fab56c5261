"""`remit reconcile`: the source's own verdicts or figures against ours, each difference with its cause."""

from pathlib import Path

import click

from remit.cli.commands import WithExamples
from remit.cli.corridor import Month, Sources, corridor_options, level_named, months_asked, opened
from remit.cli.exit_statuses import ExitStatus
from remit.cli.outputs import check_output, terminal_width, uses_colour, write_output
from remit.reports.reconciliations import reconciliation_as_csv, reconciliation_as_json, reconciliation_as_text
from remit.runs import reconcile
from remit.runs.explaining import NotExplainable
from remit.runs.wording import level_terms
from remit.terms.periods import Period
from remit.terms.problems import Problem, ProblemsFound


@click.command(
    "reconcile",
    cls=WithExamples,
    examples="""
    remit reconcile contract.yaml SL1 --facts export/
    remit reconcile contract.yaml SL1 --facts export/ --period 2026-03 --as csv --out differences.csv
    """,
)
@click.argument("contract", type=click.Path(path_type=Path))
@click.argument("level")
@click.option("--period", type=Month(), help="One month, as 2026-03; all months with facts without it.")
@click.option("--from", "first", type=Month(), help="The first month, as 2026-01.")
@click.option("--to", "last", type=Month(), help="The last month, as 2026-06.")
@click.option(
    "--as",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="The form of the comparison.",
)
@corridor_options
def command(
    *, sources: Sources, level: str, period: Period | None, first: Period | None, last: Period | None, form: str
) -> ExitStatus:
    """Compare the source's verdicts on LEVEL's records, or its monthly figures, with ours.

    Each difference is given a cause by measuring again with one thing changed at a time: pauses, the instant the clock
    stops, the priority, holidays, the calendar.
    """
    request = months_asked(period, first, last, sources.as_of)
    check_output(sources.out, kind=form)
    with opened(sources) as run:
        level_id = level_named(run.versions, level)
        try:
            found = reconcile(run.versions, run.evidence, level_id, request)
        except NotExplainable as reason:
            raise ProblemsFound([Problem(sources.place, 0, "", str(reason))]) from None
        unit = level_terms(run.versions, level_id).measure.value_unit
        documents = {
            "json": lambda: reconciliation_as_json(found),
            "csv": lambda: reconciliation_as_csv(found),
            "text": lambda: reconciliation_as_text(found, unit=unit, colour=uses_colour(), width=terminal_width()),
        }
        write_output(documents[form](), sources.out)
    return ExitStatus.DONE
