"""The statement of settled periods, for a terminal, a page, a workbook, a table and a program."""

from remit.reports.statements.contexts import LevelWords, StatementContext
from remit.reports.statements.page import as_html
from remit.reports.statements.tabular import as_csv, as_json
from remit.reports.statements.terminal import as_text
from remit.reports.statements.workbook import as_workbook

__all__ = ["LevelWords", "StatementContext", "as_csv", "as_html", "as_json", "as_text", "as_workbook"]
