"""Problems of the pure rooms as the records keep them: plain values, without a path of this machine."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from remit.terms.problems import Problem


def kept(problems: Iterable[Problem], *, folders: Iterable[Path] = ()) -> list[dict[str, Any]]:
    """Problems as JSON keeps them; whoever reads them knows the files by their names, not by where we keep them."""
    found = []
    for problem in problems:
        told = asdict(problem) | {"severity": str(problem.severity)}
        for folder in folders:
            for field in ("file", "what", "hint"):
                told[field] = told[field].replace(f"{folder}/", "").replace(str(folder), "the upload")
        found.append(told)
    return found


def sentence(problem: dict[str, Any]) -> str:
    """A kept problem as its reader is told it."""
    return str(Problem(**{name: problem[name] for name in ("file", "line", "path", "what", "hint")}))
