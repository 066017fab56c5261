"""Where a store stands: a folder or a bucket's address, and how its Parquet files get there and are looked at."""

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

import pyarrow.fs as arrow_fs
from deltalake._internal import DeltaFileSystemHandler

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Place:
    """A store's address. A folder (or `file://`) is written in place; all else goes through `deltalake`'s own client.

    That client takes its credentials from the environment, as every tool of the bucket's owner does.
    """

    url: str

    @cached_property
    def folder(self) -> Path | None:
        """The folder on this machine; None for a bucket."""
        parts = urlsplit(self.url)
        if parts.scheme == "file":
            return Path(unquote(parts.path))
        return Path(self.url).absolute() if "://" not in self.url else None

    def inside(self, *names: str) -> "Place":
        """A place within this one."""
        if self.folder is not None:
            return Place(str(self.folder.joinpath(*names)))
        return Place("/".join([self.url.rstrip("/"), *names]))

    @property
    def address(self) -> str:
        """The address as `deltalake` takes it."""
        return self.url if self.folder is None else str(self.folder)

    def address_of(self, name: str) -> str:
        """A file's address as Hadoop's clients write it: `file:` and its path, or the bucket's, `s3a` for S3."""
        if self.folder is not None:
            return f"file:{self.folder / name}"
        return f"{self.url.rstrip('/')}/{name}".replace("s3://", "s3a://", 1)

    @cached_property
    def _files(self) -> Any:
        """The file system of a bucket, rooted at this place."""
        from deltalake.fs import DeltaStorageHandler

        return arrow_fs.PyFileSystem(DeltaStorageHandler(self.address))

    def holds_other_than(self, name: str) -> bool:
        """Whether there is anything at this place besides what bears a name."""
        if self.folder is not None:
            return self.folder.exists() and any(path.name != name for path in self.folder.iterdir())
        found = self._files.get_file_info(arrow_fs.FileSelector("", allow_not_found=True))
        return any(info.base_name != name for info in found)

    def size_of(self, name: str) -> int | None:
        """A file's bytes; None where it is not there."""
        if self.folder is not None:
            try:
                return (self.folder / name).stat().st_size
            except FileNotFoundError:
                return None
        info = self._files.get_file_info(name)
        return None if info.type is arrow_fs.FileType.NotFound else int(info.size)

    @contextlib.contextmanager
    def opened(self, name: str) -> Iterator[BinaryIO]:
        """A file to read from its start."""
        if self.folder is not None:
            with (self.folder / name).open("rb") as file:
                yield file
        else:
            with self._files.open_input_file(name) as file:
                yield file

    def digest_of(self, name: str) -> str:
        """The SHA-256 of a file."""
        digest = sha256()
        with self.opened(name) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
        return digest.hexdigest()

    def write(self, name: str, content: bytes) -> None:
        """A small file, written whole."""
        if self.folder is not None:
            (self.folder / name).write_bytes(content)
        else:
            self._send(name, [content])

    def put(self, source: Path, name: str) -> None:
        """Bring a file written elsewhere on this machine here."""
        with source.open("rb") as content:
            self._send(name, iter(partial(content.read, _CHUNK), b""))

    def _send(self, name: str, chunks: Iterable[bytes]) -> None:
        """Chunks to a bucket's file, through `deltalake` itself: Arrow hands it buffers, and it takes bytes only."""
        target: Any = DeltaFileSystemHandler(self.address).open_output_stream(name)
        for chunk in chunks:
            target.write(chunk)
        target.close()

    @property
    def arrow_files(self) -> Any:
        """The bucket as Arrow reads it."""
        return self._files

    def settle_on_disk(self, names: list[str]) -> None:
        """Wait until files, and the folders that name them, would outlive a power cut; a bucket sees to it itself."""
        if self.folder is None:
            return
        folders: dict[Path, None] = {}
        for name in names:
            path = self.folder / name
            _sync(path)
            folders.update(dict.fromkeys(path.parents[: len(Path(name).parts) + 1]))
        for folder in folders:
            _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def folder_name(engagement: str) -> str:
    """An engagement's name as a folder; what a path can't hold is written with a hyphen.

    Two engagements may share a folder: which rows belong to which stands in the table's log, never in the path.
    """
    return re.sub(r"[^A-Za-z0-9._]+", "-", engagement).strip("-.") or "engagement"
