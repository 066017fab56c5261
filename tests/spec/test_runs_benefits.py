"""Savings against an approved case, from files: counted, charged, told; and what can't be told is a sentence."""

import csv
import io
import json
from pathlib import Path

import pytest

from remit.cli.example_cases import case_at_scale
from remit.cli.example_folders import example_folder
from remit.cli.main import main
from remit.ingest.business_cases import read_business_case, read_costs
from remit.ingest.contract_files import read_versions
from tests.lib.business_cases import CASE, frozen_case
from tests.lib.run_facts import HEAD, write_contract, write_facts

CONTRACT = (
    HEAD
    + """
service_levels:
  SL1: {name: Without an error, measure: {is: ratio, of: transactions, good: "errors = 0"}, expected: 80%}
charges:
  - {id: claims, basis: transaction, rate: 3}
"""
)
TRANSACTIONS = """
transaction_key | received_at      | completed_at     | errors
T1              | 2026-01-02 09:00 | 2026-01-10 09:00 | 0
T2              | 2026-01-20 09:00 | 2026-01-21 09:00 | 0
T3              | 2026-01-31 23:59 | 2026-02-01 00:00 | 0
T4              | 2026-03-10 09:00 | 2026-03-10 09:00 | 0
"""
SMALL = (
    CASE.replace("claims: 100", "claims: 1")
    .replace("units_each: 2", "units_each: 1")
    .replace("retained: 50", "retained: 4")
)
COSTS = "month,kind,amount,evidence\n2026-01,retained,2,PO 1\n2026-01,retained,1.5,PO 2\n2026-01,transition,21.25,\n"


def run(
    folder: Path, case: Path, *options: str, contract: str = CONTRACT, costs: str = COSTS, facts: str = TRANSACTIONS
) -> int:
    (folder / "costs.csv").write_text(costs)
    given = [str(case), str(write_contract(folder, contract)), "--costs", str(folder / "costs.csv")]
    return main(["benefits", *given, "--facts", str(write_facts(folder, transactions=facts)), *options])


def test_a_month_s_savings_and_their_variance_come_from_the_records(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two claims: 20 before; 6 charged, 3.50 retained, 21.25 to move, where 10 − 2 − 4 − 20 was planned of one."""
    monkeypatch.chdir(tmp_path)
    case = frozen_case(tmp_path, SMALL)

    assert run(tmp_path, case, "--as", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["approved_on"], told["approved_by"]) == ("2025-11-03", ["A. Finance", "B. Operations"])
    assert told["sha256"] in case.read_text()
    (january,) = told["months"]
    assert january["savings"] == {"planned": "-16.00", "actual": "-10.75"}
    assert january["parts"] == {
        "rate": "-1.50",
        "volume": "7.50",
        "productivity": "0",
        "transition": "-1.25",
        "retained organisation": "0.50",
        "currency": "0",
    }
    assert told["notes"] == [
        "2026-02: no retained and no transition cost is given; write 0 where there was none",
    ]

    assert run(tmp_path, case, "--trace", "--period", "2026-01") == 0
    text = capsys.readouterr().out
    assert f"approved on 2025-11-03 by A. Finance, B. Operations; sha256 {told['sha256']}" in text
    assert "-1.50  claims, rate: 2 planned, 3 came" in text
    assert run(tmp_path, case, "--as", "csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert sum(float(row["amount"]) for row in rows if row["kind"] == "effect") == float(january["variance"]) == 5.25


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("contract: C-1", "contract: C-2", "the case is of 'C-2', and the contract given is 'C-1'"),
        ("currency: EUR", "currency: USD", "the case is in USD, and the contract in EUR"),
        ("  claims: {units_each", "  calls: {units_each", "case.yaml:9: charges.calls: is no line of the contract"),
        ("of: transactions", "of: claims", "case.yaml:7: baseline.claims.volume.of: there is no table 'claims'"),
        ("at: completed_at", "at: finished_at", "transactions has no column 'finished_at'"),
        ("at: completed_at", "where: kind >", "baseline.claims.volume.where"),
        ("of: transactions, at: completed_at", "of: surveys", "the facts have no table surveys"),
        ("rate: 2}", "rate: 2, currency: PHP}", "charges.claims: is planned in PHP, and charged in EUR in 2026-01"),
        ("retained: 4", "retained: {2026-02-01: 4}", "retained has no value for 2026-01"),
        ("retained: 4", "retained: {}", "retained has no value for 2026-01"),
        ("units_each: 1, ", "", "a planned charge is an amount, or units_each and a rate"),
        ("units_each: 1, rate: 2", "amount: 5, of: claims", "an amount does not follow the work; leave `of` out"),
        ("rate: 2}", "rate: 2, exchange_rate: 0.5}", "an exchange rate needs the currency it is of"),
        ("rate: 2}", "rate: 2, of: calls}", "charges.claims follows 'calls', no work of the baseline; it has claims"),
        ("  2026-01:", "  2026-13:", "'2026-13' is not a month; write it as 2026-03"),
        ("volume: {claims: 1}, t", "volume: {calls: 1}, t", "2026-01 plans the volumes of calls"),
        ("unit_cost: 10", "unit_cost: ten", "'ten' is not a number"),
        ("retained: 4", "retaned: 4", "did you mean 'retained'?"),
        ("retained: 4", "retained: 4\nindexation: {index: cpi, from: 2026-02-01}", "the contract has no index 'cpi'"),
    ],
)
def test_a_case_that_can_t_be_held_against_the_contract_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, old: str, new: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    costs = COSTS + "2026-02,retained,0\n".replace(",0\n", ",0,\n")

    assert run(tmp_path, frozen_case(tmp_path, SMALL.replace(old, new)), costs=costs) == 1
    assert said in capsys.readouterr().err


def test_a_case_changed_after_its_approval_is_refused_and_one_laid_out_anew_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    case = frozen_case(tmp_path, SMALL)
    approved = case.read_text()

    case.write_text("# as signed\n" + approved.replace("currency: EUR\n", "") + "currency:   EUR\n")
    assert run(tmp_path, case) == 0
    case.write_text(approved.replace("unit_cost: 10", "unit_cost: 12"))
    assert run(tmp_path, case) == 1
    assert "approval.sha256: the case is not what was approved" in capsys.readouterr().err
    case.write_text(approved.replace("A. Finance", "C. Other"))
    assert run(tmp_path, case) == 1
    case.write_text(SMALL)
    capsys.readouterr()
    assert run(tmp_path, case) == 1
    assert "does not freeze the case: there is no hash; once it is approved, write sha256: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("costs", "said"),
    [
        ("month,kind\n", "costs.csv:1: has no column amount"),
        ("month,kind,amount,why\n", "has a column 'why' that says nothing of a cost"),
        ("month,kind,amount,amount\n", "names the column amount twice"),
        ("month,kind,amount\n2026-1,retained,5\n", "costs.csv:2: month: '2026-1' is not a month"),
        ("month,kind,amount\n2026-01,rent,5\n", "'rent' is no kind of cost; choose from retained, transition"),
        ("month,kind,amount\n2026-01,retained,1e\n", "costs.csv:2: amount: '1e' is not a number"),
        ("month,kind,amount\n2026-01,retained\n", "has 2 cells, and the header 3"),
        ('month,kind,amount\n2026-01,"retained,5\n', "is no CSV"),
    ],
)
def test_a_list_of_costs_that_can_t_be_read_is_told_by_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, costs: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run(tmp_path, frozen_case(tmp_path, SMALL), costs=costs) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("scale", "volume", "unit_cost"), [(1, 15500, "25.20"), (0.1, 1550, "252.00"), (3, 46500, "8.40")]
)
def test_the_contact_centre_s_case_is_frozen_anew_for_a_year_of_another_size(
    tmp_path: Path, scale: float, volume: int, unit_cost: str
) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(
        case_at_scale((example_folder("contact-centre") / "north" / "business-case.yaml").read_text(), scale)
    )
    case = read_business_case(path).case

    assert {month.volume["contacts"] for month in case.months.values()} == {volume, volume * 19000 // 15500}
    assert str(case.baseline["contacts"].unit_cost) == unit_cost


def test_the_contact_centre_s_case_is_frozen_and_plans_lines_of_its_contract() -> None:
    north = example_folder("contact-centre") / "north"
    case = read_business_case(north / "business-case.yaml").case
    contract = read_versions(north / "contract.yaml").signed

    assert case.business_case.contract == contract.id
    assert set(case.charges) < {line.id for line in contract.charges}
    assert set(read_costs(north / "own-costs.csv")) == {
        (first, kind) for first in case.months for kind in ("retained", "transition")
    }
