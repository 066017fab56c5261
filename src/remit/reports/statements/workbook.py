"""A statement as an Excel workbook: a summary, every level and credit, the records behind, and where it came from."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.chart import LineChart, Reference

from remit.performance.explanations import Explanation, MeasuredRecord
from remit.performance.service_levels import Attainment, Standing
from remit.performance.settlements import Settlement
from remit.reports.cells import (
    COUNT,
    DAY,
    FORMATS,
    MONEY,
    ROWS_A_SHEET,
    Sheet,
    Shown,
    append,
    cell_of,
    head_row,
    lined_text,
    new_sheet,
    set_table,
)
from remit.reports.figures import count_text, instant_text
from remit.reports.quoting import is_formula, printable
from remit.reports.standings import WORST_FIRST, mark_of, tally
from remit.reports.statements.contexts import StatementContext
from remit.reports.statements.grid import GridRow, level_rows, span_text, with_clause
from remit.reports.statements.scorecard_sheets import write_scorecards
from remit.reports.statements.tabular import plain_value, rows_of
from remit.terms.measure_terms import Unit

_RECORD_HEAD = (
    "Record",
    "Verdict",
    "Adds to numerator",
    "Adds to denominator",
    "Clock (s)",
    "Target (s)",
    "Excluded by",
)


def as_workbook(
    settlements: Sequence[Settlement], context: StatementContext, *, explanations: Sequence[Explanation] = ()
) -> bytes:
    """The statement as an XLSX file's bytes, with a sheet of records for each explanation.

    Values are numbers with formats, never text, so that a reader can compute with them; days are dates. Text from a
    contract or from facts is written as text: Excel runs none of it. A sheet holds 1,048,576 rows; where an
    explanation has more records, its sheet says how many it leaves out. Needs at least one settlement.
    """
    if not settlements:
        raise ValueError("a statement needs at least one settled period")
    book = Workbook(write_only=True)
    book.properties.creator = "Remit"
    book.properties.title = f"{context.title or context.contract}, {span_text(settlements)}"
    _write_summary(book, settlements, context)
    _write_levels(book, settlements, context)
    _write_credits(book, settlements)
    write_scorecards(book, settlements, context)
    for explanation in explanations:
        _write_records(book, explanation)
    _write_provenance(book, settlements, context)
    written = BytesIO()
    book.save(written)
    return _dated(written, max(one.provenance.as_of for one in settlements))


_PROPERTIES = "docProps/core.xml"
_WRITTEN_AT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def _dated(book: BytesIO, as_of: int) -> bytes:
    """The workbook dated by its facts and not by the clock on the wall, so that like statements are like bytes."""
    date = datetime.fromtimestamp(as_of, UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    dated = BytesIO()
    with ZipFile(book) as given, ZipFile(dated, "w") as archive:
        for entry in given.infolist():
            content = given.read(entry)
            if entry.filename == _PROPERTIES:
                content = _WRITTEN_AT.sub(date, content)
            archive.writestr(ZipInfo(entry.filename), content, compress_type=ZIP_DEFLATED)
    return dated.getvalue()


_SUMMARY_HEAD_AT = 6


def _write_summary(book: Workbook, settlements: Sequence[Settlement], context: StatementContext) -> None:
    """Periods down, money and levels across, so that a chart and a filter both work on it."""
    rows = level_rows(settlements, context)
    names = [f"{row.service_level} {row.words.name}" for row in rows]
    money = ("Period", "Charges", "At risk", "Before caps", "Credit due")
    counts = tuple(mark.words.capitalize() for mark in WORST_FIRST)
    head = (*money, *names, *counts)
    sheet = new_sheet(book, "Summary", [24, 16, 14, 14, 14, *(18 for _ in names), *(10 for _ in counts)])
    set_table(sheet, head_at=_SUMMARY_HEAD_AT, columns=len(head), rows=len(settlements))
    append(sheet, Shown(context.title or context.contract, is_bold=True))
    append(sheet, Shown("Contract"), Shown(with_clause(context.contract, context.clause)))
    append(sheet, Shown("Client"), Shown(context.client))
    append(sheet, Shown("Provider"), Shown(context.provider))
    currency = settlements[0].statement.currency
    append(sheet, Shown(f"{span_text(settlements)}, amounts in {currency}"))
    sheet.append(head_row(sheet, head))
    for index, settlement in enumerate(settlements):
        append(sheet, *_summary_row(settlement, rows, index))
    totals = [
        sum((amount for amount in column), Decimal(0)) for column in zip(*map(_amounts, settlements), strict=True)
    ]
    append(sheet, Shown("All periods", is_bold=True), *(Shown(total, MONEY, is_bold=True) for total in totals))
    _add_chart(sheet, rows, periods=len(settlements), first_column=len(money) + 1)


def _amounts(settlement: Settlement) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    statement = settlement.statement
    return statement.charges, statement.at_risk or Decimal(0), statement.gross, statement.credit


def _summary_row(settlement: Settlement, rows: Sequence[GridRow], index: int) -> Iterator[Shown]:
    yield Shown(settlement.period.label)
    charges, _, gross, credit = _amounts(settlement)
    yield from (Shown(amount, MONEY) for amount in (charges, settlement.statement.at_risk, gross, credit))
    for row in rows:
        cell = row.cells[index]
        if len(cell.attainments) == 1:
            yield Shown(plain_value(cell.attainments[0]), FORMATS[row.words.unit], cell.attainments[0].standing)
        else:
            yield Shown(cell.text(row.words), standing=cell.mark.standing if cell.mark else None)
    yield from (Shown(count, COUNT) for count in tally(settlement.attainments).values())


def _add_chart(sheet: Sheet, rows: Sequence[GridRow], *, periods: int, first_column: int) -> None:
    """The trend of all shares, as a native chart the reader can restyle; periods not measured are gaps."""
    shares = [index for index, row in enumerate(rows) if row.words.unit is Unit.SHARE]
    if periods < 2 or not shares:
        return
    chart = LineChart()
    chart.title, chart.height, chart.width = "Attainment by period", 9, 22
    chart.y_axis.number_format, chart.y_axis.delete, chart.x_axis.delete = "0%", False, False
    chart.display_blanks = "gap"
    for index in shares:
        column = first_column + index
        data = Reference(sheet, min_col=column, min_row=_SUMMARY_HEAD_AT, max_row=_SUMMARY_HEAD_AT + periods)
        chart.add_data(data, titles_from_data=True)
    first = _SUMMARY_HEAD_AT + 1
    chart.set_categories(Reference(sheet, min_col=1, min_row=first, max_row=first + periods - 1))
    sheet.add_chart(chart, f"A{first + periods + 2}")


_LEVEL_HEAD = (
    "Period", "Window from", "Window to", "Service level", "Name", "Class", "Standing", "Value", "Numerator",
    "Denominator", "Records", "Interval low", "Interval high", "Expected", "Minimum", "Better", "Excluded",
    "Credit", "Clause", "Note",
)  # fmt: skip
_LEVEL_WIDTHS = (10, 12, 12, 10, 34, 9, 16, 12, 12, 12, 10, 10, 10, 11, 11, 8, 10, 14, 14, 40)


def _write_levels(book: Workbook, settlements: Sequence[Settlement], context: StatementContext) -> None:
    dimensions = sorted({name for s in settlements for part in s.breakdown for name, _ in part.dimensions})
    sheet = new_sheet(book, "Service levels", [*_LEVEL_WIDTHS, *(14 for _ in dimensions)])
    rows = [(settlement, *row) for settlement in settlements for row in rows_of(settlement)]
    set_table(sheet, head_at=1, columns=len(_LEVEL_HEAD) + len(dimensions), rows=len(rows))
    sheet.append(head_row(sheet, (*_LEVEL_HEAD, *(name.capitalize() for name in dimensions))))
    for settlement, attainment, credit in rows:
        parts = dict(attainment.dimensions)
        cells = _level_row(settlement, attainment, context, credit=credit)
        append(sheet, *cells, *(Shown(parts.get(name)) for name in dimensions))


def _level_row(
    settlement: Settlement, attainment: Attainment, context: StatementContext, *, credit: Decimal | None
) -> list[Shown]:
    words = context.words(attainment.service_level)
    as_value = FORMATS[words.unit]
    low, high = attainment.interval or (None, None)
    return [
        Shown(settlement.period.label),
        Shown(attainment.window.start_on, DAY),
        Shown(attainment.window.last_on, DAY),
        Shown(attainment.service_level),
        Shown(words.name),
        Shown("critical" if attainment.is_critical else "key"),
        Shown(mark_of(attainment).words, standing=attainment.standing),
        Shown(plain_value(attainment), as_value),
        Shown(attainment.ratio.numerator, COUNT),
        Shown(attainment.ratio.denominator, COUNT),
        Shown(attainment.ratio.records, COUNT),
        Shown(low, as_value),
        Shown(high, as_value),
        Shown(attainment.expected, as_value),
        Shown(attainment.minimum, as_value),
        Shown("lower" if attainment.at_most else "higher"),
        Shown(attainment.excluded, COUNT),
        Shown(credit, MONEY),
        Shown(words.clause),
        Shown(attainment.note, wraps=True),
    ]


_CREDIT_HEAD = (
    "Period",
    "Service level",
    "Kind",
    "Amount",
    "Before caps",
    "Why",
    "Clause",
    "How it was computed",
    "Applies to",
)


def _write_credits(book: Workbook, settlements: Sequence[Settlement]) -> None:
    sheet = new_sheet(book, "Credits", (10, 13, 18, 14, 14, 70, 14, 60, 12))
    rows = sum(
        len(s.statement.lines) + len(s.statement.termination_rights) + len(s.statement.notes) for s in settlements
    )
    set_table(sheet, head_at=1, columns=len(_CREDIT_HEAD), rows=rows)
    sheet.append(head_row(sheet, _CREDIT_HEAD))
    for settlement in settlements:
        for cells in _credit_rows(sheet, settlement):
            sheet.append(cells)


def _credit_rows(sheet: Sheet, settlement: Settlement) -> Iterator[list[Any]]:
    def cells(*shown: Shown) -> list[Any]:
        return [cell_of(sheet, one) for one in (Shown(settlement.period.label), *shown)]

    statement = settlement.statement
    for line in statement.lines:
        before = line.amount if line.uncapped is None else line.uncapped
        amounts = (Shown(line.amount, MONEY), Shown(before, MONEY))
        told = (Shown(line.reason, wraps=True), Shown(line.clause))
        trace = lined_text(sheet, (f"{step.input}: {step.value} ({step.rule})" for step in line.trace))
        applies = cell_of(sheet, Shown(statement.applies_to))
        yield [*cells(Shown(line.service_level), Shown(line.kind.value), *amounts, *told), trace, applies]
    blank = Shown(None)
    for right in statement.termination_rights:
        kind = Shown("right to terminate", standing=Standing.BELOW_MINIMUM)
        yield cells(
            Shown(right.service_level), kind, blank, blank, Shown(right.reason, wraps=True), Shown(right.clause)
        )
    for note in statement.notes:
        yield cells(blank, Shown("note"), blank, blank, Shown(note, wraps=True))


def _write_records(book: Workbook, explanation: Explanation) -> None:
    """The records of one level and window; every column a filter, the missed ones a click away."""
    attainment = explanation.attainment
    sheet = new_sheet(book, f"{attainment.service_level} {attainment.window.label}", (28, 16, 12, 12, 12, 12, 16))
    above = list(_record_sheet_head(sheet, explanation))
    room = ROWS_A_SHEET - len(above) - 2
    records = explanation.records[:room]
    left = len(explanation.records) - len(records)
    if left:
        told = f"{count_text(left)} records more than a sheet can hold are left out; the CSV has them all"
        above.append([cell_of(sheet, Shown(told, standing=Standing.BELOW_EXPECTED))])
    set_table(sheet, head_at=len(above) + 1, columns=len(_RECORD_HEAD), rows=len(records))
    for row in above:
        sheet.append(row)
    sheet.append(head_row(sheet, _RECORD_HEAD))
    for record in records:
        sheet.append(_record_row(sheet, record))


def _record_sheet_head(sheet: Sheet, explanation: Explanation) -> Iterator[list[Any]]:
    attainment = explanation.attainment
    counts = f"{count_text(attainment.ratio.numerator)} / {count_text(attainment.ratio.denominator)}"
    facts = [
        ("Level", f"{attainment.service_level} {explanation.name}"),
        ("Window", attainment.window.label),
        ("Definition", with_clause(explanation.definition, explanation.clause)),
        ("Counts", counts),
        ("Standing", mark_of(attainment).words),
    ]
    for left in explanation.exclusions:
        reason = with_clause(left.reason, left.clause)
        facts.append((f"Excluded by {left.id}", f"{count_text(left.records)}: {reason}"))
    for word, text in facts:
        yield [cell_of(sheet, Shown(word, is_bold=True)), cell_of(sheet, Shown(text))]
    yield [cell_of(sheet, Shown("Query", is_bold=True)), cell_of(sheet, Shown(explanation.sql))]
    yield []


def _record_row(sheet: Sheet, record: MeasuredRecord) -> list[Any]:
    verdict = "excluded" if record.excluded_by else {True: "met", False: "missed", None: "counted"}[record.met]
    # Most of a million records are plain keys: only what could be taken for a formula is worth a styled cell.
    key = printable(record.key)
    return [
        cell_of(sheet, Shown(key)) if is_formula(key) else key,
        verdict,
        record.numerator,
        record.denominator,
        record.seconds,
        record.target_seconds,
        None if record.excluded_by is None else cell_of(sheet, Shown(record.excluded_by)),
    ]


_ORIGIN_HEAD = (
    "Period", "Contract", "Contract SHA-256", "Facts SHA-256", "Rows", "In quarantine", "As of", "Time zone",
    "Remit version",
)  # fmt: skip


def _write_provenance(book: Workbook, settlements: Sequence[Settlement], context: StatementContext) -> None:
    sheet = new_sheet(book, "Provenance", (12, 20, 68, 68, 14, 14, 24, 22, 14))
    set_table(sheet, head_at=1, columns=len(_ORIGIN_HEAD), rows=len(settlements))
    sheet.append(head_row(sheet, _ORIGIN_HEAD))
    for settlement in settlements:
        origin = settlement.provenance
        texts = (settlement.period.label, origin.contract, origin.contract_sha256, origin.facts_sha256)
        counts = (origin.facts.rows, origin.facts.quarantined)
        rest = (instant_text(origin.as_of, origin.time_zone), origin.time_zone, origin.remit_version)
        append(
            sheet,
            *(Shown(text) for text in texts),
            *(Shown(count, COUNT) for count in counts),
            *(Shown(text) for text in rest),
        )
    sheet.append([])
    for digest in dict.fromkeys(one.provenance.waivers_sha256 for one in settlements if one.provenance.waivers_sha256):
        append(sheet, Shown(f"Agreed by both sides beside the facts, SHA-256: {digest}"))
    append(sheet, Shown("The same contract file and the same facts give the same figures to the cent."))
    if context.recompute:
        append(sheet, Shown(context.recompute))
