"""Looking a contract over: rate cards that overlap, and units, currencies and indexes without a rate."""

import pytest

from tests.lib.written_contracts import found

CLAIMS = "volume: {of: transactions, where: \"type = 'claim'\"}"
SEVERAL = "volume: {of: transactions, sum: [units, eros], at: type}"


@pytest.mark.parametrize(
    ("charges", "said"),
    [
        (
            "[{id: fee, amount: 1, to: 2026-06-30}, {id: fee, amount: 2, from: 2026-06-01}]",
            """
            error charges[1].id: 'fee' is also the id of charges[0], and both are in force from 2026-06-01: the rate
            cards overlap; let one end (to) before the other begins (from)
            """,
        ),
        ("[{id: fee, amount: 1, to: 2026-06-30}, {id: fee, amount: 2, from: 2026-07-01}]", ""),
        (
            f"[{{id: claims, {CLAIMS}, rate: 1}}, {{id: again, {CLAIMS}, rate: 2}}]",
            """
            warning charges[1]: again counts the same units as claims (charges[0]): each is charged twice; give one of
            them another `where`, or leave it out
            """,
        ),
        (f"[{{id: claims, {CLAIMS}, rate: 1, to: 2026-03-31}}, {{id: x, {CLAIMS}, rate: 2, from: 2026-04-01}}]", ""),
        (
            "[{id: claims, basis: transaction, rates: {2026-02-01: 1, 2026-07-01: 2}}]",
            """
            error charges[0].rates: no rate holds from 2026-01-01, the line's first day: the first is from 2026-02-01;
            write a rate from 2026-01-01
            """,
        ),
        ("[{id: claims, basis: transaction, from: 2026-02-01, rates: {2026-02-01: 1}}]", ""),
        (
            "[{id: desks, basis: seat, rate: 9500, currency: PHP}]",
            """
            error charges[0].currency: PHP has no exchange rate in this contract, whose currency is USD; write
            currencies: {PHP: {rule: fixed, rate: …}}
            """,
        ),
        ("[{id: desks, basis: seat, rate: 95, currency: USD}]", ""),
        ("[{id: desks, basis: seat, rate: 95, currency: EUR}]", ""),
        (
            "[{id: fee, amount: 1, indexation: {index: cpj, from: 2026-07-01}}]",
            "error charges[0].indexation.index: there is no index 'cpj'; did you mean 'cpi'?",
        ),
        (
            "[{id: fee, amount: 1, indexation: {index: cpi, from: 2026-07-01}}]",
            """
            error charges[0].indexation.index: the index cpi has no value for 2025-07-01, which the first step is
            measured against; add the value to the index, or write another base
            """,
        ),
        ("[{id: fee, amount: 1, indexation: {index: cpi, from: 2026-07-01, base: 2026-01-01}}]", ""),
        (
            "[{id: hours, basis: transaction, rate_by: {by: amount, map: {a: 1}}}]",
            """
            error charges[0].rate_by.by: 'amount' of transactions is of kind decimal, where text is needed; choose from
            category, channel, customer_tier, language, priority, provider, queue, site, team, transaction_key, type
            """,
        ),
        (
            f"[{{id: hours, rate: 1, {SEVERAL}}}]",
            """
            error charges[0].volume.sum[1]: transactions has no column 'eros'; did you mean 'errors'? or declare it
            under facts.columns
            error charges[0].volume.at: 'type' of transactions is of kind text, where instant is needed;
            choose from completed_at, received_at
            """,
        ),
        (
            "[{id: claims, basis: transaction, where: \"kind = 'x'\", rate: 1}]",
            """
            error charges[0].where: "(kind = 'x')" reads 'kind', which is no column here; known columns: amount,
            audited, category, channel, completed_at, critical_errors, customer_tier, errors, language, priority,
            provider, queue, received_at, site, team, transaction_key, type, units
            """,
        ),
    ],
)
def test_a_rate_card_prices_every_unit_once(charges: str, said: str) -> None:
    part = f"""
    charges: {charges}
    indexes: {{cpi: {{values: {{2026-01-01: 100, 2026-07-01: 103}}}}}}
    currencies: {{EUR: {{rule: fixed, rate: 1.1}}}}
    """
    assert " ".join(found(part)) == " ".join(said.split())
