"""Past months as text tables, and contracts to test on them."""

from decimal import Decimal

from remit.ingest.documents import read_document_text
from remit.performance.backtests import PastMonth, WindowSums
from remit.performance.service_credits import PeriodCharges
from remit.terms.contracts import Contract
from tests.lib.credit_tables import month, ratio

HEAD = """
remit: 1
contract: {id: C-1, client: Northwind, provider: Acme}
term: {from: 2025-01-01, to: 2025-12-31}
time_zone: UTC
currency: EUR
charges: [{id: fee, amount: 100000}]
"""
LEVELS = """
service_levels:
  SL1: {name: Answered, class: critical, measure: {is: ratio, of: cases, good: "a = 1"}, expected: 95%, minimum: 90%}
  SL2: {name: Solved, class: critical, measure: {is: ratio, of: cases, good: "a = 1"}, expected: 95%, minimum: 90%}
"""
FLAT = "credits: {schemes: [{model: flat, levels: [SL1, SL2], each: 3%}]}"


def contract_of(credits_: str = FLAT, *, levels: str = LEVELS, head: str = HEAD, terms: str = "") -> Contract:
    """A contract of two levels, with its credits as the file writes them."""
    contract, problems = read_document_text(f"{head}\n{terms}\n{levels}\n{credits_}", Contract, name="contract.yaml")
    assert contract is not None, [str(problem) for problem in problems]
    return contract


def past_months(table: str) -> tuple[PastMonth, ...]:
    """Past months from a table with the columns month, charges (optional) and one for each level.

    Shares are of 100,000 records; an empty cell is a level without a window that ends in the month.
    """
    header, *rows = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    found = []
    for cells in rows:
        row = dict(zip(header, cells, strict=True))
        period, base = month(row.pop("month")), Decimal(row.pop("charges", "100000"))
        sums = {name: (WindowSums(period, ratio(cell)),) if cell else () for name, cell in row.items()}
        found.append(PastMonth(period, sums, PeriodCharges(base, base)))
    return tuple(found)


def year_of(values: str, *, level: str = "SL1") -> tuple[PastMonth, ...]:
    """Consecutive months from January 2025, a value each."""
    rows = [f"2025-{number:02} | {value}" for number, value in enumerate(values.split(), start=1)]
    return past_months(f"month | {level}\n" + "\n".join(rows))
