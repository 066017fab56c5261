"""Business cases and the client's own costs, read from files with every fault told at its line."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from remit.ingest.documents import Document, compose_document, load_document, validate_document
from remit.ingest.invoices.given import Faults, Place, amount_in
from remit.terms.business_cases import BusinessCase
from remit.terms.problems import Problem, ProblemsFound

KINDS = ("retained", "transition")
_COLUMNS = ("month", "kind", "amount")
_KNOWN = (*_COLUMNS, "evidence")
_LARGEST = 10_000_000


@dataclass(frozen=True, slots=True)
class ApprovedCase:
    """A case whose content is what was approved; `sha256` is the hash of that content."""

    document: Document
    case: BusinessCase
    sha256: str

    def problem(self, *steps: str | int, what: str, hint: str = "") -> Problem:
        """A problem at a place of its file."""
        return self.document.problem(*steps, what=what, hint=hint)


Costs = Mapping[tuple[date, str], Decimal]
"""What was spent by the first day of a month and the kind: `retained` or `transition`."""


def read_business_case(path: Path) -> ApprovedCase:
    """A business case that is frozen: its content has the hash its approval names.

    The hash is over every value of the file but itself, in one written form, so that comments, order and layout may
    change and no number can. Raises ProblemsFound with every fault; for a case without its hash it tells the hash.
    """
    return _approved(*load_document(path))


def business_case_in(content: bytes, *, name: str) -> ApprovedCase:
    """The same from a file's bytes; `name` stands for the file in problems."""
    return _approved(*compose_document(content, name=name))


def _approved(document: Document | None, problems: list[Problem]) -> ApprovedCase:
    if document is None:
        raise ProblemsFound(problems)
    case, problems = validate_document(document, BusinessCase)
    if case is None:
        raise ProblemsFound(problems)
    sha256 = content_hash(document.root.plain())
    if case.approval.sha256 != sha256:
        raise ProblemsFound([_not_frozen(document, case, sha256)])
    return ApprovedCase(document, case, sha256)


def content_hash(content: Any) -> str:
    """The SHA-256 of a case's values without the hash it carries: JSON in UTF-8, keys in order, no blanks."""
    approval = {word: value for word, value in content["approval"].items() if word != "sha256"}
    written = json.dumps({**content, "approval": approval}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _not_frozen(document: Document, case: BusinessCase, sha256: str) -> Problem:
    if not case.approval.sha256:
        hint = f"once it is approved, write sha256: {sha256}"
        return document.problem("approval", what="does not freeze the case: there is no hash", hint=hint)
    what = f"the case is not what was approved: its content has the hash {sha256}"
    return document.problem("approval", "sha256", what=what, hint="take the approved file, or approve this one anew")


def read_costs(path: Path) -> Costs:
    """What the client itself spent, as CSV: month, kind (retained or transition), amount; `evidence` may be there.

    Rows of one month and kind add up. Raises ProblemsFound with every fault.
    """
    return costs_in(path.read_bytes(), name=str(path))


def costs_in(content: bytes, *, name: str) -> Costs:
    """The same from a file's bytes; `name` stands for the file in problems."""
    if len(content) > _LARGEST:
        raise ProblemsFound([Problem(name, 0, "", "is too large to be a list of costs")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ProblemsFound([Problem(name, 0, "", "is not UTF-8 text", "save it as UTF-8")]) from None
    faults = Faults(name)
    costs = _costs_in(text, faults)
    faults.raise_if_any()
    return costs


def _costs_in(text: str, faults: Faults) -> dict[tuple[date, str], Decimal]:
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    costs: dict[tuple[date, str], Decimal] = {}
    try:
        header = [cell.strip() for cell in next(rows, [])]
        for what in _header_faults(header):
            faults.add("", what, f"its first line is {','.join(_KNOWN)}", line=1)
        if faults.problems:
            return costs
        for row in rows:
            if any(cell.strip() for cell in row):
                _note(costs, header, row, rows.line_num, faults)
    except csv.Error as fault:
        faults.add("", f"is no CSV: {fault}", line=rows.line_num)
    return costs


def _header_faults(header: Sequence[str]) -> Iterator[str]:
    yield from (f"has no column {name}" for name in _COLUMNS if name not in header)
    yield from (f"has a column {name!r} that says nothing of a cost" for name in header if name not in _KNOWN)
    yield from (f"names the column {name} twice" for name in _KNOWN if header.count(name) > 1)


def _note(
    costs: dict[tuple[date, str], Decimal], header: Sequence[str], row: Sequence[str], line: int, faults: Faults
) -> None:
    if len(row) != len(header):
        faults.add("", f"has {len(row)} cells, and the header {len(header)}", line=line)
        return
    cells = {name: cell.strip() for name, cell in zip(header, row, strict=True)}
    month = _month(cells["month"], line, faults)
    if cells["kind"] not in KINDS:
        faults.add("kind", f"{cells['kind']!r} is no kind of cost", f"choose from {', '.join(KINDS)}", line=line)
    amount = amount_in(cells["amount"], Place("amount", line), faults)
    if month is not None and amount is not None:
        key = (month, cells["kind"])
        costs[key] = costs.get(key, Decimal(0)) + amount


def _month(text: str, line: int, faults: Faults) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        faults.add("month", f"{text!r} is not a month", "write it as 2026-03", line=line)
        return None
