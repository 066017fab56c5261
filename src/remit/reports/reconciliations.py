"""The provider's figure beside ours, for a terminal, a spreadsheet and a program."""

import csv
import json
from decimal import Decimal
from io import StringIO
from typing import Any

from rich.console import Console
from rich.text import Text

from remit.performance.reconciliations import FigureDifference, Reconciliation
from remit.reports.figures import NOTHING, count_text, percent_text, value_text
from remit.reports.quoting import inert, printable
from remit.reports.statements.tabular import number, period_fields
from remit.reports.terminals import paper, ruled_table
from remit.terms.measure_terms import Unit

_COLUMNS = ("key", "ours", "theirs", "cause")
_VERDICTS = {True: "✓ met", False: "✕ missed", None: "– not judged"}


def reconciliation_as_json(reconciliation: Reconciliation) -> str:
    """The reconciliation as one JSON object; verdicts are true (met), false (missed) or null (not judged).

    Monthly figures that differ stand in `figures`, where the provider brings figures rather than verdicts.
    """
    told: dict[str, Any] = {
        "service_level": reconciliation.service_level,
        "period": period_fields(reconciliation.period),
        "total": reconciliation.total,
        "agree": reconciliation.agree,
        "causes": dict(reconciliation.causes),
        "differences": [
            {"key": one.key, "ours": one.ours, "theirs": one.theirs, "cause": one.cause}
            for one in reconciliation.differences
        ],
    }
    if reconciliation.figures:
        told["figures"] = [_figure(figure) for figure in reconciliation.figures]
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _figure(figure: FigureDifference) -> dict[str, Any]:
    return {
        "period": period_fields(figure.period),
        "ours": number(figure.ours),
        "theirs": number(figure.theirs),
        "our_numerator": figure.our_numerator,
        "our_denominator": figure.our_denominator,
        "their_numerator": figure.their_numerator,
        "their_denominator": figure.their_denominator,
        "cause": figure.cause,
    }


def reconciliation_as_csv(reconciliation: Reconciliation) -> str:
    """One row a difference (RFC 4180, CRLF); a monthly figure has its period's first day for a key."""
    written = StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(_COLUMNS)
    words = {True: "true", False: "false", None: ""}
    for one in reconciliation.differences:
        table.writerow((inert(one.key), words[one.ours], words[one.theirs], inert(one.cause)))
    for figure in reconciliation.figures:
        ours, theirs = (_written(value) for value in (figure.ours, figure.theirs))
        table.writerow((figure.period.start_on.isoformat(), ours, theirs, inert(figure.cause)))
    return written.getvalue()


def _written(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


def reconciliation_as_text(
    reconciliation: Reconciliation, unit: Unit, *, colour: bool, width: int = 100, most: int = 40
) -> str:
    """The agreement, the causes with their counts, and at most `most` differences; says how many it leaves out."""
    with paper(colour=colour, width=width) as sheet:
        _print_agreement(sheet.console, reconciliation)
        if reconciliation.causes:
            _print_causes(sheet.console, reconciliation)
        if reconciliation.differences:
            _print_differences(sheet.console, reconciliation, most=most)
        if reconciliation.figures:
            _print_figures(sheet.console, reconciliation, unit)
    return sheet.text


def _print_agreement(console: Console, reconciliation: Reconciliation) -> None:
    console.print(
        Text.assemble(
            (printable(reconciliation.service_level), "bold"), f" · {reconciliation.period.label} · ours against theirs"
        )
    )
    if not reconciliation.total:
        console.print(Text("There is nothing to compare: the provider brings no verdict and no figure here."))
        return
    share = percent_text(reconciliation.agree, reconciliation.total)
    counts = f"{count_text(reconciliation.agree)} of {count_text(reconciliation.total)}"
    console.print(Text.assemble(f"{counts} agree, ", (share, "bold green" if not reconciliation.causes else "bold")))


def _print_causes(console: Console, reconciliation: Reconciliation) -> None:
    table = ruled_table()
    table.add_column("Cause", overflow="fold")
    table.add_column("Differences", justify="right")
    for cause, times in reconciliation.causes:
        table.add_row(Text(printable(cause)), count_text(times))
    console.print(table)


def _print_differences(console: Console, reconciliation: Reconciliation, *, most: int) -> None:
    table = ruled_table()
    for head in ("Record", "Ours", "Theirs"):
        table.add_column(head, no_wrap=head != "Record", overflow="fold")
    table.add_column("Cause", overflow="fold")
    for one in reconciliation.differences[:most]:
        table.add_row(Text(printable(one.key)), _VERDICTS[one.ours], _VERDICTS[one.theirs], Text(printable(one.cause)))
    console.print(table)
    if len(reconciliation.differences) > most:
        left = count_text(len(reconciliation.differences) - most)
        console.print(
            Text(f"… and {left} more; write them all to a file with --as csv --out differences.csv", style="dim")
        )


def _print_figures(console: Console, reconciliation: Reconciliation, unit: Unit) -> None:
    table = ruled_table()
    table.add_column("Period", no_wrap=True)
    for head in ("Ours", "Counts", "Theirs", "Counts"):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("Cause", overflow="fold")
    for figure in reconciliation.figures:
        table.add_row(
            figure.period.label,
            value_text(figure.ours, unit, beside=(figure.theirs,)),
            _counts(figure.our_numerator, figure.our_denominator),
            value_text(figure.theirs, unit, beside=(figure.ours,)),
            _counts(figure.their_numerator, figure.their_denominator),
            Text(printable(figure.cause)),
        )
    console.print(table)


def _counts(numerator: int | None, denominator: int | None) -> str:
    if numerator is None or denominator is None:
        return NOTHING
    return f"{count_text(numerator)} / {count_text(denominator)}"
