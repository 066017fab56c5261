"""A Spark session for one run: what must be there for it, a master that answers, and a silent start."""

import importlib.util
import logging
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from remit.terms.problems import Problem, ProblemsFound

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LEAST_JAVA = 17
_ANSWER_SECONDS = 3.0
_WORKER_SECONDS = 45.0
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

_ALWAYS = {
    # What makes a figure the same as on any other engine: no overflow passes, no local time takes part.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "false",
    "spark.sql.legacy.charVarcharAsString": "false",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    # A contract's own words are words, also where they look like ${a setting}.
    "spark.sql.variable.substitute": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.python.sql.dataFrameDebugging.enabled": "false",
}
_UNLESS_SET = {
    "spark.ui.enabled": "false",
    # Small tables are sent along by name. What else is small is known once it has been shuffled, not from a compressed
    # file's size: sides sent whole by such a guess have filled the driver's memory.
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.adaptive.autoBroadcastJoinThreshold": "8MB",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    # A query's small tables come as plain rows of the plan, and the plan goes out with every task: no file, no shuffle.
    "spark.sql.execution.arrow.localRelationThreshold": "48MB",
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "1000",
    # A history's steps make long plans; printed in full they would cost more than they take to run.
    "spark.sql.maxPlanStringLength": "4096",
    "spark.sql.debug.maxToStringFields": "25",
}


def spark_problem(master: str, what: str, hint: str) -> ProblemsFound:
    """One thing that keeps Spark from running, as the exception that stops the work."""
    return ProblemsFound([Problem(master, 0, "", what, hint)])


@contextmanager
def session(master: str, *, memory_mb: int, settings: Mapping[str, str] | None = None) -> Iterator["SparkSession"]:
    """A session on a master, stopped afterwards; what Spark says meanwhile goes to a file that goes with it.

    `memory_mb` is for local masters, where the driver does all the work; a cluster's workers have their own. What the
    user's own spark-defaults.conf sets holds, but for what decides a figure. Raises ProblemsFound where pyspark or Java
    is missing, where the master does not answer, and where it has no worker to give.
    """
    check_installed(master)
    check_answers(master)
    with tempfile.TemporaryDirectory(prefix="remit-spark-", ignore_cleanup_errors=True) as folder:
        with _java_silenced(Path(folder)):
            found = _started(master, memory_mb=memory_mb, folder=folder, settings=settings or {})
        try:
            _await_worker(master, found)
            yield found
        finally:
            found.stop()


def is_local(master: str) -> bool:
    """Whether a master is this process itself, on the machine's own cores."""
    return master == "local" or master.startswith("local[")


def check_installed(master: str) -> None:
    """See that pyspark and a Java it runs on are there. Raises ProblemsFound with what to install."""
    if importlib.util.find_spec("pyspark") is None:
        raise spark_problem(master, "Spark is not installed", 'install it with: pip install "remit[spark]"')
    hint = f"install Java {LEAST_JAVA} or newer (on Debian: apt install openjdk-17-jre-headless), or set JAVA_HOME"
    java = _java()
    if java is None:
        raise spark_problem(master, "there is no Java, which Spark runs on", hint)
    version = _java_version(java)
    if version is None:
        raise spark_problem(master, f"{java} does not say its version", hint)
    if version < LEAST_JAVA:
        raise spark_problem(master, f"Spark needs Java {LEAST_JAVA} or newer, and {java} is {version}", hint)


def _java() -> str | None:
    home = os.environ.get("JAVA_HOME")
    if home:
        named = Path(home) / "bin" / "java"
        return str(named) if named.is_file() else None
    return shutil.which("java")


def _java_version(java: str) -> int | None:
    """The feature number of a Java, as 17; None where it does not answer like one."""
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', told.stderr + told.stdout)
    return int(found[1]) if found else None


def check_answers(master: str) -> None:
    """See in seconds that a master at an address answers at all; Spark itself would try for a minute.

    Several masters that stand in for each other are written spark://one:7077,two:7077; one that answers is enough.
    Raises ProblemsFound, also for what is no master.
    """
    if is_local(master) or master == "yarn":
        return
    scheme, _, rest = master.removeprefix("k8s://").partition("://")
    if scheme not in ("spark", "http", "https") or not rest:
        what = "is no Spark master"
        raise spark_problem(master, what, "write local[*], spark://host:7077, yarn or k8s://https://host:443")
    reasons = []
    for address in rest.split(","):
        reason = _unreachable(scheme, address)
        if reason is None:
            return
        reasons.append(reason)
    hint = "start the master (here: make spark-up), see that the address is right and that this machine may reach it"
    raise spark_problem(master, f"the Spark master does not answer: {'; '.join(reasons)}", hint)


def _unreachable(scheme: str, address: str) -> str | None:
    """Why nothing listens at host:port; None where something does."""
    try:
        parts = urlsplit(f"//{address}")
        host, port = parts.hostname, parts.port or {"spark": 7077, "http": 80, "https": 443}[scheme]
    except ValueError:
        return f"{address} is no address"
    try:
        socket.create_connection((host or "", port), timeout=_ANSWER_SECONDS).close()
    except OSError as error:
        return f"{host}:{port} {(error.strerror or str(error) or 'gave no answer').lower()}"
    return None


def _started(master: str, *, memory_mb: int, folder: str, settings: Mapping[str, str]) -> "SparkSession":
    from pyspark import SparkConf
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    # A query that fails is told by this house; pyspark would log its whole Java stack beside.
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        logging.getLogger(name).disabled = True
    if _stays_here(master):
        os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    configuration = SparkConf()
    for name, value in {**_UNLESS_SET, **_here(master, memory_mb=memory_mb, folder=folder)}.items():
        configuration.setIfMissing(name, value)
    configuration.setMaster(master).setAppName("remit").setAll(list({**_ALWAYS, **settings}.items()))
    try:
        return SparkSession.builder.config(conf=configuration).getOrCreate()
    except (PySparkException, OSError, RuntimeError, _java_fault()) as fault:
        told = next((line for line in str(fault).splitlines() if line.strip()), type(fault).__name__)
        hint = "see the master's own log; is it a Spark master, of the version installed here?"
        raise spark_problem(master, f"Spark does not start: {told.strip()}", hint) from None


def _java_fault() -> type[Exception]:
    from py4j.protocol import Py4JError

    fault: type[Exception] = Py4JError
    return fault


def _stays_here(master: str) -> bool:
    """Whether master, workers and driver are all on this machine, so that nothing need listen to another."""
    return is_local(master) or any(f"://{host}:" in master for host in _LOOPBACK)


def _here(master: str, *, memory_mb: int, folder: str) -> dict[str, str]:
    """Settings of a driver on this machine: it listens to nobody else, and spills where it is cleaned up."""
    found = {"spark.local.dir": folder, "spark.sql.warehouse.dir": f"{folder}/warehouse"}
    if is_local(master):
        found["spark.driver.memory"] = f"{memory_mb}m"
    if _stays_here(master):
        found |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    return found


def _await_worker(master: str, found: "SparkSession") -> None:
    """Wait until the cluster lends a worker; a query sent to none would wait for ever."""
    if is_local(master):
        return
    context = found.sparkContext._jsc.sc()  # noqa: SLF001 - Python is not told of workers in any other way
    until = time.monotonic() + _WORKER_SECONDS
    while time.monotonic() < until:
        if context.isStopped():
            break
        if context.getExecutorMemoryStatus().size() > 1:
            return
        time.sleep(0.1)
    what = f"the Spark master lends no worker within {_WORKER_SECONDS:.0f} seconds"
    raise spark_problem(master, what, "see that workers are up and that another application does not hold them all")


@contextmanager
def _java_silenced(folder: Path) -> Iterator[None]:
    """Java started in here says what it has to say to a file, for as long as it lives.

    It keeps the descriptors it was started with, so this process's own are put aside for that long only.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    kept = os.dup(1), os.dup(2)
    log = os.open(folder / "spark.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        os.dup2(log, 1)
        os.dup2(log, 2)
        yield
    finally:
        os.close(log)
        for number, descriptor in enumerate(kept, start=1):
            os.dup2(descriptor, number)
            os.close(descriptor)
