"""Pages of a laid-out site under load: the 95th percentile of each over the median of an empty frame, in turns."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

from benchmarks.figures import Figure
from benchmarks.site_laid_out import MANAGER, PASSWORD

BOUND = 6.0
CLIENTS = 4
_START_SECONDS = 180
_LISTED_SECONDS = 900
_FIRST = "/engagements/customer-care-000"
_LEVEL = f"{_FIRST}/performance/levels/ANSWERED"
FRAME = "/bench/frame/"
_DEED = "/bench/deed/"
PAGES: Mapping[str, str] = {
    "landing page": "/",
    "landing page, once anybody did anything": "/?after=a-deed",
    "heat map": f"{_FIRST}/performance/",
    "one level": f"{_LEVEL}/?month=2025-11",
    "a page of records": f"{_LEVEL}/2025-11/",
    "a page of records, sorted and filtered": f"{_LEVEL}/2025-11/?only=met&sort=-at&text=north",
}
BEFORE: Mapping[str, str] = {PAGES["landing page, once anybody did anything"]: _DEED}
"""What is asked for just before a page, untimed."""
COMPARED: Mapping[str, str] = {"a view that answers one word": "/bench/bare/"}


def page_figures(data: Path, *, rounds: int) -> list[Figure]:
    """What each page takes over an empty frame, one client after another and four at once."""
    with _served(data) as port:
        session = _signed_in(port)
        _warm(port, session)
        alone = _timed(port, session, rounds)
        with ThreadPoolExecutor(CLIENTS) as pool:
            many = list(pool.map(lambda _: _timed(port, session, rounds), range(CLIENTS)))
    together = {path: [took for one in many for took in one[path]] for path in alone}
    return [*_figures(alone, "one client"), *_figures(together, f"{CLIENTS} clients at once")]


def _figures(took: Mapping[str, list[float]], how: str) -> Iterator[Figure]:
    frame = median(took[FRAME])
    for name, path in {**PAGES, **COMPARED}.items():
        high = quantiles(took[path], n=20)[-1]
        usual = 1000 * median(took[path])
        measured = f"{how}: {1000 * high:.1f} ms (p50 {usual:.1f} ms) over {1000 * frame:.1f} ms"
        bound = BOUND if path in PAGES.values() else None
        yield Figure("w", f"p95 over p50 of an empty frame: {name}", measured, high / frame, bound)


@dataclass
class _Client:
    """A browser's connection, kept open, with its session."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    link: http.client.HTTPConnection | None = None

    def get(self, path: str) -> tuple[float, str]:
        """How long a page took to come whole, and what it said."""
        began = time.perf_counter()
        status, text = self.ask("GET", path)
        took = time.perf_counter() - began
        if status != http.client.OK:
            raise RuntimeError(f"{path} answered {status}")
        return took, text

    def ask(self, method: str, path: str, form: Mapping[str, str] | None = None) -> tuple[int, str]:
        self.link = self.link or http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        self.link.request(method, path, urlencode(form) if form is not None else None, headers)
        answer = self.link.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read().decode()


def _signed_in(port: int) -> dict[str, str]:
    """The session of the client's manager, who works in every engagement."""
    client = _Client(port)
    _, form = client.get("/account/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    given = {"login": MANAGER, "password": PASSWORD, "csrfmiddlewaretoken": token[1] if token else ""}
    status, text = client.ask("POST", "/account/login/", given)
    if status != http.client.FOUND:
        raise RuntimeError(f"signing in answered {status}: {text[:500]}")
    return client.cookies


def _warm(port: int, session: Mapping[str, str]) -> None:
    """Every page once by each process, the list of records made, the charts drawn: what is not measured."""
    client, until = _Client(port, dict(session)), time.monotonic() + _LISTED_SECONDS
    while "being listed" in client.get(PAGES["a page of records"])[1]:
        if time.monotonic() > until:
            raise RuntimeError("the records were not listed in time")
        time.sleep(1)
    while "is being drawn" in "".join(client.get(path)[1] for path in PAGES.values()):
        if time.monotonic() > until:
            raise RuntimeError("the charts were not drawn in time")
        time.sleep(1)
    for _ in range(8):
        for path in (*PAGES.values(), *COMPARED.values(), FRAME):
            _Client(port, dict(session)).get(path)


def _timed(port: int, session: Mapping[str, str], rounds: int) -> dict[str, list[float]]:
    """All pages in turns, so that whatever else the machine does slows them alike."""
    client = _Client(port, dict(session))
    took: dict[str, list[float]] = {path: [] for path in (FRAME, *PAGES.values(), *COMPARED.values())}
    for _ in range(rounds):
        for path, found in took.items():
            if path in BEFORE:
                client.get(BEFORE[path])
            found.append(client.get(path)[0])
    return took


@contextmanager
def _served(data: Path) -> Iterator[int]:
    """The site as `remit web` serves it, with the page to measure by."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.site_settings", "REMIT_LOG_LEVEL": "WARNING"}
    command = [sys.executable, "-m", "remit", "web", "--data", str(data), "--port", str(port)]
    started = subprocess.Popen(command, env=environment)
    try:
        _wait_for(port, started)
        yield port
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait(60)


def _wait_for(port: int, started: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if started.poll() is not None:
            raise RuntimeError("the site stopped by itself; its log lines above say why")
        try:
            _Client(port).get("/readyz")
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise RuntimeError("the site did not answer in time")


def site_figures(folder: Path, *, engagements: int, record_count: int, rounds: int) -> list[Figure]:
    """A site laid out and measured."""
    data = folder / "site"
    laying = [sys.executable, "-m", "benchmarks.site_laid_out", str(data), str(engagements), str(record_count)]
    subprocess.run(laying, check=True, env={**os.environ, "REMIT_LOG_LEVEL": "WARNING"})
    return page_figures(data, rounds=rounds)
