"""Months to close: a small contract with terms of settling, four months of cases, and late ones."""

from datetime import date

from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Role
from remit.web.contracts.actions import File
from remit.web.jobs.models import Job
from remit.web.jobs.queue import work_until_idle
from remit.web.performance.models import Load, Run
from remit.web.settlements.actions import agree, close, propose
from remit.web.settlements.models import Closing
from tests.lib.web_contracts import actor, agreed
from tests.lib.web_loads import loaded
from tests.lib.web_world import AT, World

CLIENT, PROVIDER = Role.BPO_MANAGER, Role.OPERATIONS_MANAGER
JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, number, 1) for number in (1, 2, 3, 4))

CONTRACT = """
remit: 1
contract: {id: care-north, client: Meridian Travel, provider: Northline}
term: {from: 2026-01-01, to: 2026-12-31}
time_zone: Europe/Warsaw
currency: EUR
calendars:
  desk:
    time_zone: Europe/Warsaw
    week: {mon-fri: "09:00-17:00"}
    closed: [2026-04-06]
clocks:
  resolution: {calendar: always, starts: opened_at, stops: resolved_at}
service_levels:
  SL1:
    name: Urgent cases resolved in time
    class: critical
    clause: Exhibit B 2.1
    measure: {is: turnaround, clock: resolution, share_within: 4 hours, where: "priority = 'P1'"}
    expected: 90%
    minimum: 75%
exclusions:
  - {id: X2, waivers: true, levels: [SL1], reason: waived in writing, clause: Exhibit B 6}
charges:
  - {id: fee, amount: 40000.00}
  - {id: cases, volume: {of: cases}, rate: 12.50}
credits:
  at_risk: 10%
  defaults: {below_minimum: 1 month, below_expected: 1 month}
  below_expected_factor: 50%
  schemes:
    - {model: pool, pool: 100%, allocation: {SL1: 100%}}
"""
SETTLING = """
settling:
  clause: Exhibit B 8
  calendar: desk
  propose_within: 5 business days
  objection: 10 business days
  silence: agreed
"""
NO_DEADLINE = "settling: {clause: Exhibit B 8, late_facts: next month}"


def case(key: str, opened_at: str, hours: int) -> str:
    """An urgent case that took so many hours."""
    day, hour = opened_at.split("T")
    closed = int(hour) + hours
    return f"{key},{day}T{hour}:00:00Z,{day}T{closed:02d}:00:00Z,P1"


def cases(*rows: str) -> dict[str, str | bytes]:
    """A file of cases."""
    return {"cases.csv": "\n".join(["case_key,opened_at,resolved_at,priority", *rows, ""])}


FACTS = cases(
    *(case(f"J-{number}", f"2026-01-{number:02d}T09", 1) for number in range(5, 9)),
    *(case(f"F-{number}", f"2026-02-{number:02d}T09", 1 if number < 8 else 9) for number in range(2, 10)),
    *(case(f"M-{number}", f"2026-03-{number:02d}T09", 1) for number in range(2, 6)),
    case("A-1", "2026-04-02T09", 1),
)
"""January and March are all in time; in February two of eight are late: 75 %, below expected. April is under way."""


def months_to_close(world: World, settling: str = SETTLING) -> Run:
    """Facts of four months of the northern engagement, measured by a contract that says how months are closed."""
    agreed(world, File("contract.yaml", (CONTRACT + settling).encode()), at=AT)
    loaded(world, FACTS)
    return newest_run(world)


def newest_run(world: World) -> Run:
    """The newest run of the northern engagement."""
    found = Run.objects.newest_of(world.engagements["care-north"])
    assert found is not None
    return found


def engagement_of(world: World) -> Engagement:
    """The northern engagement."""
    return world.engagements["care-north"]


def proposed(world: World, month: date = FEBRUARY, *, by: Role = PROVIDER) -> Closing:
    """A month's figures before the other side."""
    return propose(engagement_of(world), month, by=actor(world, by), at=AT)


def closed(world: World, month: date = FEBRUARY) -> Closing:
    """A month that both sides agreed to and closed."""
    closing = agree(proposed(world, month), by=actor(world, CLIENT), at=AT)
    return close(closing, by=actor(world, CLIENT), at=AT)


def late_facts(world: World, *rows: str) -> Load:
    """Facts that come after a month was closed, landed, measured and compared."""
    return loaded(world, cases(*rows))


def without_jobs() -> None:
    """Take waiting jobs away, so that time stands still for them."""
    Job.objects.filter(state="waiting").delete()


__all__ = [
    "APRIL",
    "CLIENT",
    "FEBRUARY",
    "JANUARY",
    "MARCH",
    "PROVIDER",
    "SETTLING",
    "case",
    "cases",
    "closed",
    "engagement_of",
    "late_facts",
    "months_to_close",
    "newest_run",
    "proposed",
    "work_until_idle",
]
