"""Waivers agreed beside the facts: what they leave out, what they leave alone, and which records a choice finds."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from remit.ingest.waiver_files import Waiver, read_waivers, waivers_text
from remit.performance.explanations import MeasuredRecord
from remit.runs import Evidence, explain, settle_contract
from remit.runs.chosen import Choice, choose, condition_fault
from remit.runs.waived import check_waivers, waivers_sha256, with_waivers
from remit.terms.problems import ProblemsFound
from tests.lib.run_facts import HEAD, month, opened

TERMS = f"""{HEAD}
clocks: {{plain: {{of: cases, starts: opened_at, stops: resolved_at}}}}
exclusions:
  - {{id: X1, of: cases, where: "channel = 'test'", reason: our own tests}}
  - {{id: X2, waivers: true, levels: [SL1], reason: waived in writing, clause: B 6}}
service_levels:
  SL1:
    name: In time
    class: critical
    measure: {{is: turnaround, clock: plain, share_within: 2 hours}}
    expected: 75%
  SL2: {{name: In time too, measure: {{is: turnaround, clock: plain, share_within: 2 hours}}, expected: 75%}}
credits: {{at_risk: 10%, schemes: [{{model: pool, pool: 100%, allocation: {{SL1: 100%}}}}]}}
charges: [{{id: fee, amount: 1000}}]
"""
CASES = """
case_key | opened_at        | resolved_at      | channel | site   | priority
a        | 2026-01-05 09:00 | 2026-01-05 10:00 | phone   | Lisbon | P1
b        | 2026-01-06 09:00 | 2026-01-06 15:00 | phone   | Lisbon | P1
c        | 2026-01-07 09:00 | 2026-01-07 15:00 | mail    | Manila | P2
d        | 2026-01-08 09:00 | 2026-01-08 15:00 | test    | Manila | P2
e        | 2026-01-31 09:00 | 2026-01-31 10:00 | mail    | Manila | P2
f        | 2026-02-05 09:00 | 2026-02-05 15:00 | mail    | Manila | P2
"""
SIGNED = """
waiver_key | record_key | service_level | approved_by | reason
w1         | c          | SL1           | client      | agreed before
"""
JANUARY = month("2026-01")


def waiver(key: str, *, level: str = "SL1", reason: str = "their system was down") -> Waiver:
    """A waiver that both sides agreed on."""
    return Waiver(f"E1-{key}", key, level, "Northwind", 1_767_950_000, reason, "X2")


def levels(evidence_told: list[MeasuredRecord]) -> dict[str, str | None]:
    return {one.key: one.excluded_by for one in evidence_told}


def test_an_agreed_waiver_leaves_its_record_out_of_its_level_alone(tmp_path: Path) -> None:
    with opened(tmp_path, TERMS, cases=CASES) as (versions, evidence):
        agreed = with_waivers(evidence, [waiver("b")])
        (first,), (second,) = (explain(versions, agreed, level, JANUARY) for level in ("SL1", "SL2"))
    assert levels(list(first.records)) == {"a": None, "b": "X2", "c": None, "d": "X1", "e": None}
    assert set(levels(list(second.records)).values()) == {None, "X1"}
    assert (first.attainment.ratio.numerator, first.attainment.ratio.denominator) == (2, 3)
    assert [(one.id, one.clause, one.records) for one in first.exclusions] == [("X1", None, 1), ("X2", "B 6", 1)]


def test_agreed_waivers_stand_beside_those_the_facts_bring(tmp_path: Path) -> None:
    with opened(tmp_path, TERMS, cases=CASES, waivers=SIGNED) as (versions, evidence):
        agreed = with_waivers(evidence, [waiver("b")])
        (found,) = explain(versions, agreed, "SL1", JANUARY)
    assert levels(list(found.records)) == {"a": None, "b": "X2", "c": "X2", "d": "X1", "e": None}


def test_the_money_follows_and_the_statement_names_the_list(tmp_path: Path) -> None:
    with opened(tmp_path, TERMS, cases=CASES) as (versions, evidence):
        before = settle_contract(versions, evidence)[0]
    waivers = [waiver("b"), waiver("c")]
    with opened(tmp_path, TERMS, cases=CASES) as (versions, evidence):
        after = settle_contract(versions, with_waivers(evidence, waivers))[0]
    assert (before.statement.credit, after.statement.credit) == (Decimal(100), Decimal(0))
    assert (before.provenance.waivers_sha256, after.provenance.waivers_sha256) == ("", waivers_sha256(waivers))
    assert before.provenance.facts_sha256 == after.provenance.facts_sha256


def test_without_waivers_the_facts_are_the_same_facts(tmp_path: Path) -> None:
    with opened(tmp_path, TERMS, cases=CASES) as (_, evidence):
        assert with_waivers(evidence, []) is evidence
    assert waivers_sha256([]) == ""


def test_a_waiver_nobody_approved_leaves_nothing_out(tmp_path: Path) -> None:
    with opened(tmp_path, TERMS, cases=CASES) as (versions, evidence):
        agreed = with_waivers(evidence, [replace(waiver("b"), approved_by=""), waiver("c", reason="")])
        (found,) = explain(versions, agreed, "SL1", JANUARY)
    assert set(levels(list(found.records)).values()) == {None, "X1"}


def test_the_digest_tells_lists_apart_whatever_their_order() -> None:
    one, other = waiver("a"), waiver("b")
    assert waivers_sha256([one, other]) == waivers_sha256([other, one]) != waivers_sha256([one])
    assert waivers_sha256([one]) != waivers_sha256([replace(one, reason="another reason")])


@pytest.mark.parametrize(
    ("level", "said"),
    [
        ("SL2", "no exclusion with `waivers: true` concerns SL2, so that no record of it can be waived"),
        ("SL9", "the contract has no service level 'SL9'"),
    ],
)
def test_waivers_the_contract_has_no_place_for_are_told(tmp_path: Path, level: str, said: str) -> None:
    with opened(tmp_path, TERMS, cases=CASES) as (versions, _), pytest.raises(ProblemsFound) as found:
        check_waivers(versions, [waiver("a"), waiver("b", level=level)], "waivers.csv")
    assert [(one.file, one.what) for one in found.value.problems] == [("waivers.csv", said)]


def test_a_level_of_intervals_can_not_be_waived_record_by_record(tmp_path: Path) -> None:
    measure = (
        "{is: service_factor, variant: 1, answer_within: 20 seconds, aggregate: share_of_intervals, interval_target: 1}"
    )
    terms = TERMS.replace(
        "{is: turnaround, clock: plain, share_within: 2 hours}\n    expected", f"{measure}\n    expected"
    )
    with opened(tmp_path, terms, cases=CASES) as (versions, _), pytest.raises(ProblemsFound, match="counts intervals"):
        check_waivers(versions, [waiver("a")], "waivers.csv")


def chosen(versions_and_facts: tuple[object, Evidence], choice: Choice) -> list[str]:
    versions, evidence = versions_and_facts
    return [one.record.key for one in choose(versions, evidence, "SL1", JANUARY, choice)]  # type: ignore[arg-type]


SIXTH, EIGHTH = 1_767_657_600, 1_767_830_400


@pytest.mark.parametrize(
    ("choice", "keys"),
    [
        (Choice(), ["a", "b", "c", "e"]),
        (Choice(keys=("b",)), ["b"]),
        (Choice(where="priority = 'P2'"), ["c", "e"]),
        (Choice(where="priority = 'P2' OR site = 'Lisbon'", is_missed_only=True), ["b", "c"]),
        (Choice(from_at=SIXTH, to_at=EIGHTH), ["b", "c"]),
        (Choice(from_at=EIGHTH), ["e"]),
        (Choice(to_at=SIXTH, is_missed_only=True), []),
        (Choice(containing="MAN"), ["c", "e"]),
        (Choice(containing="phone", is_missed_only=True), ["b"]),
        (Choice(keys=("a", "d")), ["a"]),
    ],
)
def test_a_choice_finds_the_records_behind_the_number(tmp_path: Path, choice: Choice, keys: list[str]) -> None:
    with opened(tmp_path, TERMS, cases=CASES) as run:
        assert chosen(run, choice) == keys


def test_a_record_that_does_not_stand_behind_the_number_is_named(tmp_path: Path) -> None:
    with opened(tmp_path, TERMS, cases=CASES) as run, pytest.raises(ProblemsFound) as found:
        chosen(run, Choice(keys=("a", "f", "zz")))
    assert found.value.problems[0].what == "f, zz: no such record stands behind SL1 in 2026-01"


def test_a_case_opened_again_is_chosen_by_its_own_columns(tmp_path: Path) -> None:
    clock = "{of: cases, starts: opened_at, stops: {status: Resolved}, reopen: {do: new_record}}"
    terms = TERMS.replace("{of: cases, starts: opened_at, stops: resolved_at}", clock)
    events = """
    case_key | at               | event  | sequence | status_from | status   | priority
    a        | 2026-01-05 09:00 | opened | 1        | -           | New      | P1
    a        | 2026-01-05 10:00 | moved  | 2        | New         | Resolved | P1
    a        | 2026-01-06 10:00 | moved  | 3        | Resolved    | New      | P1
    a        | 2026-01-06 19:00 | moved  | 4        | New         | Resolved | P1
    """.replace("| -  ", "|    ")
    with opened(tmp_path, terms, cases="\n".join(CASES.splitlines()[:3]), case_events=events) as run:
        assert chosen(run, Choice(where="site = 'Lisbon'")) == ["a", "a#2"]
        versions, evidence = run
        (found,) = explain(versions, with_waivers(evidence, [waiver("a#2")]), "SL1", JANUARY)
    assert levels(list(found.records)) == {"a": None, "a#2": "X2"}


def test_a_condition_is_checked_as_a_contracts_own(tmp_path: Path) -> None:
    with opened(tmp_path, TERMS, cases=CASES) as (versions, _):
        contract = versions.latest
    assert condition_fault(contract, "SL1", "priority = 'P2'") == ""
    assert "did you mean 'priority'" in condition_fault(contract, "SL1", "prioritty = 'P2'")
    assert "not allowed here" in condition_fault(contract, "SL1", "read_text('/etc/passwd') = ''")


def test_a_list_written_is_read_back_as_it_was(tmp_path: Path) -> None:
    waivers = (waiver("a"), replace(waiver("b", reason='said "no", twice'), approved_at=None), waiver("ü,;"))
    (tmp_path / "waivers.csv").write_text(waivers_text(waivers), encoding="utf-8")
    assert read_waivers(tmp_path / "waivers.csv") == waivers


def test_a_list_needs_no_more_than_record_level_approval_and_reason(tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    path.write_text("\ufeffrecord_key,service_level,approved_by,reason\nb,SL1,Northwind,a storm\n\n", encoding="utf-8")
    assert read_waivers(path) == (Waiver("SL1/b", "b", "SL1", "Northwind", None, "a storm"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "w.csv:1: has no column record_key"),
        ("record_key,service_level,approved_by,reason,why\n", "w.csv:1: has a column 'why' that says nothing"),
        ("record_key,service_level,approved_by,reason,reason\n", "w.csv:1: names the column reason twice"),
        ("record_key,service_level,approved_by,reason\nb,SL1,,storm\n", "w.csv:2: approved_by: is empty"),
        ("record_key,service_level,approved_by,reason\nb,SL1\n", "w.csv:2: has 2 cells, and the header 4"),
        ('record_key,service_level,approved_by,reason\nb,SL1,"x"y,storm\n', "w.csv:2: is no CSV"),
        (
            "record_key,service_level,approved_by,reason,approved_at\nb,SL1,N,storm,2026-01-01\n",
            "w.csv:2: approved_at: '2026-01-01' is no instant",
        ),
        (
            "waiver_key,record_key,service_level,approved_by,reason\n1,b,SL1,N,storm\n1,c,SL1,N,storm\n",
            "w.csv: waiver_key: 1 stands there twice",
        ),
    ],
)
def test_a_faulty_list_is_told_by_its_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("w.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ProblemsFound) as found:
        read_waivers(Path("w.csv"))
    assert said in str(found.value)


def test_a_list_that_is_no_text_or_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_bytes(b"record_key\xff")
    for path, said in (
        (tmp_path / "w.csv", "not UTF-8"),
        (tmp_path / "none.csv", "No such file"),
        (tmp_path, "folder"),
    ):
        with pytest.raises(ProblemsFound, match=said):
            read_waivers(path)
