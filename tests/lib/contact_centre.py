"""The contact centre at a size for tests: generated once, settled through the command itself, told for comparing."""

import atexit
import json
import shutil
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from remit.cli.generate import lay_out
from remit.cli.main import main

EXPECTED = Path(__file__).parents[2] / "examples" / "contact-centre" / "expected"
SCALE = 0.02
SEED = 2025


@cache
def generated() -> Path:
    """The example laid out in a folder of its own, small."""
    folder = Path(mkdtemp(prefix="remit-contact-centre-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    lay_out(folder, scale=SCALE, seed=SEED, progress=lambda _: None)
    return folder


@cache
def settled(side: str) -> tuple[Mapping[str, Any], ...]:
    """One provider's year as `remit settle --as json` tells it."""
    folder = generated() / side
    status = main([
        "settle", str(folder / "contract.yaml"), "--facts", str(folder / "facts"), "--as", "json",
        "--out", str(folder / "settled.json"), "--quarantine", str(folder / "quarantine.csv"),
    ])  # fmt: skip
    assert status == 0
    return tuple(json.loads((folder / "settled.json").read_text(encoding="utf-8")))


def month_of(settlement: Mapping[str, Any]) -> str:
    return str(settlement["period"]["start"][:7])


def cents(amount: str) -> int:
    return int(Decimal(amount).scaleb(2))


def told(settlements: tuple[Mapping[str, Any], ...]) -> str:
    """Settlements as the example's expected file has them: a line a level and a line a credit, without fingerprints."""
    months = [_month_told(one) for one in settlements]
    return "[\n" + ",\n".join(months) + "\n]\n"


def _month_told(settlement: Mapping[str, Any]) -> str:
    names = ("id", "window", "standing", "value", "numerator", "denominator", "excluded", "expected")
    levels = [{name: one[name] for name in names if name in one} for one in settlement["service_levels"]]
    money = settlement["settlement"]
    lines = [{name: one[name] for name in ("service_level", "kind", "amount")} for one in money["lines"]]
    parts = [
        f'"month": {json.dumps(month_of(settlement))}',
        f'"service_levels": {_listed(levels)}',
        *(f'"{name}": {json.dumps(money[name])}' for name in ("charges", "at_risk", "credit")),
        f'"lines": {_listed(lines)}',
    ]
    return " {" + ",\n  ".join(parts) + "}"


def _listed(rows: list[dict[str, Any]]) -> str:
    return "[" + ",".join(f"\n   {json.dumps(row)}" for row in rows) + "]"
