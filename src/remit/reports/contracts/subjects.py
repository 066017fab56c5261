"""What a place of the contract is called in a sentence: `expected of SL1`, `amount of the charge base_fee`."""

from collections.abc import Mapping
from datetime import date

from remit.reports.contracts.leaves import Steps, day_text

# Sections whose members bear names, and what such a member is called.
_MEMBERS: Mapping[str, str] = {
    "service_levels": "",
    "calendars": "the calendar ",
    "clocks": "the clock ",
    "exclusions": "the exclusion ",
    "charges": "the charge ",
    "indexes": "the index ",
    "currencies": "the exchange rate of ",
    "obligations": "the obligation ",
}
_ALONE: Mapping[str, str] = {**_MEMBERS, "service_levels": "the service level "}
_OWNERS: Mapping[str, str] = {
    "contract": "the contract",
    "term": "the term",
    "facts": "the facts",
    "credits": "credits",
    "invoicing": "invoicing",
    "renewal": "renewal",
    "settling": "settling",
    "forecast": "the forecast",
    "scorecard": "the scorecard",
}
_WORDS: Mapping[Steps, str] = {
    ("term", "from"): "first day of the term",
    ("term", "to"): "last day of the term",
    ("contract", "client"): "client",
    ("contract", "provider"): "provider",
    ("contract", "signed_on"): "day of signature",
    ("credits", "at_risk"): "at-risk amount",
    ("credits", "at_risk", "rate"): "at-risk amount",
    ("credits", "at_risk", "amount"): "at-risk amount",
}
# Words that hold others together in the file and say nothing in a sentence.
_SILENT = frozenset({"measure", "map", "schemes", "consecutive_months"})
_SAID_OTHERWISE: Mapping[str, str] = {
    "from": "first day",
    "to": "last day",
    "is": "measure",
    "of": "table",
    "where": "condition",
    "under": "master agreement",
    "closed": "closed days",
    "changes": "new hours from",
}
_AMOUNTS = frozenset({"at_risk", "month_cap", "year_cap"})
SECTIONS: Mapping[str, str] = {
    "contract": "Parties and document",
    "term": "Term",
    "calendars": "Calendars",
    "facts": "Facts",
    "clocks": "Clocks",
    "exclusions": "Exclusions",
    "service_levels": "Service levels",
    "credits": "Credits",
    "charges": "Charges",
    "indexes": "Indexes",
    "currencies": "Exchange rates",
    "invoicing": "Invoicing",
    "obligations": "Obligations",
    "renewal": "Renewal and notice",
    "settling": "Closing a month",
    "forecast": "Forecast and relief",
    "scorecard": "Scorecard",
}


def section_of(steps: Steps) -> str:
    """The part of the contract a place belongs to, as a heading."""
    return SECTIONS.get(steps[0], "General")


def subject_of(steps: Steps) -> str:
    """A place in words; the words of the file stay recognisable in them."""
    if steps in _WORDS:
        return _WORDS[steps]
    first = steps[0]
    if steps == (first, "order"):
        return f"order of {first}"
    if first in _MEMBERS and len(steps) > 1:
        return _of_member(first, steps[1], steps[2:])
    if first == "credits" and len(steps) > 2 and steps[1] == "schemes":
        scheme = f"the credit scheme {steps[2]}"
        return f"{_joined(steps[3:])} of {scheme}" if len(steps) > 3 else scheme.removeprefix("the ")
    if first in _OWNERS and len(steps) > 1:
        return f"{_joined(steps[1:])} of {_OWNERS[first]}"
    return _OWNERS.get(first, "").removeprefix("the ") or _joined(steps)


def _of_member(section: str, name: str, rest: Steps) -> str:
    if not rest:
        return f"{_ALONE[section]}{name}".removeprefix("the ")
    if section == "service_levels" and rest[0] == "history":
        return f"expected of {name} from {_joined(rest[1:])}"
    return f"{_joined(rest)} of {_MEMBERS[section]}{name}"


def _joined(steps: Steps) -> str:
    kept = [step for step in steps if step not in _SILENT] or list(steps)
    if len(kept) > 1 and kept[-1] in ("rate", "amount") and kept[-2] in _AMOUNTS:
        kept = kept[:-1]
    return " ".join(_said(step) for step in kept)


def _said(step: str) -> str:
    try:
        return day_text(date.fromisoformat(step))
    except ValueError:
        return _SAID_OTHERWISE.get(step, step.replace("_", " "))
