"""Progress on a terminal: what is being done, how much of it is done, and about how long the rest takes."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Tell = Callable[[str, int, int], None]
Share = Callable[[], float]
"""How much of the step at work is done, from 0 to 1."""

_EACH_SECONDS = 0.25
_SURE_AFTER_SECONDS = 3.0
_SURE_FROM = 0.02


def _say_nothing(_what: str, _done: int, _of: int) -> None:
    """Progress in a pipe."""


@contextmanager
def progress_shown(within: Share | None = None) -> Iterator[Tell]:
    """A line of progress on a terminal's standard error; silent in a pipe.

    `within` tells how far the step at work has come; it is asked from another thread while the step runs.
    """
    if not sys.stderr.isatty():
        yield _say_nothing
        return
    from rich.console import Console

    steps = Steps(within)
    with Console(stderr=True).status("starting") as status, _repeated(lambda: status.update(steps.words())):

        def tell(what: str, done: int, of: int) -> None:
            steps.begin(what, done, of)
            status.update(steps.words())

        yield tell


class Steps:
    """Steps of one kind of work, as a line that says how far it has come and what is left."""

    def __init__(self, within: Share | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._within, self._clock = within, clock
        self._what, self._done, self._of = "starting", 0, 0
        self._began = clock()

    def begin(self, what: str, done: int, of: int) -> None:
        """A step begins, so many of all being done; the first of several sets the time that the rest is judged by."""
        if of and (done == 0 or not self._of):
            self._began = self._clock()
        self._what, self._done, self._of = what, done, of

    def words(self) -> str:
        """The line: `measuring SL1 (2 of 9, 27%), about 3 min left`."""
        if not self._of:
            return self._what
        share = min((self._done + (self._within() if self._within else 0.0)) / self._of, 1.0)
        return f"{self._what} ({self._done} of {self._of}, {share:.0%}){self._left(share)}"

    def _left(self, share: float) -> str:
        took = self._clock() - self._began
        if took < _SURE_AFTER_SECONDS or share < _SURE_FROM:
            return ""
        return f", about {spelled(took / share * (1 - share))} left"


def spelled(seconds: float) -> str:
    """A length of time as one says it: `40 s`, `3 min`, `1 h 20 min`."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


@contextmanager
def _repeated(what: Callable[[], None]) -> Iterator[None]:
    """Something done over and over, in a thread of its own, until the block ends."""
    is_over = threading.Event()

    def run() -> None:
        while not is_over.wait(_EACH_SECONDS):
            what()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
