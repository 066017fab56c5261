"""A plugin of pytest that runs the records' tests on PostgreSQL: `pytest -p tests.lib.on_postgres tests/web`.

The database must be known before pytest-django reads the settings, and that is before any conftest: hence a plugin.
The workers of a run in parallel inherit the address, each with a database of its own.
"""

import atexit
import os

import pytest
from django.db import connection

from tests.lib.postgres_server import Server

if "DATABASE_URL" not in os.environ:
    _server = Server()
    os.environ["DATABASE_URL"] = _server.url
    atexit.register(_server.stop)


@pytest.fixture(autouse=True)
def on_postgres() -> None:
    """No test may pass here on another database than it says."""
    assert connection.vendor == "postgresql"
