"""The whole site as a program, to be killed between requests; and a world put into its database beforehand.

`python -m tests.lib.killed_site DATA` makes the database and prints a token that may load facts.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from remit.web.serving import prepare

_START_SECONDS = 120


class KilledSite:
    """A site that can be started and killed again and again on one data folder."""

    def __init__(self, data: Path, environment: Mapping[str, str]) -> None:
        self.data, self.environment = data, dict(environment)
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.process: subprocess.Popen[bytes] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def make(self) -> str:
        """The database with a world in it; the token's key."""
        command = [sys.executable, "-m", "tests.lib.killed_site", str(self.data)]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True)
        return done.stdout.strip().splitlines()[-1]

    def start(self) -> None:
        """Serve, with a worker beside, and wait until it answers."""
        port = ["--port", str(self.port), "--processes", "1"]
        command = [sys.executable, "-m", "remit", "web", "--data", str(self.data), *port]
        log = (self.data.parent / "site.log").open("ab")
        with log:
            self.process = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + _START_SECONDS
        while not self._answers():
            assert time.monotonic() < until, (self.data.parent / "site.log").read_text()[-3000:]
            assert self.process.poll() is None, (self.data.parent / "site.log").read_text()[-3000:]
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def kill(self) -> None:
        """Site and worker gone at once, as in a power cut of the machine's processes."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def main() -> None:
    """Make the database, and print a token."""
    prepare(Path(sys.argv[1]))
    from remit.web.accounts.roles import Duty, Role
    from tests.lib.web_api import key_of
    from tests.lib.web_world import build_world

    sys.stdout.write(key_of(build_world().person(Role.OPERATIONS_MANAGER), [Duty.LOAD_FACTS]) + "\n")


if __name__ == "__main__":
    main()
