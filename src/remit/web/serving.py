"""Serving: database and static files made ready, then the site and a worker run until told to stop."""

import multiprocessing
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

STOP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Site:
    """Where a site listens and how many processes answer; `with_worker` runs background work beside it."""

    host: str
    port: int
    processes: int = 2
    threads: int = 2
    with_worker: bool = True


def find(data: Path | None) -> None:
    """Settings found and the records' models loaded; nothing is written."""
    if data is not None:
        os.environ["REMIT_DATA"] = str(data.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "remit.web.settings")
    import django

    django.setup()


def prepare(data: Path | None) -> None:
    """Settings found, tables brought up to date, static files gathered; safe to do at every start."""
    find(data)
    from django.conf import settings
    from django.core.management import call_command

    settings.DATA.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def serve(site: Site) -> None:
    """Run the site, and its workers, until SIGTERM or SIGINT; requests and the job in hand are finished first."""
    spawning = multiprocessing.get_context("spawn")
    parts = [spawning.Process(target=_run_site, args=(site,), name="site")]
    if site.with_worker:
        # What takes long in a process of its own; charts, mail and webhooks, which mostly wait, share another.
        parts.append(spawning.Process(target=_run_workers, args=(("long",),), name="worker"))
        parts.append(spawning.Process(target=_run_workers, args=(("quick", "outside"),), name="quick worker"))
    for part in parts:
        part.start()
    _wait_for(parts)


def _wait_for(parts: "Sequence[BaseProcess]") -> None:
    """Until a signal, or until a part has died: then the others are stopped too, rather than half a site left up."""
    import threading

    told = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        told.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not told.wait(0.5) and all(part.is_alive() for part in parts):
        pass
    died = [part for part in parts if not part.is_alive()]
    for part in parts:
        if part.is_alive():
            part.terminate()
    for part in parts:
        part.join(STOP_SECONDS)
        if part.is_alive():
            part.kill()
    if died and not told.is_set():
        raise SystemExit(f"the {died[0].name} stopped by itself; its log lines above say why")


def _run_site(site: Site) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "remit.web.wsgi:application",
        address=site.host,
        port=site.port,
        interface=Interfaces.WSGI,
        workers=site.processes,
        blocking_threads=site.threads,
        workers_kill_timeout=STOP_SECONDS,
        log_access=False,
        log_level=LogLevels.warning,
    ).serve()


def _run_workers(lanes: Sequence[str]) -> None:
    import django

    django.setup()
    from remit.web.jobs.kinds import Lane
    from remit.web.jobs.worker import run_workers

    run_workers([Lane(lane) for lane in lanes])
