"""What a look at a contract finds: terms that can't be worked with, and terms that will be argued about."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from remit.terms.problems import Severity

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault or doubt in a contract's terms.

    `path` is the place in the contract file, as its words and list positions from 0. An error is something that can't
    be computed; a warning can be, and the parties will argue about the result. `rests_on` names the sections of the
    contract the finding is drawn from besides its own place: where one of them could not be read whole, it is left out,
    for it may only say that something else is wrong.
    """

    path: Path
    what: str
    hint: str = ""
    severity: Severity = Severity.ERROR
    rests_on: frozenset[str] = frozenset()


def error(path: Path, what: str, hint: str = "", *, rests_on: Iterable[str] = ()) -> Finding:
    """A finding that stops the work."""
    return Finding(path, what, hint, Severity.ERROR, frozenset(rests_on))


def warning(path: Path, what: str, hint: str = "", *, rests_on: Iterable[str] = ()) -> Finding:
    """A finding that is told, while the work goes on."""
    return Finding(path, what, hint, Severity.WARNING, frozenset(rests_on))


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint for a name that stands for nothing: the likely one, else the choices, else what to do."""
    names = sorted(known)
    folded = {one.casefold(): one for one in names}
    near = get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.6)
    if near:
        return f"did you mean {folded[near[0]]!r}?"
    return f"there are: {', '.join(names)}" if names else "there are none in this contract"


def listed(names: Iterable[str]) -> str:
    """`SL1, SL2 and SL3`."""
    given = list(names)
    return given[0] if len(given) == 1 else f"{', '.join(given[:-1])} and {given[-1]}"
