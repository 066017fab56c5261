"""A real Spark cluster on this machine's loopback: a standalone master and its workers, from the pip package.

`make spark-up` and `make spark-down` call it with `up` and `down`; tests and benchmarks start and stop their own.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

HERE = Path(".spark")
"""Where the cluster of `make spark-up` keeps its process numbers, its logs and its workers' files."""

_CLASSES = "org.apache.spark.deploy."
_START_SECONDS = 90
_STOP_SECONDS = 10
_GONE = 0.1


class Cluster:
    """A master and its workers, each a process group of its own, by the process numbers kept in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def url(self) -> str:
        """The master's address, as `--spark-master` takes it."""
        return (self.folder / "url").read_text().strip()

    @property
    def pids(self) -> dict[str, int]:
        """The processes that are still ours, by name: a number that the system gave to another since is not."""
        found = {path.stem: int(path.read_text()) for path in sorted(self.folder.glob("*.pid"))}
        return {name: pid for name, pid in found.items() if _is_spark(pid)}

    @property
    def workers_alive(self) -> int:
        """How many workers the master counts on."""
        with urllib.request.urlopen((self.folder / "status").read_text().strip(), timeout=5) as answer:
            told = json.load(answer)
        return int(told["aliveworkers"])

    def start(self, *, workers: int = 2, cores: int = 1, memory_mb: int = 1024) -> "Cluster":
        """Start a master and workers of some cores each, and wait until they know each other."""
        self.folder.mkdir(parents=True, exist_ok=True)
        port, status = _free_port(), _free_port()
        (self.folder / "url").write_text(f"spark://127.0.0.1:{port}\n")
        (self.folder / "status").write_text(f"http://127.0.0.1:{status}/json/\n")
        self._launch("master", "master.Master", "--port", str(port), "--webui-port", str(status))
        self._await(lambda: self.workers_alive == 0, "its master")
        for number in range(1, workers + 1):
            options = ["--cores", str(cores), "--memory", f"{memory_mb}m", "--webui-port", "0"]
            files = str(self.folder.absolute() / f"worker-{number}")
            self._launch(f"worker-{number}", "worker.Worker", *options, "--work-dir", files, self.url)
        self._await(lambda: self.workers_alive == workers, "all its workers")
        return self

    def kill(self, name: str) -> None:
        """End a master or a worker with all it started, at once and unasked, as a power cut would."""
        os.killpg(self.pids[name], signal.SIGKILL)

    def stop(self) -> None:
        """End what is left of it."""
        for sent in (signal.SIGTERM, signal.SIGKILL):
            for pid in self.pids.values():
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pid, sent)
            until = time.monotonic() + _STOP_SECONDS
            while self.pids and time.monotonic() < until:
                time.sleep(_GONE)
        for path in (*self.folder.glob("*.pid"), self.folder / "url", self.folder / "status"):
            path.unlink(missing_ok=True)

    def _launch(self, name: str, kind: str, *arguments: str) -> None:
        import pyspark

        home = Path(pyspark.__file__).parent
        own = {
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_DAEMON_MEMORY": "384m",
            "SPARK_LOCAL_DIRS": str(self.folder.absolute() / f"{name}-spilled"),
        }
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [str(home / "bin" / "spark-class"), _CLASSES + kind, "--host", "127.0.0.1", *arguments],
                env={**os.environ, **own},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        (self.folder / f"{name}.pid").write_text(f"{process.pid}\n")

    def _await(self, is_so: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                if is_so():
                    return
            time.sleep(0.2)
        self.stop()
        raise RuntimeError(f"the Spark cluster did not get {what} up in {_START_SECONDS} s; see {self.folder}/*.log")


@contextmanager
def running(folder: Path, *, workers: int = 2, cores: int = 1, memory_mb: int = 1024) -> Iterator[Cluster]:
    """A cluster for as long as it is needed."""
    cluster = Cluster(folder).start(workers=workers, cores=cores, memory_mb=memory_mb)
    try:
        yield cluster
    finally:
        cluster.stop()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _is_spark(pid: int) -> bool:
    """Whether a process is a part of a Spark cluster and still runs."""
    try:
        # As wide as it is: a class path fills any width that a shell may have named.
        command = ["ps", "-ww", "-o", "stat=,args=", "-p", str(pid)]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return False
    state, _, words = told.stdout.strip().partition(" ")
    return bool(state) and not state.startswith("Z") and ("spark-class" in words or _CLASSES in words)


def main(arguments: list[str]) -> int:
    """`up` starts the cluster unless it is up, and prints its address; `down` stops it."""
    cluster = Cluster(HERE)
    if arguments == ["down"]:
        was_up = cluster.pids
        cluster.stop()
        click.echo("the Spark cluster is down" if was_up else "no Spark cluster was up")
        return 0
    if arguments != ["up"]:
        click.echo("say up or down", err=True)
        return 2
    if not cluster.pids:
        cluster.start()
    elif "master" not in cluster.pids:
        click.echo("only a part of the Spark cluster is up; take it down first: make spark-down", err=True)
        return 1
    click.echo(cluster.url)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
