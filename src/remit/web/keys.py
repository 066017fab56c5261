"""What the environment says: the secret key, given or made once and kept; proxies that are believed; numbers."""

import os
import secrets
from pathlib import Path

from remit.terms.problems import Problem, ProblemsFound


def secret_key(data: Path) -> str:
    """`REMIT_SECRET_KEY`, or the key in the data folder, made there when there is none.

    It is written whole and readable by its owner only: a key that another process reads half would sign nobody in.
    """
    given = os.environ.get("REMIT_SECRET_KEY")
    if given:
        return given
    path = data / "secret-key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        data.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"secret-key.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(64))
        file.flush()
        os.fsync(file.fileno())
    try:
        # A link never takes the place of a key that another process has just made.
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text().strip()


def proxies_trusted(given: str) -> int:
    """`REMIT_BEHIND_PROXY` as a number of proxies: yes is one, no is none."""
    word = given.strip().lower()
    known = {"": 0, "no": 0, "false": 0, "off": 0, "yes": 1, "true": 1, "on": 1}
    if word in known:
        return known[word]
    if word.isdecimal() and int(word) <= 9:
        return int(word)
    what = f"{given!r} is neither yes, no nor a number of proxies"
    raise ProblemsFound([Problem("REMIT_BEHIND_PROXY", 0, "", what, "write yes for one proxy")])


def number_given(name: str, default: int) -> int:
    """A whole number that a variable of the environment gives. Raises ProblemsFound where it is none above 0."""
    given = os.environ.get(name, "").strip()
    if not given:
        return default
    if not given.isdecimal() or int(given) == 0:
        raise ProblemsFound([Problem(name, 0, "", f"{given!r} is no whole number above 0", f"write one, as {default}")])
    return int(given)
