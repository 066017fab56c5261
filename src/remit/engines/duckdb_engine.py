"""DuckDB on one machine: a connection that reads local files, spills to disk, and fetches nothing from anywhere."""

import tempfile
from pathlib import Path

import duckdb

DEFAULT_MEMORY_LIMIT_MB = 2_048


def connect(
    *,
    database: Path | None = None,
    memory_limit_mb: int = DEFAULT_MEMORY_LIMIT_MB,
    threads: int | None = None,
    temp_folder: Path | None = None,
) -> duckdb.DuckDBPyConnection:
    """A connection for one run.

    Without `database` the facts live in memory, and spill to `temp_folder` (a folder of the system's temporary one
    unless given) past `memory_limit_mb`. No extension is ever fetched or loaded by itself, Python variables can't be
    queried, and the session's time zone is UTC: facts hold instants as integers, and no engine's idea of local time may
    reach a figure.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{memory_limit_mb}MB",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "python_enable_replacements": False,
        "preserve_insertion_order": True,
    }
    if threads is not None:
        settings["threads"] = threads
    settings["temp_directory"] = str(temp_folder or Path(tempfile.gettempdir()) / "remit-spill")
    connection = duckdb.connect(str(database) if database else ":memory:", config=settings)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    return connection
