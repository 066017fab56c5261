"""How a command opens the records of an installation: its data folder found, its database as it stands."""

import os
import socket
from importlib.util import find_spec
from pathlib import Path

import click

from remit.terms.problems import Problem, ProblemsFound

DATA = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the installation keeps its database.  [default: remit-data]",
)


def needed_libraries() -> None:
    """Raises UsageError where the site's libraries are not there, with what to do."""
    if find_spec("django") is None:
        raise click.UsageError("the site's libraries are not installed; install them with: pip install 'remit[web]'")


def must_be_free(host: str, port: int) -> None:
    """Raises UsageError where something listens there already: two sites would share a port and answer by turns."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as why:
            what = f"can't listen at {host} port {port}: {why.strerror or why}"
            raise click.UsageError(f"{what}; name another one with --port") from None


def open_records(data: Path | None) -> None:
    """The installation's records, ready to be read. Raises ProblemsFound where there are none at that place."""
    needed_libraries()
    folder = data or Path(os.environ.get("REMIT_DATA", "remit-data"))
    if not os.environ.get("DATABASE_URL") and not (folder / "remit.db").is_file():
        # Nothing is made in a folder named by mistake.
        raise _no_database(folder)
    from remit.web.serving import find

    find(data)
    if not is_migrated():
        raise _no_database(folder)


def _no_database(folder: Path) -> ProblemsFound:
    hint = "name its folder with --data, or start it once with: remit web"
    return ProblemsFound([Problem(str(folder), 0, "", "there is no installation's database here", hint)])


def is_migrated() -> bool:
    """Whether the tables are there; looking makes none."""
    from django.db import connection

    return "shared_auditentry" in connection.introspection.table_names()
