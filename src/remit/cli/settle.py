"""`remit settle`: the months of a contract settled from a folder of facts."""

import getpass
import secrets
import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

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
)
from remit.cli.exit_statuses import ExitStatus
from remit.cli.outputs import check_output, terminal_width, uses_colour, write_output
from remit.cli.progress import progress_shown
from remit.performance.explanations import Explanation
from remit.performance.settlements import Settlement
from remit.reports.statements import as_csv, as_json, as_text
from remit.runs import Request, settle_contract
from remit.runs.evidence import share_done
from remit.runs.explaining import NotExplainable, explain
from remit.runs.wording import statement_context
from remit.terms.periods import Period
from remit.terms.problems import Problem, ProblemsFound

if TYPE_CHECKING:
    from remit.store import Snapshot


@click.command(
    "settle",
    cls=WithExamples,
    examples="""
    remit settle contract.yaml --facts export/
    remit settle contract.yaml --facts export/ --period 2026-03 --as html --out march.html
    remit settle contract.yaml --facts export/ --from 2026-01 --to 2026-06 --by site --as csv > half-year.csv
    remit settle contract.yaml --store facts-store --period 2026-03 --hold 'March 2026 closed'
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
@click.option(
    "--hold",
    metavar="NOTE",
    help="With --store: hold the version that was read for good, so that no vacuum takes it, with this note of why.",
)
@click.option("--verbose", is_flag=True, help="With --store: say on standard error how much of it was read.")
@corridor_options
def command(  # noqa: PLR0913 - click hands over one argument an option
    *,
    sources: Sources,
    period: Period | None,
    first: Period | None,
    last: Period | None,
    by: tuple[str, ...],
    form: str,
    hold: str | None,
    verbose: bool,
) -> ExitStatus:
    """Settle the months of CONTRACT from a folder of records: attainments, service credits, and why.

    The months asked for are printed; months before them are judged too where repeated failures, earn-backs, ratchets or
    yearly caps look back on them. Rows that fail a check go to a quarantine file, and the run goes on.
    """
    request = months_asked(period, first, last, sources.as_of, by)
    check_output(sources.out, kind=form)
    if hold is not None and sources.store is None:
        raise click.UsageError("--hold holds a store's version; with --facts there is none")
    with opened(sources) as run, _reads_told(run, is_asked=verbose):
        check_dimensions(run, by)
        with progress_shown(share_done(run.evidence)) as tell:
            settlements = settle_contract(run.versions, run.evidence, request, progress=tell)
        if not settlements:
            raise ProblemsFound(
                [Problem(sources.place, 0, "", "the facts hold no month of the term that was asked for")]
            )
        document = _document(form, run, settlements, request)
        if hold is not None and run.stored is not None:
            _hold(run.stored, settlements, hold)
        write_output(document, sources.out)
    return ExitStatus.DONE


@contextmanager
def _reads_told(run: Opened, *, is_asked: bool) -> Iterator[None]:
    """How much of a store the run read, said when it is done: on a terminal, or where somebody asks."""
    stored = run.stored
    if stored is None or not (is_asked or sys.stderr.isatty()):
        yield
        return
    from remit.runs.stored import count_reads

    counted = count_reads(run.evidence)
    yield
    found = counted()
    if found is not None:
        files = sum(map(len, stored.files.values()))
        whole = f"{stored.size_bytes / 1e6:,.1f} MB in {files:,} files"
        click.echo(f"read {found / 1e6:,.1f} MB; the store holds {whole} for {stored.engagement}", err=True)


def _hold(stored: "Snapshot", settlements: Sequence[Settlement], note: str) -> None:
    """Hold the version that was settled, before anybody is told of the figures."""
    from remit.store import Act, Place, pin

    months = dict.fromkeys([settlements[0].period.label, settlements[-1].period.label])
    contract = settlements[-1].provenance.contract_sha256[:12]
    told = f"{note} (settled {' to '.join(months)} by contract {contract})"
    act = Act(f"P{secrets.token_hex(6)}", getpass.getuser(), int(time.time()), told)
    pin(Place(stored.url), stored.version, act, engagement=stored.engagement)
    click.echo(f"version {stored.version} of {stored.url} is held: {told}", err=True)


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
