"""Fact files as they lie on disk: their fingerprint, what kind they really are, their header, and a readable form."""

import codecs
import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Literal, cast

from remit.ingest.mappings import FileFormat, Source
from remit.ingest.quoting import BLANKS, HARD_BLANK

_CHUNK = 1 << 20
_HEAD = 1 << 18
_SUFFIXES: dict[str, FileFormat] = {
    ".csv": "csv", ".tsv": "tsv", ".txt": "csv", ".tab": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".xlsx": "xlsx",
    ".xlsm": "xlsx", ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip
_MARKS = {
    b"PK\x03\x04": "a workbook or zip archive",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF document",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)",
    b"<": "a web page or XML",
    b"SQLite format": "a SQLite database",
    b"ARROW1": "an Arrow file",
}
_EXPECTED_MARKS: dict[str, bytes] = {"xlsx": b"PK\x03\x04", "parquet": b"PAR1"}
_DELIMITERS = {"csv": ",", "tsv": "\t", "jsonl": "\x01", "xlsx": "", "parquet": ""}


# A hard blank in UTF-8 ends in this byte. Other letters have it too, and no other hard blank does.
_RARE = {"\t": b"\t", '"': b'"', HARD_BLANK: b"\xa0"}


class UnreadableFile(Exception):
    """A file that can't be read as what it is said to be; the sentence says why, the hint what to do."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what, self.hint = what, hint


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of facts.

    `readable` is what the engine reads: the file itself, or a copy in UTF-8 with one kind of line ends where the file
    is neither. `blanks` are the blanks that may stand at the ends of its values.
    """

    path: Path
    name: str
    format: FileFormat
    sha256: str
    size_bytes: int
    readable: Path
    is_gzip: bool
    delimiter: str
    quote: str
    skip_lines: int
    names: tuple[str, ...]
    has_header: bool
    blanks: tuple[str, ...] = BLANKS

    @property
    def lines(self) -> int:
        """Its lines, counted by going through it: only rows that are set aside need them."""
        ends, last, before = 0, b"", b""
        for chunk in self.text_chunks():
            returns = chunk.count(b"\r")
            pairs = chunk.count(b"\r\n") if returns else 0
            ends += chunk.count(b"\n") + returns - pairs - (before == b"\r" and chunk[:1] == b"\n")
            last = before = chunk[-1:]
        return ends + (last not in (b"\n", b"\r", b""))

    def text_chunks(self) -> Iterator[bytes]:
        """The readable form's bytes, unzipped, a chunk at a time."""
        with _opened(self.readable, is_gzip=self.is_gzip) as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    def text(self) -> IO[str]:
        """The readable form as text, for the rare second look at a few rows."""
        return io.TextIOWrapper(
            _opened(self.readable, is_gzip=self.is_gzip), encoding="utf-8-sig", errors="replace", newline=""
        )


def format_of(path: Path) -> FileFormat | None:
    """What a file's ending says it is; `.gz` at the end is looked through."""
    suffix = path.suffix.lower()
    return _SUFFIXES.get(Path(path.stem).suffix.lower() if suffix == ".gz" else suffix)


def examine(path: Path, *, name: str, source: Source, copies: Path) -> SourceFile:
    """Look a file over before the engine reads it: one pass over its bytes, never row by row.

    Raises UnreadableFile for an empty file, a cut-off or damaged gzip, a file of another kind than it is said to be,
    and a file without a header. Text in another encoding, or with mixed line ends, is rewritten once into `copies`.
    """
    format_ = source.format or format_of(path)
    if format_ is None:
        raise UnreadableFile(f"its ending {path.suffix!r} says no kind of file", "give the source a `format`")
    if path.stat().st_size == 0:
        raise UnreadableFile("is empty: not even a header line", "ask for the file again, or take it away")
    with path.open("rb") as file:
        start = file.read(512)
    is_gzip = start[:2] == b"\x1f\x8b"
    if format_ in _EXPECTED_MARKS:
        return _examined_binary(path, name, format_, start, source)
    scan = _scanned(path, is_gzip=is_gzip)
    _refuse_other_kinds(scan.head, format_)
    encoding = "utf-16" if scan.head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else source.encoding
    readable, still_gzip = path, is_gzip
    if encoding != "utf-8" or scan.has_mixed_ends:
        readable, still_gzip = copies / f"{scan.sha256[:16]}.txt", False
        _rewritten(path, readable, is_gzip=is_gzip, encoding=encoding)
    delimiter = _DELIMITERS[format_] if source.delimiter is None or format_ == "jsonl" else source.delimiter
    quote = "" if format_ == "jsonl" else source.quote
    blanks = BLANKS if encoding != "utf-8" or format_ == "jsonl" else scan.blanks(delimiter, quote)
    examined = SourceFile(
        path, name, format_, scan.sha256, path.stat().st_size, readable, still_gzip, delimiter, quote,
        source.skip_lines, (), format_ != "jsonl" and source.header is None, blanks,
    )  # fmt: skip
    return _with_names(examined, source)


def _examined_binary(path: Path, name: str, format_: FileFormat, start: bytes, source: Source) -> SourceFile:
    expected = _EXPECTED_MARKS[format_]
    if not start.startswith(expected):
        raise UnreadableFile(f"is {_kind_of(start) or 'no such file'}, not {_MARKS[expected]}", "check its `format`")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    size = path.stat().st_size
    has_header = format_ == "xlsx" and source.header is None
    names = tuple(source.header or ())
    return SourceFile(path, name, format_, digest, size, path, False, "", "", source.skip_lines, names, has_header)


@dataclass(slots=True)
class _Scan:
    """What one pass over a text file's bytes finds: its fingerprint, its line ends, its rarer blanks."""

    sha256: str = ""
    head: bytes = b""
    has_bare_feeds: bool = False
    pairs: int = 0
    returns: int = 0
    last: bytes = b""
    found: set[str] = field(default_factory=set)

    @property
    def has_mixed_ends(self) -> bool:
        return sum((self.pairs > 0, self.has_bare_feeds, self.returns > self.pairs)) > 1

    def add(self, chunk: bytes) -> None:
        if len(self.head) < _HEAD:
            self.head += chunk[: _HEAD - len(self.head)]
        returns = chunk.count(b"\r")
        goes_on = self.last == b"\r" and chunk[:1] == b"\n"
        if returns or goes_on:
            pairs = chunk.count(b"\r\n") + goes_on
            self.returns += returns
            self.pairs += pairs
            self.has_bare_feeds = self.has_bare_feeds or chunk.count(b"\n") > pairs
        else:
            self.has_bare_feeds = self.has_bare_feeds or b"\n" in chunk
        self.found.update(mark for mark in _RARE if mark not in self.found and _RARE[mark] in chunk)
        self.last = chunk[-1:]

    def blanks(self, delimiter: str, quote: str) -> tuple[str, ...]:
        """The blanks that may stand at the end of a value. Delimiters and line ends do only where values are quoted."""
        is_quoted = bool(quote) and (quote not in _RARE or quote in self.found)
        tabs = ("\t",) if "\t" in self.found and (is_quoted or delimiter != "\t") else ()
        ends = ("\r", "\n") if is_quoted else ("\r",) if self.returns else ()
        return (" ", *tabs, *ends, *(mark for mark in (HARD_BLANK,) if mark in self.found))


@dataclass(slots=True)
class _HashedReader(io.RawIOBase):
    """A file that is fingerprinted while it is read."""

    file: IO[bytes]
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        chunk = self.file.read(size)
        self.digest.update(chunk)
        return chunk


def _scanned(path: Path, *, is_gzip: bool) -> _Scan:
    scan = _Scan()
    with path.open("rb") as file:
        hashed = _HashedReader(file)
        stream: IO[bytes] = gzip.GzipFile(fileobj=hashed) if is_gzip else hashed  # type: ignore[assignment]
        try:
            while chunk := stream.read(_CHUNK):
                scan.add(chunk)
        except EOFError:
            raise UnreadableFile("ends in the middle: its gzip is cut off", "ask for the file again") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise UnreadableFile(f"its gzip is damaged: {error}", "ask for the file again") from None
        scan.sha256 = hashed.digest.hexdigest()
    if not scan.head:
        raise UnreadableFile(
            "is empty once unzipped: not even a header line", "ask for the file again, or take it away"
        )
    return scan


def _kind_of(head: bytes) -> str:
    bare = head.removeprefix(codecs.BOM_UTF8).lstrip()
    return next((kind for mark, kind in _MARKS.items() if bare.startswith(mark)), "")


def _refuse_other_kinds(head: bytes, format_: FileFormat) -> None:
    kind = _kind_of(head)
    is_json = head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"{", b"[")
    if kind:
        raise UnreadableFile(f"is {kind}, not {format_.upper()}", "export it as text, or give its true `format`")
    if format_ == "jsonl" and head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"[":
        raise UnreadableFile("is one JSON list, not a JSON object a line", "export it as JSON lines")
    if format_ != "jsonl" and is_json:
        raise UnreadableFile(f"is JSON, not {format_.upper()}", "set `format: jsonl`")


def _rewritten(path: Path, copy: Path, *, is_gzip: bool, encoding: str) -> None:
    """A copy in UTF-8 with plain line ends; bytes that mean nothing stay as they are, for their row to be set aside."""
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(encoding)(errors="surrogateescape"), translate=True
    )
    with _opened(path, is_gzip=is_gzip) as given, copy.open("wb") as taken:
        while True:
            chunk = given.read(_CHUNK)
            text = decoder.decode(chunk, final=not chunk)
            taken.write(text.encode("utf-8", errors="surrogateescape"))
            if not chunk:
                return


def _opened(path: Path, *, is_gzip: bool) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, "rb")) if is_gzip else path.open("rb")


def _with_names(examined: SourceFile, source: Source) -> SourceFile:
    names = ("line",) if examined.format == "jsonl" else tuple(source.header or _header_of(examined))
    return replace(examined, names=names)


def _header_of(examined: SourceFile) -> list[str]:
    with examined.text() as text:
        for _ in range(examined.skip_lines):
            text.readline()
        head = text.read(_HEAD)
    plain: Literal[0, 3] = csv.QUOTE_MINIMAL if examined.quote else csv.QUOTE_NONE
    reader = csv.reader(
        io.StringIO(head, newline=""), delimiter=examined.delimiter, quotechar=examined.quote or None, quoting=plain
    )
    try:
        given = next(reader, [])
    except csv.Error as error:
        raise UnreadableFile(f"its header can't be read: {error}", "check `delimiter` and `quote`") from None
    if not any(name.strip() for name in given):
        raise UnreadableFile(
            "starts with an empty line, not with a header", "set `skip_lines`, or name the columns in `header`"
        )
    return distinct_names(given)


def distinct_names(given: list[str]) -> list[str]:
    """Names of columns made distinct: a second `category` is `category_2`, a nameless third column `column_3`.

    Names differ by more than case, since engines take `Site` and `site` for the same column.
    """
    names: list[str] = []
    taken: set[str] = set()
    for position, written in enumerate(given, start=1):
        name = stem = written.strip() or f"column_{position}"
        count = 1
        while name.casefold() in taken:
            count += 1
            name = f"{stem}_{count}"
        taken.add(name.casefold())
        names.append(name)
    return names
