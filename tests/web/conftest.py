"""The records' tests: a database, a world of people, and a browser-like client for each of them."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from remit.web.accounts.models import User
from tests.lib.web_world import World, build_world


@pytest.fixture(autouse=True)
def apart(settings: Any, tmp_path: Path) -> None:
    """A data folder and a store of each test's own."""
    settings.DATA = tmp_path
    settings.STORE_URL = str(tmp_path / "store")


@pytest.fixture
def world(db: None) -> World:
    """Meridian, its two providers and all their people."""
    return build_world()


def signed_in(user: User) -> Client:
    """A client with a session of a person's."""
    client = Client()
    client.force_login(user)
    return client
