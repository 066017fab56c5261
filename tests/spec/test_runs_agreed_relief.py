"""Agreed relief beside the facts: what the month, its money, its records and its split are with it."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from remit.ingest.relief_files import read_reliefs, reliefs_text
from remit.performance.relief import AgreedRelief
from remit.performance.service_levels import Standing
from remit.performance.settlements import Settlement
from remit.runs import Request, explain, settle_contract
from remit.runs.agreed import agreed_sha256, check_reliefs, with_agreed
from remit.runs.chosen import Choice, choose
from remit.runs.relieving import relieve
from remit.runs.waived import Waiver
from remit.terms.problems import ProblemsFound
from tests.lib.run_facts import month, opened, told
from tests.spec.test_runs_relieving import EXCUSED, desk, intervals

MARCH = month("2026-03")
WHOLE = AgreedRelief("R1", "SL1", "2026-03", "whole_month", None, "Northwind", 1_775_000_000, "the strike", "B 7")
GAP = replace(WHOLE, relief="volume_gap", contacts=28)
GIVES_GAP = desk('{band: 10%, excuses: SL1, relief: volume_gap, clause: "B 7"}')


def settled(folder: Path, contract: str, *agreed: AgreedRelief, by: tuple[str, ...] = ()) -> Settlement:
    """March with some agreed relief."""
    with opened(folder, contract, interval_counts=intervals()) as (versions, evidence):
        (found,) = settle_contract(versions, with_agreed(evidence, agreed), Request(MARCH, MARCH, by))
    return found


def test_a_relieved_month_is_not_measured_costs_nothing_and_says_why(tmp_path: Path) -> None:
    before, after = settled(tmp_path, EXCUSED), settled(tmp_path, EXCUSED, WHOLE)
    assert told((before,), "SL1") == ["2026-03 60/100 below_expected"]
    assert told((after,), "SL1") == [
        "2026-03 60/100 not_measured: relieved under B 7: not measured, where 60 of 100 were"
    ]
    assert (before.statement.credit, after.statement.credit) == (Decimal(100), Decimal(0))
    assert (before.provenance.waivers_sha256, after.provenance.waivers_sha256) == ("", agreed_sha256([WHOLE]))
    assert before.provenance.facts_sha256 == after.provenance.facts_sha256


def test_agreed_contacts_are_added_and_the_level_is_judged_again(tmp_path: Path) -> None:
    found = settled(tmp_path, GIVES_GAP, GAP)
    assert told((found,), "SL1") == [
        "2026-03 88/100 met: relieved under B 7: 28 contacts added for volume outside the forecast"
    ]
    assert found.statement.credit == 0


def test_agreed_relief_is_what_the_claim_was(tmp_path: Path) -> None:
    """One side's claim, once agreed, is the month that both sides settle."""
    for contract, agreed in ((EXCUSED, WHOLE), (GIVES_GAP, GAP)):
        with opened(tmp_path, contract, interval_counts=intervals()) as (versions, evidence):
            (claim,) = relieve(versions, evidence, Request(MARCH, MARCH))
        (level,), month_settled = claim.levels, settled(tmp_path, contract, agreed)
        (one,) = month_settled.attainments
        assert (one.standing, one.ratio, one.value) == (level.after.standing, level.after.ratio, level.after.value)
        assert claim.after.credit == month_settled.statement.credit


def test_the_list_of_records_has_the_contacts_added_as_a_row_of_its_own(tmp_path: Path) -> None:
    with opened(tmp_path, GIVES_GAP, interval_counts=intervals()) as (versions, evidence):
        agreed = with_agreed(evidence, [GAP])
        (found,) = explain(versions, agreed, "SL1", MARCH)
        chosen = choose(versions, agreed, "SL1", MARCH, Choice())
    last = found.records[-1]
    assert (last.key, last.numerator, last.denominator) == ("agreed relief of 2026-03", 28, 0)
    assert sum(one.numerator for one in found.records) == found.attainment.ratio.numerator == 88
    assert "agreed relief of 2026-03" not in {one.record.key for one in chosen}


def test_never_more_contacts_are_added_than_were_missed(tmp_path: Path) -> None:
    found = settled(tmp_path, GIVES_GAP, replace(GAP, contacts=1000))
    assert told((found,), "SL1")[0].startswith("2026-03 100/100 met")


def test_the_parts_of_a_relieved_level_are_relieved_with_it(tmp_path: Path) -> None:
    whole = settled(tmp_path, EXCUSED, WHOLE, by=("queue",))
    gap = settled(tmp_path, GIVES_GAP, GAP, by=("queue",))
    assert [(one.standing, one.ratio.numerator) for one in whole.breakdown] == [(Standing.NOT_MEASURED, 60)]
    assert [(one.standing, one.ratio.numerator) for one in gap.breakdown] == [(Standing.BELOW_EXPECTED, 60)]


@pytest.mark.parametrize(
    ("contract", "agreed"),
    [
        (EXCUSED, replace(WHOLE, month="2026-02")),
        (EXCUSED, replace(WHOLE, service_level="SL2")),
        (EXCUSED, replace(WHOLE, approved_by="")),
        (EXCUSED, replace(WHOLE, reason="")),
        (EXCUSED, GAP),
        (EXCUSED.split("forecast:", maxsplit=1)[0], WHOLE),
    ],
    ids=["another month", "another level", "nobody approved", "no reason", "another kind", "no clause"],
)
def test_what_was_not_agreed_or_has_no_clause_relieves_nothing(
    tmp_path: Path, contract: str, agreed: AgreedRelief
) -> None:
    assert told((settled(tmp_path, contract, agreed),), "SL1") == ["2026-03 60/100 below_expected"]


def test_a_level_that_is_met_stays_as_it_was_measured(tmp_path: Path) -> None:
    met = desk("{band: 10%, excuses: SL1, clause: B}", expected="50%")
    assert told((settled(tmp_path, met, WHOLE),), "SL1") == ["2026-03 60/100 met"]


def test_of_two_for_one_month_the_last_agreed_holds(tmp_path: Path) -> None:
    later = replace(GAP, relief_key="R0", contacts=7, approved_at=1_776_000_000)
    found = settled(tmp_path, GIVES_GAP, GAP, later)
    assert told((found,), "SL1")[0].startswith("2026-03 67/100")


def test_facts_can_bring_the_relief_themselves(tmp_path: Path) -> None:
    signed = """
    relief_key | service_level | month   | relief      | approved_by | reason     | clause_cited
    R1         | SL1           | 2026-03 | whole_month | Northwind   | the strike | B 7
    """
    with opened(tmp_path, EXCUSED, interval_counts=intervals(), reliefs=signed) as (versions, evidence):
        found = settle_contract(versions, evidence)
        both = with_agreed(evidence, [replace(WHOLE, month="2026-04")])
        again = settle_contract(versions, both)
    said = ["2026-03 60/100 not_measured: relieved under B 7: not measured, where 60 of 100 were"]
    assert (told(found, "SL1"), told(again, "SL1")) == (said, said)
    assert (found[0].provenance.waivers_sha256, again[0].provenance.waivers_sha256 != "") == ("", True)


def test_a_claim_for_what_is_agreed_already_says_so(tmp_path: Path) -> None:
    with opened(tmp_path, EXCUSED, interval_counts=intervals()) as (versions, evidence):
        (found,) = relieve(versions, with_agreed(evidence, [WHOLE]), Request(MARCH, MARCH))
    (level,) = found.levels
    assert (level.why, level.is_given, found.before) == ("relief is agreed already", False, found.after)


def test_the_digest_is_that_of_the_waivers_until_there_is_relief() -> None:
    waiver = Waiver("E1", "a", "SL1", "Northwind", None, "why")
    assert agreed_sha256([]) == ""
    assert len({agreed_sha256([waiver]), agreed_sha256([waiver, WHOLE]), agreed_sha256([WHOLE])}) == 3
    assert agreed_sha256([WHOLE, GAP, waiver]) == agreed_sha256([waiver, GAP, WHOLE])


@pytest.mark.parametrize(
    ("agreed", "said"),
    [
        (replace(WHOLE, service_level="SL9"), "the contract has no service level 'SL9'"),
        (GAP, "the forecast terms give whole_month, and not volume_gap"),
    ],
)
def test_relief_the_contract_has_no_place_for_is_told(tmp_path: Path, agreed: AgreedRelief, said: str) -> None:
    with opened(tmp_path, EXCUSED, interval_counts=intervals()) as (versions, _), pytest.raises(ProblemsFound) as found:
        check_reliefs(versions, [WHOLE, agreed], "relief.csv")
    assert [(one.file, one.what) for one in found.value.problems] == [("relief.csv", said)]


def faults(path: Path, text: str) -> Iterator[str]:
    """What is wrong with a list, a sentence each."""
    path.write_text(text)
    with pytest.raises(ProblemsFound) as found:
        read_reliefs(path)
    return (f"{one.line} {one.path}: {one.what}" for one in found.value.problems)


def test_a_list_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "relief.csv"
    given = (WHOLE, replace(GAP, relief_key="R2", month="2026-04", approved_at=None))
    path.write_text(reliefs_text(given))
    assert read_reliefs(path) == given


def test_each_row_that_relieves_nothing_is_told_by_its_line(tmp_path: Path) -> None:
    head = "service_level,month,relief,contacts,approved_by,reason,approved_at\n"
    rows = [
        "SL1,2026-13,whole_month,,Northwind,strike,",
        "SL1,2026-03,all,,Northwind,strike,",
        "SL1,2026-03,volume_gap,,Northwind,strike,",
        "SL1,2026-03,whole_month,9,Northwind,strike,",
        "SL1,2026-03,whole_month,,,strike,yesterday",
    ]
    assert list(faults(tmp_path / "relief.csv", head + "\n".join(rows))) == [
        "2 month: '2026-13' is no month",
        "3 relief: 'all' is no relief",
        "4 contacts: '' is no number of contacts",
        "5 contacts: a whole month is relieved without a number of contacts",
        "6 approved_by: is empty",
        "6 approved_at: 'yesterday' is no instant",
    ]


def test_a_level_is_relieved_once_a_month(tmp_path: Path) -> None:
    twice = replace(WHOLE, relief_key="R2")
    assert list(faults(tmp_path / "relief.csv", reliefs_text([WHOLE, twice]))) == [
        "0 service_level: SL1 in 2026-03 stands there twice"
    ]
