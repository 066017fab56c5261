"""`remit forecast`: the chance that each level ends its month met."""

from pathlib import Path

import click

from remit.cli.commands import WithExamples
from remit.cli.corridor import Sources, corridor_options, opened
from remit.cli.exit_statuses import ExitStatus
from remit.cli.outputs import check_output, terminal_width, uses_colour, write_output


@click.command(
    "forecast",
    cls=WithExamples,
    examples="""
    remit forecast contract.yaml --facts export/ --as-of 2025-11-15T00:00:00+01:00
    remit forecast contract.yaml --store facts-store --seed 7 --as json
    """,
)
@click.argument("contract", type=click.Path(path_type=Path))
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="The same seed draws the same days."
)
@click.option("--as", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="The form.")
@corridor_options
def command(*, sources: Sources, seed: int, form: str) -> ExitStatus:
    """Foresee how each level's month ends, from the days that are over and past days like those to come.

    The month is that of --as-of, or of the facts' last instant; that day itself is still to come. Days are drawn from
    the last eight weeks, each from those of its weekday, five hundred times.
    """
    from remit.reports.fairness import forecasts_as_json, forecasts_as_text
    from remit.runs.foreseeing import forecasts

    check_output(sources.out, kind=form)
    with opened(sources) as run:
        found = forecasts(run.versions, run.evidence, as_of=sources.as_of, seed=seed)
    text = forecasts_as_json(found) if form == "json" else ""
    write_output(text or forecasts_as_text(found, colour=uses_colour(), width=terminal_width()), sources.out)
    return ExitStatus.DONE
