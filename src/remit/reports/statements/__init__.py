"""The statement of settled periods, for a terminal, a page, a workbook, a table and a program.

`page` and `workbook` have modules of their own to import from: they need libraries that a terminal does not.
"""

from remit.reports.statements.contexts import LevelWords, StatementContext
from remit.reports.statements.tabular import as_csv, as_json
from remit.reports.statements.terminal import as_text

__all__ = ["LevelWords", "StatementContext", "as_csv", "as_json", "as_text"]
