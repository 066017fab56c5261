"""`remit reconcile`: the source's own verdicts or figures against ours, each difference with its cause."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from remit.cli.commands import WithExamples
from remit.cli.corridor import Month, Opened, Sources, corridor_options, level_named, months_asked, opened
from remit.cli.exit_statuses import ExitStatus
from remit.cli.outputs import check_output, terminal_width, uses_colour, write_output
from remit.performance.reconciliations import Reported
from remit.reports.reconciliations import reconciliation_as_csv, reconciliation_as_json, reconciliation_as_text
from remit.runs import Evidence, reconcile
from remit.runs.connections import connect
from remit.runs.explaining import NotExplainable
from remit.runs.wording import level_terms
from remit.terms.periods import Period
from remit.terms.problems import Problem, ProblemsFound


class Figure(click.ParamType[Reported]):
    """A figure as somebody reports it: counts as 1912/2051, a share as 93.2%, or a plain number."""

    name = "figure"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Reported:
        if isinstance(value, Reported):
            return value
        met, slash, of = str(value).replace(" ", "").partition("/")
        if slash and met.isdecimal() and of.isdecimal() and int(of):
            return Reported(None, int(met), int(of))
        try:
            number = Decimal(met.removesuffix("%"))
        except InvalidOperation:
            number = Decimal("NaN")
        if slash or not number.is_finite():
            self.fail(f"{value!r} is no figure; write 1912/2051, 93.2% or 187", param, ctx)
        return Reported(number / 100 if met.endswith("%") else number)


@click.command(
    "reconcile",
    cls=WithExamples,
    examples="""
    remit reconcile contract.yaml SL1 --facts export/
    remit reconcile contract.yaml SL1 --facts export/ --period 2026-03 --as csv --out differences.csv
    remit reconcile contract.yaml SL1 --facts export/ --period 2026-03 --bridge --reported 1912/2051
    remit reconcile contract.yaml SL1 --store facts-store --period 2026-03 --bridge --reported 93.2% --reported-on 7
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
@click.option(
    "--bridge", "as_bridge", is_flag=True, help="With --period: lead their figure over to ours, step by step."
)
@click.option(
    "--reported", type=Figure(), metavar="FIGURE", help="With --bridge: their figure, as 1912/2051, 93.2% or 187."
)
@click.option(
    "--reported-on", type=click.IntRange(min=1), metavar="VERSION",
    help="With --bridge and --store: the version that stood when they reported; tells late data.",
)  # fmt: skip
@corridor_options
def command(  # noqa: PLR0913 - click hands over one argument an option
    *,
    sources: Sources,
    level: str,
    period: Period | None,
    first: Period | None,
    last: Period | None,
    form: str,
    as_bridge: bool,
    reported: Reported | None,
    reported_on: int | None,
) -> ExitStatus:
    """Compare the source's verdicts on LEVEL's records, or its monthly figures, with ours.

    Each difference is given a cause by measuring again with one thing changed at a time: pauses, the instant the clock
    stops, the priority, holidays, the calendar.
    """
    request = months_asked(period, first, last, sources.as_of)
    check_output(sources.out, kind=form)
    _check_bridge(sources, period, form, as_bridge=as_bridge, is_reported=(reported or reported_on) is not None)
    with opened(sources) as run:
        level_id = level_named(run.versions, level)
        if as_bridge and period is not None:
            write_output(_bridge(run, sources, level_id, period, form, (reported, reported_on)), sources.out)
            return ExitStatus.DONE
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


def _check_bridge(sources: Sources, period: Period | None, form: str, *, as_bridge: bool, is_reported: bool) -> None:
    if as_bridge and (period is None or form == "csv"):
        raise click.UsageError("--bridge is of one month: name it with --period, and take it --as text or json")
    if is_reported and not as_bridge:
        raise click.UsageError("--reported and --reported-on go with --bridge")
    if is_reported and sources.as_of is not None:
        raise click.UsageError("--bridge judges by the facts' own end: leave --as-of out")


def _bridge(
    run: Opened, sources: Sources, level_id: str, period: Period, form: str, given: tuple[Reported | None, int | None]
) -> str:
    """The bridge as a document; the facts as they stood before are opened beside those of now."""
    from remit.reports.bridges import bridge_as_json, bridge_as_text
    from remit.runs.bridging import bridge

    reported, version = given
    try:
        with _earlier(sources, run, version) as earlier:
            found = bridge(run.versions, run.evidence, level_id, period, reported=reported, earlier=earlier)
    except NotExplainable as reason:
        raise ProblemsFound([Problem(sources.place, 0, "", str(reason))]) from None
    if form == "json":
        return bridge_as_json(found)
    unit = level_terms(run.versions, level_id, period).measure.value_unit
    return bridge_as_text(found, unit, colour=uses_colour(), width=terminal_width())


@contextmanager
def _earlier(sources: Sources, run: Opened, version: int | None) -> Iterator[Evidence | None]:
    if version is None:
        yield None
        return
    if run.stored is None:
        raise click.UsageError("--reported-on is a store's version; with --facts there is none")
    from remit.runs.stored import evidence_at
    from remit.store import read_manifest, version_asked

    manifest = read_manifest(sources.place)
    asked = version_asked(manifest, version=version)
    with connect(memory_mb=sources.memory_mb, spill=sources.spill, keeps_order=False) as connection:
        evidence, _ = evidence_at(manifest, run.versions.latest.id, connection, version=asked)
        yield evidence
