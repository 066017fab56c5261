"""A folder of facts: which mapping applies to it, and which files each source means."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from remit.ingest.documents import Document, load_document
from remit.ingest.mappings import AnySource, Mapping, TableSource, check_mapping
from remit.ingest.source_files import format_of
from remit.performance.facts import TABLES
from remit.terms.problems import Problem, ProblemsFound

MAPPING_NAME = "mapping.yaml"
_NOT_FACTS = frozenset({MAPPING_NAME, "quarantine.csv"})


def chosen_mapping(root: Path, given: Path | str | None) -> tuple[Mapping, str]:
    """The mapping for a folder and its fingerprint. Raises ProblemsFound where the folder or the mapping won't do."""
    if not root.is_dir():
        raise ProblemsFound([Problem(str(root), 0, "", "there is no such folder of facts")])
    path = Path(given) if given is not None else root / MAPPING_NAME
    if given is None and not path.exists():
        return _implied(root), ""
    document, problems = load_document(path)
    mapping = _checked(document, problems)
    return mapping, hashlib.sha256(path.read_bytes()).hexdigest()


def _checked(document: Document | None, problems: list[Problem]) -> Mapping:
    if document is not None:
        mapping, problems = check_mapping(document)
        if mapping is not None:
            return mapping
    raise ProblemsFound(problems)


def _implied(root: Path) -> Mapping:
    """Files named after tables, read by our own column names."""
    sources = []
    for path in sorted(root.iterdir()):
        stem = path.name.split(".", 1)[0]
        if stem in TABLES and path.is_file() and format_of(path) is not None:
            sources.append({"table": stem, "files": [path.name]})
    if not sources:
        what = f"holds neither {MAPPING_NAME} nor a file named after a table"
        hint = f"write a mapping, or name files {', '.join(f'{name}.csv' for name in list(TABLES)[:3])} …"
        raise ProblemsFound([Problem(str(root), 0, "", what, hint)])
    return Mapping.model_validate({"remit_mapping": "1", "sources": sources})


def files_of(root: Path, source: AnySource, *, index: int) -> tuple[list[Path], list[Problem]]:
    """The files a source means, by name, each once; a pattern nothing matches is a problem."""
    found: dict[Path, None] = {}
    problems = []
    for pattern in source.files:
        try:
            matches = [path for path in root.glob(pattern) if path.is_file() and path.name not in _NOT_FACTS]
        except (ValueError, NotImplementedError):
            matches = []
        inside = [path for path in matches if path.resolve().is_relative_to(root.resolve()) or path.is_symlink()]
        if not inside:
            problems.append(_nothing_matches(root, source, pattern, index))
        found.update(dict.fromkeys(sorted(inside)))
    return sorted(found), problems


def files_read(root: Path, mapping: Mapping) -> set[Path]:
    """Every file of the folder that a mapping reads."""
    return {path for index, source in enumerate(mapping.sources) for path in files_of(root, source, index=index)[0]}


def _nothing_matches(root: Path, source: AnySource, pattern: str, index: int) -> Problem:
    what = f"no file in {root} matches {pattern!r}"
    subject = source.table if isinstance(source, TableSource) else "event_log"
    return Problem(MAPPING_NAME, 0, f"sources[{index}] ({subject})", what, _what_is_there(root))


def _what_is_there(root: Path) -> str:
    names: Sequence[str] = sorted(path.name for path in root.iterdir() if path.name not in _NOT_FACTS)
    if not names:
        return "the folder is empty"
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return f"it holds {', '.join(names[:6])}{more}"
