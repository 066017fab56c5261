"""Statements as documents, made from what a run kept by the same writers as `remit settle` uses."""

from collections.abc import Sequence

from remit.reports.statements import StatementContext, as_csv, as_json
from remit.web.performance.bridge.kept import settlement_of

FORMS = {
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
"""The forms a statement can be had in, with their media types."""


def statement(texts: Sequence[str], words: StatementContext, form: str) -> bytes:
    """Kept settlements as one document. Raises KeyError for a form there is none of."""
    settlements = [settlement_of(text) for text in texts]
    if form == "html":
        from remit.reports.statements.page import as_html

        return as_html(settlements, words).encode()
    if form == "xlsx":
        from remit.reports.statements.workbook import as_workbook

        return as_workbook(settlements, words, explanations=())
    return {"json": as_json, "csv": as_csv}[form](settlements).encode()
