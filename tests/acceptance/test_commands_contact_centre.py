"""The generated contact centre: every number of its statements opens to its records, on any number of threads."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from remit.engines.duckdb_engine import connect
from remit.ingest.contract_files import ContractVersions, read_versions
from remit.ingest.fact_files import open_facts
from remit.performance.service_levels import Attainment
from remit.runs import Evidence, evidence_of, explain, settle_contract
from remit.specimens import generate_contact_centre

EXAMPLE = Path(__file__).parents[2] / "examples" / "contact-centre"


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both providers' exports of a small year."""
    folder = tmp_path_factory.mktemp("centre")
    generate_contact_centre(folder, scale=0.01)
    return folder


@contextmanager
def opened(centre: Path, provider: str, *, threads: int) -> Iterator[tuple[ContractVersions, Evidence]]:
    """A provider's contract and facts, ready for a run."""
    connection = connect(threads=threads, temp_folder=centre / "spill")
    try:
        facts = open_facts(
            centre / provider / "facts", mapping=EXAMPLE / provider / "mapping.yaml", connection=connection
        )
        yield read_versions(EXAMPLE / provider / "contract.yaml"), evidence_of(facts)
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("provider", "months"),
    [
        ("north", (0, 7)),
        ("south", (11,)),
        pytest.param("north", range(12), marks=pytest.mark.slow),
        pytest.param("south", range(12), marks=pytest.mark.slow),
    ],
    ids=["north, two months", "south, one month", "north, the year", "south, the year"],
)
def test_every_number_of_the_statement_opens_to_records_that_add_up_to_it(
    provider: str, months: Sequence[int], centre: Path
) -> None:
    with opened(centre, provider, threads=2) as (versions, evidence):
        settlements = settle_contract(versions, evidence)
        for settlement in (settlements[index] for index in months):
            levels = dict.fromkeys(one.service_level for one in settlement.attainments)
            for level_id in levels:
                told = [one for one in settlement.attainments if one.service_level == level_id]
                explained = explain(versions, evidence, level_id, settlement.period)
                assert [one.attainment for one in explained] == told
                for one in explained:
                    sums = sum(r.numerator for r in one.records), sum(r.denominator for r in one.records)
                    assert sums == counts(one.attainment)


def counts(attainment: Attainment) -> tuple[int, int]:
    return attainment.ratio.numerator, attainment.ratio.denominator


def test_one_thread_and_four_settle_alike(centre: Path) -> None:
    found = []
    for threads in (1, 4):
        with opened(centre, "north", threads=threads) as (versions, evidence):
            found.append(settle_contract(versions, evidence))
    assert found[0] == found[1]
