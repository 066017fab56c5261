"""Contract files: read whole, with amendments from their days on, and every problem at its line."""

import hashlib
import textwrap
from datetime import date
from pathlib import Path

import pytest

from remit.ingest.contract_files import check_contract, read_contract, read_versions
from remit.terms.periods import Period, month_of
from remit.terms.problems import ProblemsFound
from tests.lib.written_contracts import SOUND

JULY = "remit: 1\namendment: {id: A1, to: MSA-1, from: 2026-07-01}\n"
MARCH, AUGUST = month_of(date(2026, 3, 1)), month_of(date(2026, 8, 1))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with a sound contract in it, so that problems name files as a user would."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "amendments").mkdir()
    write_contract(SOUND)
    return tmp_path


def write_contract(text: str) -> None:
    Path("contract.yaml").write_text(text.lstrip("\n"), encoding="utf-8")


def write_amendment(name: str, text: str) -> None:
    Path("amendments", name).write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")


def told(*, as_signed: bool = False) -> list[str]:
    """Every problem of the contract in the folder, as printed."""
    return [str(problem) for problem in check_contract("contract.yaml", as_signed=as_signed).problems]


def test_a_sound_contract_is_read_without_a_word(folder: Path) -> None:
    versions = read_versions("contract.yaml")

    assert versions.id == "MSA-1"
    assert [(version.from_on, version.amendment) for version in versions.versions] == [(date(2026, 1, 1), None)]
    assert versions.sha256 == hashlib.sha256(Path("contract.yaml").read_bytes()).hexdigest()
    assert versions.files == ("contract.yaml",)
    assert versions.warnings == ()
    assert versions.signed is versions.latest
    assert read_contract(Path("contract.yaml")).service_levels["SL1"].name == "Incidents resolved in time"


def test_a_contract_that_is_not_there_is_a_problem() -> None:
    with pytest.raises(ProblemsFound, match=r"nowhere.yaml: there is no such file"):
        read_contract("nowhere.yaml")


def test_every_fault_is_told_in_one_pass_at_its_line(folder: Path) -> None:
    write_contract("""
remit: 1
contract: {id: MSA-1, client: Northwind}
term: {from: 2026-01-01, to: 2025-12-31}
time_zone: America/New_Yrk
currency: dollars
calendars:
  us_support: {time_zone: UTC, week: {mon-fri: "08:00-18:00"}}
  spare: {time_zone: UTC, week: {mon-fri: "18 to 20"}}
clocks:
  resolution: {calendar: us_suport}
service_levels:
  SL1:
    name: Incidents
    measure: {is: turnaround, clock: resolution, share_within: 4 busines hours}
    expected: eighty
  SL2:
    name: Factor
    measure: {is: service_factor, variant: 6, answer_within: 30 seconds, short_abandon: 5 seconds}
    expected: 30 seconds
charges:
  - {id: monthly_fee, amount: 400000}
  - {id: monthly_fee, amount: 100}
""")

    assert told() == [
        "contract.yaml:2: contract: `provider` is missing",
        "contract.yaml:3: term: the term ends 2025-12-31, before it starts 2026-01-01; swap from and to",
        (
            "contract.yaml:4: time_zone: 'America/New_Yrk' is not a time zone; did you mean America/New_York or "
            "America/Nuuk?"
        ),
        "contract.yaml:5: currency: 'dollars' is not a currency; write its three letters, as USD or EUR",
        (
            "contract.yaml:8: calendars.spare.week: '18 to 20' is not an opening span; "
            'write "08:00-18:00", "09:00-12:30, 13:30-17:30", "22:00-06:00" or closed'
        ),
        (
            "contract.yaml:14: service_levels.SL1.measure.share_within: '4 busines hours' is not a length of time; "
            "write as 30 seconds, 4 business hours, 3 business days or 2 calendar days by end of day"
        ),
        (
            "contract.yaml:15: service_levels.SL1.expected: 'eighty' is not a number; "
            'write 95 % as 0.95 or "95%", a time as 30 seconds'
        ),
        (
            "contract.yaml:19: service_levels.SL2.expected: 30 is more than the whole, where a share is measured; "
            'write "30%" if that is meant'
        ),
        "contract.yaml:22: charges[1].id: 'monthly_fee' is also the id of charges[0]; give each its own id",
    ]


def test_what_is_missing_at_the_top_does_not_hide_the_rest(folder: Path) -> None:
    write_contract(SOUND.replace("currency: USD", "curency: USD").replace("calendar: us_support,", "calendar: us,"))

    assert told() == [
        "contract.yaml:1: `currency` is missing",
        "contract.yaml:5: curency: 'curency' is not a word of the format here; did you mean 'currency'?",
        (
            "contract.yaml:7: calendars.us_support: warning: no clock or measure runs on it; "
            "name it in a clock or a measure, or leave it out"
        ),
        "contract.yaml:12: clocks.resolution.calendar: there is no calendar 'us'; there are: always, us_support",
    ]


def test_nothing_more_is_said_of_a_file_that_holds_no_contract(folder: Path) -> None:
    write_contract("- a list\n")
    assert told() == ["contract.yaml:1: a list is not a mapping; write it as name: value lines, or as {name: value}"]
    write_contract("remit: 1\n")
    assert [line.partition(": ")[2] for line in told()] == [
        f"`{word}` is missing" for word in ("contract", "term", "time_zone", "currency", "service_levels")
    ]
    assert check_contract("contract.yaml").partial is None


def test_terms_change_on_the_day_an_amendment_says(folder: Path) -> None:
    write_amendment("a1.yaml", JULY + "change: {service_levels.SL1.expected: 96%, credits.at_risk: 10%}")
    write_amendment("a2.yaml", JULY.replace("A1", "A2") + "change: {charges.monthly_fee.amount: 410000}")
    write_amendment(
        "a3.yaml",
        """
        remit: 1
        amendment: {id: A3, to: MSA-1, from: 2026-10-01, signed_on: 2026-09-15}
        change: {credits.schemes.pool.allocation: {SL1: 200%}, service_levels.SL2.class: key}
        add:
          service_levels: {KM1: {name: CSAT, measure: {is: satisfaction}, expected: 85%}}
          calendars.us_support.closed: [2026-11-26, 2026-11-27]
          charges: {id: portal, amount: 5000}
          obligations: [{id: report, what: Report, side: provider, every: month}]
        """,
    )

    versions = read_versions("contract.yaml")

    assert [(version.from_on, version.amendment) for version in versions.versions] == [
        (date(2026, 1, 1), None),
        (date(2026, 7, 1), "A1, A2"),
        (date(2026, 10, 1), "A3"),
    ]
    assert str(versions.in_force_on(date(2025, 1, 1)).service_levels["SL1"].expected) == "0.95"
    assert str(versions.in_force_on(date(2026, 6, 30)).service_levels["SL1"].expected) == "0.95"
    assert str(versions.in_force_on(date(2026, 7, 1)).service_levels["SL1"].expected) == "0.96"
    assert str(versions.in_force_on(date(2026, 7, 1)).charges[0].amount) == "410000"
    latest = versions.latest
    assert list(latest.service_levels) == ["SL1", "SL2", "KM1"]
    assert len(latest.calendars["us_support"].closed) == 4
    assert [charge.id for charge in latest.charges] == ["monthly_fee", "portal"]
    assert [duty.id for duty in latest.obligations] == ["report"]
    assert versions.files == ("contract.yaml", "amendments/a1.yaml", "amendments/a2.yaml", "amendments/a3.yaml")


def test_the_hash_covers_every_file_in_its_order(folder: Path) -> None:
    write_amendment("a1.yaml", JULY + "change: {service_levels.SL1.expected: 96%}")

    each = [hashlib.sha256(Path(name).read_bytes()).hexdigest() for name in ("contract.yaml", "amendments/a1.yaml")]

    assert read_versions("contract.yaml").sha256 == hashlib.sha256(f"{each[0]}\n{each[1]}\n".encode()).hexdigest()
    assert read_versions("contract.yaml", as_signed=True).sha256 == each[0]
    assert len(read_versions("contract.yaml", as_signed=True).versions) == 1


@pytest.mark.parametrize(
    ("said", "start", "end"), [("start", "0.95", "0.96"), ("end", "0.96", "0.96"), ("by_record", "0.96", "0.96")]
)
def test_a_period_in_which_terms_change_is_judged_as_the_contract_says(
    folder: Path, said: str, start: str, end: str
) -> None:
    write_contract(f"{SOUND}amended_inside_period: {said}\n")
    write_amendment("a1.yaml", JULY.replace("07-01", "07-10") + "change: {service_levels.SL1.expected: 96%}")
    versions = read_versions("contract.yaml")

    july = month_of(date(2026, 7, 1))

    assert str(versions.terms_for(july).service_levels["SL1"].expected) == start
    assert str(versions.terms_for(AUGUST).service_levels["SL1"].expected) == end
    assert versions.changes_within(july) == (date(2026, 7, 10),)
    assert versions.changes_within(Period(date(2026, 7, 10), date(2026, 8, 1))) == ()
    assert versions.changes_within(MARCH) == ()


def test_a_place_that_does_not_exist_is_told_with_the_likely_one(folder: Path) -> None:
    write_amendment(
        "a1.yaml",
        JULY
        + textwrap.dedent("""
        change:
          service_levels.SL1.expcted: 96%
          service_level.SL1.expected: 96%
          service_levels.SL9.expected: 96%
          service_levels.SL9: {name: New}
          charges.fee.amount: 1
          charges[4].amount: 1
          currency.code: EUR
          "": 1
        remove: [service_levels.SL4, exclusions.X1]
        """),
    )

    assert told() == [
        (
            "amendments/a1.yaml:5: change.service_levels.SL1.expcted: 'service_levels.SL1.expcted' leads nowhere: "
            "there is no 'expcted' in service_levels.SL1; did you mean 'expected'?"
        ),
        (
            "amendments/a1.yaml:6: change.service_level.SL1.expected: 'service_level.SL1.expected' leads nowhere: "
            "there is no 'service_level'; did you mean 'service_levels'?"
        ),
        (
            "amendments/a1.yaml:7: change.service_levels.SL9.expected: 'service_levels.SL9.expected' leads nowhere: "
            "there is no 'SL9' in service_levels; there: SL1, SL2"
        ),
        (
            "amendments/a1.yaml:8: change.service_levels.SL9: 'service_levels.SL9' leads nowhere: there is no 'SL9' in "
            "service_levels; there: SL1, SL2; what is new goes under add"
        ),
        (
            "amendments/a1.yaml:9: change.charges.fee.amount: 'charges.fee.amount' leads nowhere: there is no 'fee' in "
            "charges; there: monthly_fee"
        ),
        (
            "amendments/a1.yaml:10: change.charges[4].amount: 'charges[4].amount' leads nowhere: there is no '[4]' in "
            "charges; there: monthly_fee"
        ),
        "amendments/a1.yaml:11: change.currency.code: 'currency.code' leads nowhere: there is no 'code' in currency",
        (
            "amendments/a1.yaml:12: change.: '' names no place; write the words on the way to it: "
            "service_levels.SL1.expected"
        ),
        (
            "amendments/a1.yaml:13: remove[0]: 'service_levels.SL4' leads nowhere: there is no 'SL4' in "
            "service_levels; there: SL1, SL2; what is new goes under add"
        ),
        (
            "amendments/a1.yaml:13: remove[1]: 'exclusions.X1' leads nowhere: there is no 'exclusions'; there: remit, "
            "contract, term, time_zone, currency, calendars, clocks, service_levels, credits, charges"
        ),
    ]


def test_a_word_the_contract_left_out_may_be_changed(folder: Path) -> None:
    write_amendment("a1.yaml", JULY + "change: {service_levels.SL2.minimum: 75%, amended_inside_period: end}")

    assert str(read_versions("contract.yaml").latest.service_levels["SL2"].minimum) == "0.75"


def test_what_is_there_already_is_not_added(folder: Path) -> None:
    write_amendment("a1.yaml", JULY + "add: {service_levels: {SL1: {name: Other}}}")

    assert told() == [
        (
            "amendments/a1.yaml:3: add.service_levels.SL1.name: 'service_levels.SL1.name' is there already; to give "
            "it a new value, write it under change"
        )
    ]


@pytest.mark.parametrize(
    ("change", "fixed"),
    [
        ("contract.id: MSA-2", "contract.id"),
        ("contract: {id: MSA-2, client: N, provider: A}", "contract.id"),
        ("contract: {client: N, provider: A}", "contract.id"),
        ("currency: EUR", "currency"),
        ("remit: 2", "remit"),
    ],
)
def test_what_says_which_contract_it_is_can_not_be_amended(folder: Path, change: str, fixed: str) -> None:
    write_amendment("a1.yaml", JULY + f"change: {{{change}}}")

    assert [line.partition(": ")[2].partition(": ")[2] for line in told()] == [
        (
            f"{fixed} can't be amended: it says which contract this is; "
            "a contract with another one is a contract of its own; write a new file"
        )
    ]


def test_the_parties_may_be_amended_as_long_as_it_is_the_same_contract(folder: Path) -> None:
    write_amendment("a1.yaml", JULY + "change: {contract: {id: MSA-1, client: Northwind plc, provider: Acme BPO}}")

    assert read_versions("contract.yaml").latest.contract.client == "Northwind plc"


def test_a_fault_an_amendment_brings_is_told_at_its_line(folder: Path) -> None:
    write_amendment("a1.yaml", JULY + "change:\n  service_levels.SL1.expected: eighty")
    assert told() == [
        (
            "amendments/a1.yaml:4: service_levels.SL1.expected: 'eighty' is not a number; "
            'write 95 % as 0.95 or "95%", a time as 30 seconds'
        )
    ]
    write_amendment("a1.yaml", JULY + "change:\n  service_levels.SL1.expected: 89%")
    assert told() == [
        (
            "amendments/a1.yaml:4: service_levels.SL1: minimum 0.9 is harder than expected 0.89 (higher is better) "
            "(with service_levels.SL1.expected as changed here); swap them, or set better: …"
        )
    ]


def test_a_fault_a_removal_leaves_behind_names_the_amendment(folder: Path) -> None:
    write_amendment("a1.yaml", JULY + "remove: service_levels.SL2")

    assert told() == [
        (
            "contract.yaml:30: credits.schemes[0].allocation.SL2: there is no service level 'SL2' (as amended by A1); "
            "did you mean 'SL1'?"
        )
    ]


def test_members_of_lists_are_removed_whatever_their_order(folder: Path) -> None:
    write_amendment(
        "a1.yaml",
        JULY + 'remove: ["calendars.us_support.closed[0]", calendars.us_support.closed.2026-12-25]\n'
        "add: {calendars.us_support.closed: 2026-07-03}",
    )

    assert read_versions("contract.yaml").latest.calendars["us_support"].closed == (date(2026, 7, 3),)


def test_two_amendments_that_change_one_term_from_one_day_are_refused(folder: Path) -> None:
    write_amendment("a1.yaml", JULY + "change:\n  service_levels.SL1.expected: 96%\n  charges: []")
    write_amendment(
        "a2.yaml",
        JULY.replace("A1", "A2")
        + "change:\n  service_levels.SL1: {name: Other}\nadd:\n  charges: [{id: x, amount: 1}]",
    )

    assert told() == [
        (
            "amendments/a2.yaml:4: change.service_levels.SL1: A1 and A2 both change service_levels.SL1 from "
            "2026-07-01; say it once, so that there is no doubt which one holds"
        ),
        (
            "amendments/a2.yaml:6: add.charges[0]: A1 and A2 both change charges from 2026-07-01; "
            "say it once, so that there is no doubt which one holds"
        ),
    ]


def test_an_amendment_that_touches_a_term_twice_is_refused(folder: Path) -> None:
    write_amendment("a1.yaml", JULY + "change: {service_levels.SL1.expected: 96%}\nremove: [service_levels.SL1]")

    assert told() == [
        (
            "amendments/a1.yaml:4: remove[0]: service_levels.SL1 is touched twice in this amendment; "
            "say it once, so that there is no doubt which one holds"
        )
    ]


def test_two_amendments_may_add_to_one_list(folder: Path) -> None:
    write_amendment("a1.yaml", JULY + "add: {charges: [{id: x, amount: 1}, {id: y, amount: 2}]}")
    write_amendment("a2.yaml", JULY.replace("A1", "A2") + "add: {charges: [{id: z, amount: 3}]}")

    assert [line.id for line in read_versions("contract.yaml").latest.charges] == ["monthly_fee", "x", "y", "z"]


def test_amendments_begin_inside_the_term(folder: Path) -> None:
    write_amendment("a1.yaml", JULY.replace("2026-07-01", "2027-01-01") + "change: {credits.at_risk: 10%}")

    assert told() == [
        (
            "amendments/a1.yaml:2: amendment.from: 2027-01-01 lies outside the term, 2026-01-01 to 2026-12-31; "
            "correct the date"
        )
    ]


def test_an_amendment_signed_after_it_takes_effect_is_a_warning(folder: Path) -> None:
    write_amendment("a1.yaml", JULY.replace("from:", "signed_on: 2026-08-01, from:") + "change: {credits.at_risk: 10%}")

    assert [str(problem) for problem in read_versions("contract.yaml").warnings] == [
        (
            "amendments/a1.yaml:2: amendment.from: warning: takes effect on 2026-07-01, before it was signed on "
            "2026-08-01; make sure both sides mean months already settled to be settled anew"
        )
    ]


def test_an_amendment_of_another_contract_is_left_aside_with_a_warning(folder: Path) -> None:
    write_amendment("a1.yaml", JULY.replace("MSA-1", "MSA-11") + "change: {credits.at_risk: 10%}")

    versions = read_versions("contract.yaml")

    assert len(versions.versions) == 1
    assert [str(problem) for problem in versions.warnings] == [
        (
            "amendments/a1.yaml:2: amendment.to: warning: 'MSA-11' is another contract than 'MSA-1': this amendment "
            "is left aside; did you mean 'MSA-1'?"
        )
    ]


def test_amendments_that_can_not_be_read_are_told_all_at_once(folder: Path) -> None:
    write_amendment("a1.yaml", JULY)
    write_amendment("a2.yaml", JULY + "change: {credits.at_risk: 10%}")
    write_amendment("a3.yml", JULY + "change: {charges.monthly_fee.amount: 1}")
    write_amendment("a4.yaml", "change: [")
    Path("amendments", "a5.yaml").mkdir()

    problems = check_contract("contract.yaml").problems

    assert [(problem.file.removeprefix("amendments/"), problem.what) for problem in problems] == [
        ("a3.yml", "'A1' is also the id of amendments/a2.yaml"),
        ("a1.yaml", "this amendment changes nothing"),
        ("a4.yaml", "is not YAML: did not find expected node content, while parsing a flow node"),
        ("a5.yaml", "can't be read: Is a directory"),
    ]


def test_a_doubt_is_told_once_and_not_again_for_each_version(folder: Path) -> None:
    write_contract(SOUND.replace("    low_volume: {below: 100}\n", ""))
    write_amendment("a1.yaml", JULY + "change: {credits.at_risk: 10%}")

    assert [line.partition(": ")[2].partition(": in a")[0] for line in told()] == [
        "service_levels.SL2: warning: has no minimum volume"
    ]


def test_a_faulty_contract_is_told_before_its_amendments(folder: Path) -> None:
    write_contract(SOUND.replace("calendar: us_support,", "calendar: us,"))
    write_amendment("a1.yaml", "nonsense")

    assert len(told()) == 2
    assert told()[1].startswith("contract.yaml:12: clocks.resolution.calendar: there is no calendar 'us'")
