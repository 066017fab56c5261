"""Gets the packages of `assets.toml` with npm, checks each against its pinned content, and puts its files in place."""

import argparse
import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
STAMP = Path("src/remit/web/shared/static/vendor/fetched.json")
"""What was put in place and from which list; files that still match it need no network."""

WITHOUT = "The commands and the tests of the corridor work without them; the site's pages and browser tests do not."


class NotFetched(Exception):
    """Why the assets could not be had, as a sentence."""


@dataclass(frozen=True, slots=True)
class Package:
    """An npm package as pinned: `files` says where each of its files goes."""

    name: str
    version: str
    integrity: str
    files: Mapping[str, str]


def listed(text: str) -> tuple[Package, ...]:
    """The packages of a list."""
    return tuple(Package(**one) for one in tomllib.loads(text)["package"])


def fetch(house: Path, text: str) -> bool:
    """Put every file of a list in place; False where all of them stood there already. Raises NotFetched."""
    if is_in_place(house, text):
        return False
    npm = shutil.which("npm")
    if npm is None:
        raise NotFetched("npm is not on this machine; on Debian and Ubuntu: apt install npm")
    placed: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for package in listed(text):
            archive = checked(packed(npm, package, Path(folder)), package)
            placed |= put_in_place(archive, package, house)
    stamp = house / STAMP
    stamp.write_text(json.dumps({"list": digest(text.encode()), "files": placed}, indent=1) + "\n", encoding="utf-8")
    return True


def is_in_place(house: Path, text: str) -> bool:
    """Whether the files on disk are those that this list put there, unchanged."""
    try:
        stamp = json.loads((house / STAMP).read_text(encoding="utf-8"))
        kept = {place: digest((house / place).read_bytes()) for place in stamp["files"]}
    except (OSError, ValueError, KeyError):
        return False
    return bool(stamp.get("list") == digest(text.encode()) and kept == stamp["files"])


def packed(npm: str, package: Package, folder: Path) -> Path:
    """The package's archive, got with the machine's own npm from the registry that it is set up for."""
    wanted = f"{package.name}@{package.version}"
    quietly = ["--json", "--ignore-scripts", "--fetch-retries=1"]
    command = [npm, "pack", wanted, *quietly, "--pack-destination", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)  # noqa: S603
    if done.returncode:
        told = [line.removeprefix("npm error ") for line in done.stderr.splitlines() if line.startswith("npm error ")]
        raise NotFetched(f"npm could not get {wanted}: {next(iter(told), 'it does not say why')}")
    archive: Path = folder / json.loads(done.stdout)[0]["filename"]
    return archive


def checked(archive: Path, package: Package) -> bytes:
    """The archive's bytes. Raises NotFetched where they are not those that were pinned: then nothing of it is used."""
    content = archive.read_bytes()
    found = "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()
    if found != package.integrity:
        pinned = f"frontend/assets.toml pins {package.integrity}"
        raise NotFetched(f"{package.name} {package.version} is not what was pinned: it is {found}, {pinned}")
    return content


def put_in_place(content: bytes, package: Package, house: Path) -> dict[str, str]:
    """The package's named files written where its list says; each with the digest of its content."""
    placed: dict[str, str] = {}
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        with tarfile.open(fileobj=file, mode="r:gz") as archive:
            for name, place in package.files.items():
                data = member(archive, name, package)
                target = house / place
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
                placed[place] = digest(data)
    return placed


def member(archive: tarfile.TarFile, name: str, package: Package) -> bytes:
    """One file of an archive. Raises NotFetched where it has none of that name."""
    try:
        file = archive.extractfile(f"package/{name}")
    except KeyError:
        file = None
    if file is None:
        raise NotFetched(f"{package.name} {package.version} has no file {name}")
    return file.read()


def digest(content: bytes) -> str:
    """The SHA-256 of a content."""
    return hashlib.sha256(content).hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: 0 when the assets are in place, or could not be had and need not be; else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--if-possible", action="store_true", help="say why they can't be had, and go on without them")
    chosen = parser.parse_args(arguments)
    try:
        if fetch(HOUSE, (HOUSE / "frontend" / "assets.toml").read_text(encoding="utf-8")):
            print("the pages' assets are in place")
    except NotFetched as why:
        print(f"The pages' assets are missing: {why}.\n{WITHOUT}", file=sys.stderr)
        return 0 if chosen.if_possible else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
