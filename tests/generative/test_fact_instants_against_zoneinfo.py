"""Instants from files, against Python's own reading of the same local times."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remit.engines.duckdb_engine import connect
from remit.ingest.fact_files import open_facts
from remit.ingest.zone_tables import DAY_SECONDS, zone_days

ZONES = [
    "Europe/Lisbon", "America/New_York", "America/St_Johns", "Africa/Casablanca", "Australia/Lord_Howe",
    "Asia/Kathmandu", "America/Sao_Paulo", "Pacific/Apia", "UTC",
]  # fmt: skip


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    opened = connect(threads=1)
    yield opened
    opened.close()


def changes_of(zone: str) -> list[datetime]:
    """Local times at the edges of a zone's clock changes."""
    edges = [day.from_local for day in zone_days(zone) if day.from_local is not None]
    return [datetime.fromtimestamp(edge, UTC).replace(tzinfo=None) for edge in edges]


def expected(local: datetime, zone: ZoneInfo) -> int | None:
    """The instant, or None where the local time does not exist or exists twice."""
    first = local.replace(tzinfo=zone, fold=0)
    second = local.replace(tzinfo=zone, fold=1)
    back = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    return None if back != local or first.utcoffset() != second.utcoffset() else int(first.timestamp())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(zone=st.sampled_from(ZONES), data=st.data())
def test_a_local_time_lands_as_python_reads_it_or_is_set_aside(
    tmp_path_factory: pytest.TempPathFactory, connection: duckdb.DuckDBPyConnection, zone: str, data: st.DataObject
) -> None:
    near = st.tuples(st.sampled_from([*changes_of(zone), datetime(2026, 3, 1)]), st.integers(-9000, 9000))
    anywhere = st.tuples(st.just(datetime(1990, 1, 2)), st.integers(0, 109 * 365 * DAY_SECONDS))
    drawn = data.draw(st.lists(st.one_of(near, anywhere), min_size=1, max_size=20))
    locals_ = [edge + timedelta(seconds=seconds) for edge, seconds in drawn]
    folder: Path = tmp_path_factory.mktemp("facts")
    rows = "".join(f"{number},{local:%Y-%m-%d %H:%M:%S}\n" for number, local in enumerate(locals_))
    (folder / "cases.csv").write_text(f"case_key,opened_at\n{rows}")
    (folder / "mapping.yaml").write_text(
        f"remit_mapping: 1\ntime_zone: {zone}\nsources: [{{table: cases, files: cases.csv}}]\n"
    )
    open_facts(folder, connection=connection)
    landed = dict(connection.execute("SELECT CAST(case_key AS INTEGER), opened_at FROM cases").fetchall())
    assert {number: landed.get(number) for number in range(len(locals_))} == {
        number: expected(local, ZoneInfo(zone)) for number, local in enumerate(locals_)
    }


CELLS = st.sampled_from(["x", "two\nlines", 'a "quote"', "", "c,d", "three\n\nlines"])


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(st.booleans(), CELLS, st.booleans()), min_size=1, max_size=30))
def test_every_row_is_accounted_for_at_its_own_line(
    tmp_path_factory: pytest.TempPathFactory,
    connection: duckdb.DuckDBPyConnection,
    rows: list[tuple[bool, str, bool]],
) -> None:
    folder: Path = tmp_path_factory.mktemp("facts")
    text, faulty = "case_key,opened_at,status\n", []
    for number, (is_fit, cell, is_after_blank) in enumerate(rows):
        text += "\n" if is_after_blank else ""
        if not is_fit:
            faulty.append(str(text.count("\n") + 1))
        quoted = '"' + cell.replace('"', '""') + '"'
        text += f"{number},{'2026-01-01T00:00:00Z' if is_fit else 'never'},{quoted}\n"
    (folder / "cases.csv").write_text(text)
    facts = open_facts(folder, connection=connection, quarantine_path=folder / "q.csv")
    table = facts.tables["cases"]
    assert (table.rows_read, table.rows, table.quarantined) == (len(rows), len(rows) - len(faulty), len(faulty))
    if faulty:
        found = connection.execute(
            "SELECT row FROM read_csv(?, all_varchar = true)", [str(folder / "q.csv")]
        ).fetchall()
        assert [row for (row,) in found] == faulty
