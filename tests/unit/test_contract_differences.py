"""What differs between two versions of a contract: complete, in the field's words, and from which day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from remit.ingest.contract_files import read_versions
from remit.reports.contracts import Difference, differences
from remit.terms.contracts import Contract
from tests.lib.written_contracts import SOUND, contract, plain

EXAMPLE = Path(__file__).parents[2] / "examples" / "contact-centre"


@dataclass(frozen=True)
class Terms:
    """Terms in force from a day on."""

    from_on: date
    contract: Contract
    amendment: str | None = None


def versions(*parts: str, days: Sequence[str] = ("2026-01-01", "2026-07-01", "2026-10-01")) -> list[Terms]:
    """The sound contract with the words of each part merged in, one part a day."""
    return [Terms(date.fromisoformat(day), contract(part)) for day, part in zip(days, parts, strict=False)]


def sentences(found: Sequence[Difference]) -> list[str]:
    return [one.sentence for one in found]


LEVEL = "service_levels: {SL1: {%s}}"
CASES = """
expected: 96%                              | expected of SL1: 95 % → 96 %
expected: 95.25%                           | expected of SL1: 95 % → 95.25 %
minimum: null                              | minimum of SL1: 90 % → none
class: key                                 | class of SL1: critical → key
name: Incidents                            | name of SL1: Incidents resolved in time → Incidents
window: quarter                            | window kind of SL1: calendar month → calendar quarter
clause: Ex. B 5                            | clause of SL1: none → Ex. B 5
low_volume: {below: 30}                    | low volume below of SL1: 20 → 30
rounding: {places: 3}                      | rounding of SL1 added
history: {2026-04-01: 97%}                 | expected of SL1 from 1 April 2026: none → 97 %
measure: {share_within: 8 business hours}  | share within of SL1: 4 business hours → 8 business hours
measure: {where: "priority = 'P1'"}        | condition of SL1: none → priority = 'P1'
attribute_to: start                        | attribute to of SL1: stop → start
"""
OTHERS = """
{currency: EUR}                                             | currency: USD → EUR
{time_zone: UTC}                                            | time zone: America/New_York → UTC
{term: {to: 2027-12-31}}                                    | last day of the term: 31 December 2026 → 31 December 2027
{contract: {provider: Acme}}                                | provider: Acme BPO → Acme
{contract: {signed_on: 2025-12-01}}                         | day of signature: none → 1 December 2025
{charges: [{id: monthly_fee, amount: 398500.50}]}           | amount of the charge monthly_fee: 400,000 → 398,500.50
{calendars: {us_support: {week: {sat: "09:00-12:00"}}}}     | week sat of the calendar us_support: none → 09:00-12:00
{clocks: {resolution: {stops: {status: Resolved}}}}         | stops status of the clock resolution: removed Closed
{clocks: {resolution: {pauses: {status: Waiting}}}}         | pauses of the clock resolution added
{credits: {at_risk: 10%}}                                   | at-risk amount: 12 % → 10 %
{credits: {month_cap: 20%}}                                 | month cap of credits added
{credits: null}                                                | credits removed
{service_levels: {SL3: {name: New, measure: {is: volume, of: cases}}}} | service level SL3 added
{renewal: {notice: 90 days}}                                | renewal added
{obligations: [{id: O1, what: forecast, side: client, every: month}]} | obligation O1 added
{amended_inside_period: end}                                | amended inside period: start → end
"""


def table(text: str) -> list[tuple[str, list[str]]]:
    rows = [line.split(" | ") for line in text.strip().splitlines()]
    return [(part.strip(), [one.strip() for one in told.split(" / ")]) for part, told in rows]


@pytest.mark.parametrize(("words", "told"), table(CASES))
def test_a_changed_term_of_a_level_is_told_in_the_fields_words(words: str, told: list[str]) -> None:
    assert sentences(differences(versions(""), versions(LEVEL % words))) == told


@pytest.mark.parametrize(("part", "told"), table(OTHERS))
def test_a_changed_term_is_told_in_the_fields_words(part: str, told: list[str]) -> None:
    assert sentences(differences(versions(""), versions(part))) == told


def test_of_a_list_what_came_and_what_went_is_told_and_else_its_order() -> None:
    old, days = versions(""), "{calendars: {us_support: {closed: [%s]}}}"
    (found,) = differences(old, versions(days % "2026-01-01, 2026-07-03"))
    assert found.sentence == "closed days of the calendar us_support: added 3 July 2026; removed 25 December 2026"
    (found,) = differences(old, versions(days % "2026-12-25, 2026-01-01"))
    assert found.told == ": 1 January 2026, 25 December 2026 → 25 December 2026, 1 January 2026"


def test_an_allocation_is_told_with_its_scheme() -> None:
    part = "credits: {schemes: [{model: pool, pool: 200%%, allocation: {SL1: %s, SL2: 80%%}}]}"
    found = differences(versions(part % "120%"), versions(part % "110%"))
    assert sentences(found) == ["allocation SL1 of the credit scheme pool: 120 % → 110 %"]


def test_a_change_by_an_amendment_is_told_with_its_day() -> None:
    found = differences(versions(""), versions("", LEVEL % "expected: 96%"))
    assert sentences(found) == ["expected of SL1: 95 % → 96 % from 1 July 2026"]


def test_a_change_that_ends_is_told_with_its_last_day() -> None:
    old = versions("", LEVEL % "expected: 96%")
    assert sentences(differences(old, versions(LEVEL % "expected: 96%"))) == [
        "expected of SL1: 95 % → 96 % until 30 June 2026"
    ]
    new = versions("", LEVEL % "expected: 96%", "")
    assert sentences(differences(versions(""), new)) == [
        "expected of SL1: 95 % → 96 % from 1 July 2026 until 30 September 2026"
    ]


def test_an_amendment_both_versions_have_is_no_difference() -> None:
    both = versions("", LEVEL % "expected: 96%")
    assert differences(both, both) == ()


def test_an_added_part_tells_all_that_stands_in_it() -> None:
    (found,) = differences(
        versions(""), versions("{renewal: {automatic: true, extends_by_months: 12, notice: 90 days}}")
    )
    assert found.details == ("automatic: yes", "extends by months: 12", "notice: 90 days")
    assert (found.old, found.new, found.section, found.path) == (None, None, "Renewal and notice", "renewal")


def test_values_are_told_in_their_measures_unit() -> None:
    part = "service_levels: {KM1: {name: Answer, measure: {is: speed_of_answer}, expected: %s}}"
    found = differences(versions(part % "20 seconds"), versions(part % "4201.5"))
    assert sentences(found) == ["expected of KM1: 20 s → 1 h 10 min 1.5 s"]


def test_parts_in_another_order_are_told() -> None:
    fees = "{charges: [{id: monthly_fee, amount: 400000}, {id: setup, amount: 1}]}"
    turned = "{charges: [{id: setup, amount: 1}, {id: monthly_fee, amount: 400000}]}"
    assert sentences(differences(versions(fees), versions(turned))) == [
        "order of charges: monthly_fee, setup → setup, monthly_fee"
    ]


def test_an_emptied_list_is_told_apart_from_one_left_out() -> None:
    part = "calendars: {us_support: {changes: [{from: 2026-05-01, week: {mon: '09:00-10:00'}%s}]}}"
    found = differences(versions(part % ""), versions(part % ", closed: []"))
    assert sentences(found) == ["new hours from 1 May 2026 closed days of the calendar us_support: none → none at all"]


def mutations(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every scalar of a document with values that might do in its place, and nothing at all."""
    if isinstance(node, dict):
        for key, below in node.items():
            yield from mutations(below, (*path, key))
        return
    if isinstance(node, list):
        for index, below in enumerate(node):
            yield from mutations(below, (*path, index))
        return
    for other in (None, f"{node}1", "7", "7%", "true", "2025-11-30", "9 days"):
        if other != node:
            yield path, other


def changed(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    if isinstance(document, dict):
        kept = {**document, path[0]: changed(document[path[0]], path[1:], value)}
        return {key: one for key, one in kept.items() if key != path[0] or one is not None or len(path) > 1}
    below = changed(document[path[0]], path[1:], value)
    return [*document[: path[0]], *([] if below is None else [below]), *document[path[0] + 1 :]]


@pytest.mark.parametrize(
    ("name", "least"),
    [("sound", 40), *(pytest.param(side, 200, marks=pytest.mark.slow) for side in ("north", "south"))],
)
def test_whatever_differs_between_two_contracts_is_told(name: str, least: int) -> None:
    text = SOUND if name == "sound" else (EXAMPLE / name / "contract.yaml").read_text()
    whole = plain(text)
    original, tried = Contract.model_validate(whole), 0
    for path, value in mutations(whole):
        try:
            other = Contract.model_validate(changed(whole, path, value))
        except ValidationError:
            continue
        first = Terms(original.term.first_on, original)
        found = differences([first], [replace(first, contract=other)])
        tried += other != original
        assert bool(found) == (other != original), (path, value)
    assert tried > least


def test_two_contracts_with_nothing_in_common_can_be_compared() -> None:
    north, south = (read_versions(EXAMPLE / name / "contract.yaml") for name in ("north", "south"))
    found = differences(north.versions, south.versions)
    assert len(found) > 60
    assert all(one.sentence and one.path and yaml.safe_dump(one.subject) for one in found)
