"""Uploads: files kept exactly as they were given, on disk before anybody is told that they arrived."""

import gzip
import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from remit.web.performance.models import Load
from remit.web.shared.refusals import Refusal

MAPPING = "mapping.yaml"
_TABLES = (".csv", ".tsv", ".txt", ".tab", ".jsonl", ".ndjson", ".xlsx", ".xlsm", ".parquet", ".pq")
_PAPERS = (".pdf", ".png", ".jpg", ".jpeg", ".eml", ".msg", ".docx", ".md", ".json", ".xml", ".zip")
_NAME = re.compile(r"[^\W_][\w .,()+=@-]{0,199}")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which files are kept: their endings, how many bytes they may have together, and what is said of others."""

    kinds: tuple[str, ...]
    what: str
    hint: str
    most_bytes: int | None = None


RECORDS = Allowed(
    _TABLES,
    "table that can be read",
    "Give CSV, TSV, JSON lines, XLSX or Parquet files; CSV and JSON lines may be packed with gzip (.gz).",
)
EVIDENCE = Allowed(
    (*_TABLES, *_PAPERS),
    "file that is kept as evidence",
    "Give a table, PDF, picture, mail, DOCX, text, JSON, XML or ZIP file.",
    most_bytes=25 * 1024 * 1024,
)


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as somebody gives it: its name, and its bytes in pieces, read once."""

    name: str
    pieces: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Upload:
    """Files on disk under a key of their own: name, size and SHA-256 of each."""

    key: str
    files: tuple[dict[str, object], ...]

    @property
    def sha256(self) -> str:
        """One digest of all files, whatever their order and names: the same bytes are the same export."""
        digests = sorted(str(file["sha256"]) for file in self.files)
        return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def folder_of(load: Load) -> Path:
    """Where a load's files lie."""
    return folder_named(load.key)


def folder_named(key: str) -> Path:
    """The folder of an upload."""
    return Path(settings.DATA) / "uploads" / key


def files_folder(load: Load) -> Path:
    """The files of a load alone, without what became of them."""
    return folder_of(load) / "files"


def quarantine_of(load: Load) -> Path:
    """The rows of a load that were set aside, as CSV; there only where there are any."""
    return folder_of(load) / "quarantine.csv"


def mapping_of(load: Load) -> Path | None:
    """The mapping given with a load; None where its files bear our own column names."""
    return folder_of(load) / MAPPING if load.mapping else None


def keep(files: Sequence[GivenFile], mapping: str = "", *, allowed: Allowed = RECORDS) -> Upload:
    """Write files to a new folder and wait until they would outlive a power cut.

    Raises Refusal where one has no usable name, is of another kind than those allowed or is empty, or where they are
    too many bytes; then nothing is kept.
    """
    _check_names([file.name for file in files], allowed)
    key = uuid4().hex
    folder = folder_named(key) / "files"
    folder.mkdir(parents=True)
    try:
        kept, limit = [], min(int(settings.UPLOAD_LIMIT_BYTES), allowed.most_bytes or int(settings.UPLOAD_LIMIT_BYTES))
        written = 0
        for file in files:
            told = _write(folder / file.name, file.pieces, before=written, limit=limit)
            written += int(str(told["size"]))
            kept.append(told)
        if mapping:
            _write_text(folder.parent / MAPPING, mapping)
        for path in (folder, folder.parent, folder.parent.parent):
            _sync(path)
    except BaseException:
        discard(key)
        raise
    return Upload(key, tuple(kept))


def discard(key: str) -> None:
    """Take an upload away that became nobody's load."""
    shutil.rmtree(folder_named(key), ignore_errors=True)


def _check_names(names: Sequence[str], allowed: Allowed) -> None:
    if not names:
        raise Refusal("No file was given.", "Choose the files of the export; several at once are one load.")
    for name in names:
        if not _NAME.fullmatch(name) or name.endswith((" ", ".")):
            raise Refusal(f"{name!r} is not a file's name we can keep.", "Use letters, digits, points and hyphens.")
        stem = name.lower().removesuffix(".gz")
        if not stem.endswith(allowed.kinds):
            raise Refusal(f"{name!r} is no kind of {allowed.what}.", allowed.hint)
    twice = {name for name in names if [one.casefold() for one in names].count(name.casefold()) > 1}
    if twice:
        raise Refusal(f"{min(twice)!r} was given twice.", "Give each file its own name.")


def _write(path: Path, pieces: Iterable[bytes], *, before: int, limit: int) -> dict[str, object]:
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as kept:
        for piece in pieces:
            size += len(piece)
            if before + size > limit:
                raise Refusal(
                    f"The files are more than {limit // (1024 * 1024):,} MB together.", "Give them in several steps."
                )
            digest.update(piece)
            kept.write(piece)
        kept.flush()
        os.fsync(kept.fileno())
    if not size:
        raise Refusal(f"{path.name!r} is empty.", "Look at the export; a table without records still has its header.")
    return {"name": path.name, "size": size, "sha256": digest.hexdigest()}


def _write_text(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", newline="") as kept:
        kept.write(text)
        kept.flush()
        os.fsync(kept.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def pieces_of(path: Path) -> Iterable[bytes]:
    """A kept file's bytes in pieces."""
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece


def packed_like(name: str, content: bytes) -> bytes:
    """Bytes for a file of a name: packed where the name says so."""
    return gzip.compress(content, mtime=0) if name.lower().endswith(".gz") else content


@contextmanager
def evidence_kept(file: GivenFile | None) -> Iterator[dict[str, object]]:
    """A file of evidence as the fields of whatever names it, taken away again where that can't be written.

    It is kept before the transaction: a large file on its way must not keep the database waiting. Without a file the
    fields are empty.
    """
    upload = None if file is None else keep([file], allowed=EVIDENCE)
    told = {} if upload is None else dict(upload.files[0])
    try:
        yield {
            "file_key": "" if upload is None else upload.key,
            "file_name": str(told.get("name", "")),
            "file_size": int(str(told.get("size", 0))),
            "file_sha256": str(told.get("sha256", "")),
        }
    except BaseException:
        if upload is not None:
            discard(upload.key)
        raise
