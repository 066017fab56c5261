"""The wheel: whoever installs it has the pages' assets, templates and translations, and nothing of the tests.

Installed by itself, without what the site needs, it computes a packet again that was made elsewhere.
"""

import json
import os
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from remit.cli.main import main
from remit.packets.signatures import SigningKey, make_key
from tests.lib.house_files import HOUSE
from tests.lib.opened_packets import forged

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]

_VENDOR = "remit/web/shared/static/vendor"
_STAMP = HOUSE / "src" / _VENDOR / "fetched.json"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as `make wheel` builds it."""
    if not _STAMP.exists():
        pytest.skip("the pages' assets are missing: make assets")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run(command, cwd=HOUSE, check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_holds_all_that_the_site_serves(wheel: Path) -> None:
    with ZipFile(wheel) as packed:
        names = set(packed.namelist())
    assets = [place for place in json.loads(_STAMP.read_text())["files"] if place.startswith("src/")]
    assert [place for place in assets if place.removeprefix("src/") not in names] == []
    assert "remit/web/shared/templates/shared/base.html" in names
    assert "remit/web/locale/de/LC_MESSAGES/django.mo" in names
    assert "remit/examples/contact-centre/north/contract.yaml" in names
    assert [name for name in names if name.startswith(("tests/", "frontend/")) or "axe" in name.split("/")[-1]] == []


# As the installed command does, in a process that may reach nobody.
_ALONE = """
import sys
from importlib.util import find_spec

assert find_spec("django") is None and find_spec("pyspark") is None, "only what the wheel itself asks for is there"

def watch(event, _):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo"):
        raise SystemExit(f"{event}: a packet is verified by itself")

sys.addaudithook(watch)
from remit.cli.main import main
sys.exit(main(sys.argv[1:]))
"""

Verify = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment with the wheel and what it asks for, as locked."""
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    locked = ["--constraint", str(HOUSE / "requirements" / "development.txt")]
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", str(python), *locked, str(wheel)]
    subprocess.run(command, check=True, capture_output=True)
    return python


@pytest.fixture(scope="module")
def march(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SigningKey]:
    """A packet made here, and the key it is signed with."""
    folder = tmp_path_factory.mktemp("march")
    key, example = make_key(folder / "key"), HOUSE / "examples" / "first-contract"
    made = ["--key", str(folder / "key"), "--out", str(folder / "march.zip"), "--quarantine", str(folder / "aside.csv")]
    facts = ["--facts", str(example / "export"), "--period", "2026-03"]
    assert main(["packet", str(example / "contract.yaml"), *facts, *made]) == 0
    return folder / "march.zip", key


@pytest.fixture
def verify(elsewhere: Path, march: tuple[Path, SigningKey], tmp_path: Path) -> Verify:
    def run(content: bytes) -> tuple[int, str]:
        (tmp_path / "march.zip").write_bytes(content)
        trusted = ["--trust", march[1].public.fingerprint]
        # Nothing of this folder or this environment helps: not its modules, its settings or its home.
        command = [str(elsewhere), "-I", "-c", _ALONE, "verify", "march.zip", *trusted]
        environment = {"PATH": os.defpath, "HOME": str(tmp_path), "LANG": "C.UTF-8"}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    return run


def test_a_fresh_installation_computes_a_packet_again(verify: Verify, march: tuple[Path, SigningKey]) -> None:
    status, told = verify(march[0].read_bytes())
    assert (status, told.splitlines()[-1]) == (0, "reproduced"), told
    assert "the key you trust" in told
    assert "note:" not in told


def test_a_fresh_installation_refuses_a_byte_changed_on_the_way(verify: Verify, march: tuple[Path, SigningKey]) -> None:
    whole = bytearray(march[0].read_bytes())
    whole[len(whole) // 2] ^= 1
    status, told = verify(bytes(whole))
    assert (status, "reproduced" in told) == (1, False), told


def test_a_fresh_installation_says_where_it_is_another_than_the_packet_names(
    verify: Verify, march: tuple[Path, SigningKey]
) -> None:
    packet, key = march
    with ZipFile(packet) as opened:
        made_with = json.loads(opened.read("manifest.json"))["made_with"]
    status, told = verify(forged(packet, {}, key=key, made_with={**made_with, "remit": "0.0.1", "duckdb": "1.4.0"}))
    assert (status, told.splitlines()[-1]) == (0, "reproduced"), told
    assert "note: made with remit 0.0.1, computed again with remit" in told
    assert "note: made with duckdb 1.4.0, computed again with duckdb" in told
