"""A packet that was given, verified by `runs.packets` as `remit verify` does it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from remit.runs.packets.making import Working
from remit.runs.packets.verifying import Trust, Verified, verify_packet
from remit.terms.problems import ProblemsFound

Tell = Callable[[str, int, int], None]


def verify(path: Path, *, name: str, trusted: str, unsigned: bool, tell: Tell) -> dict[str, Any]:
    """What there is to say of a packet, as plain words and numbers; `is_reproduced` is the verdict."""
    try:
        found = verify_packet(path, Trust(trusted, unsigned), Working(settings.ENGINE_MEMORY_MB, progress=tell))
    except ProblemsFound as problems:
        told = [str(one).replace(str(path), name) for one in problems.problems]
        return {"is_reproduced": False, "problems": told}
    return _told(found)


def _told(found: Verified) -> dict[str, Any]:
    options = found.manifest.options
    return {
        "is_reproduced": found.difference is None,
        "difference": "" if found.difference is None else str(found.difference),
        "problems": [],
        "contract": found.manifest.contract.id,
        "months": options.first if options.first == options.last else f"{options.first} – {options.last}",
        "made_by": found.manifest.made_by.name,
        "fingerprint": "" if found.signed_by is None else found.signed_by.fingerprint,
        "is_trusted": found.is_trusted,
        "sha256": found.sha256,
        "size": found.size,
        "levels": found.computed.levels,
        "records": found.computed.records,
        "credit_lines": found.computed.credit_lines,
        "clock_tables": found.computed.clock_tables,
        "notes": list(found.notes),
    }
