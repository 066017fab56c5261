"""Sheets of XLSX workbooks read as Arrow tables of text, with the row a person sees."""

from typing import Any

import fastexcel
import pyarrow as pa

from remit.ingest.mappings import Source
from remit.ingest.source_files import SourceFile, UnreadableFile, distinct_names


def read_sheet(file: SourceFile, source: Source) -> tuple[pa.Table, list[str]]:
    """The rows of a sheet as an Arrow table of texts with `_row`, and the names of its columns.

    Raises UnreadableFile where the file is no workbook, or has no such sheet.
    """
    try:
        workbook = fastexcel.read_excel(file.readable)
        sheet = source.sheet if source.sheet is not None else workbook.sheet_names[0]
        if sheet not in workbook.sheet_names:
            raise UnreadableFile(f"has no sheet {sheet!r}", f"its sheets are {', '.join(workbook.sheet_names)}")
        cells = workbook.load_sheet(sheet, header_row=None, dtypes="string").to_arrow()
    except fastexcel.FastExcelError as error:
        raise UnreadableFile(
            f"can't be read as a workbook: {str(error).splitlines()[0]}", "save it again as .xlsx"
        ) from None
    return _with_header(cells, file, source)


def _with_header(cells: Any, file: SourceFile, source: Source) -> tuple[pa.Table, list[str]]:
    """The cells below the header as an Arrow table with `_row`, and the header's names."""
    table = pa.table(cells).slice(file.skip_lines)
    if table.num_rows == 0:
        raise UnreadableFile("has an empty sheet: not even a header line", "name the `sheet`")
    if source.header is None:
        given = [str(column[0].as_py() or "") for column in table.columns]
        names, table = distinct_names(given), table.slice(1)
    else:
        names = [*source.header, *(f"column_{n}" for n in range(len(source.header) + 1, table.num_columns + 1))]
    table = table.rename_columns(names[: table.num_columns])
    return table.append_column("_row", pa.array(range(1, table.num_rows + 1), pa.int64())), names[: table.num_columns]
