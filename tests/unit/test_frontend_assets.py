"""The pages' assets: only what was pinned is put in place, and what is missing is said in a sentence."""

import base64
import hashlib
import importlib.util
import io
import sys
import tarfile
from pathlib import Path
from types import ModuleType

import pytest

from tests.lib.house_files import HOUSE


def loaded() -> ModuleType:
    """`frontend/fetch.py`, which is a script and no part of the package."""
    if "frontend_fetch" not in sys.modules:
        spec = importlib.util.spec_from_file_location("frontend_fetch", HOUSE / "frontend" / "fetch.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["frontend_fetch"] = module
        spec.loader.exec_module(module)
    return sys.modules["frontend_fetch"]


fetch = loaded()


def archive_of(files: dict[str, str]) -> bytes:
    """A package's archive as npm packs it."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as archive:
        for name, text in files.items():
            told = tarfile.TarInfo(f"package/{name}")
            told.size = len(text)
            archive.addfile(told, io.BytesIO(text.encode()))
    return written.getvalue()


def list_of(content: bytes, *, name: str = "calm") -> str:
    """A list of one package whose pinned content is this."""
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()
    place = fetch.STAMP.parent / "calm.css"
    return (
        f'[[package]]\nname = "{name}"\nversion = "1.0.0"\nintegrity = "{integrity}"\n'
        f'[package.files]\n"calm.css" = "{place}"\n'
    )


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An npm on the path that packs whatever archive lies beside it; no network takes part."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "npm"
    script.write_text(
        f"#!{sys.executable}\n"
        "import shutil, sys\n"
        "into = sys.argv[sys.argv.index('--pack-destination') + 1]\n"
        f"shutil.copy({str(folder / 'packed.tgz')!r}, into + '/calm.tgz')\n"
        """print('[{"filename": "calm.tgz"}]')\n"""
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return folder / "packed.tgz"


def test_a_package_is_put_in_place_once_and_then_needs_no_npm(
    npm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = archive_of({"calm.css": "body {}"})
    npm.write_bytes(content)
    assert fetch.fetch(tmp_path, list_of(content))
    assert (tmp_path / fetch.STAMP.parent / "calm.css").read_text() == "body {}"
    monkeypatch.setenv("PATH", "")
    assert not fetch.fetch(tmp_path, list_of(content))


def test_a_package_that_is_not_what_was_pinned_is_not_used(npm: Path, tmp_path: Path) -> None:
    npm.write_bytes(archive_of({"calm.css": "body { background: url(https://example.org) }"}))
    with pytest.raises(fetch.NotFetched, match=r"calm 1\.0\.0 is not what was pinned"):
        fetch.fetch(tmp_path, list_of(archive_of({"calm.css": "body {}"})))
    assert not (tmp_path / fetch.STAMP.parent / "calm.css").exists()


def test_a_file_changed_by_hand_is_fetched_again(npm: Path, tmp_path: Path) -> None:
    content = archive_of({"calm.css": "body {}"})
    npm.write_bytes(content)
    fetch.fetch(tmp_path, list_of(content))
    (tmp_path / fetch.STAMP.parent / "calm.css").write_text("changed")
    assert fetch.fetch(tmp_path, list_of(content))
    assert (tmp_path / fetch.STAMP.parent / "calm.css").read_text() == "body {}"


def test_a_package_without_the_file_that_is_wanted_says_so(npm: Path, tmp_path: Path) -> None:
    content = archive_of({"other.css": ""})
    npm.write_bytes(content)
    with pytest.raises(fetch.NotFetched, match=r"calm 1\.0\.0 has no file calm\.css"):
        fetch.fetch(tmp_path, list_of(content))


def test_without_npm_the_sentence_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(fetch.NotFetched, match="apt install npm"):
        fetch.fetch(tmp_path, list_of(b""))


def test_the_installation_goes_on_without_assets_and_make_assets_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "frontend").mkdir()
    (tmp_path / "frontend" / "assets.toml").write_text(list_of(b""))
    monkeypatch.setattr(fetch, "HOUSE", tmp_path)
    monkeypatch.setenv("PATH", "")
    assert (fetch.main(["--if-possible"]), fetch.main([])) == (0, 1)
    assert "The pages' assets are missing: npm is not on this machine" in capsys.readouterr().err


def test_every_package_of_the_list_is_pinned_and_kept_out_of_the_repository() -> None:
    packages = fetch.listed((HOUSE / "frontend" / "assets.toml").read_text())
    ignored = [line.strip("/") for line in (HOUSE / ".gitignore").read_text().splitlines()]
    for package in packages:
        assert package.integrity.startswith("sha512-"), package.name
        assert [place for place in package.files.values() if str(Path(place).parent) not in ignored] == []
