"""A real Spark cluster gives what DuckDB gives: the same integers, the same cents, the same records, byte for byte.

A master and two workers run on this machine for these tests; they are all in one group, so that one process has them.
"""

import importlib.util
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlglot import exp

from remit.cli.main import main
from remit.engines import spark_sessions
from remit.engines.duckdb_engine import DuckDBEngine, connect
from remit.engines.engine import QueryRefused
from remit.engines.spark_engine import SparkEngine
from remit.engines.spark_sessions import session
from remit.ingest.contract_files import ContractVersions, read_versions
from remit.performance.explanations import Explanation
from remit.performance.measures import portable_texts
from remit.performance.measures.expressions import column, number, total
from remit.performance.measures.portable import contract_condition
from remit.performance.measures.queries import MeasureQuery
from remit.reports.statements import as_json
from remit.runs import Evidence, explain, settle_contract
from remit.runs.clusters import engine_over
from remit.runs.stored import evidence_at
from remit.store import Manifest, read_manifest
from tests.generative.test_history_against_reference import compare, walked
from tests.lib import measured
from tests.lib.condition_cases import CASES, KINDS
from tests.lib.contact_centre import generated
from tests.lib.run_facts import HEAD, month, write_contract, write_facts
from tests.lib.spark_cluster import Cluster, running

HOUSE = Path(__file__).parents[2]
DATA = Path(os.environ.get("REMIT_SHARED", HOUSE.parent / "shared")) / "data"
PUBLIC = {"service-desk": "uci-incidents", "nhs-111": "nhs-111", "bank-calls": "bank-calls-1999"}
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("spark"),
    pytest.mark.skipif(importlib.util.find_spec("pyspark") is None, reason="Spark is not installed"),
    pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java"),
    # pyspark and py4j leave sockets to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

Side = tuple[ContractVersions, Evidence, Evidence]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running(tmp_path_factory.mktemp("spark")) as found:
        yield found


@pytest.fixture
def spark(cluster: Cluster) -> Iterator[Any]:
    with session(cluster.url, memory_mb=1024, settings={"spark.sql.shuffle.partitions": "2"}) as found:
        yield found


def loaded(folder: Path, contract: Path, *facts: str) -> Manifest:
    """A store of one export."""
    url = str(folder / "store")
    aside = ("--quarantine", str(folder / "aside.csv"))
    assert main(["load", str(contract), "--facts", *facts, "--store", url, *aside]) == 0
    return read_manifest(url)


def on_both(spark: Any, contract: Path, manifest: Manifest, connection: duckdb.DuckDBPyConnection) -> Side:
    """The same store's facts as the evidence of a run on each engine."""
    versions = read_versions(contract)
    evidence, stored = evidence_at(manifest, versions.latest.id, connection, version=manifest.head)
    return versions, evidence, replace(evidence, engine=engine_over(spark, manifest, stored), _steadiness={})


def facts_of(example: str) -> tuple[Path, tuple[str, ...]]:
    """An example's contract and what its records are loaded from."""
    if example in ("north", "south"):
        folder = generated() / example
        return folder / "contract.yaml", (str(folder / "facts"),)
    folder = HOUSE / "examples" / example
    if example in PUBLIC:
        if not DATA.is_dir():
            pytest.skip("the public data sets are not on this machine")
        return folder / "contract.yaml", (str(DATA / PUBLIC[example]), "--mapping", str(folder / "mapping.yaml"))
    return folder / "contract.yaml", (str(folder / "export"),)


@pytest.mark.parametrize("example", ["first-contract", *PUBLIC, "north", "south"])
def test_every_example_settles_to_the_same_bytes(example: str, spark: Any, tmp_path: Path) -> None:
    contract, facts = facts_of(example)
    manifest = loaded(tmp_path, contract, *facts)
    with connect() as connection:
        versions, ours, theirs = on_both(spark, contract, manifest, connection)
        assert as_json(settle_contract(versions, theirs)) == as_json(settle_contract(versions, ours))


DESK = f"""{HEAD}
calendars: {{desk: {{time_zone: Europe/Berlin, week: {{mon-fri: "08:00-16:30"}}}}}}
clocks:
  resolution: {{of: cases, calendar: desk, stops: {{status: [Resolved]}}, pauses: {{status: [Waiting]}}}}
service_levels:
  SHARE: {{name: In time, measure: {{is: turnaround, clock: resolution, share_within: 4 business hours}}}}
  MEDIAN: {{name: Median, measure: {{is: turnaround, clock: resolution, statistic: median}}}}
  OPEN: {{name: Open at month end, measure: {{is: backlog}}}}
  AWAY: {{name: Not there, measure: {{is: ratio, of: cases, good: "site ILIKE '%\\\\_ß' OR site = 'it''s ${{x}}'"}}}}
"""
CASES_TOLD = """
    case_key | opened_at        | resolved_at      | site
    C1       | 2026-01-05 09:00 | 2026-01-05 11:00 | a\\_ß
    c1       | 2026-01-06 09:00 | 2026-01-07 11:00 | it's ${x}
    É1       | 2026-01-07 09:00 |                  | b
    Z        | 2026-01-30 09:00 | 2026-02-02 09:00 |
"""
EVENTS_TOLD = """
    case_key | at               | sequence | status
    C1       | 2026-01-05 09:00 | 1        | Open
    C1       | 2026-01-05 10:00 | 2        | Waiting
    C1       | 2026-01-05 10:00 | 3        | Open
    C1       | 2026-01-05 11:00 | 4        | Resolved
    c1       | 2026-01-06 09:30 |          | Waiting
    c1       | 2026-01-06 09:30 |          | Open
    c1       | 2026-01-07 11:00 |          | Resolved
    Z        | 2026-02-02 09:00 | 1        | Resolved
"""


@pytest.fixture
def desk(tmp_path: Path) -> tuple[Path, Manifest]:
    """A small desk's store, in a folder whose name Spark would take for a pattern and a partition."""
    folder = tmp_path / "a [b] {c}=d*"
    folder.mkdir()
    contract = write_contract(folder, DESK)
    return contract, loaded(folder, contract, str(write_facts(folder, cases=CASES_TOLD, case_events=EVENTS_TOLD)))


def plain(explained: tuple[Explanation, ...]) -> list[Explanation]:
    """Explanations but for their queries, which each engine prints in its own words."""
    return [replace(one, sql="") for one in explained]


def test_a_level_is_explained_by_the_same_records(desk: tuple[Path, Manifest], spark: Any) -> None:
    contract, manifest = desk
    with connect() as connection:
        versions, ours, theirs = on_both(spark, contract, manifest, connection)
        for level in ("SHARE", "AWAY"):
            found = explain(versions, theirs, level, month("2026-01"))
            assert plain(found) == plain(explain(versions, ours, level, month("2026-01")))
            assert "`" in found[0].sql


def test_the_command_prints_the_same_statement_and_nothing_of_sparks(
    desk: tuple[Path, Manifest], cluster: Cluster, capfd: pytest.CaptureFixture[str]
) -> None:
    contract, manifest = desk
    command = ["settle", str(contract), "--store", manifest.place.url, "--as", "json", "--by", "site"]
    assert main(command) == 0
    expected = capfd.readouterr()
    assert main([*command, "--engine", "spark", "--spark-master", cluster.url]) == 0
    assert capfd.readouterr() == expected
    assert json.loads(expected.out)


WAIVERS_TOLD = """
    waiver_key | record_key | service_level | approved_by | approved_at      | reason
    w1         | Z          | SHARE         | client      | 2026-02-03 09:00 | agreed before
"""


@pytest.mark.parametrize("brought", [{}, {"waivers": WAIVERS_TOLD}], ids=["alone", "beside those loaded"])
def test_agreed_waivers_count_as_they_do_in_this_process(
    brought: dict[str, str], cluster: Cluster, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    waiving = "exclusions: [{id: X2, waivers: true, reason: waived in writing, levels: [SHARE, AWAY]}]\n"
    contract = write_contract(tmp_path, DESK + waiving)
    facts = write_facts(tmp_path, cases=CASES_TOLD, case_events=EVENTS_TOLD, **brought)
    manifest = loaded(tmp_path, contract, str(facts))
    agreed = tmp_path / "agreed.csv"
    agreed.write_text("record_key,service_level,approved_by,reason\nc1,SHARE,Northwind,their outage\n")
    common = ["--store", manifest.place.url, "--as", "json", "--waivers", str(agreed)]
    on_spark = ["--engine", "spark", "--spark-master", cluster.url]

    def told_by(command: list[str], *where: str) -> Any:
        capfd.readouterr()
        assert main([*command, *common, *where]) == 0
        return _without_sql(json.loads(capfd.readouterr().out))

    settle, explained = ["settle", str(contract)], ["explain", str(contract), "SHARE", "--period", "2026-01"]
    assert told_by(settle, *on_spark) == told_by(settle)
    ours = told_by(explained)
    assert told_by(explained, *on_spark) == ours
    assert {one["key"]: one.get("excluded_by") for one in ours["records"]}["c1"] == "X2"


def _without_sql(told_of: Any) -> Any:
    """What a command told but for the query, which each engine prints in its own words."""
    return {name: one for name, one in told_of.items() if name != "sql"} if isinstance(told_of, dict) else told_of


def twin_on(spark: Any) -> Callable[[duckdb.DuckDBPyConnection, MeasureQuery], None]:
    """A check that Spark gives a query's sums and records as DuckDB does, on the tables of a connection."""

    def compared(connection: duckdb.DuckDBPyConnection, query: MeasureQuery) -> None:
        for (name,) in connection.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary").fetchall():
            rows = connection.sql(f'SELECT * FROM "{name}"').to_arrow_table()
            spark.createDataFrame(rows).createOrReplaceTempView(name)
        ours, theirs = DuckDBEngine(connection), SparkEngine(spark, {})
        assert theirs.totals(query) == ours.totals(query)
        assert told(theirs.listing(query)) == told(ours.listing(query))

    return compared


def told(listing: pa.Table) -> list[tuple[Any, ...]]:
    """A listing's rows, numbers as integers whatever their width, in one order."""
    rows = zip(*[listing.column(name).to_pylist() for name in listing.column_names], strict=True)
    whole = [tuple(cell if cell is None or isinstance(cell, str) else int(cell) for cell in row) for row in rows]
    return sorted(whole, key=repr)


def test_random_clocks_and_histories_are_timed_alike(spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "TWINS", [twin_on(spark)])

    @settings(
        max_examples=4, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(walked())
    def timed(made: Any) -> None:
        policy, places, cases, as_of = made
        compare(policy, places, cases, as_of=as_of, level="attribute_to: due, still_open: missed_once_past_target")

    timed()


def test_every_condition_says_the_same(spark: Any) -> None:
    values = {name: pa.array([row.get(name) for _, row, _ in CASES], ARROW[kind]) for name, kind in KINDS.items()}
    spark.createDataFrame(pa.table({"k": pa.array(range(len(CASES))), **values})).createOrReplaceTempView("t")
    own = [
        exp.case().when(exp.column("k").eq(number(index)), contract_condition(words, KINDS)).as_(f"c{index}")
        for index, (words, _, _) in enumerate(CASES)
    ]
    rows = SparkEngine(spark, {}).rows(exp.select(*own).from_("t").order_by("k"))
    found = [row[index] for index, row in enumerate(rows)]
    assert list(zip(CASES, found, strict=True)) == [(case, case[2]) for case in CASES]


ARROW = {
    "text": pa.string(), "integer": pa.int64(), "instant": pa.int64(), "flag": pa.bool_(),
    "decimal": pa.decimal128(18, 4),
}  # fmt: skip


def test_letters_change_case_alike(spark: Any) -> None:
    every = map(chr, range(1, 0x3000))
    letters = [letter for letter in every if letter.lower() != letter or letter.upper() != letter]
    given_ = pa.table({"letter": pa.array([*letters, "ΑΣ", "aß", "İi"])})
    shown = [portable_texts.lowered(column("letter", "t")), portable_texts.uppered(column("letter", "t"))]
    query = exp.select(column("letter", "t"), *shown).from_("t")
    spark.createDataFrame(given_).createOrReplaceTempView("t")
    with connect() as connection:
        connection.register("t", given_)
        ours = {row[0]: row[1:] for row in DuckDBEngine(connection).rows(query)}
    theirs = {row[0]: row[1:] for row in SparkEngine(spark, {}).rows(query)}
    assert {letter: (ours[letter], theirs[letter]) for letter in ours if ours[letter] != theirs[letter]} == {}


def test_a_sum_too_large_is_refused_and_never_wrong(spark: Any) -> None:
    rows = pa.table({"n": pa.array([2**62, 2**62], pa.int64())})
    spark.createDataFrame(rows).createOrReplaceTempView("t")
    query = exp.select(total(column("n", "t"))).from_("t")
    with connect() as connection:
        connection.register("t", rows)
        with pytest.raises(QueryRefused):
            DuckDBEngine(connection).rows(query)
    with pytest.raises(QueryRefused):
        SparkEngine(spark, {}).rows(query)


def test_a_lost_file_is_told_by_its_name(
    desk: tuple[Path, Manifest], cluster: Cluster, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    contract, manifest = desk
    lost = next(path for path in Path(manifest.place.url).rglob("*.parquet") if "/cases/" in str(path))
    size = lost.stat().st_size
    lost.write_bytes(b"0" * size)
    out = tmp_path / "out.json"
    command = ["settle", str(contract), "--store", manifest.place.url, "--as", "json", "--out", str(out)]
    assert main([*command, "--engine", "spark", "--spark-master", cluster.url]) == 1
    assert lost.name in capfd.readouterr().err
    assert not out.exists()


def test_a_master_that_does_not_answer_stops_the_run_with_nothing_written(
    desk: tuple[Path, Manifest], capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    contract, manifest = desk
    out = tmp_path / "out.json"
    command = ["settle", str(contract), "--store", manifest.place.url, "--as", "json", "--out", str(out)]
    assert main([*command, "--engine", "spark", "--spark-master", "spark://127.0.0.1:1"]) == 1
    assert "the Spark master does not answer" in capfd.readouterr().err
    assert not out.exists()


def test_a_master_without_a_worker_is_not_waited_for_for_ever(
    desk: tuple[Path, Manifest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(spark_sessions, "_WORKER_SECONDS", 2.0)
    contract, manifest = desk
    command = ["settle", str(contract), "--store", manifest.place.url, "--engine", "spark"]
    with running(tmp_path / "bare", workers=0) as bare:
        assert main([*command, "--spark-master", bare.url]) == 1
    assert "lends no worker within 2 seconds" in capfd.readouterr().err


def test_a_worker_killed_in_mid_run_changes_nothing(desk: tuple[Path, Manifest], tmp_path: Path) -> None:
    contract, manifest = desk
    killed_at: list[int] = []
    with running(tmp_path / "dying") as dying:

        def kill(what: str, done: int, of: int) -> None:
            """Once the second level is begun, its queries are cut short a second later."""
            if done == 1 and not killed_at:
                killed_at.append(of - done)
                threading.Timer(1.0, dying.kill, ["worker-1"]).start()

        settings_ = {"spark.sql.shuffle.partitions": "8"}
        with session(dying.url, memory_mb=1024, settings=settings_) as spark, connect() as connection:
            versions, ours, theirs = on_both(spark, contract, manifest, connection)
            found = settle_contract(versions, theirs, progress=kill)
            assert found == settle_contract(versions, ours)
        assert dying.workers_alive == 1
    assert killed_at == [3]
