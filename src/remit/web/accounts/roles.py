"""What each role may do: one table, read by every door, shown in the product and in the docs."""

from collections.abc import Mapping
from enum import StrEnum


class Side(StrEnum):
    """The two sides of an engagement."""

    CLIENT = "client"
    PROVIDER = "provider"


class Role(StrEnum):
    """What somebody is in an engagement."""

    BPO_MANAGER = "bpo_manager"
    QUALITY_ANALYST = "quality_analyst"
    PLANNER = "planner"
    FINANCE = "finance"
    PROCUREMENT = "procurement"
    RISK = "risk"
    EXECUTIVE = "executive"
    AUDITOR = "auditor"
    ACCOUNT_MANAGER = "account_manager"
    OPERATIONS_MANAGER = "operations_manager"
    TEAM_LEAD = "team_lead"
    AGENT = "agent"


TITLES: Mapping[Role, str] = {
    Role.BPO_MANAGER: "BPO manager",
    Role.QUALITY_ANALYST: "Quality analyst",
    Role.PLANNER: "Workforce planner",
    Role.FINANCE: "Finance",
    Role.PROCUREMENT: "Procurement",
    Role.RISK: "Risk and compliance",
    Role.EXECUTIVE: "Executive",
    Role.AUDITOR: "Auditor",
    Role.ACCOUNT_MANAGER: "Account manager",
    Role.OPERATIONS_MANAGER: "Operations manager",
    Role.TEAM_LEAD: "Team lead",
    Role.AGENT: "Agent",
}

_PROVIDERS = frozenset({Role.ACCOUNT_MANAGER, Role.OPERATIONS_MANAGER, Role.TEAM_LEAD, Role.AGENT})


def side_of(role: Role) -> Side:
    """The side a role stands on."""
    return Side.PROVIDER if role in _PROVIDERS else Side.CLIENT


class Duty(StrEnum):
    """Something that can be done or seen in an engagement; its value is its name in the table below."""

    SEE_ENGAGEMENT = "see_engagement"
    SEE_CONTRACT = "see_contract"
    DRAFT_CONTRACT = "draft_contract"
    APPROVE_CONTRACT = "approve_contract"
    TEST_TERMS = "test_terms"
    SEE_PERFORMANCE = "see_performance"
    SEE_RECORDS = "see_records"
    ANSWER_SIGNALS = "answer_signals"
    HEED_FORECASTS = "heed_forecasts"
    SEE_MONEY = "see_money"
    SETTLE_MONTHS = "settle_months"
    RAISE_DISPUTES = "raise_disputes"
    DECIDE_DISPUTES = "decide_disputes"
    SUBMIT_INVOICE = "submit_invoice"
    DECIDE_INVOICE = "decide_invoice"
    SEE_BENEFITS = "see_benefits"
    KEEP_BENEFITS = "keep_benefits"
    LOAD_FACTS = "load_facts"
    REPORT_FIGURES = "report_figures"
    MAKE_PACKETS = "make_packets"
    SEE_EXCLUSIONS = "see_exclusions"
    DISCUSS_EXCLUSIONS = "discuss_exclusions"
    ASK_EXCLUSIONS = "ask_exclusions"
    DECIDE_EXCLUSIONS = "decide_exclusions"
    NOTE_DUTIES = "note_duties"
    FOLLOW_DEADLINES = "follow_deadlines"
    EXPORT = "export"
    SEE_PEOPLE = "see_people"
    INVITE_PEOPLE = "invite_people"
    MANAGE_SITES = "manage_sites"
    MANAGE_CONNECTIONS = "manage_connections"
    SEE_AUDIT = "see_audit"


SENTENCES: Mapping[Duty, str] = {
    Duty.SEE_ENGAGEMENT: "see that the engagement exists, its parties and its sites",
    Duty.SEE_CONTRACT: "read the contract, its versions and its key dates",
    Duty.DRAFT_CONTRACT: "write a version of the contract and propose it",
    Duty.APPROVE_CONTRACT: "approve a version of the contract for their side",
    Duty.TEST_TERMS: "test terms on past months for their own side",
    Duty.SEE_PERFORMANCE: "see service levels, trends and scorecards",
    Duty.SEE_RECORDS: "open a number down to its records",
    Duty.ANSWER_SIGNALS: "note what became of a signal in the records",
    Duty.HEED_FORECASTS: "be told of levels that will likely be missed",
    Duty.SEE_MONEY: "see charges, credits and settlements",
    Duty.SETTLE_MONTHS: "propose, object to, agree to and close months for their side",
    Duty.RAISE_DISPUTES: "raise a dispute, answer one and bring evidence",
    Duty.DECIDE_DISPUTES: "decide a dispute that the other side raised",
    Duty.SUBMIT_INVOICE: "send in an invoice of the provider",
    Duty.DECIDE_INVOICE: "accept, dispute or short-pay the lines of an invoice",
    Duty.SEE_BENEFITS: "see the client's business case, its own costs and the savings made of them",
    Duty.KEEP_BENEFITS: "keep the client's business case and its own costs",
    Duty.LOAD_FACTS: "load facts, and withdraw a load",
    Duty.REPORT_FIGURES: "report the provider's own figures of a month",
    Duty.MAKE_PACKETS: "make a signed packet of a settled month",
    Duty.SEE_EXCLUSIONS: "see which records are asked to be excluded, and what was decided",
    Duty.DISCUSS_EXCLUSIONS: "comment on an exclusion and attach evidence",
    Duty.ASK_EXCLUSIONS: "ask for records to be excluded, and for relief",
    Duty.DECIDE_EXCLUSIONS: "decide which records are excluded",
    Duty.NOTE_DUTIES: "note when a duty of the contract was met",
    Duty.FOLLOW_DEADLINES: "follow the engagement's deadlines by a calendar program",
    Duty.EXPORT: "export lists and statements",
    Duty.SEE_PEOPLE: "see who works in the engagement",
    Duty.INVITE_PEOPLE: "invite people of their own side and change their roles",
    Duty.MANAGE_SITES: "keep the sites of their own organisation",
    Duty.MANAGE_CONNECTIONS: "keep webhooks of the engagement",
    Duty.SEE_AUDIT: "read and export the audit trail",
}

_COLUMNS = tuple(Role)
# One column a role, in the order of `Role`: the eight of the client, then the four of the provider.
_TABLE = """
                     bpo qua pla fin pro ris exe aud | acc ope tea age
see_engagement        x   x   x   x   x   x   x   x     x   x   x   x
see_contract          x   x   x   x   x   x   x   x     x   x   .   .
draft_contract        x   .   .   .   x   .   .   .     x   .   .   .
approve_contract      x   .   .   .   x   .   .   .     x   .   .   .
test_terms            x   .   .   .   x   .   .   .     x   .   .   .
see_performance       x   x   x   x   x   x   x   x     x   x   x   x
see_records           x   x   x   .   .   x   .   x     x   x   x   .
answer_signals        x   x   .   .   .   x   .   .     x   x   x   .
heed_forecasts        x   .   x   .   .   .   .   .     x   x   .   .
see_money             x   .   .   x   x   .   x   x     x   x   .   .
settle_months         x   .   .   x   .   .   .   .     x   x   .   .
raise_disputes        x   .   .   x   x   .   x   .     x   x   .   .
decide_disputes       x   .   .   .   .   .   x   .     x   x   .   .
submit_invoice        x   .   .   x   .   .   .   .     x   .   .   .
decide_invoice        x   .   .   x   .   .   .   .     .   .   .   .
see_benefits          x   .   .   x   .   .   x   x     .   .   .   .
keep_benefits         x   .   .   x   .   .   .   .     .   .   .   .
load_facts            x   .   .   .   .   .   .   .     x   x   .   .
report_figures        .   .   .   .   .   .   .   .     x   x   .   .
make_packets          x   .   .   x   .   .   .   x     x   x   .   .
see_exclusions        x   x   x   x   x   x   x   x     x   x   x   .
discuss_exclusions    x   x   x   .   .   .   .   .     x   x   x   .
ask_exclusions        .   .   .   .   .   .   .   .     x   x   .   .
decide_exclusions     x   .   .   .   .   .   x   .     .   .   .   .
note_duties           x   x   x   .   .   .   .   .     x   x   .   .
follow_deadlines      x   x   x   x   x   x   x   x     x   x   x   x
export                x   x   x   x   x   x   x   x     x   x   x   .
see_people            x   x   x   x   x   x   x   x     x   x   x   .
invite_people         x   .   .   .   .   .   .   .     x   .   .   .
manage_sites          x   .   .   .   .   .   .   .     x   x   .   .
manage_connections    x   .   .   .   .   .   .   .     x   .   .   .
see_audit             x   .   .   .   .   x   .   x     x   .   .   .
"""


def _read(table: str) -> dict[Duty, frozenset[Role]]:
    rows = [line.split() for line in table.replace("|", " ").strip().splitlines()[1:]]
    found = {Duty(name): dict(zip(_COLUMNS, marks, strict=True)) for name, *marks in rows}
    return {duty: frozenset(role for role, mark in marks.items() if mark == "x") for duty, marks in found.items()}


ROLES_WITH: Mapping[Duty, frozenset[Role]] = _read(_TABLE)
"""The roles that have each duty."""


def roles_of(side: Side) -> tuple[Role, ...]:
    """The roles of one side, in the table's order."""
    return tuple(role for role in Role if side_of(role) is side)


def may(role: Role | None, duty: Duty) -> bool:
    """Whether a role has a duty; nobody without a role has any."""
    return role is not None and role in ROLES_WITH[duty]
