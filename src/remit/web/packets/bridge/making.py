"""A packet of a run's month, made by `runs.packets`: the same as `remit packet` makes of the same store."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

from django.conf import settings

from remit.ingest.amendments import GivenFile
from remit.packets.manifests import Personal
from remit.runs import Request
from remit.runs.packets.making import Source, Wanted, Working, make_packet
from remit.terms.periods import month_of
from remit.terms.problems import ProblemsFound
from remit.web.contracts.bridge import terms_of
from remit.web.contracts.models import Version
from remit.web.packets.bridge.keys import installation_key
from remit.web.performance.bridge.measuring import evidence_of_run
from remit.web.performance.models import Run

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class PacketMade:
    """A packet written to its file; or the problem that was in the way."""

    size: int = 0
    sha256: str = ""
    fingerprint: str = ""
    problem: str = ""


def make(version: Version, run: Run, month_on: date, personal: str, out: Path, *, tell: Tell) -> PacketMade:
    """Make the packet of a month by a version of the contract, from what a run was measured on.

    The file appears whole or not at all.
    """
    key = installation_key()
    month = month_of(month_on)
    wanted = Wanted(Request(first=month, last=month), cast("Personal", personal), settings.SITE_URL, key)
    half = out.with_suffix(".half")
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        versions = terms_of(version)
        with evidence_of_run(run) as (evidence, stored), half.open("wb") as file:
            source = Source(versions, _files(version, versions.files), evidence, stored.extra)
            working = Working(settings.ENGINE_MEMORY_MB, progress=tell)
            made = make_packet(source, wanted, file, working)
            file.flush()
            os.fsync(file.fileno())
        half.replace(out)
    except ProblemsFound as problems:
        return PacketMade(problem="; ".join(f"{one.what}; {one.hint}" for one in problems.problems))
    finally:
        half.unlink(missing_ok=True)
    return PacketMade(made.size, made.sha256, key.public.fingerprint)


def _files(version: Version, names: tuple[str, ...]) -> list[GivenFile]:
    """The version's files in the order in which its terms were read."""
    held = {document.place: bytes(document.content) for document in version.documents.all()}
    return [GivenFile(name, held[name]) for name in names]
