"""Being stopped: SIGTERM ends a command as Ctrl-C does, so that what it spilled is gone with it."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stops:
    """The signals that came while a command ran."""

    def __init__(self) -> None:
        self.is_terminated = False

    def note(self, _number: int, _frame: FrameType | None) -> None:
        """Take SIGTERM as Ctrl-C, and remember which it was."""
        self.is_terminated = True
        raise KeyboardInterrupt


@contextmanager
def stops_noted() -> Iterator[Stops]:
    """While the block runs, SIGTERM raises KeyboardInterrupt; only the main thread can be told of signals."""
    stops = Stops()
    if threading.current_thread() is not threading.main_thread():
        yield stops
        return
    before = signal.signal(signal.SIGTERM, stops.note)
    try:
        yield stops
    finally:
        signal.signal(signal.SIGTERM, before)
