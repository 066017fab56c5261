"""Packets of every example: the statement is `settle`'s to the byte, whatever becomes of people, and runs alone.

The public data sets lie outside the project, as in test_real_records; without them their tests are skipped.
"""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from remit.cli.main import main
from remit.packets.manifests import MANIFEST
from remit.packets.signatures import make_key
from tests.lib.contact_centre import generated
from tests.lib.opened_packets import contents_of, run_alone

HOUSE = Path(__file__).parents[2]
DATA = Path(os.environ.get("REMIT_SHARED", HOUSE.parent / "shared")) / "data"
PUBLIC = {"service-desk": "uci-incidents", "nhs-111": "nhs-111", "bank-calls": "bank-calls-1999"}

Packed = Callable[..., Path]


def terms_of(example: str) -> Path:
    """An example's contract."""
    side = generated() / example
    return (side if side.is_dir() else HOUSE / "examples" / example) / "contract.yaml"


def facts_of(example: str) -> list[str]:
    """What an example's records are read from, as options of a command."""
    if (generated() / example).is_dir():
        return ["--facts", str(generated() / example / "facts")]
    folder = HOUSE / "examples" / example
    if example not in PUBLIC:
        return ["--facts", str(folder / "export")]
    if not DATA.is_dir():
        pytest.skip("the public data sets are not on this machine")
    return ["--facts", str(DATA / PUBLIC[example]), "--mapping", str(folder / "mapping.yaml")]


def months_of(first: str, last: str) -> list[str]:
    return ["--from", first, "--to", last]


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Packed:
    """A packet made, verified and compared with what `settle` prints of the same; each once for all tests."""
    folder, known = tmp_path_factory.mktemp("examples"), dict[tuple[str, ...], Path]()
    trusted = make_key(folder / "key").public.fingerprint

    def pack(contract: Path, given: list[str], months: list[str], *options: str) -> Path:
        line = (str(contract), *given, *months, *options)
        if line not in known:
            out, told = folder / f"{len(known)}.zip", folder / f"{len(known)}.json"
            aside = ["--quarantine", str(folder / "aside.csv")] if "--facts" in given else []
            made = ["--key", str(folder / "key"), "--out", str(out), *options]
            assert main(["packet", str(contract), *given, *months, *aside, *made]) == 0
            assert main(["settle", str(contract), *given, *months, *aside, "--as", "json", "--out", str(told)]) == 0
            assert contents_of(out)["results/statement.json"] == told.read_bytes()
            assert main(["verify", str(out), "--trust", trusted]) == 0
            known[line] = out
        return known[line]

    return pack


EVERY = [
    ("first-contract", "2026-03", "2026-03"),
    ("service-desk", "2016-05", "2016-05"),
    ("nhs-111", "2015-04", "2016-03"),
    ("bank-calls", "1999-02", "1999-02"),
    ("north", "2025-07", "2025-07"),
    ("south", "2025-10", "2025-12"),
]


def _marked(example: str, first: str, last: str, personal: str) -> Any:
    """The smallest runs each time; the others, and the public data sets, with the slow tests."""
    return pytest.param(example, first, last, personal, marks=() if example == "first-contract" else pytest.mark.slow)


@pytest.mark.parametrize(
    ("example", "first", "last", "personal"),
    [_marked(*one, personal) for one in EVERY for personal in ("leave-out", "pseudonyms", "keep")],
)
def test_every_example_s_packet_is_reproduced_and_its_queries_run_alone(
    packed: Packed, tmp_path: Path, example: str, first: str, last: str, personal: str
) -> None:
    packet = packed(terms_of(example), facts_of(example), months_of(first, last), "--personal", personal)
    assert json.loads(contents_of(packet)[MANIFEST])["options"]["rows"] == "needed"
    assert run_alone(packet, tmp_path) > 0


@pytest.mark.slow
def test_a_year_with_earn_backs_ratchet_and_multipliers_is_reproduced(packed: Packed) -> None:
    packet = packed(terms_of("north"), facts_of("north"), months_of("2025-01", "2025-12"), "--personal", "pseudonyms")
    months = json.loads(contents_of(packet)["results/statement.json"])
    kinds = {line["kind"] for month in months for line in month["settlement"]["lines"]}
    assert len(months) == 12
    assert "earnback" in kinds


@pytest.mark.parametrize("first", ["2025-07", "2025-12"])
@pytest.mark.slow
def test_a_month_that_looks_back_carries_the_months_it_looks_back_on(packed: Packed, first: str) -> None:
    packet = packed(terms_of("north"), facts_of("north"), months_of(first, first), "--personal", "leave-out")
    facts = json.loads(contents_of(packet)["facts.json"])
    year = packed(terms_of("north"), facts_of("north"), months_of("2025-01", "2025-12"), "--personal", "pseudonyms")
    (month,) = json.loads(contents_of(packet)["results/statement.json"])
    settled = json.loads(contents_of(year)["results/statement.json"])
    (same,) = [one for one in settled if one["period"] == month["period"]]
    assert month == same
    assert 0 < facts["interactions"]["rows"] <= json.loads(contents_of(year)["facts.json"])["interactions"]["rows"]


def test_a_store_s_packet_follows_its_corrections_and_withdrawals(
    packed: Packed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    terms, export, store = terms_of("first-contract"), HOUSE / "examples/first-contract/export", str(tmp_path / "store")
    corrected = tmp_path / "corrected"
    shutil.copytree(export, corrected)
    tickets = corrected / "tickets.csv"
    tickets.write_text(tickets.read_text().replace("09:05,urgent,C-17", "09:05,normal,C-17"))
    for folder in (export, corrected):
        aside = ["--quarantine", str(tmp_path / "aside.csv")]
        assert main(["load", str(terms), "--facts", str(folder), "--store", store, *aside]) == 0
    capsys.readouterr()
    assert main(["loads", "--store", store, "--as", "json"]) == 0
    load = next(one["id"] for one in json.loads(capsys.readouterr().out) if one["changed"])
    assert main(["store", "withdraw", load, "--store", store, "--note", "from the wrong system"]) == 0

    found = []
    for version in ("1", "2", "3"):
        given = ["--store", store, "--as-of", version]
        packet = packed(terms, given, months_of("2026-03", "2026-03"), "--personal", "pseudonyms")
        assert run_alone(packet, tmp_path / version) == 1
        (month,) = json.loads(contents_of(packet)["results/statement.json"])
        (level,) = month["service_levels"]
        assert json.loads(contents_of(packet)[MANIFEST])["facts"]["store_version"] == month["facts"]["store_version"]
        found.append((level["numerator"], level["denominator"]))
    assert found[0] == found[2] != found[1]


WAIVING = """
exclusions:
  - {id: X1, waivers: true, reason: waived in writing, clause: Exhibit B 6}
"""


@pytest.mark.parametrize("personal", ["leave-out", "pseudonyms", "keep"])
def test_what_both_agreed_beside_the_facts_goes_into_the_packet(packed: Packed, tmp_path: Path, personal: str) -> None:
    terms, agreed = tmp_path / "contract.yaml", tmp_path / "agreed.csv"
    terms.write_text(terms_of("first-contract").read_text() + WAIVING)
    agreed.write_text("record_key,service_level,approved_by,reason\nT-1004,SL1,Maria Costa,their outage\n")
    given = [*facts_of("first-contract"), "--waivers", str(agreed)]
    packet = packed(terms, given, months_of("2026-03", "2026-03"), "--personal", personal)
    contents = contents_of(packet)
    ((level,),) = [one["exclusions"] for one in json.loads(contents["exclusions.json"])]
    assert level == {"id": "X1", "reason": "waived in writing", "clause": "Exhibit B 6", "records": 1}
    (month,) = json.loads(contents["results/statement.json"])
    assert month["facts"]["waivers_sha256"] == json.loads(contents[MANIFEST])["facts"]["waivers_sha256"] != ""
    assert any(b"Maria" in content for content in contents.values()) is (personal == "keep")
    assert run_alone(packet, tmp_path) == 1
