"""`remit packet`, `remit verify` and `remit keys` on the smallest example: reproduced, or refused in a sentence."""

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.cli.main import main
from remit.packets.archives import entry_of, write_archive
from remit.packets.manifests import MANIFEST, read_manifest
from remit.packets.signatures import make_key, read_key
from remit.runs.packets.verifying import Trust, verify_packet
from remit.terms.problems import ProblemsFound
from tests.lib.opened_packets import contents_of, forged, run_alone

EXAMPLE = Path(__file__).parents[2] / "examples" / "first-contract"
CONTRACT, FACTS = str(EXAMPLE / "contract.yaml"), str(EXAMPLE / "export")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a key and a packet of March signed by it."""
    folder = tmp_path_factory.mktemp("packets")
    make_key(folder / "key")
    (folder / "key.pub").write_text(read_key(folder / "key").public.line("Helpdesk's client"))
    assert main(_packet(folder, "march.zip", "--key", str(folder / "key"))) == 0
    return folder


def _packet(folder: Path, name: str, *options: str) -> list[str]:
    aside = ["--quarantine", str(folder / "aside.csv")]
    return ["packet", CONTRACT, "--facts", FACTS, "--period", "2026-03", "--out", str(folder / name), *aside, *options]


Printed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def printed(capfd: pytest.CaptureFixture[str]) -> Printed:
    def run(*arguments: str | Path) -> tuple[int, str, str]:
        capfd.readouterr()
        status = main([str(argument) for argument in arguments])
        told = capfd.readouterr()
        return status, told.out, told.err

    return run


def _forged(home: Path, changes: Mapping[str, bytes | None], *, sign: bool = True, **manifest: Any) -> bytes:
    """March's packet changed by whoever made it, with a manifest to go with the changes."""
    return forged(home / "march.zip", changes, key=read_key(home / "key") if sign else None, **manifest)


def test_a_packet_is_reproduced_and_says_by_whom_it_is_signed(home: Path, printed: Printed) -> None:
    status, out, _ = printed("verify", home / "march.zip", "--trust", home / "key.pub")
    assert status == 0
    assert out.splitlines()[-1] == "reproduced"
    assert f"with {read_key(home / 'key').public.fingerprint}, the key you trust" in out
    assert "1 month, 1 service level, 6 records, 1 credit line, 1 clock table" in out
    assert "27 rows at the source, 1 of them set aside" in out


def test_without_a_key_to_trust_the_fingerprint_is_left_to_compare(home: Path, printed: Printed) -> None:
    status, out, _ = printed("verify", home / "march.zip")
    assert (status, "a key nobody told me to trust: compare its fingerprint" in out) == (0, True)
    fingerprint = read_key(home / "key").public.fingerprint
    assert printed("verify", home / "march.zip", "--trust", fingerprint)[0] == 0
    assert printed("verify", home / "march.zip", "--trust", read_key(home / "key").public.written)[0] == 0


def test_the_same_facts_and_terms_give_the_same_packet_to_the_byte(home: Path, printed: Printed) -> None:
    assert main(_packet(home, "again.zip", "--key", str(home / "key"))) == 0
    assert (home / "again.zip").read_bytes() == (home / "march.zip").read_bytes()


def test_the_packet_says_what_the_statement_says(home: Path, printed: Printed) -> None:
    status, out, _ = printed("settle", CONTRACT, "--facts", FACTS, "--period", "2026-03", "--as", "json",
                             "--quarantine", home / "aside.csv")  # fmt: skip
    assert status == 0
    assert contents_of(home / "march.zip")["results/statement.json"].decode() == out


def test_the_sql_of_a_level_runs_alone_and_gives_the_statement_s_numbers(home: Path, tmp_path: Path) -> None:
    run_alone(home / "march.zip", tmp_path)


def test_every_flipped_bit_is_refused(home: Path) -> None:
    whole = (home / "march.zip").read_bytes()

    @given(st.integers(0, len(whole) - 1), st.integers(0, 7))
    def flipped(position: int, bit: int) -> None:
        path = home / "flipped.zip"
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1 << bit]) + whole[position + 1 :])
        with pytest.raises(ProblemsFound):
            verify_packet(path, Trust(unsigned=True))

    flipped()


def test_a_cut_packet_is_refused(home: Path, printed: Printed) -> None:
    whole = (home / "march.zip").read_bytes()
    (home / "cut.zip").write_bytes(whole[: len(whole) // 2])
    status, out, err = printed("verify", home / "cut.zip")
    assert (status, out) == (1, "")
    assert "is it cut short, changed on the way, or no packet?" in err


def test_another_key_than_the_trusted_one_is_refused(home: Path, printed: Printed) -> None:
    if not (home / "other").exists():
        make_key(home / "other")
    status, out, err = printed("verify", home / "march.zip", "--trust", read_key(home / "other").public.written)
    assert (status, out) == (1, "")
    assert "which is not the key you trust" in err


def test_a_packet_signed_anew_by_another_key_does_not_pass_for_the_first(home: Path, printed: Printed) -> None:
    if not (home / "other").exists():
        make_key(home / "other")
    assert main(_packet(home, "other.zip", "--key", str(home / "other"))) == 0
    theirs = contents_of(home / "other.zip")
    (home / "mixed.zip").write_bytes(_forged(home, {}, made_by=json.loads(theirs[MANIFEST])["made_by"]))
    assert "its signature does not belong to it" in printed("verify", home / "mixed.zip")[2]


def test_an_unsigned_packet_is_made_and_verified_only_where_it_is_said_aloud(home: Path, printed: Printed) -> None:
    status, out, _ = printed(*_packet(home, "plain.zip", "--unsigned"))
    assert (status, "not signed" in out) == (0, True)
    status, out, err = printed("verify", home / "plain.zip")
    assert (status, out) == (1, "")
    assert "it is not signed: anybody may have made it" in err
    status, out, _ = printed("verify", home / "plain.zip", "--unsigned")
    assert (status, out.splitlines()[-1]) == (0, "reproduced")
    assert printed("verify", home / "plain.zip", "--unsigned", "--trust", home / "key.pub")[0] == 1


def test_a_signature_taken_away_is_missed(home: Path, printed: Printed) -> None:
    (home / "stripped.zip").write_bytes(_forged(home, {}, sign=False))
    status, _, err = printed("verify", home / "stripped.zip", "--unsigned")
    assert (status, "its signature was taken away" in err) == (1, True)


def test_a_statement_its_own_maker_changed_is_told_with_both_values(home: Path, printed: Printed) -> None:
    name = "results/statement.json"
    statement = contents_of(home / "march.zip")[name].replace(b'"numerator": 5', b'"numerator": 6')
    (home / "cheat.zip").write_bytes(_forged(home, {name: statement}))
    status, out, _ = printed("verify", home / "cheat.zip", "--trust", home / "key.pub")
    assert status == 1
    place = "statement, 2026-03-01 to 2026-04-01, service levels, SL1, numerator"
    assert out.splitlines()[-1] == f"not reproduced: {place}: the packet says 6, computed again it is 5"


@pytest.mark.parametrize("name", ["results/records/2026-03/SL1.parquet", "clocks/2026-03/SL1.parquet"])
def test_records_and_clock_tables_are_computed_again_not_merely_hashed(
    home: Path, printed: Printed, tmp_path: Path, name: str
) -> None:
    (tmp_path / "given.parquet").write_bytes(contents_of(home / "march.zip")[name])
    table = pq.read_table(tmp_path / "given.parquet")
    pq.write_table(table.slice(1), tmp_path / "changed.parquet")
    (home / "cheat.zip").write_bytes(_forged(home, {name: (tmp_path / "changed.parquet").read_bytes()}))
    status, out, _ = printed("verify", home / "cheat.zip")
    assert (status, f"not reproduced: {name}, row 1" in out) == (1, True)


def test_sql_that_was_changed_is_told_by_its_line(home: Path, printed: Printed) -> None:
    name = "sql/2026-03/SL1.sql"
    sql = contents_of(home / "march.zip")[name].replace(b"THEN 1 ELSE 0", b"THEN 1 ELSE 1", 1)
    (home / "cheat.zip").write_bytes(_forged(home, {name: sql}))
    status, out, _ = printed("verify", home / "cheat.zip")
    assert (status, f"not reproduced: {name}, line" in out) == (1, True)


@pytest.mark.parametrize(
    ("changes", "status", "told"),
    [
        ({"facts/cases.parquet": b"PAR1"}, 1, "is no readable Parquet file"),
        ({"facts/cases.parquet": None}, 1, "facts/cases.parquet and facts.json do not go together"),
        ({"facts.json": b"{}"}, 1, "and facts.json do not go together"),
        ({"facts.json": b"[]"}, 1, "does not say of the tables what a packet says"),
        ({"facts.json": b'{"houses": {}}'}, 1, "tells of a table 'houses'"),
        ({"contract/contract.yaml": b"remit: 1\n"}, 1, "contract/contract.yaml"),
        ({"contract/contract.yaml": None}, 1, "has no entry contract/contract.yaml"),
        ({"results/statement.json": b"{"}, 1, "is not readable as JSON"),
        ({"results/statement.json": None}, 1, "results/statement.json: the packet says nothing"),
        ({"results/more.json": b"{}"}, 1, "results/more.json: the packet says this file"),
        ({"letter.txt": b"hello"}, 1, "letter.txt: the packet says this file"),
    ],
)
def test_what_a_maker_left_out_or_put_in_is_told(
    home: Path, printed: Printed, changes: Mapping[str, bytes | None], status: int, told: str
) -> None:
    (home / "odd.zip").write_bytes(_forged(home, changes))
    found, out, err = printed("verify", home / "odd.zip")
    assert found == status
    assert told in out + err
    assert "remit stopped" not in err


def test_entries_the_manifest_does_not_know_and_missing_ones_are_refused(home: Path, printed: Printed) -> None:
    entries = [entry_of(name, content) for name, content in contents_of(home / "march.zip").items()]
    for changed, told in (
        ([*entries, entry_of("more.txt", b"")], "has an entry more.txt that its manifest does not know"),
        ([one for one in entries if one.name != "facts/cases.parquet"], "its entry facts/cases.parquet is missing"),
    ):
        out = io.BytesIO()
        write_archive(out, changed)
        (home / "odd.zip").write_bytes(out.getvalue())
        status, _, err = printed("verify", home / "odd.zip")
        assert (status, told in err) == (1, True)


def test_a_packet_of_another_format_is_told_which_remit_reads_it(home: Path, printed: Printed) -> None:
    made_with = {"remit": "9.0"}
    (home / "newer.zip").write_bytes(_forged(home, {}, remit_packet=2, made_with=made_with))
    status, _, err = printed("verify", home / "newer.zip")
    assert (status, "is of format 2, made by Remit 9.0; this Remit reads format 1" in err) == (1, True)


def test_other_versions_are_noted_and_the_figures_decide(home: Path, printed: Printed) -> None:
    (home / "older.zip").write_bytes(_forged(home, {}, made_with={"remit": "0.0.1", "tzdata": "2020a"}))
    status, out, _ = printed("verify", home / "older.zip")
    assert status == 0
    assert "note: made with tzdata 2020a, computed again with tzdata" in out


def test_facts_beyond_what_the_packet_says_of_them_are_refused(home: Path, printed: Printed) -> None:
    told = json.loads(contents_of(home / "march.zip")["facts.json"])
    told["cases"]["spans"]["opened_at"] = None
    (home / "odd.zip").write_bytes(_forged(home, {"facts.json": json.dumps(told).encode()}))
    assert "opened_at reaches beyond what facts.json says" in printed("verify", home / "odd.zip")[2]
    told["cases"]["rows"] += 1
    (home / "odd.zip").write_bytes(_forged(home, {"facts.json": json.dumps(told).encode()}))
    assert "holds 6 rows, where facts.json says 7" in printed("verify", home / "odd.zip")[2]


def test_people_and_columns_nobody_needs_are_left_out(home: Path) -> None:
    facts = json.loads(contents_of(home / "march.zip")["facts.json"])
    assert facts["cases"]["carried"] == ["case_key", "opened_at", "priority"]
    assert facts["cases"]["rows"] == 6
    assert main(_packet(home, "keep.zip", "--personal", "keep", "--key", str(home / "key"))) == 0
    kept = json.loads(contents_of(home / "keep.zip")["facts.json"])
    assert kept["cases"]["carried"] == ["case_key", "opened_at", "customer_key", "priority"]


def test_pseudonyms_leave_every_figure_as_it_was(home: Path, printed: Printed, tmp_path: Path) -> None:
    assert main(_packet(home, "renamed.zip", "--personal", "pseudonyms", "--key", str(home / "key"))) == 0
    renamed, plain = contents_of(home / "renamed.zip"), contents_of(home / "march.zip")
    assert renamed["results/statement.json"] == plain["results/statement.json"]
    assert not any(b"T-10" in content for name, content in renamed.items() if not name.startswith("contract"))
    manifest = read_manifest(renamed[MANIFEST], "renamed.zip")
    assert manifest.options.replaced == {"case_events": ["case_key"], "cases": ["case_key"]}
    assert printed("verify", home / "renamed.zip")[1].splitlines()[-1] == "reproduced"
    assert run_alone(home / "renamed.zip", tmp_path) == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--key", "k", "--unsigned", "--period", "2026-03", "--out", "x.zip"], "one of the two"),
        (["--period", "2026-03", "--out", "x.zip"], "one of the two"),
        (["--unsigned", "--out", "x.zip"], "name the month with --period"),
        (["--unsigned", "--from", "2026-01", "--out", "x.zip"], "name the month with --period"),
        (["--unsigned", "--period", "2026-03"], "a packet is a file"),
    ],
)
def test_wrong_usage_is_told_as_such(printed: Printed, arguments: list[str], told: str) -> None:
    status, _, err = printed("packet", CONTRACT, "--facts", FACTS, *arguments)
    assert (status, told in " ".join(err.split())) == (2, True)


def test_a_month_without_facts_makes_no_packet(home: Path, printed: Printed) -> None:
    arguments = [one if one != "2026-03" else "2031-07" for one in _packet(home, "july.zip", "--unsigned")]
    status, _, err = printed(*arguments)
    assert (status, "hold no month of the term that was asked for" in err) == (1, True)
    assert not (home / "july.zip").exists()


def test_keys_are_made_once_and_shown(tmp_path: Path, printed: Printed) -> None:
    status, out, _ = printed("keys", "make", tmp_path / "key", "--name", "Northwind")
    assert status == 0
    assert (tmp_path / "key.pub").read_text().endswith(" Northwind\n")
    shown = [printed("keys", "show", tmp_path / name)[1] for name in ("key", "key.pub")]
    assert shown[0] == shown[1]
    assert shown[0].splitlines()[1].split()[-1] in out
    before = (tmp_path / "key").read_bytes()
    status, _, err = printed("keys", "make", tmp_path / "key")
    assert (status, "is there already, and a key is not overwritten" in err) == (1, True)
    assert (tmp_path / "key").read_bytes() == before


def test_what_is_no_key_is_told(tmp_path: Path, home: Path, printed: Printed) -> None:
    (tmp_path / "letter").write_text("hello")
    assert printed("keys", "show", tmp_path / "letter")[0] == 1
    status, _, err = printed("verify", home / "march.zip", "--trust", tmp_path / "letter")
    assert (status, "is no public key, no fingerprint of one and no file with one" in err) == (2, True)
    assert printed("verify", tmp_path / "nowhere.zip")[0] == 1
