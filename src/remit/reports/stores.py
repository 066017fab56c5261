"""A store's loads, and what a restatement found, for a terminal and for a program."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.text import Text

from remit.performance.service_levels import Attainment
from remit.reports.figures import NOTHING, value_text
from remit.reports.quoting import printable
from remit.reports.standings import mark_of
from remit.reports.statements.tabular import number, period_fields
from remit.reports.terminals import paper, ruled_table
from remit.store import Entry, Restatement
from remit.terms.measure_terms import Unit


def loads_as_json(loads: Sequence[Entry], withdrawn: Collection[str]) -> str:
    """The loads as a JSON list: id, at, by, files, new, changed, unchanged, quarantined, version, withdrawn.

    `unchanged` counts every record that left the store as it was: those alike, and those older than what it held.
    """
    told = [
        {
            "id": one.id,
            "at": instant_text(one.at),
            "by": one.by,
            "files": [file.name for file in one.files],
            "new": one.total.new,
            "changed": one.total.changed,
            "unchanged": one.total.unchanged + one.total.older,
            "quarantined": one.quarantined,
            "version": one.version,
            "withdrawn": one.id in withdrawn,
        }
        for one in loads
    ]
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def loads_as_text(loads: Sequence[Entry], withdrawn: Mapping[str, int], *, colour: bool, width: int) -> str:
    """The loads as a table; one that was taken back says by which version."""
    with paper(colour=colour, width=width) as sheet:
        table = ruled_table()
        for name in ("Version", "Load", "At", "By", "Contract", "Files"):
            table.add_column(name, overflow="fold")
        for name in ("New", "Changed", "Unchanged", "Set aside"):
            table.add_column(name, justify="right")
        for one in loads:
            back = f" (withdrawn by version {withdrawn[one.id]})" if one.id in withdrawn else ""
            counts = (one.total.new, one.total.changed, one.total.unchanged + one.total.older, one.quarantined)
            texts = (str(one.version), one.id + back, instant_text(one.at), one.by, one.engagement, _files_text(one))
            table.add_row(*(Text(printable(text)) for text in texts), *(f"{count:,}" for count in counts))
        sheet.console.print(table)
    return sheet.text


def _files_text(one: Entry) -> str:
    names = [file.name for file in one.files]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{', '.join(names[:3])}{more}"


def instant_text(at: int) -> str:
    """An instant as ISO 8601 in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def restatement_as_json(found: Restatement) -> str:
    """A restatement as one JSON object; money is text, exact to its last place."""
    told = {
        "period": period_fields(found.period),
        "currency": found.currency,
        "from": found.before_version,
        "to": found.after_version,
        "credit_before": _amount(found.credit_before),
        "credit_after": _amount(found.credit_after),
        "difference": _amount(found.money),
        "levels": [
            {
                "service_level": one.service_level,
                "window": period_fields(one.window),
                "before": _side(one.before),
                "after": _side(one.after),
            }
            for one in found.levels
        ],
        "records": [
            {
                "table": one.table,
                "record": one.record,
                "change": one.change,
                "columns": list(one.columns),
                "load": one.load,
            }
            for one in found.records
        ],
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _side(one: Attainment | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "value": number(one.value),
        "standing": str(one.standing),
        "numerator": one.ratio.numerator,
        "denominator": one.ratio.denominator,
        "excluded": one.excluded,
    }


def restatement_as_text(
    found: Restatement, units: Mapping[str, Unit], *, colour: bool, width: int, most: int = 40
) -> str:
    """The money, the levels and at most `most` records that differ; says how many it leaves out."""
    with paper(colour=colour, width=width) as sheet:
        console = sheet.console
        console.print(
            Text(f"{found.period.label} restated: version {found.before_version} → {found.after_version}", style="bold")
        )
        before, after = (_money(credit, found) for credit in (found.credit_before, found.credit_after))
        console.print(Text(f"service credit {before} → {after}, a difference of {_money(found.money, found)}"))
        _print_levels(console, found, units)
        _print_records(console, found, most)
    return sheet.text


def _money(amount: Decimal | None, found: Restatement) -> str:
    return NOTHING if amount is None else f"{found.currency} {amount:,.2f}"


def _print_levels(console: Console, found: Restatement, units: Mapping[str, Unit]) -> None:
    if not found.levels:
        console.print(Text("no level of the period differs"))
        return
    table = ruled_table()
    for name in ("Level", "Window", "Before", "", "After", ""):
        table.add_column(name, overflow="fold")
    for one in found.levels:
        unit = units.get(one.service_level, Unit.SHARE)
        sides = [text for side in (one.before, one.after) for text in _side_texts(side, unit)]
        table.add_row(*(Text(text) for text in (one.service_level, one.window.label, *sides)))
    console.print(table)


def _side_texts(one: Attainment | None, unit: Unit) -> tuple[str, str]:
    if one is None:
        return NOTHING, NOTHING
    counts = f"{one.ratio.numerator:,} of {one.ratio.denominator:,}"
    return f"{value_text(one.value, unit, beside=(one.expected, one.minimum))} ({counts})", str(mark_of(one))


def _print_records(console: Console, found: Restatement, most: int) -> None:
    if not found.records:
        console.print(Text("no record differs"))
        return
    table = ruled_table()
    for name in ("Table", "Record", "", "Columns", "Load"):
        table.add_column(name, overflow="fold")
    for one in found.records[:most]:
        texts = (one.table, one.record, one.change, ", ".join(one.columns), one.load)
        table.add_row(*(Text(printable(text)) for text in texts))
    console.print(table)
    if len(found.records) > most:
        console.print(Text(f"and {len(found.records) - most:,} more; --as json lists them all"))
