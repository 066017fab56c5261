"""What keeps Spark from running is told in a sentence, in seconds, before anything is started."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from remit.engines.spark_sessions import check_answers, check_installed, is_local
from remit.terms.problems import ProblemsFound


def told(found: pytest.ExceptionInfo[ProblemsFound]) -> str:
    return str(found.value.problems[0])


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """pyspark as if installed, and a JAVA_HOME to put a Java into."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    (tmp_path / "bin").mkdir()
    return tmp_path / "bin" / "java"


def java(path: Path, says: str) -> None:
    path.write_text(f"#!/bin/sh\n{says}\n")
    path.chmod(0o755)


def test_spark_that_is_not_installed_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ProblemsFound) as found:
        check_installed("local[*]")
    assert told(found) == 'local[*]: Spark is not installed; install it with: pip install "remit[spark]"'


def test_no_java_says_which_to_install(installed: Path) -> None:
    with pytest.raises(ProblemsFound, match="there is no Java, which Spark runs on; install Java 17 or newer"):
        check_installed("local[*]")


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        ("echo 'openjdk version \"11.0.2\" 2019' >&2", "Spark needs Java 17 or newer, and .*/java is 11"),
        ("echo 'java version \"1.8.0_292\"' >&2", "Spark needs Java 17 or newer, and .*/java is 8"),
        ("exit 3", "/java does not say its version"),
    ],
)
def test_a_java_too_old_says_which_it_is(installed: Path, says: str, sentence: str) -> None:
    java(installed, says)
    with pytest.raises(ProblemsFound, match=sentence):
        check_installed("local[*]")


def test_a_java_new_enough_will_do(installed: Path) -> None:
    java(installed, "echo 'openjdk version \"21\" 2023-09-19' >&2")
    check_installed("local[*]")


@pytest.fixture
def listening() -> Iterator[int]:
    """The port of something that listens on this machine."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        yield int(one.getsockname()[1])


def test_a_master_that_does_not_answer_is_told_in_seconds() -> None:
    started = time.monotonic()
    with pytest.raises(ProblemsFound) as found:
        check_answers("spark://127.0.0.1:1")
    assert time.monotonic() - started < 10
    assert told(found).startswith(
        "spark://127.0.0.1:1: the Spark master does not answer: 127.0.0.1:1 connection refused"
    )
    assert "make spark-up" in told(found)


def test_of_masters_that_stand_in_for_each_other_one_that_answers_will_do(listening: int) -> None:
    check_answers(f"spark://127.0.0.1:1,127.0.0.1:{listening}")
    check_answers(f"k8s://https://127.0.0.1:{listening}")


@pytest.mark.parametrize("master", ["http", "spark://", "ftp://127.0.0.1:1", "cluster:7077"])
def test_what_is_no_master_says_what_one_looks_like(master: str) -> None:
    with pytest.raises(ProblemsFound, match="is no Spark master; write local"):
        check_answers(master)


def test_a_master_whose_port_is_no_number_is_no_address() -> None:
    with pytest.raises(ProblemsFound, match="one:many is no address"):
        check_answers("spark://one:many")


def test_local_masters_are_asked_nothing() -> None:
    assert is_local("local")
    assert is_local("local[2]")
    assert not is_local("spark://localhost:7077")
    check_answers("local[*]")
    check_answers("yarn")
