"""A business case of the first contract with its own costs, and the savings made of them, for tests of the records."""

from remit.ingest.business_cases import content_hash
from remit.ingest.documents import compose_document
from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Role
from remit.web.benefits.actions import GivenFile, keep_case, keep_costs
from remit.web.jobs.queue import work_until_idle
from tests.lib.web_world import AT, World

CASE = """
remit: 1
business_case: {id: BC-7, contract: HELPDESK-7, title: The help desk given out}
approval: {by: [A. Finance], on: 2025-11-03}
currency: EUR
baseline:
  tickets: {name: Tickets opened, unit_cost: 9000, volume: {of: cases, at: opened_at}}
charges:
  monthly_fee: {amount: 39000}
retained: 5000
months:
  2026-03: {volume: {tickets: 6}, transition: 1000}
  2026-04: {volume: {tickets: 6}}
"""
COSTS = "month,kind,amount,evidence\n2026-03,retained,5400.50,cost centre 1\n2026-03,transition,900,project 2\n"


def frozen(text: str = CASE) -> bytes:
    """A case whose approval carries the hash of its content."""
    document, problems = compose_document(text, name="case.yaml")
    assert document is not None, problems
    return text.replace("on: 2025-11-03", f"on: 2025-11-03, sha256: {content_hash(document.root.plain())}").encode()


def finance(world: World) -> Actor:
    """The client's finance, at a page."""
    return Actor(world.person(Role.FINANCE), "page")


def with_savings(world: World, engagement: Engagement, *, costs: str = COSTS) -> None:
    """The case and the costs kept, and the savings worked out by whatever is measured."""
    keep_case(engagement, GivenFile("case.yaml", frozen()), "", by=finance(world), at=AT)
    keep_costs(engagement, GivenFile("costs.csv", costs.encode()), by=finance(world), at=AT)
    work_until_idle()
