"""Contracts as a person writes them: a sound small one, and parts that replace some of its words."""

import textwrap
from typing import Any

from remit.ingest.document_nodes import compose_document, written_path
from remit.performance.linting import Finding, lint
from remit.terms.contracts import Contract

SOUND = """
remit: 1
contract: {id: MSA-1, client: Northwind, provider: Acme BPO}
term: {from: 2026-01-01, to: 2026-12-31}
time_zone: America/New_York
currency: USD
calendars:
  us_support:
    time_zone: America/New_York
    week: {mon-fri: "08:00-18:00"}
    closed: [2026-01-01, 2026-12-25]
clocks:
  resolution: {calendar: us_support, stops: {status: [Resolved, Closed]}}
service_levels:
  SL1:
    name: Incidents resolved in time
    class: critical
    measure: {is: turnaround, clock: resolution, share_within: 4 business hours}
    expected: 95%
    minimum: 90%
    low_volume: {below: 20}
  SL2:
    name: Calls answered in 30 seconds
    class: critical
    measure: {is: service_factor, variant: 6, answer_within: 30 seconds, short_abandon: 5 seconds}
    expected: 80%
    low_volume: {below: 100}
credits:
  at_risk: 12%
  schemes:
    - {model: pool, pool: 200%, allocation: {SL1: 120%, SL2: 80%}}
charges:
  - {id: monthly_fee, amount: 400000}
"""


def plain(text: str) -> dict[str, Any]:
    """YAML text as the reader hands it to models: every scalar as text."""
    document, problems = compose_document(textwrap.dedent(text), name="part.yaml")
    assert document is not None, problems
    held = document.root.plain()
    assert isinstance(held, dict)
    return held


def contract(part: str = "") -> Contract:
    """The sound contract with the words of a part merged in; a word without a value is taken out."""
    return Contract.model_validate(merged(plain(SOUND), plain(part) if part.strip() else {}))


def merged(whole: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """A mapping with another's words over it; where both hold a mapping, their words are merged likewise."""
    result = dict(whole)
    for word, value in part.items():
        there = result.get(word)
        if value is None:
            result.pop(word, None)
        elif isinstance(there, dict) and isinstance(value, dict):
            result[word] = merged(there, value)
        else:
            result[word] = value
    return result


def found(part: str, *, about: str = "") -> list[str]:
    """What the linter says of the sound contract with a part merged in, as `severity path: what; hint`, in order.

    `about` keeps those whose path begins so.
    """
    return [told(finding) for finding in lint(contract(part)) if written_path(finding.path).startswith(about)]


def told(finding: Finding) -> str:
    """A finding as one line."""
    hint = f"; {finding.hint}" if finding.hint else ""
    return f"{finding.severity} {written_path(finding.path)}: {finding.what}{hint}"
