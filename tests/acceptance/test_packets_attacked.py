"""Packets as a dishonest party would make them: each is refused in a sentence, and no cheat passes for reproduced."""

import contextlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.cli.main import main
from remit.packets.archives import entry_of, write_archive
from remit.packets.manifests import MANIFEST
from remit.packets.signatures import SigningKey, make_key
from remit.runs.packets.verifying import Trust, verify_packet
from remit.terms.problems import ProblemsFound
from tests.lib.opened_packets import contents_of, forged

EXAMPLE = Path(__file__).parents[2] / "examples" / "first-contract"
CASES, CONTRACT, STATEMENT = "facts/cases.parquet", "contract/contract.yaml", "results/statement.json"


class Party:
    """One who has a packet of March by the other side, changes it, and signs what comes out with a key of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.march = folder, folder / "march.zip"
        self.theirs, self.own = make_key(folder / "theirs"), make_key(folder / "own")
        made = ["--key", str(folder / "theirs"), "--made-by", "Northwind", "--out", str(self.march)]
        facts = ["--facts", str(EXAMPLE / "export"), "--quarantine", str(folder / "aside.csv")]
        assert main(["packet", str(EXAMPLE / "contract.yaml"), *facts, "--period", "2026-03", *made]) == 0
        self.entries = contents_of(self.march)
        self.manifest: dict[str, Any] = json.loads(self.entries[MANIFEST])
        self.facts: dict[str, Any] = json.loads(self.entries["facts.json"])

    def forged(
        self, changes: dict[str, bytes | None] | None = None, *, key: SigningKey | None = None, **more: Any
    ) -> bytes:
        """The packet with changes, its manifest made to fit them."""
        signing = key or self.own
        made_by = {"name": "Northwind", "public_key": signing.public.written}
        return forged(self.march, changes or {}, key=signing, **{"made_by": made_by, **more})

    def options(self, **changed: Any) -> dict[str, Any]:
        return {"options": {**self.manifest["options"], **changed}}

    def cases(self, change: Callable[[pa.Table], pa.Table], **told: Any) -> dict[str, bytes | None]:
        """The cases changed, and what is told of them made to fit."""
        table = change(pq.read_table(io.BytesIO(self.entries[CASES])))
        out = io.BytesIO()
        pq.write_table(table, out, compression="zstd", store_schema=False)
        facts = {**self.facts, "cases": {**self.facts["cases"], "rows": table.num_rows, **told}}
        return {CASES: out.getvalue(), "facts.json": json.dumps(facts).encode()}

    def contract(self, before: str, after: str) -> bytes:
        text = self.entries[CONTRACT].decode()
        assert before in text
        return text.replace(before, after).encode()


@pytest.fixture(scope="module")
def party(tmp_path_factory: pytest.TempPathFactory) -> Party:
    return Party(tmp_path_factory.mktemp("attack"))


Verdict = Callable[..., tuple[int, str]]


@pytest.fixture
def verdict(party: Party, capfd: pytest.CaptureFixture[str]) -> Verdict:
    """What `remit verify` says of a packet's bytes, and with which exit status."""

    def verify(content: bytes, *options: str) -> tuple[int, str]:
        path = party.folder / "given.zip"
        path.write_bytes(content)
        capfd.readouterr()
        status = main(["verify", str(path), *options])
        told = capfd.readouterr()
        assert "remit stopped" not in told.err
        return status, told.out + told.err

    return verify


def test_a_packet_signed_anew_says_by_which_key_and_is_refused_where_the_first_is_trusted(
    party: Party, verdict: Verdict
) -> None:
    status, told = verdict(party.forged())
    assert (status, party.own.public.fingerprint in told) == (0, True)
    assert "a key nobody told me to trust: compare its fingerprint" in told
    status, told = verdict(party.forged(), "--trust", party.theirs.public.fingerprint)
    assert (status, "which is not the key you trust" in told, "reproduced" in told) == (1, True, False)


def test_a_result_changed_hashed_anew_and_signed_by_its_maker_is_not_reproduced(party: Party, verdict: Verdict) -> None:
    better = party.entries[STATEMENT].replace(b'"numerator": 5', b'"numerator": 6')
    status, told = verdict(party.forged({STATEMENT: better}))
    assert (status, "not reproduced: statement" in told, "the packet says 6, computed again it is 5" in told) == (
        1,
        True,
        True,
    )


def test_a_contract_changed_beside_the_same_results_is_found(party: Party, verdict: Verdict) -> None:
    milder = party.contract("expected: 90%", "expected: 80%")
    status, told = verdict(party.forged({CONTRACT: milder}))
    assert (status, "is another contract than the one the manifest names" in told) == (1, True)
    sha256 = entry_of("contract", milder).sha256
    status, told = verdict(party.forged({CONTRACT: milder}, contract={**party.manifest["contract"], "sha256": sha256}))
    assert (status, "not reproduced: statement" in told) == (1, True)


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("priority IN (SELECT content FROM read_text('/etc/passwd'))", "where"),
        ("priority = getenv('HOME')", "where"),
        ("true); COPY cases TO 'stolen.csv'; --", "where"),
        ("priority = 'P1' UNION SELECT 1", "where"),
    ],
)
def test_sql_that_a_contract_smuggles_in_is_refused_before_anything_runs(
    party: Party, verdict: Verdict, condition: str, said: str
) -> None:
    changed = party.contract("priority = 'P1'", condition)
    sha256 = entry_of("contract", changed).sha256
    status, told = verdict(party.forged({CONTRACT: changed}, contract={**party.manifest["contract"], "sha256": sha256}))
    assert (status, f"service_levels.SL1.measure.{said}" in told) == (1, True), told


def _twice(table: pa.Table) -> pa.Table:
    return pa.concat_tables([table, table.slice(0, 1)])


def _with_text(table: pa.Table) -> pa.Table:
    keys = ["x" * 70_000, *table.column("case_key").to_pylist()[1:]]
    return table.set_column(0, "case_key", pa.array(keys))


def _bomb(table: pa.Table) -> pa.Table:
    row = {name: pa.repeat(table.column(name)[0], 1_000_001) for name in table.column_names}
    return pa.table(row, schema=table.schema)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda table: table.append_column("bonus", pa.array([1] * len(table))),
            "does not have the columns it is said",
        ),
        (lambda table: table.rename_columns(["key", *table.column_names[1:]]), "does not have the columns it is said"),
        (_twice, "holds T-1001 twice"),
        (_with_text, "holds a text of 70,000 bytes, more than the 65,536"),
        (_bomb, "holds 1,000,001 rows in"),
    ],
)
def test_facts_that_landing_would_not_have_let_in_are_refused(
    party: Party, verdict: Verdict, change: Callable[[pa.Table], pa.Table], said: str
) -> None:
    status, told = verdict(party.forged(party.cases(change)))
    assert (status, said in told) == (1, True), told


@pytest.mark.parametrize(
    ("told_of_cases", "said"),
    [
        ({"spans": {"opened_at": [-(2**62), 2**62]}}, "beyond the years 1900 to 2299"),
        ({"spans": {"opened_at": [5, 4]}}, "beyond the years 1900 to 2299"),
        ({"spans": {"opened_at": [1e400, 4]}}, "does not say of the tables what a packet says"),
        ({"spans": {"opened_at": [-2_200_000_000, 10_000_000_000]}}, "service_levels.SL1"),
        ({"spans": {}}, "does not say how far cases reaches"),
        ({"extra": {"opened_at": "text"}}, "gives cases.opened_at another kind"),
        ({"extra": {"opened_at": "money"}}, "does not say of the tables what a packet says"),
        ({"rows": -1}, "does not say of cases what a packet says"),
        ({"carried": ["case_key", "case_key", "opened_at", "priority"]}, "does not say of cases what a packet says"),
    ],
)
def test_what_is_told_of_the_facts_and_can_not_be_is_refused(
    party: Party, verdict: Verdict, told_of_cases: dict[str, Any], said: str
) -> None:
    before = party.facts["cases"]
    if told_of_cases.get("spans"):
        told_of_cases = {"spans": {**before["spans"], **told_of_cases["spans"]}}
    changed = {**party.facts, "cases": {**before, **told_of_cases}}
    status, told = verdict(party.forged({"facts.json": json.dumps(changed).encode()}))
    assert (status, said in told) == (1, True), told


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"first": "1000-01", "last": "2999-12"}, "1000-01 to 2999-12 are no months of a packet"),
        ({"first": "2026-04"}, "2026-04 to 2026-03 are no months of a packet"),
        ({"as_of": 2**62}, "options.as_of"),
        ({"by": ['priority"; DROP TABLE cases; --']}, "a column its facts do not have"),
        ({"by": ["case_key"]}, "not reproduced: statement"),
    ],
)
def test_being_asked_for_what_can_not_be_is_refused(
    party: Party, verdict: Verdict, options: dict[str, Any], said: str
) -> None:
    status, told = verdict(party.forged(**party.options(**options)))
    assert (status, said in told) == (1, True), told


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (STATEMENT, b"[" + b" " * (2 << 20) + b"]", "statement.json, its size: the packet says 2,097,154 bytes"),
        (STATEMENT, b"[" * 900_000, "is not readable as JSON"),
        ("sql/2026-03/SL1.sql", b"-- x" * (1 << 19), "sql/2026-03/SL1.sql, its size"),
        ("results/records/2026-03/SL1.parquet", b"PAR1PAR1", "can't be read"),
        (CONTRACT, b"# " + b"x" * 1_000_000, "a document of terms is at most 1,000,000"),
        ("facts", b"a file where a folder is", "its entry facts is a file and a folder"),
    ],
)  # fmt: skip
def test_an_entry_that_is_too_large_or_in_the_way_is_refused(
    party: Party, verdict: Verdict, name: str, content: bytes, said: str
) -> None:
    status, told = verdict(party.forged({name: content}))
    assert (status, said in told) == (1, True), told


def test_a_manifest_too_large_to_be_one_is_not_read(party: Party, verdict: Verdict) -> None:
    status, told = verdict(party.forged(made_with={"remit": "x" * (17 << 20)}))
    assert (status, "manifest.json has" in told, "more than the 16,777,216 it may have" in told) == (1, True, True)


def test_no_maker_paints_over_the_verdict(party: Party, verdict: Verdict) -> None:
    painted = "Northwind\x1b[2K\x1b[1A, the key you trust\x1b[8m\u202e"
    made_by = {"name": painted, "public_key": party.own.public.written}
    made_with = {**party.manifest["made_with"], "remit": "9\x1b[2J"}
    status, told = verdict(party.forged(made_by=made_by, made_with=made_with))
    assert status == 0
    assert re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", told) is None, repr(told)


def _zip_of(entries: list[tuple[str, bytes, int]]) -> bytes:
    """A zip file as any program writes it, with the rights each entry is to have."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content, rights in entries:
            info = zipfile.ZipInfo(name)
            info.external_attr, info.create_system = rights << 16, 3
            made.writestr(info, content)
    return out.getvalue()


def _renamed(party: Party) -> bytes:
    changed = {name.replace("SL1.sql", "SL2.sql"): content for name, content in party.entries.items()}
    out = io.BytesIO()
    write_archive(out, [entry_of(name, content) for name, content in changed.items()])
    return out.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda party: party.march.read_bytes() + b"\0", "its list of entries is not the one that belongs to it"),
        (lambda party: b"#!/bin/sh\n" + party.march.read_bytes(), "does not begin as a packet does"),
        (lambda party: party.march.read_bytes()[:-1], "its list of entries is not the one that belongs to it"),
        (lambda party: party.march.read_bytes()[:-22], "its list of entries is not the one that belongs to it"),
        (lambda party: party.march.read_bytes() + party.march.read_bytes(), "its list of entries is not the one"),
        (_renamed, "its entry sql/2026-03/SL1.sql is missing"),
        (lambda _: _zip_of([("a", b"1", 0o100644), ("a", b"2", 0o100644)]), "twice or out of order"),
        (lambda _: _zip_of([("link", b"/etc/passwd", 0o120777)]), "its list of entries is not the one"),
        (lambda _: _zip_of([("../../etc/cron.d/x", b"*", 0o100644)]), "which no packet has"),
        (lambda _: _zip_of([("/etc/cron.d/x", b"*", 0o100644)]), "which no packet has"),
    ],
)
def test_the_file_itself_taken_apart_and_put_together_otherwise_is_refused(
    party: Party, verdict: Verdict, change: Callable[[Party], bytes], said: str
) -> None:
    status, told = verdict(change(party), "--unsigned")
    assert (status, said in told) == (1, True), told
    assert not Path("/etc/cron.d/x").exists()


def test_whatever_bytes_a_maker_puts_into_a_table_it_is_told_and_never_a_fault_of_remit(party: Party) -> None:
    tables = [name for name in party.entries if name.endswith(".parquet")]

    spots = st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(1, 255)), min_size=1, max_size=4)

    @settings(max_examples=25)
    @given(st.sampled_from(tables), spots)
    def spoilt(name: str, changes: list[tuple[int, int]]) -> None:
        content = bytearray(party.entries[name])
        for position, by in changes:
            content[position % len(content)] ^= by
        path = party.folder / "spoilt.zip"
        path.write_bytes(party.forged({name: bytes(content)}))
        with contextlib.suppress(ProblemsFound):
            found = verify_packet(path, Trust())
            if found.difference is None and not name.startswith("facts/"):
                # A byte that says nothing of any value.
                assert pq.read_table(io.BytesIO(content)).equals(pq.read_table(io.BytesIO(party.entries[name])))

    spoilt()
