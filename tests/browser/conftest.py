"""The browser's tests: one Chromium, and the demo's own site with its worker, as `make demo` starts it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser

from tests.lib.browsing import Reader, chromium

_START_SECONDS = 900
ENGAGEMENT = "customer-care-northlight-care"


@dataclass(frozen=True)
class DemoSite:
    """The demo as it runs: where, and by which password."""

    url: str
    password: str

    def client(self, theme: str = "light", width: int = 1280) -> Reader:
        """The client's BPO manager."""
        return Reader("amara.osei@calder-home.example", self.password, theme, width)

    def provider(self, theme: str = "light", width: int = 1280) -> Reader:
        """The provider's operations manager."""
        return Reader("rafael.santos@northlight-care.example", self.password, theme, width)

    def administrator(self, theme: str = "light", width: int = 1280) -> Reader:
        """The installation's administrator."""
        return Reader("admin@remit.example", self.password, theme, width)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a run."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSite]:
    """The demo's site, small, made and served by the command itself."""
    into = tmp_path_factory.mktemp("demo")
    port = _free_port()
    command = [sys.executable, "-m", "remit", "demo", "--site", "--into", str(into)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "REMIT_"))}
    with (into / "log").open("wb") as log:
        started = subprocess.Popen(
            [*command, "--scale", "0.02", "--port", str(port)], stdout=log, stderr=log, env=environment
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/readyz", started, into / "log")
        told = re.search(r"Everybody's password: (\S+)", (into / "log").read_text())
        assert told is not None
        yield DemoSite(f"http://127.0.0.1:{port}", told[1])
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait(60)


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port


def _wait_for(url: str, started: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        assert started.poll() is None, log.read_text()
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.5)
    raise AssertionError(log.read_text())
