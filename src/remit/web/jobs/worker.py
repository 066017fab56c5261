"""Workers: each takes the due jobs of its lane one after another, until it is told to stop."""

import logging
import os
import signal
import socket
import threading
from collections.abc import Sequence
from datetime import timedelta
from types import FrameType

from django.db import close_old_connections, connection

from remit.web.jobs.kinds import Lane
from remit.web.jobs.models import Job, State
from remit.web.jobs.queue import LEASE, take, work_on
from remit.web.shared.moments import now

_log = logging.getLogger("remit.web.jobs")
PAUSE_SECONDS = 1.0


class Worker:
    """Takes jobs until `stop`; a thread beside it keeps the lease of the one in hand while the process lives."""

    def __init__(self, pause_seconds: float = PAUSE_SECONDS, lane: Lane | None = None) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}{f':{lane}' if lane is not None else ''}"
        self.lane = lane
        self.pause_seconds = pause_seconds
        self._stop = threading.Event()
        self._in_hand: int | None = None

    def stop(self) -> None:
        """Finish the job in hand and take no other."""
        self._stop.set()

    def run(self) -> None:
        """Work until told to stop."""
        keeper = threading.Thread(target=self._keep_lease, daemon=True, name="lease")
        keeper.start()
        _log.info("worker began", extra={"facts": {"worker": self.name}})
        while not self._stop.is_set():
            close_old_connections()
            job = take(self.name, now(), self.lane)
            if job is None:
                self._stop.wait(self.pause_seconds)
                continue
            self._do(job)
        connection.close()
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


def run_workers(lanes: Sequence[Lane]) -> None:
    """A worker a lane, each in a thread of its own, that stop gracefully at SIGTERM and SIGINT."""
    workers = [Worker(lane=lane) for lane in lanes]

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for worker in workers:
            worker.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    threads = [threading.Thread(target=worker.run, name=str(worker.lane)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
