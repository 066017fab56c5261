"""One number opened for whoever doubts it: clause, definition, query, counts, exclusions, records."""

import csv
import json
from collections.abc import Sequence
from decimal import Decimal
from io import StringIO
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from remit.performance.explanations import Explanation, MeasuredRecord
from remit.performance.service_levels import Standing
from remit.reports.figures import (
    NOTHING,
    count_text,
    interval_text,
    threshold_text,
    value_text,
)
from remit.reports.quoting import inert, printable
from remit.reports.standings import mark_of
from remit.reports.statements.contexts import LevelWords
from remit.reports.statements.grid import attained_text, with_clause
from remit.reports.statements.tabular import judged_fields, period_fields
from remit.reports.terminals import STYLES, paper, ruled_table
from remit.terms.measure_terms import Unit

_COLUMNS = ("key", "met", "numerator", "denominator", "seconds", "target_seconds", "excluded_by")


def listed_records(explanation: Explanation, *, missed_only: bool) -> Sequence[MeasuredRecord]:
    """The records to list: all of them, or those judged and missed."""
    if not missed_only:
        return explanation.records
    return [record for record in explanation.records if record.met is False]


def explanation_as_json(explanation: Explanation, *, missed_only: bool = False) -> str:
    """The explanation as one JSON object.

    `records` are in the order given; an excluded one carries `excluded_by`, and one that is counted without being
    judged (a mean, a volume: `met` is null) carries what it adds as `numerator` and `denominator`. `excluded`
    counts the records left out, `exclusions` says by which rule and why.
    """
    attainment = explanation.attainment
    told: dict[str, Any] = {
        "service_level": attainment.service_level,
        "name": explanation.name,
        "window": period_fields(attainment.window),
        "clause": explanation.clause,
        "definition": explanation.definition,
        "sql": explanation.sql,
        **judged_fields(attainment),
        **({"note": attainment.note} if attainment.note else {}),
        "exclusions": [
            {"id": left.id, "reason": left.reason, "clause": left.clause, "records": left.records}
            for left in explanation.exclusions
        ],
        "records": [_record(record) for record in listed_records(explanation, missed_only=missed_only)],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _record(record: MeasuredRecord) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "key": record.key,
        "met": record.met,
        "seconds": record.seconds,
        "target_seconds": record.target_seconds,
    }
    if record.excluded_by is not None:
        fields["excluded_by"] = record.excluded_by
    elif record.met is None:
        fields["numerator"], fields["denominator"] = record.numerator, record.denominator
    return fields


def explanation_as_csv(explanation: Explanation, *, missed_only: bool = False) -> str:
    """The records, one a row (RFC 4180, CRLF): the columns numerator and denominator add up to the level's counts."""
    written = StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(_COLUMNS)
    for record in listed_records(explanation, missed_only=missed_only):
        table.writerow(
            (
                inert(record.key),
                {True: "true", False: "false", None: ""}[record.met],
                record.numerator,
                record.denominator,
                "" if record.seconds is None else record.seconds,
                "" if record.target_seconds is None else record.target_seconds,
                inert(record.excluded_by or ""),
            )
        )
    return written.getvalue()


def explanation_as_text(
    explanation: Explanation, unit: Unit, *, colour: bool, width: int = 100, missed_only: bool = False, most: int = 40
) -> str:
    """The explanation for a terminal, with at most `most` records, the missed first; says how many it leaves out."""
    with paper(colour=colour, width=width) as sheet:
        _print_level(sheet.console, explanation, unit)
        _print_exclusions(sheet.console, explanation)
        sheet.console.print(Text("\nThe query", style="bold"))
        query = "\n".join(printable(line) for line in explanation.sql.splitlines())
        sheet.console.print(Padding(Text(query), (0, 0, 0, 2)))
        _print_records(sheet.console, explanation, missed_only=missed_only, most=most)
    return sheet.text


def _print_level(console: Console, explanation: Explanation, unit: Unit) -> None:
    attainment = explanation.attainment
    words = LevelWords(explanation.name, unit, attainment.is_critical)
    head = Text.assemble(
        (f"{printable(attainment.service_level)} {printable(explanation.name)}", "bold"),
        f" · {attainment.window.label}",
    )
    console.print(head)
    console.print(Text(printable(with_clause(explanation.definition, explanation.clause))))
    ratio = attainment.ratio
    figures = Text.assemble(
        "\n",
        (attained_text(attainment, words), "bold"),
        f" = {count_text(ratio.numerator)} / {count_text(ratio.denominator)}  ",
        (str(mark_of(attainment)), STYLES[attainment.standing]),
    )
    console.print(figures)
    bounds = [
        ("95 % interval", interval_text(attainment.interval, unit)),
        ("expected", threshold_text(attainment.expected, unit, at_most=attainment.at_most)),
        ("minimum", threshold_text(attainment.minimum, unit, at_most=attainment.at_most)),
    ]
    console.print(Text(" · ".join(f"{word} {text}" for word, text in bounds if text != NOTHING)))
    if attainment.note:
        console.print(Text(printable(attainment.note)))


def _print_exclusions(console: Console, explanation: Explanation) -> None:
    if not explanation.exclusions:
        console.print(Text("Nothing was excluded.", style="dim"))
    for left in explanation.exclusions:
        told = f"{left.id} left out {count_text(left.records)}: {with_clause(left.reason, left.clause)}"
        console.print(Text(printable(told)))


def _print_records(console: Console, explanation: Explanation, *, missed_only: bool, most: int) -> None:
    records = sorted(listed_records(explanation, missed_only=missed_only), key=_missed_first)
    title = "The records that missed" if missed_only else "The records"
    console.print(Text.assemble("\n", (title, "bold"), (f" ({count_text(len(records))})", "dim")))
    if not records:
        return
    table = ruled_table()
    for head, is_number in (("Record", False), ("", False), ("Clock", True), ("Target", True), ("Adds", True)):
        table.add_column(head, justify="right" if is_number else "left", no_wrap=is_number, overflow="fold")
    for record in records[:most]:
        table.add_row(
            Text(printable(record.key)),
            _verdict(record),
            Text(_clock_text(record.seconds, record.target_seconds)),
            Text(_clock_text(record.target_seconds, record.seconds)),
            Text(
                NOTHING if record.excluded_by else f"{count_text(record.numerator)} / {count_text(record.denominator)}"
            ),
        )
    console.print(table)
    if len(records) > most:
        left = count_text(len(records) - most)
        console.print(Text(f"… and {left} more; write them all to a file with --as csv --out records.csv", style="dim"))


def _missed_first(record: MeasuredRecord) -> int:
    return 0 if record.met is False else 2 if record.excluded_by else 1


def _verdict(record: MeasuredRecord) -> Text:
    if record.excluded_by:
        return Text(f"{NOTHING} excluded by {printable(record.excluded_by)}", style="dim")
    if record.met is None:
        return Text("counted")
    return (
        Text("✓ met", style=STYLES[Standing.MET])
        if record.met
        else Text("✕ missed", style=STYLES[Standing.BELOW_MINIMUM])
    )


def _clock_text(seconds: int | None, other: int | None) -> str:
    """A clock's reading, told apart from the one it is compared with: 4 h 00 min 01 s missed 4 h 00 min."""
    reading, beside = (None if length is None else Decimal(length) for length in (seconds, other))
    return value_text(reading, Unit.SECONDS, beside=(beside,))
