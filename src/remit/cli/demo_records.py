"""Public records in the demo: an engagement for each set that lies on this machine, by its example's contract."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from remit.cli.demo_site import Party
from remit.cli.example_folders import example_folder

_SETS = {"service-desk": "uci-incidents", "nhs-111": "nhs-111", "bank-calls": "bank-calls-1999"}
"""The examples on public records, and the folder in which each one's records are looked for, beside its own name."""


@dataclass(frozen=True, slots=True)
class Found:
    """The sets that are there as parties of the demo, and a sentence about each that is not."""

    parties: tuple[Party, ...]
    missing: tuple[str, ...]


def found_in(folder: Path) -> Found:
    """What a folder of public records holds, a folder for each set."""
    parties, missing = [], []
    for example, named in _SETS.items():
        home = example_folder(example)
        patterns = _patterns(home / "mapping.yaml")
        places = [folder / name for name in dict.fromkeys((named, example))]
        facts = next((place for place in places if _files(place, patterns)), None)
        if facts is None:
            what = " or ".join(str(place) for place in places)
            missing.append(
                f"{example}: no {' or '.join(patterns)} in {what}; {home / 'README.md'} says where to get it"
            )
            continue
        parties.append(Party.of_records(home, _files(facts, patterns)))
    return Found(tuple(parties), tuple(missing))


def _patterns(mapping: Path) -> Sequence[str]:
    """The names of the files that a mapping reads."""
    told = yaml.safe_load(mapping.read_text(encoding="utf-8"))
    return tuple(str(source["files"]) for source in told["sources"])


def _files(folder: Path, patterns: Iterable[str]) -> tuple[Path, ...]:
    return tuple(sorted(path for pattern in patterns for path in folder.glob(pattern)))
