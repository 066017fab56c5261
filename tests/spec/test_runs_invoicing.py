"""The pro-forma of a month from records: delivered units counted, credits netted, what has no price refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from remit.cli.main import main
from remit.runs.invoicing import invoice_month
from remit.terms.problems import ProblemsFound
from tests.lib.run_facts import HEAD, month, opened, write_contract, write_facts

LEVEL = """
service_levels:
  SL1:
    name: Without an error
    class: critical
    measure: {is: ratio, of: transactions, good: "errors = 0"}
    expected: 80%
    minimum: 60%
credits:
  at_risk: 10%
  base: [fee]
  schemes: [{model: pool, pool: 100%, allocation: {SL1: 100%}}]
  rounding: half_up to 0.01
  applies_to: next invoice
invoicing: {purchase_order: PO-1, tax: 23%}
currencies: {PHP: {rule: month last, values: {2026-01-31: 0.0171, 2026-02-28: 0.0169}}}
"""
CHARGES = """
charges:
  - {id: fee, amount: 1000}
  - {id: claims, basis: transaction, rate_by: {by: site, map: {NYC: 5, BER: 4}}}
  - {id: heads, basis: fte, rate: 100}
  - {id: minutes, basis: handled minute, rate: 0.5}
  - {id: desks, basis: seat, rate: 1000, currency: PHP}
  - {id: carriers, basis: cost}
"""
TABLES: dict[str, Any] = {
    "transactions": """
transaction_key | received_at      | completed_at     | errors | site
T1              | 2025-12-31 09:00 | 2026-01-10 09:00 | 1      | NYC
T2              | 2026-01-20 09:00 | 2026-01-21 09:00 | 1      | BER
T3              | 2026-01-31 23:59 | 2026-02-01 00:00 | 0      | BER
T4              | 2026-02-10 09:00 |                  | 0      | BER
""",
    "headcount": """
counted_at       | site | fte  | seats
2026-01-01 00:00 | NYC  | 2.25 | 3
2026-02-01 00:00 | NYC  | 2.5  | 4
""",
    "interactions": """
interaction_key | queued_at        | talk_seconds | hold_seconds | after_contact_seconds
I1              | 2026-01-05 09:00 | 60           |              | 30
I2              | 2026-02-28 23:59 | 60           | 30           | 30
""",
    "passed_on_costs": """
cost_key | incurred_at      | charge   | amount
B-1      | 2026-01-15 00:00 | carriers | 12.34
B-2      | 2026-02-15 00:00 | carriers | 20.10
B-3      | 2026-02-15 00:00 | postage  | 99.99
""",
}


def test_delivered_units_are_priced_and_the_month_before_is_credited(tmp_path: Path) -> None:
    with opened(tmp_path, HEAD + LEVEL + CHARGES, **TABLES) as (versions, evidence):
        january, february = (invoice_month(versions, evidence, month(label)) for label in ("2026-01", "2026-02"))
    assert [(line.ref, str(line.amount)) for line in january.lines] == [
        ("fee/1", "1000.00"),
        ("claims/1", "5.00"),
        ("claims/2", "4.00"),
        ("heads/1", "225.00"),
        ("minutes/1", "0.75"),
        ("desks/1", "51.30"),
        ("carriers/1", "12.34"),
    ]
    assert january.adjustments == ()
    assert [(str(line.quantity), str(line.amount)) for line in february.lines[2:]] == [
        ("1.0000", "4.00"),
        ("2.5000", "250.00"),
        ("2.0000", "1.00"),
        ("4.0000", "67.60"),
        ("20.1000", "20.10"),
    ]
    assert [(one.month, one.service_level, str(one.amount)) for one in february.adjustments] == [
        ("2026-01", "SL1", "-100.00")
    ]
    assert str(february.total) == str((february.net * 123 / 100).quantize(february.total))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("BER: 4", "LON: 4"),
            "charges.claims: 2026-01: 1 delivered units have no rate: their site is none of NYC, LON",
        ),
        (("2026-01-31: 0.0171, ", ""), "charges.desks: 2026-01: PHP has no exchange rate for 2026-01 by the rule"),
        (("basis: seat", "basis: login hour"), "charges.desks: charges by the agent_time, and the facts have no table"),
    ],
)
def test_what_has_no_price_stops_the_month_with_a_sentence(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    with (
        opened(tmp_path, (HEAD + LEVEL + CHARGES).replace(*change), **TABLES) as (versions, evidence),
        pytest.raises(ProblemsFound) as refused,
    ):
        invoice_month(versions, evidence, month("2026-01"))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("label", "said"), [("2027-01", "2027-01 lies outside the term"), ("2026-09", "the facts do not reach 2026-09")]
)
def test_a_month_without_a_contract_or_facts_is_refused(tmp_path: Path, label: str, said: str) -> None:
    with (
        opened(tmp_path, HEAD + LEVEL + CHARGES, **TABLES) as (versions, evidence),
        pytest.raises(ProblemsFound, match=said),
    ):
        invoice_month(versions, evidence, month(label))


def test_the_commands_print_a_pro_forma_and_match_it_when_it_comes_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    contract, facts = write_contract(tmp_path, HEAD + LEVEL + CHARGES), write_facts(tmp_path, **TABLES)
    run = [str(contract), "--facts", str(facts)]
    for form, name in (("json", "b.json"), ("csv", "b.csv"), ("xlsx", "b.xlsx"), ("ubl", "b.xml"), ("text", "b.txt")):
        assert main(["charges", *run, "--period", "2026-02", "--as", form, "--out", name]) == 0
    assert "to pay" in Path("b.txt").read_text()
    for name in ("b.json", "b.csv", "b.xlsx", "b.xml"):
        assert main(["invoice", "check", *run, "--invoice", name]) == 0
        assert "nothing to object" in capsys.readouterr().out
    Path("wrong.csv").write_text(Path("b.csv").read_text().replace(",4.0000,", ",5.0000,"))
    assert main(["invoice", "check", *run, "--invoice", "wrong.csv", "--earlier", "b.csv", "--as", "json"]) == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    assert {one["kind"] for one in found} == {"duplicate invoice", "wrong quantity", "line arithmetic"}
    Path("undated.csv").write_text("invoice,currency,amount\n1,EUR,5\n")
    assert main(["invoice", "check", *run, "--invoice", "undated.csv"]) == 1
    assert "does not say which days it is for" in capsys.readouterr().err


def test_the_accruals_of_unbilled_months_and_the_year_s_forecast_are_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    contract, facts = write_contract(tmp_path, HEAD + LEVEL + CHARGES), write_facts(tmp_path, **TABLES)
    contract.write_text(contract.read_text().replace("rule: month last", "rule: latest"))
    run = ["accruals", str(contract), "--facts", str(facts)]

    assert main([*run, "--as", "json", "--billed", "2026-01"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["month"], one["amount"]) for one in told["accruals"]] == [("2026-02", "1242.70")]
    assert [one["month"] for one in told["forecast"]["months"]] == [f"2026-{number:02}" for number in range(3, 13)]
    assert told["forecast"]["delivered"] == "2541.09"
    assert main([*run, "--year", "contract", "--method", "seasonal"]) == 0
    assert "the year" in capsys.readouterr().out
