"""The wheel: whoever installs it has the pages' assets, templates and translations, and nothing of the tests."""

import json
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.lib.house_files import HOUSE

_VENDOR = "remit/web/shared/static/vendor"


@pytest.mark.slow
def test_the_wheel_holds_all_that_the_site_serves(tmp_path: Path) -> None:
    stamp = HOUSE / "src" / _VENDOR / "fetched.json"
    if not stamp.exists():
        pytest.skip("the pages' assets are missing: make assets")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path)]
    subprocess.run(command, cwd=HOUSE, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as packed:
        names = set(packed.namelist())
    assets = [place for place in json.loads(stamp.read_text())["files"] if place.startswith("src/")]
    assert [place for place in assets if place.removeprefix("src/") not in names] == []
    assert "remit/web/shared/templates/shared/base.html" in names
    assert "remit/web/locale/de/LC_MESSAGES/django.mo" in names
    assert "remit/examples/contact-centre/north/contract.yaml" in names
    assert [name for name in names if name.startswith(("tests/", "frontend/")) or "axe" in name.split("/")[-1]] == []
