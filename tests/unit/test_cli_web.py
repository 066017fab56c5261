"""`remit web` before it serves: a port that somebody else has is told, and nothing is begun."""

import socket

import click
import pytest

from remit.cli.records import must_be_free


def test_a_port_in_use_is_told_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(click.UsageError, match=f"can't listen at 127.0.0.1 port {port}: .*; name another one"):
            must_be_free("127.0.0.1", port)


def test_a_free_port_is_left_alone() -> None:
    must_be_free("127.0.0.1", 0)
