"""Public data sets settled from a store: to the unit what they settle to from their files.

The data lies outside the project, in `../shared/data` or where REMIT_SHARED points; without it these tests are skipped.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from remit.cli.main import main

HOUSE = Path(__file__).parents[2]
DATA = Path(os.environ.get("REMIT_SHARED", HOUSE.parent / "shared")) / "data"
FOLDERS = {"service-desk": "uci-incidents", "nhs-111": "nhs-111", "bank-calls": "bank-calls-1999"}
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason="the public data sets are not on this machine"),
]


def _figures(tmp_path: Path, *arguments: str) -> Any:
    out = tmp_path / "settled.json"
    assert main(["settle", *arguments, "--as", "json", "--out", str(out)]) == 0
    return [{name: value for name, value in month.items() if name != "facts"} for month in json.loads(out.read_text())]


@pytest.mark.parametrize("example", FOLDERS)
def test_a_store_settles_to_what_its_files_settle_to(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    contract, mapping = (str(HOUSE / "examples" / example / name) for name in ("contract.yaml", "mapping.yaml"))
    files = ("--facts", str(DATA / FOLDERS[example]), "--mapping", mapping)

    assert main(["load", contract, *files, "--store", "store"]) == 0

    assert _figures(tmp_path, contract, "--store", "store") == _figures(tmp_path, contract, *files)
