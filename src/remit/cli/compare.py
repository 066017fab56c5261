"""`remit compare`: a level of each site or provider, raw and with everybody's mix of work."""

from pathlib import Path

import click

from remit.cli.commands import WithExamples
from remit.cli.corridor import Month, Sources, check_dimensions, corridor_options, level_named, months_asked, opened
from remit.cli.exit_statuses import ExitStatus
from remit.cli.outputs import check_output, terminal_width, uses_colour, write_output
from remit.terms.periods import Period


@click.command(
    "compare",
    cls=WithExamples,
    examples="""
    remit compare contract.yaml SL1 --by site --adjust queue --facts export/
    remit compare contract.yaml SL3 --by team --adjust priority --adjust channel --store facts-store --as json
    """,
)
@click.argument("contract", type=click.Path(path_type=Path))
@click.argument("level")
@click.option("--by", required=True, metavar="DIMENSION", help="The column whose values are compared.")
@click.option(
    "--adjust", multiple=True, required=True, metavar="DIMENSION", help="The mix to even out; may be repeated."
)
@click.option("--from", "first", type=Month(), help="The first month, as 2026-01.")
@click.option("--to", "last", type=Month(), help="The last month, as 2026-06.")
@click.option("--as", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="The form.")
@corridor_options
def command(  # noqa: PLR0913 - click hands over one argument an option
    *,
    sources: Sources,
    level: str,
    by: str,
    adjust: tuple[str, ...],
    first: Period | None,
    last: Period | None,
    form: str,
) -> ExitStatus:
    """Compare LEVEL between the values of a column as if all had the same mix of work.

    A site that takes the hard queue looks worse than it works. The adjusted figure weighs each stratum by its share of
    everybody's records (direct standardisation); strata that are thin or missing are named.
    """
    from remit.reports.fairness import comparison_as_json, comparison_as_text
    from remit.runs.comparing import compare

    request = months_asked(None, first, last, sources.as_of)
    check_output(sources.out, kind=form)
    if by in adjust:
        raise click.UsageError(f"--adjust {by} would even out what --by compares; name another column")
    with opened(sources) as run:
        level_id = level_named(run.versions, level)
        check_dimensions(run, (by, *adjust))
        found = compare(run.versions, run.evidence, level_id, request, by=by, adjust=adjust)
    text = comparison_as_json(found) if form == "json" else ""
    write_output(text or comparison_as_text(found, colour=uses_colour(), width=terminal_width()), sources.out)
    return ExitStatus.DONE
