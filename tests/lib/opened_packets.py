"""Packets opened as anybody may: entries by any zip program, queries in an engine that knows nothing of Remit."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from remit.packets.archives import entry_of, write_archive
from remit.packets.manifests import MANIFEST, SIGNATURE
from remit.packets.signatures import SigningKey


def contents_of(path: Path) -> dict[str, bytes]:
    """Every entry of a packet by its name."""
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def run_alone(packet: Path, folder: Path) -> int:
    """Every level's SQL of a packet run in an engine that knows nothing of Remit; how many levels there were.

    The sums must be the packet's own.
    """
    with zipfile.ZipFile(packet) as opened:
        opened.extractall(folder)
    levels = json.loads((folder / "results" / "levels.json").read_text())
    for level in levels:
        sums = [0, 0]
        for piece in level["sql"]:
            # In the folder that the packet is unpacked to, as the file itself says.
            with duckdb.connect(config={"file_search_path": str(folder)}) as alone:
                rows = alone.execute((folder / piece["file"]).read_text()).fetchall()
            for window, numerator, denominator, sample, _ in rows:
                whole = denominator if piece["denominator"] is None else piece["denominator"] if sample else 0
                sums = [sums[0] + numerator, sums[1] + whole] if window == 0 else sums
        assert sums == [level["numerator"], level["denominator"]], (level["period"], level["id"])
    return len(levels)


def forged(packet: Path, changes: Mapping[str, bytes | None], *, key: SigningKey | None, **manifest: Any) -> bytes:
    """A packet with some entries changed and a manifest to go with them, signed as a cheat would sign it.

    None takes an entry out; `manifest` replaces parts of the manifest. Without a key nothing is signed.
    """
    entries = {name: content for name, content in (contents_of(packet) | dict(changes)).items() if content is not None}
    told = json.loads(entries.pop(MANIFEST))
    entries.pop(SIGNATURE)
    sealed = [entry_of(name, content) for name, content in entries.items()]
    told["entries"] = {one.name: {"size": one.size, "sha256": one.sha256} for one in sealed}
    told |= manifest
    content = (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    sealed.append(entry_of(MANIFEST, content))
    if key is not None:
        sealed.append(entry_of(SIGNATURE, key.sign(content)))
    out = io.BytesIO()
    write_archive(out, sealed)
    return out.getvalue()
