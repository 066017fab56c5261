"""The worker: one process that takes due jobs one after another, until it is told to stop."""

import logging
import os
import signal
import socket
import threading
from datetime import timedelta
from types import FrameType

from django.db import close_old_connections, connection

from remit.web.jobs.models import Job, State
from remit.web.jobs.queue import LEASE, take, work_on
from remit.web.shared.moments import now

_log = logging.getLogger("remit.web.jobs")
PAUSE_SECONDS = 1.0


class Worker:
    """Takes jobs until `stop`; a thread beside it keeps the lease of the one in hand while the process lives."""

    def __init__(self, pause_seconds: float = PAUSE_SECONDS) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.pause_seconds = pause_seconds
        self._stop = threading.Event()
        self._in_hand: int | None = None

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Finish the job in hand and take no other."""
        self._stop.set()

    def run(self) -> None:
        """Work until told to stop."""
        keeper = threading.Thread(target=self._keep_lease, daemon=True, name="lease")
        keeper.start()
        _log.info("worker began", extra={"facts": {"worker": self.name}})
        while not self._stop.is_set():
            close_old_connections()
            job = take(self.name, now())
            if job is None:
                self._stop.wait(self.pause_seconds)
                continue
            self._do(job)
        _log.info("worker stopped", extra={"facts": {"worker": self.name}})

    def _do(self, job: Job) -> None:
        self._in_hand = job.pk
        try:
            work_on(job, self.name)
        finally:
            self._in_hand = None

    def _keep_lease(self) -> None:
        while not self._stop.wait(LEASE / timedelta(seconds=1) / 3):
            in_hand = self._in_hand
            if in_hand is None:
                continue
            held = Job.objects.filter(pk=in_hand, worker=self.name, state=State.RUNNING)
            held.update(leased_until=now() + LEASE)
            connection.close()


def run_worker() -> None:
    """A worker that stops gracefully at SIGTERM and SIGINT."""
    worker = Worker()
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    worker.run()
