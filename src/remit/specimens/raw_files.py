"""Writing an export as its provider would: texts in its own dates, zones and words; the same bytes every time."""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from openpyxl import Workbook

from remit.specimens.dirt import RawTable, Row
from remit.specimens.rosters import Seconds, ZoneOffsets

# The clock of the specimens stands still, so that the same seed gives the same bytes.
_SAVED_AT = (2026, 1, 12, 8, 0, 0)


def texts(values: Seconds) -> list[str]:
    """Whole numbers as texts."""
    return [str(value) for value in values.tolist()]


def words(codes: Seconds, vocabulary: Sequence[str]) -> list[str]:
    """Codes as the words they stand for."""
    return [vocabulary[code] for code in codes.tolist()]


def day_first(at: Seconds, zone: ZoneOffsets) -> list[str]:
    """Local times as `31/03/2025 14:05:00`."""
    given = np.datetime_as_string(zone.local(at).astype("datetime64[s]")).tolist()
    return [f"{text[8:10]}/{text[5:7]}/{text[:4]} {text[11:]}" for text in given]


def with_offset(at: Seconds, zone: ZoneOffsets) -> list[str]:
    """Local times with their offset, as `2025-03-31T14:05:00+01:00`."""
    offsets = zone.at(at)
    given = np.datetime_as_string((at + offsets).astype("datetime64[s]")).tolist()
    tails = {
        offset: f"{'-' if offset < 0 else '+'}{abs(offset) // 3600:02}:{abs(offset) % 3600 // 60:02}"
        for offset in set(offsets.tolist())
    }
    return [f"{text}{tails[offset]}" for text, offset in zip(given, offsets.tolist(), strict=True)]


def spelled_out(seconds: Seconds) -> list[str]:
    """Lengths of time as `0:04:21`."""
    return [f"{one // 3600}:{one % 3600 // 60:02}:{one % 60:02}" for one in seconds.tolist()]


def yes_or_no(flags: "np.ndarray[tuple[int], np.dtype[np.bool_]]", yes: str = "Y", no: str = "N") -> list[str]:
    """Flags as the source's two words."""
    return [yes if flag else no for flag in flags.tolist()]


def where(
    flags: "np.ndarray[tuple[int], np.dtype[np.bool_]]", given: Sequence[str], nothing: Sequence[str]
) -> list[str]:
    """Values where a flag holds; elsewhere one of the source's several ways to write nothing, in turn."""
    return [
        value if flag else nothing[number % len(nothing)]
        for number, (flag, value) in enumerate(zip(flags.tolist(), given, strict=True))
    ]


def rows_of(columns: Iterable[Sequence[str]]) -> list[Row]:
    """Columns of texts as rows."""
    return [list(row) for row in zip(*columns, strict=True)]


def write_delimited(folder: Path, table: RawTable, *, delimiter: str = ",") -> None:
    """A CSV or TSV file, broken lines scattered over it; zipped where its name ends in `.gz`."""
    rows = table.all_rows()
    places = np.sort(table.rng.integers(0, len(rows) + 1, len(table.broken))).tolist()
    parts = [_delimited([table.header], delimiter)]
    start = 0
    for place, line in zip(places, table.broken, strict=True):
        parts += [_delimited(rows[start:place], delimiter), line + b"\n"]
        start = place
    parts.append(_delimited(rows[start:], delimiter))
    _write(folder / table.file, b"".join(parts))


def _delimited(rows: Sequence[Sequence[str]], delimiter: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def write_json_lines(folder: Path, table: RawTable) -> None:
    """A JSON object a line; columns named `a.b` are nested, empty values are null."""
    lines = [json.dumps(_nested(table.header, row)).encode() for row in table.all_rows()]
    for line in table.broken:
        lines.insert(int(table.rng.integers(0, len(lines) + 1)), line)
    _write(folder / table.file, b"\n".join(lines) + b"\n")


def _nested(header: Sequence[str], row: Row) -> dict[str, object]:
    told: dict[str, object] = {}
    for name, value in zip(header, row, strict=True):
        outer, _, inner = name.partition(".")
        given = value or None
        if inner:
            within = told.setdefault(outer, {})
            assert isinstance(within, dict)  # noqa: S101 (a name is never both nested and not)
            within[inner] = given
        else:
            told[outer] = given
    return told


def write_workbook(folder: Path, table: RawTable, *, sheet: str) -> None:
    """A workbook of one sheet; whole numbers are numbers, as a person's spreadsheet has them."""
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet)
    page.append(list(table.header))
    for row in table.all_rows():
        page.append([int(value) if value.isdigit() and len(value) < 10 else value or None for value in row])
    given = io.BytesIO()
    book.properties.created = datetime(*_SAVED_AT, tzinfo=UTC).replace(tzinfo=None)
    book.save(given)
    _write(folder / table.file, _timeless(given.getvalue()))


def _timeless(given: bytes) -> bytes:
    """A workbook without the moment it was saved at."""
    taken = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(given)) as old, zipfile.ZipFile(taken, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":
                before, _, rest = content.partition(b"<dcterms:modified")
                content = (
                    before
                    + b"<dcterms:modified"
                    + rest.partition(b">")[0]
                    + b">2026-01-12T08:00:00Z"
                    + rest[rest.index(b"</dcterms:modified") :]
                )
            new.writestr(zipfile.ZipInfo(name, _SAVED_AT), content, zipfile.ZIP_DEFLATED)
    return taken.getvalue()


def _write(path: Path, given: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(given, compresslevel=4, mtime=0) if path.suffix == ".gz" else given)
