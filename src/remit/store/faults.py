"""What can go wrong with a store, told as problems: what is wrong with which place, and what to do."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from deltalake.exceptions import DeltaError

from remit.terms.problems import Problem, ProblemsFound

_FULL = ("no space left", "disk quota exceeded", "file too large")
_SAFE = "the store stands as it was: nothing of this load can be seen in it"


def store_problem(url: str, what: str, hint: str = "", *, path: str = "") -> ProblemsFound:
    """One problem with a store, as the exception that stops the work."""
    return ProblemsFound([Problem(url, 0, path, what, hint)])


@contextmanager
def told(url: str, *, writing: bool = True) -> Iterator[None]:
    """Faults of disk, network and rights, told as problems of the store."""
    try:
        yield
    except (OSError, DeltaError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise _problem_of(url, error, f"; {_SAFE}" if writing else "") from None


def _problem_of(url: str, error: Exception, safe: str) -> ProblemsFound:
    lowered = str(error).lower()
    is_full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    if is_full or any(words in lowered for words in _FULL):
        return store_problem(url, "there is no room left on the disk", f"free some and run it again{safe}")
    if isinstance(error, PermissionError) or "permission denied" in lowered:
        return store_problem(url, f"can't be worked with: {brief(error)}", f"see to the rights of the place{safe}")
    return store_problem(url, f"can't be worked with: {brief(error)}", f"mend that and run it again{safe}")


def brief(error: Exception) -> str:
    """What an error says first and what it says last, which is the cause of the rest; no colours, no arrows."""
    lines = [re.sub(r"\x1b\[[0-9;]*m|↳", "", line).strip() for line in str(error).splitlines()]
    said = list(dict.fromkeys(line for line in lines if line)) or [type(error).__name__]
    return said[0] if len(said) == 1 else f"{said[0]}: {said[-1]}"
