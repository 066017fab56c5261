"""What a packet carries: the rows and columns its months' figures need, and no others; people under other names."""

import json
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from remit.ingest.amendments import GivenFile
from remit.packets.archives import Archive
from remit.packets.manifests import Manifest, Personal
from remit.packets.signatures import SigningKey
from remit.performance.relief import AgreedRelief
from remit.reports.statements import as_json
from remit.runs import Request, settle_contract
from remit.runs.agreed import Agreed, agreed_sha256, with_agreed
from remit.runs.packets.making import Source, Wanted, make_packet
from remit.runs.packets.verifying import Trust, verify_packet
from remit.terms.problems import ProblemsFound
from tests.lib.run_facts import HEAD, month, opened
from tests.spec.test_runs_agreed_relief import GAP, GIVES_GAP, WHOLE
from tests.spec.test_runs_relieving import EXCUSED, intervals

KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(b"k" * 32))


class Packet:
    """A packet made of a month, verified, and opened."""

    def __init__(
        self,
        folder: Path,
        contract: str,
        *,
        personal: Personal = "leave-out",
        agreed: Sequence[Agreed] = (),
        **tables: Any,
    ) -> None:
        request = Request(first=month("2026-03"), last=month("2026-03"))
        text = contract if contract.startswith(HEAD) else f"{HEAD}{contract}"
        with opened(folder, text, amendments=None, threads=1, **tables) as (versions, brought):
            evidence = with_agreed(brought, agreed)
            files = [GivenFile(name, Path(name).read_bytes()) for name in versions.files]
            out = BytesIO()
            made = make_packet(Source(versions, files, evidence, {}), Wanted(request, personal, "Ana", KEY), out)
            self.expected = json.loads(as_json(settle_contract(versions, evidence, request)))
        path = folder / "packet.zip"
        path.write_bytes(out.getvalue())
        found = verify_packet(path, Trust(KEY.public.fingerprint))
        assert found.difference is None
        self.manifest: Manifest = made.manifest
        archive = Archive(path)
        self.contents = {name: archive.content(name, most=1 << 24) for name in archive.entries}
        assert json.loads(self.contents["results/statement.json"]) == self.expected

    def rows(self, table: str, column: str) -> list[Any]:
        """One column of a table of the packet, sorted."""
        return sorted(self._table(f"facts/{table}.parquet").column(column).to_pylist())

    def columns(self, table: str) -> list[str]:
        return list(self._table(f"facts/{table}.parquet").column_names)

    def records(self, level: str) -> list[dict[str, Any]]:
        return list(self._table(f"results/records/2026-03/{level}.parquet").to_pylist())

    def _table(self, name: str) -> Any:
        return pq.read_table(BytesIO(self.contents[name]))


CLOCKED = """
clocks:
  desk: {of: cases, starts: opened_at, stops: resolved_at, calendar: always}
service_levels:
  SL1: {name: In time, class: critical, expected: 90%, measure: {is: turnaround, clock: desk, share_within: 2 hours}}
"""
CASES = """
case_key | opened_at        | resolved_at      | customer_key | priority
C1       | 2026-02-27 09:00 | 2026-03-02 09:00 | ana          | P1
C2       | 2026-03-03 09:00 | 2026-03-03 10:00 | rui          | P2
C3       | 2026-03-04 09:00 |                  | eva          | P1
C4       | 2026-02-01 09:00 | 2026-02-02 09:00 | joe          | P1
C5       | 2026-04-01 09:00 | 2026-04-02 09:00 | joe          | P1
"""


def test_only_the_records_of_the_month_and_the_columns_that_are_read_are_carried(tmp_path: Path) -> None:
    packet = Packet(tmp_path, CLOCKED, cases=CASES)
    assert packet.rows("cases", "case_key") == ["C1", "C2"]
    assert packet.columns("cases") == ["case_key", "opened_at", "resolved_at"]
    assert packet.manifest.options.rows == "needed"


def test_keeping_personal_data_carries_every_column_as_it_stands(tmp_path: Path) -> None:
    packet = Packet(tmp_path, CLOCKED, personal="keep", cases=CASES)
    assert packet.rows("cases", "customer_key") == ["ana", "rui"]
    assert packet.manifest.options.replaced == {}


def test_months_that_are_looked_back_on_are_carried_too(tmp_path: Path) -> None:
    rolling = CLOCKED.replace("class: critical", "class: critical, window: rolling 2 months")
    assert Packet(tmp_path, rolling, cases=CASES).rows("cases", "case_key") == ["C1", "C2", "C4"]


CONTACTS = """
interaction_key | queued_at        | answered_at      | customer_key | reason | talk_seconds
I1              | 2026-02-27 09:00 | 2026-02-27 09:01 | ana          | bill   | 10
I2              | 2026-03-02 09:00 | 2026-03-02 09:01 | ana          | bill   | 10
I3              | 2026-03-30 09:00 | 2026-03-30 09:01 | rui          | bill   | 10
I4              | 2026-04-02 09:00 | 2026-04-02 09:01 | rui          | bill   | 10
I5              | 2026-05-02 09:00 | 2026-05-02 09:01 | rui          | bill   | 10
"""
REPEATS = """
service_levels:
  SL1:
    name: Settled at once
    expected: 50%
    measure: {is: first_contact_resolution, of: interactions, variant: no_repeat, repeat_within: 7 days}
"""


def test_contacts_around_the_month_that_decide_a_repeat_are_carried_and_people_are_renamed(tmp_path: Path) -> None:
    packet = Packet(tmp_path, REPEATS, interactions=CONTACTS)
    assert packet.rows("interactions", "interaction_key") == ["I1", "I2", "I3", "I4"]
    renamed = packet.rows("interactions", "customer_key")
    assert len(set(renamed)) == 2
    assert not {"ana", "rui"} & set(renamed)
    assert packet.manifest.options.replaced == {"interactions": ["customer_key"]}
    assert not any(b"rui" in content for content in packet.contents.values())


def test_charged_volumes_bring_their_rows_and_columns(tmp_path: Path) -> None:
    charged = f"""{REPEATS}
charges:
  - {{id: talk, volume: {{of: interactions, where: "reason = 'bill'", sum: talk_seconds}}, rate: 2}}
"""
    packet = Packet(tmp_path, charged, interactions=CONTACTS)
    assert packet.expected[0]["settlement"]["charges"] == "40.00"
    assert "talk_seconds" in packet.columns("interactions")


def test_each_of_several_windows_has_its_files_whatever_other_levels_are_called(tmp_path: Path) -> None:
    several = CLOCKED.replace("class: critical", "window: week from monday")
    several += several.splitlines()[-1].replace("SL1", "SL1-2").replace(", window: week from monday", "") + "\n"
    packet = Packet(tmp_path, several, cases=CASES)
    names = [name for name in packet.contents if name.startswith("sql/")]
    windows = [f"sql/2026-03/SL1/window-{number}.sql" for number in range(2, 6)]
    assert sorted(names) == sorted(["sql/2026-03/SL1.sql", "sql/2026-03/SL1-2.sql", *windows])


WAIVED = f"""
{CLOCKED}
exclusions: [{{id: X1, reason: agreed, waivers: true}}]
"""
WAIVERS = """
waiver_key | record_key | service_level | approved_by | reason
W1         | C1         | SL1           | Maria Costa | storm
W2         | C4         | SL1           | Maria Costa | storm
"""


@pytest.mark.parametrize("personal", ["keep", "leave-out", "pseudonyms"])
def test_waivers_are_carried_with_the_records_they_waive(tmp_path: Path, personal: Personal) -> None:
    packet = Packet(tmp_path, WAIVED, personal=personal, cases=CASES, waivers=WAIVERS)
    assert [record["excluded_by"] for record in packet.records("SL1")] == ["X1", None]
    (waived,) = packet.rows("waivers", "record_key")
    assert waived in packet.rows("cases", "case_key")
    assert (waived == "C1") is (personal != "pseudonyms")
    (exclusion,) = json.loads(packet.contents["exclusions.json"])
    assert exclusion["exclusions"] == [{"id": "X1", "reason": "agreed", "clause": None, "records": 1}]
    assert any(b"Maria" in content for content in packet.contents.values()) is (personal == "keep")


@pytest.mark.parametrize("personal", ["keep", "leave-out", "pseudonyms"])
@pytest.mark.parametrize(("terms", "relief", "counts"), [(EXCUSED, WHOLE, [60, 100]), (GIVES_GAP, GAP, [88, 100])])
def test_relief_both_agreed_on_is_carried_and_computed_again(
    tmp_path: Path, terms: str, relief: AgreedRelief, counts: list[int], personal: Personal
) -> None:
    # One that the facts bring may have the number of one agreed later; the last agreed one counts.
    brought = "relief_key | service_level | month | relief | contacts | approved_by | reason\n"
    brought += f"R1 | SL1 | 2026-03 | {relief.relief} | {relief.contacts or ''} | Maria Costa | storm"
    packet = Packet(tmp_path, terms, personal=personal, agreed=[relief], interval_counts=intervals(), reliefs=brought)
    (level,) = json.loads(packet.contents["results/levels.json"])
    assert [level["numerator"], level["denominator"]] == counts
    assert "relieved under B 7" in level["note"]
    assert packet.manifest.facts.waivers_sha256 == agreed_sha256([relief])
    assert len(packet.rows("reliefs", "relief_key")) == 2
    assert any(b"Maria" in content for content in packet.contents.values()) is (personal == "keep")


def test_outages_intervals_and_agents_time_are_carried_as_their_measures_need(tmp_path: Path) -> None:
    several = """
service_levels:
  SL1: {name: Up, expected: 99%, measure: {is: availability, service: portal, calendar: always}}
  SL2: {name: Busy, expected: 50%, measure: {is: occupancy}}
  SL3:
    name: Halves of an hour
    expected: 50%
    measure:
      {is: service_factor, variant: 2, answer_within: 60 seconds, aggregate: share_of_intervals, interval: 30 minutes,
       interval_target: 80%}
"""
    outages = """
    outage_key | service | started_at       | ended_at
    O1         | portal  | 2026-01-10 00:00 | 2026-03-02 00:00
    O2         | portal  | 2026-03-10 00:00 | 2026-03-10 01:00
    """
    agents = """
    agent_key | started_at       | handling_seconds | available_seconds
    A1        | 2026-02-02 09:00 | 100              | 100
    A1        | 2026-03-02 09:00 | 100              | 100
    """
    packet = Packet(tmp_path, several, personal="pseudonyms", outages=outages, agent_time=agents, interactions=CONTACTS)
    assert packet.rows("outages", "outage_key") == ["O1", "O2"]
    assert len(packet.rows("agent_time", "agent_key")) == 1
    assert packet.columns("interactions") == ["queued_at", "answered_at", "wait_seconds"]
    assert len(packet.rows("interactions", "queued_at")) == 2


SCORED = "scorecard: {by: priority, weights: {SL1: {weight: 100%, zero_at: 0%, full_at: 100%}}}"


@pytest.mark.parametrize(
    ("terms", "column"),
    [
        ("""exclusions: [{id: X1, reason: ours, of: cases, where: "customer_key = 'ana'"}]""", "customer_key"),
        ("""exclusions: [{id: X1, reason: test, of: cases, where: "case_key LIKE 'T%'"}]""", "case_key"),
        (f"facts: {{personal: {{cases: [priority]}}}}\n{SCORED}", "priority"),
    ],
)  # fmt: skip
def test_a_column_whose_values_a_term_spells_out_is_not_renamed_behind_its_back(
    tmp_path: Path, terms: str, column: str
) -> None:
    with pytest.raises(ProblemsFound, match=f"cases.{column} leads back to people, and a term or a split spells out"):
        Packet(tmp_path, f"{CLOCKED}{terms}\n", personal="pseudonyms", cases=CASES)


def test_a_column_the_contract_calls_personal_is_left_out(tmp_path: Path) -> None:
    terms = f"{CLOCKED}facts: {{personal: {{cases: priority}}}}\n"
    assert "priority" not in Packet(tmp_path, terms, cases=CASES).columns("cases")


def test_a_personal_column_that_is_unknown_is_told_in_the_contract(tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound, match="cases has no column 'colour'"):
        Packet(tmp_path, f"{CLOCKED}facts: {{personal: {{cases: [colour]}}}}\n", cases=CASES)


def test_the_files_must_be_those_the_terms_were_read_from(tmp_path: Path) -> None:
    with opened(tmp_path, f"{HEAD}{CLOCKED}", cases=CASES) as (versions, evidence):
        source = Source(versions, [GivenFile("contract.yaml", b"remit: 1\n")], evidence, {})
        wanted = Wanted(Request(first=month("2026-03"), last=month("2026-03")), "keep", "Ana", KEY)
        with pytest.raises(ProblemsFound, match="was changed while the packet was being made"):
            make_packet(source, wanted, BytesIO())
