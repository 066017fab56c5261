"""A packet's outer form: a zip file that can be written in one way only, so that any other byte is a fault.

Entries are stored, not compressed, in the order of their names, without times, rights or remarks. Whoever reads one
computes what every byte around the entries must be and compares; any zip program can open it all the same.
"""

import hashlib
import re
import struct
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from remit.packets.faults import packet_problem

MOST_ENTRIES = 20_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_LONGEST_NAME = 200
_CHUNK = 1 << 20
# From this size on, zip writes a number in eight bytes instead of four.
_LARGE = 0xFFFFFFFF
_MANY = 0xFFFF
# 1980-01-01 00:00, the first moment a zip file can tell: the same for every packet.
_TIME, _DATE = 0, 0x21
_REGULAR_FILE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a packet before it is written: its bytes, or where they are, and what identifies them."""

    name: str
    content: bytes | Path
    size: int
    crc: int
    sha256: str

    def chunks(self) -> Iterator[bytes]:
        """Its bytes, a piece at a time."""
        if isinstance(self.content, bytes):
            yield self.content
            return
        with self.content.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk


@dataclass(frozen=True, slots=True)
class Placed:
    """One file inside a packet: where its bytes begin, and how many they are."""

    name: str
    offset: int
    size: int
    crc: int


def entry_of(name: str, content: bytes | Path) -> Entry:
    """A file looked over once. Raises ValueError for a name that a packet can't have."""
    if not is_plain_name(name):
        raise ValueError(f"{name!r} is no name for an entry of a packet")
    crc, digest, size = 0, hashlib.sha256(), 0
    for chunk in Entry(name, content, 0, 0, "").chunks():
        crc, size = zlib.crc32(chunk, crc), size + len(chunk)
        digest.update(chunk)
    return Entry(name, content, size, crc, digest.hexdigest())


def is_plain_name(name: str) -> bool:
    """Whether a name stays inside the folder it is unpacked to: no root, no `..`, nothing hidden."""
    return len(name) <= _LONGEST_NAME and _NAME.fullmatch(name) is not None


def write_archive(out: BinaryIO, entries: Sequence[Entry]) -> tuple[int, str]:
    """Write entries as one zip file, in the order of their names; how many bytes it has, and their SHA-256."""
    size, digest = 0, hashlib.sha256()
    for chunk in _written(entries):
        out.write(chunk)
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest()


def _written(entries: Sequence[Entry]) -> Iterator[bytes]:
    offset, placed = 0, []
    for entry in sorted(entries, key=lambda one: one.name):
        header = _local_header(entry.name, size=entry.size, crc=entry.crc)
        yield header
        yield from entry.chunks()
        placed.append(Placed(entry.name, offset + len(header), entry.size, entry.crc))
        offset += len(header) + entry.size
    yield _directory(placed, starts_at=offset)


class Archive:
    """A packet opened for reading, every byte of it in its place.

    The entries' own bytes are not read yet: `entry.crc` is what the file says of them, `digest` and `content` compare.
    """

    def __init__(self, path: Path) -> None:
        """Read what stands around the entries. Raises ProblemsFound where any of it is not as a packet has it."""
        self.path = path
        with path.open("rb") as file:
            self.size = file.seek(0, 2)
            self.entries = {one.name: one for one in self._walk(file)}

    def _fault(self, what: str) -> Exception:
        hint = "is it cut short, changed on the way, or no packet? Ask for the file again"
        return packet_problem(str(self.path), what, hint)

    def _walk(self, file: BinaryIO) -> Iterator[Placed]:
        offset, found = 0, list[Placed]()
        while (head := _at(file, offset, 4)) == b"PK\x03\x04":
            placed = self._placed(file, offset)
            if found and placed.name <= found[-1].name:
                raise self._fault(f"its entry {placed.name} stands after {found[-1].name}, twice or out of order")
            found.append(placed)
            if len(found) > MOST_ENTRIES:
                raise self._fault(f"it has more than {MOST_ENTRIES:,} entries")
            offset = placed.offset + placed.size
            if offset > self.size:
                raise self._fault(f"its entry {placed.name} ends behind the end of the file")
        if not found:
            what = "it is empty" if not head else "it does not begin as a packet does"
            raise self._fault(what)
        self._check_folders({one.name for one in found})
        expected = _directory(found, starts_at=offset)
        if self.size - offset != len(expected) or _at(file, offset, len(expected)) != expected:
            raise self._fault("its list of entries is not the one that belongs to it")
        yield from found

    def _check_folders(self, names: Collection[str]) -> None:
        for name in names:
            above = next((str(one) for one in PurePosixPath(name).parents if str(one) in names), None)
            if above is not None:
                raise self._fault(f"its entry {above} is a file and a folder")

    def _placed(self, file: BinaryIO, offset: int) -> Placed:
        fixed = _at(file, offset, _LOCAL.size)
        if len(fixed) < _LOCAL.size:
            raise self._fault("it ends inside an entry's header")
        *_, crc, size, _, name_length, extra_length = _LOCAL.unpack(fixed)
        rest = _at(file, offset + _LOCAL.size, name_length + extra_length)
        name = rest[:name_length].decode("ascii", errors="replace")
        if not is_plain_name(name):
            raise self._fault(f"it has an entry named {name[:60]!r}, which no packet has")
        if size == _LARGE and extra_length == _WIDE_SIZES.size:
            size = _WIDE_SIZES.unpack(rest[name_length:].ljust(_WIDE_SIZES.size, b"\0"))[2]
        if fixed + rest != _local_header(name, size=size, crc=crc):
            raise self._fault(f"the header of its entry {name} was changed")
        return Placed(name, offset + len(fixed) + len(rest), size, crc)

    def content(self, name: str, *, most: int) -> bytes:
        """A small entry's bytes. Raises ProblemsFound where it is missing, larger than it may be, or changed."""
        placed = self.entries.get(name)
        if placed is None:
            raise self._fault(f"it has no entry {name}")
        if placed.size > most:
            raise self._fault(f"its entry {name} has {placed.size:,} bytes, more than the {most:,} it may have")
        return b"".join(self.chunks(placed))

    def chunks(self, placed: Placed) -> Iterator[bytes]:
        """An entry's bytes, a piece at a time; the last piece comes only where they are what the header says."""
        crc, left = 0, placed.size
        with self.path.open("rb") as file:
            file.seek(placed.offset)
            while left:
                chunk = file.read(min(_CHUNK, left))
                if not chunk:
                    raise self._fault(f"it ends inside its entry {placed.name}")
                crc, left = zlib.crc32(chunk, crc), left - len(chunk)
                if not left and crc != placed.crc:
                    break
                yield chunk
        if crc != placed.crc:
            raise self._fault(f"its entry {placed.name} was changed")

    def digest(self, placed: Placed, into: Path | None = None) -> str:
        """The SHA-256 of an entry's bytes, which are written to a file of their own where one is named."""
        whole = hashlib.sha256()
        if into is None:
            for chunk in self.chunks(placed):
                whole.update(chunk)
            return whole.hexdigest()
        into.parent.mkdir(parents=True, exist_ok=True)
        with into.open("xb") as file:
            for chunk in self.chunks(placed):
                whole.update(chunk)
                file.write(chunk)
        return whole.hexdigest()


def _at(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)


# The records of the zip format (PKWARE APPNOTE 6.3.10, sections 4.3.7 to 4.3.16), in the order of their fields.
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_WIDE_END = struct.Struct("<4sQ2H2I4Q")
_WIDE_PLACE = struct.Struct("<4sIQI")
_WIDE_SIZES = struct.Struct("<2H2Q")
_WIDE_SIZES_AND_OFFSET = struct.Struct("<2H3Q")
_WIDE_OFFSET = struct.Struct("<2HQ")


def _local_header(name: str, *, size: int, crc: int) -> bytes:
    wide = size >= _LARGE
    extra = _WIDE_SIZES.pack(1, 16, size, size) if wide else b""
    shown = _LARGE if wide else size
    version = 45 if wide else 20
    fixed = _LOCAL.pack(b"PK\x03\x04", version, 0, 0, _TIME, _DATE, crc, shown, shown, len(name), len(extra))
    return fixed + name.encode("ascii") + extra


def _central_header(placed: Placed) -> bytes:
    offset = placed.offset - len(_local_header(placed.name, size=placed.size, crc=placed.crc))
    extra = _wide_extra(placed.size, offset)
    size, version = min(placed.size, _LARGE), 45 if extra else 20
    fixed = _CENTRAL.pack(
        b"PK\x01\x02", 0x0300 | version, version, 0, 0, _TIME, _DATE, placed.crc, size, size, len(placed.name),
        len(extra), 0, 0, 0, _REGULAR_FILE, min(offset, _LARGE),
    )  # fmt: skip
    return fixed + placed.name.encode("ascii") + extra


def _wide_extra(size: int, offset: int) -> bytes:
    """What a central header says beside its fixed fields, where four bytes do not hold a number."""
    if size >= _LARGE and offset >= _LARGE:
        return _WIDE_SIZES_AND_OFFSET.pack(1, 24, size, size, offset)
    if size >= _LARGE:
        return _WIDE_SIZES.pack(1, 16, size, size)
    return _WIDE_OFFSET.pack(1, 8, offset) if offset >= _LARGE else b""


def _directory(placed: Sequence[Placed], *, starts_at: int) -> bytes:
    """Everything behind the entries: the directory and the end."""
    headers = b"".join(_central_header(one) for one in placed)
    count, ends_at = len(placed), starts_at + len(headers)
    wide = b""
    if count >= _MANY or starts_at >= _LARGE or len(headers) >= _LARGE:
        wide = _WIDE_END.pack(b"PK\x06\x06", 44, 0x0300 | 45, 45, 0, 0, count, count, len(headers), starts_at)
        wide += _WIDE_PLACE.pack(b"PK\x06\x07", 0, ends_at, 1)
    shown = min(count, _MANY)
    end = _END.pack(b"PK\x05\x06", 0, 0, shown, shown, min(len(headers), _LARGE), min(starts_at, _LARGE), 0)
    return headers + wide + end
