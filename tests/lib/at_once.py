"""Doing something several times at once, each on a database connection of its own."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import quote

from django.db import connection

Found = TypeVar("Found")


def at_once(count: int, act: Callable[[int], Found]) -> list[Found | Exception]:
    """What each of `count` threads got, or what it raised; they all begin at the same moment."""
    barrier = threading.Barrier(count)

    def one(number: int) -> Found | Exception:
        try:
            barrier.wait(30)
            return act(number)
        except Exception as fault:  # noqa: BLE001  # the test looks at what was raised
            return fault
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def environment(name: str = "") -> dict[str, str]:
    """The environment of a program that works on the test's own database, or on another one of the same server."""
    kept: dict[str, Any] = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{name or kept['NAME']}"
    else:
        options = kept.get("OPTIONS", {})
        host = options.get("host") or kept["HOST"]
        password = f":{quote(kept['PASSWORD'], safe='')}" if kept["PASSWORD"] else ""
        port = f"&port={kept['PORT']}" if kept["PORT"] else ""
        url = f"postgres://{kept['USER']}{password}@/{name or kept['NAME']}?host={quote(host, safe='')}{port}"
    return {**os.environ, "DATABASE_URL": url}
