"""`remit demo`: the main job on a generated contact centre, from raw exports to statements, with each command."""

import os
import shlex
import shutil
import sys
import textwrap
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from remit.cli.check import summary_of
from remit.cli.commands import WithExamples
from remit.cli.corridor import Opened, Sources, opened
from remit.cli.exit_statuses import ExitStatus
from remit.cli.generate import SIDES, lay_out
from remit.cli.outputs import terminal_width, uses_colour, write_output
from remit.cli.progress import progress_shown
from remit.cli.records import must_be_free, needed_libraries
from remit.ingest.contract_files import check_contract
from remit.performance.settlements import Settlement
from remit.reports.explanations import explanation_as_text
from remit.reports.statements import as_text
from remit.reports.statements.page import as_html
from remit.reports.statements.workbook import as_workbook
from remit.runs import Request, explain, settle_contract
from remit.runs.wording import statement_context
from remit.terms.periods import Period

if TYPE_CHECKING:
    from remit.cli.demo_site import Party

_SHOWN_QUERY_LINES = 7
_SHOWN_RECORDS = 8


@click.command(
    "demo",
    cls=WithExamples,
    examples="""
    remit demo
    remit demo --into centre/ --scale 0.1
    remit demo --site
    remit demo --site --port 8080 --scale 0.02
    remit demo --site --records ../data/
    """,
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("remit-demo"),
    show_default=True,
    help="The folder to work in.",
)
@click.option(
    "--scale",
    type=click.FloatRange(0.005, 20),
    help="1 is about 400,000 contacts.  [default: 1; for a site 0.1]",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=2025, show_default=True, help="The same seed gives the same year."
)
@click.option("--site", is_flag=True, help="Serve the year as a site, with people for each role, until Ctrl-C.")
@click.option(
    "--port", type=click.IntRange(1, 65_535), default=8000, show_default=True, help="The site's port on this machine."
)
@click.option(
    "--records",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="With --site: a folder of public records, an engagement for each set of the examples that lies in it.",
)
def command(*, into: Path, scale: float | None, seed: int, site: bool, port: int, records: Path | None) -> ExitStatus:
    """Generate a contact centre's year, settle it for both providers, show the statements, and say what to try next.

    Needs no download. Everything is written to one folder, which can be deleted afterwards. With --site the year is
    loaded into a site instead; begun again in the same folder, the site is as it was left.
    """
    if site:
        return _as_site(into, scale=scale or 0.1, seed=seed, port=port, records=records)
    if records is not None:
        raise click.UsageError("--records goes with --site: the examples' READMEs say how to settle them as commands")
    return _as_commands(into, scale=scale or 1.0, seed=seed)


def _as_site(into: Path, *, scale: float, seed: int, port: int, records: Path | None) -> ExitStatus:
    """The year in a site on this machine alone, its people's passwords printed, and a way through it."""
    needed_libraries()
    from remit.cli.demo_site import Party, kept_password, lay_out_site, show_guide, show_people
    from remit.web.serving import Site, prepare, serve

    data = into / "site"
    url = f"http://127.0.0.1:{port}"
    must_be_free("127.0.0.1", port)
    # The demo keeps to its own folder, whatever database and store this shell names for a real installation.
    for name in ("DATABASE_URL", "REMIT_STORE", "REMIT_HTTPS"):
        os.environ.pop(name, None)
    os.environ["REMIT_URL"] = url
    os.environ.setdefault("REMIT_LOG_LEVEL", "WARNING")
    prepare(data)
    with progress_shown() as tell:
        if not (data / "demo-password").exists():
            _say("A client, two providers, four sites, three time zones, one year: making it takes a minute or two.")
            lay_out(into, scale=scale, seed=seed, progress=lambda what: tell(f"making the records of {what}", 0, 0))
        parties = [*(Party.read(into / side, side) for side in SIDES), *_of_records(records)]
        password = kept_password(data)
        lay_out_site(parties, password=password, tell=tell)
    show_people(parties, password)
    show_guide(parties, url)
    click.echo(f"\nRemit is at {url}  (Ctrl-C stops it; `remit demo` shows the same year as commands)", err=True)
    serve(Site("127.0.0.1", port))
    return ExitStatus.DONE


def _of_records(folder: Path | None) -> "Sequence[Party]":
    """The sets of public records in a folder; what is not there is said."""
    from remit.cli.demo_records import found_in

    if folder is None:
        return ()
    found = found_in(folder)
    for sentence in found.missing:
        click.echo(f"Not there: {sentence}", err=True)
    return found.parties


def _as_commands(into: Path, *, scale: float, seed: int) -> ExitStatus:
    """The year by one command after the other."""
    began = time.monotonic()
    _say("A client, two providers, four sites, three time zones, one year. First the records, dirty as life.")
    with progress_shown() as tell:
        exports = lay_out(
            into, scale=scale, seed=seed, progress=lambda what: tell(f"making the records of {what}", 0, 0)
        )
    for side, export in zip(SIDES, exports, strict=True):
        click.echo(f"  {into / side / 'facts'}: {sum(export.rows.values()):,} records of {export.provider}")
    _say("The contracts are files that both sides can read. Is anything wrong in them?")
    for side in SIDES:
        _check(into / side / "contract.yaml")
    shown = [
        _walk(into / side, provider=export.provider, shows_explanation=side == SIDES[0])
        for side, export in zip(SIDES, exports, strict=True)
    ]
    _compare(shown)
    _say_what_next(into, shown[0], time.monotonic() - began)
    return ExitStatus.DONE


@dataclass(frozen=True)
class _Shown:
    """One provider's year as it was shown: its folder, the months, and the level and month that were opened down."""

    folder: Path
    months: tuple[Settlement, ...]
    level: str
    worst: Period


def _check(contract: Path) -> None:
    _show_command("check", str(contract))
    checked = check_contract(contract)
    for problem in checked.problems:
        click.echo(textwrap.indent(textwrap.fill(str(problem), terminal_width() - 4), "    "))
    click.echo(f"  {summary_of(checked, name=str(contract))}")


def _walk(folder: Path, *, provider: str, shows_explanation: bool) -> _Shown:
    """One provider's year: opened once, settled, written in every form, the worst month printed."""
    _say(f"{provider}: every month of the year is measured, judged and settled. The month that cost most:")
    with opened(Sources(folder / "contract.yaml", folder / "facts", quarantine=folder / "quarantine.csv")) as run:
        with progress_shown() as tell:
            months = settle_contract(run.versions, run.evidence, Request(), progress=tell)
        worst = max(months, key=lambda one: one.statement.gross)
        shown = _Shown(folder, months, _opened_level(worst), worst.period)
        _show_month(run, shown, worst)
        _write_forms(run, shown)
        if shows_explanation:
            _show_explanation(run, shown)
    return shown


def _opened_level(month: Settlement) -> str:
    """Of the levels that cost something in a month the one with the fewest misses to look at; else its first level."""
    credited = {line.service_level for line in month.statement.lines if line.amount > 0}
    missed = [one for one in month.attainments if one.service_level in credited and not one.at_most]
    if not missed:
        return month.attainments[0].service_level
    return min(missed, key=lambda one: one.ratio.denominator - one.ratio.numerator).service_level


def _show_month(run: Opened, shown: _Shown, worst: Settlement) -> None:
    command = (
        "settle",
        str(shown.folder / "contract.yaml"),
        "--facts",
        str(shown.folder / "facts"),
        "--period",
        worst.period.label,
    )
    _show_command(*command)
    context = statement_context(run.versions, recompute=shlex.join(["remit", *command]))
    click.echo(textwrap.indent(as_text([worst], context, colour=uses_colour(), width=terminal_width() - 2), "  "))


def _write_forms(run: Opened, shown: _Shown) -> None:
    """The whole year as a page and as a workbook."""
    contract, facts = str(shown.folder / "contract.yaml"), str(shown.folder / "facts")
    for form, name in (("html", "statement.html"), ("xlsx", "statement.xlsx")):
        out = shown.folder / name
        command = ("settle", contract, "--facts", facts, "--as", form, "--out", str(out))
        context = statement_context(run.versions, recompute=shlex.join(["remit", *command]))
        document = as_html(shown.months, context) if form == "html" else as_workbook(shown.months, context)
        _show_command(*command)
        write_output(document, out)


def _show_explanation(run: Opened, shown: _Shown) -> None:
    _say(f"Every number opens down. Why was {shown.level} missed, and by which records?")
    place = (str(shown.folder / "contract.yaml"), shown.level, "--facts", str(shown.folder / "facts"))
    _show_command("explain", *place, "--period", shown.worst.label, "--missed")
    (explanation, *_) = explain(run.versions, run.evidence, shown.level, shown.worst)
    unit = run.versions.terms_for(shown.worst).service_levels[shown.level].measure.value_unit
    text = explanation_as_text(
        explanation, unit=unit, colour=uses_colour(), width=terminal_width() - 2, missed_only=True, most=_SHOWN_RECORDS
    )
    click.echo(textwrap.indent(_with_less_query(text), "  "))


def _with_less_query(text: str) -> str:
    """An explanation with only the beginning of its query, which is long: the command shown prints it whole."""
    lines = text.splitlines()
    start = next((number for number, line in enumerate(lines) if "The query" in line), len(lines))
    end = next((number for number, line in enumerate(lines) if number > start and "The records" in line), len(lines))
    shown = start + 1 + _SHOWN_QUERY_LINES
    if shown + 2 >= end:
        return text
    return "\n".join([*lines[:shown], f"    … {end - 1 - shown} more lines", "", *lines[end:]])


def _compare(shown: Sequence[_Shown]) -> None:
    """What each provider owes by month; a minus is owed to the provider, earned back or as a bonus."""
    _say("Side by side: the credit due of each month, in EUR (a minus is earned back, or a bonus).")
    by_provider = {
        one.months[0].provenance.provider: {m.period.label: m.statement.credit for m in one.months} for one in shown
    }
    click.echo("  " + "month".ljust(10) + "".join(name.rjust(20) for name in by_provider))
    for label in sorted({label for credits_ in by_provider.values() for label in credits_}):
        cells = (f"{credits_[label]:,.2f}" if label in credits_ else "" for credits_ in by_provider.values())
        click.echo("  " + label.ljust(10) + "".join(cell.rjust(20) for cell in cells))
    totals = (f"{sum(credits_.values()):,.2f}" for credits_ in by_provider.values())
    click.secho("  " + "year".ljust(10) + "".join(cell.rjust(20) for cell in totals), bold=True)


def _say_what_next(into: Path, north: _Shown, seconds: float) -> None:
    contract, facts = shlex.quote(str(north.folder / "contract.yaml")), shlex.quote(str(north.folder / "facts"))
    remit = _remit_as_called()
    _say(f"Done in {seconds:.0f} s. Everything lies in {into}. Try next:")
    for why, words in _suggestions(north, contract, facts):
        click.secho(f"  # {why}", dim=True)
        click.echo(f"  {words.replace('remit ', f'{remit} ', 1) if words.startswith('remit ') else words}")


def _remit_as_called() -> str:
    """How to call Remit from here: by its name where the shell finds it, else by the path it was called with."""
    called = Path(sys.argv[0])
    return "remit" if shutil.which("remit") or called.name != "remit" else shlex.quote(str(called))


def _suggestions(north: _Shown, contract: str, facts: str) -> Iterator[tuple[str, str]]:
    yield (
        "look at the year with its charts (it prints well on A4)",
        f"python3 -m webbrowser {shlex.quote(str(north.folder / 'statement.html'))}",
    )
    yield "what the provider says it reached, against ours, by cause", f"remit reconcile {contract} SL1 --facts {facts}"
    yield "which site is it?", f"remit settle {contract} --facts {facts} --period {north.worst.label} --by site"
    yield "which rows were set aside, and why", f"head {shlex.quote(str(north.folder / 'quarantine.csv'))}"
    opened_down = f"remit explain {contract} {north.level} --facts {facts} --period {north.worst.label}"
    yield "the records behind a miss, for a spreadsheet", f"{opened_down} --missed --as csv --out missed.csv"
    yield (
        "change a number of the contract, such as SL1's expected 80%, and settle again",
        f"remit settle {contract} --facts {facts} --from 2025-10",
    )


def _say(sentence: str) -> None:
    click.echo()
    click.secho(sentence, bold=True)
    click.echo()


def _show_command(*words: str) -> None:
    click.secho(f"$ remit {shlex.join(words)}", fg="cyan")
