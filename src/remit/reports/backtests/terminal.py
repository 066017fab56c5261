"""Tested terms for the terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from remit.performance.backtests import LevelOutlook
from remit.reports.backtests.subjects import (
    TermsOnTrial,
    TrialReport,
    drawn_text,
    facts_of,
    missed_text,
    share_text,
)
from remit.reports.figures import MINUS, NOTHING
from remit.reports.quoting import printable
from remit.reports.terminals import paper, ruled_table


def backtest_as_text(report: TrialReport, *, colour: bool, width: int = 100, most: int = 15) -> str:
    """The whole, the levels and the past months of each set of terms; then what two drafts differ in.

    At most `most` changes of the sensitivity are printed; the others are counted.
    """
    with paper(colour=colour, width=width) as sheet:
        for terms in report.terms:
            _print_terms(sheet.console, terms, most=most)
        if len(report.terms) > 1:
            _print_differences(sheet.console, report)
    return sheet.text


def _print_terms(console: Console, terms: TermsOnTrial, *, most: int) -> None:
    test = terms.test
    head = Text.assemble((printable(terms.name), "bold"), f" tested on {test.span.label} · {test.contract.currency}")
    console.print(head)
    console.print(Text(drawn_text(test), style="dim"))
    console.print()
    _print_whole(console, terms)
    _print_levels(console, terms)
    _print_months(console, terms)
    _print_variations(console, terms, most=most)
    for note in test.notes:
        console.print(Text(f"· {printable(note)}", style="dim"))
    console.print()


def _print_whole(console: Console, terms: TermsOnTrial) -> None:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    for word, text in facts_of(terms):
        table.add_row(word, text)
    console.print(table)


def _print_levels(console: Console, terms: TermsOnTrial) -> None:
    table = ruled_table()
    table.add_column("Level", no_wrap=True)
    table.add_column("Name", overflow="ellipsis", no_wrap=True, min_width=12)
    rows = [_level_row(terms, one) for one in terms.test.levels]
    for index, word in enumerate(("Missed", "Past", "Expected", "90 %", "95 %", "Credited", "Ends it")):
        widest = max([len(word), *(len(row[index]) for row in rows)])
        table.add_column(word, justify="right", no_wrap=True, min_width=widest)
    for one, row in zip(terms.test.levels, rows, strict=True):
        table.add_row(printable(one.service_level), Text(printable(terms.level_name(one.service_level))), *row)
    console.print(table)


def _level_row(terms: TermsOnTrial, one: LevelOutlook) -> tuple[str, ...]:
    money = (one.credited, one.outlook.expected, one.outlook.at_90, one.outlook.at_95)
    shares = (share_text(one.is_credited), share_text(one.terminates))
    return (missed_text(one), *(terms.money(amount) for amount in money), *shares)


def _print_months(console: Console, terms: TermsOnTrial) -> None:
    table = ruled_table()
    table.add_column("Month", no_wrap=True)
    for word in ("Charges", "Credit"):
        table.add_column(word, justify="right", no_wrap=True)
    table.add_column("Missed", overflow="fold")
    for month, statement in zip(terms.test.months, terms.test.statements, strict=True):
        missed = dict.fromkeys(one.service_level for one in month.attainments if one.standing.is_miss)
        credit = terms.money(statement.credit) if statement.credit else NOTHING
        table.add_row(month.period.label, terms.money(statement.charges), credit, ", ".join(missed) or NOTHING)
    console.print(table)


def _print_variations(console: Console, terms: TermsOnTrial, *, most: int) -> None:
    if not terms.test.variations:
        return
    moving = [one for one in terms.test.variations if one.difference]
    table = ruled_table()
    for word in ("Changed", "Of", "How"):
        table.add_column(word, overflow="fold")
    table.add_column("Expected credit", justify="right", no_wrap=True)
    for one in moving[:most]:
        sign = "" if one.difference < 0 else "+"
        said = f"{sign}{terms.money(one.difference)}"
        table.add_row(str(one.what), Text(printable(one.subject)), Text(printable(one.change)), said)
    console.print(table)
    left, still = len(moving) - min(most, len(moving)), len(terms.test.variations) - len(moving)
    told = f"… {left} more changes move it less; " if left else ""
    console.print(Text(f"{told}{still} changes move nothing; --as json lists them all", style="dim"))


def _print_differences(console: Console, report: TrialReport) -> None:
    first, second = report.terms[:2]
    console.print(Text.assemble(("Side by side", "bold"), ": credit to expect in a year, by level"))
    table = ruled_table(show_footer=True)
    totals = [terms.test.outlook.expected for terms in (first, second)]
    table.add_column("Level", no_wrap=True, footer="all")
    table.add_column(printable(first.name), justify="right", footer=first.money(totals[0]))
    table.add_column(printable(second.name), justify="right", footer=second.money(totals[1]))
    whole = second.money(totals[1] - totals[0])
    table.add_column("Difference", justify="right", footer=whole if whole.startswith(MINUS) else f"+{whole}")
    table.add_column("Because", overflow="fold")
    for one in report.differences:
        amounts = [NOTHING if amount is None else first.money(amount) for amount in (one.first, one.second)]
        said = first.money(one.difference)
        table.add_row(one.service_level, *amounts, said, Text(printable("; ".join(one.reasons))))
    console.print(table)
