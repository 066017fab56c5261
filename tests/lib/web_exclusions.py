"""An engagement in which a level was missed, with a clause for waivers and duties of the client, for tests."""

from datetime import date, datetime

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Role
from remit.web.contracts.actions import File
from remit.web.exclusions import actions
from remit.web.exclusions.actions import Asked
from remit.web.exclusions.bridge.terms import Choice
from remit.web.exclusions.models import ExclusionRequest
from remit.web.jobs.queue import work_until_idle
from remit.web.performance.models import Attained, Run, SettledMonth
from tests.lib.web_contracts import agreed
from tests.lib.web_loads import loaded
from tests.lib.web_world import AT, World

NORTH = "care-north"
CLAUSE = "- {id: X2, waivers: true, levels: [SL1], reason: waived in writing, clause: B 6}"
TERMS = f"""
remit: 1
contract: {{id: care-north, client: Meridian Travel, provider: Northline}}
term: {{from: 2026-01-01, to: 2026-12-31}}
time_zone: UTC
currency: EUR
calendars: {{desk: {{time_zone: UTC, week: {{mon-fri: "08:00-16:00"}}, closed: [2026-01-01]}}}}
clocks: {{plain: {{of: cases, starts: opened_at, stops: resolved_at}}}}
exclusions:
  - {{id: X1, of: cases, where: "channel = 'test'", reason: our own tests, clause: B 5}}
  {CLAUSE}
service_levels:
  SL1:
    name: In time
    class: critical
    measure: {{is: turnaround, clock: plain, share_within: 2 hours}}
    expected: 75%
    minimum: 50%
    low_volume: {{below: 2}}
  SL2: {{name: In time too, measure: {{is: turnaround, clock: plain, share_within: 3 hours}}, expected: 75%}}
credits: {{at_risk: 10%, schemes: [{{model: pool, pool: 100%, allocation: {{SL1: 100%}}}}]}}
charges: [{{id: fee, amount: 1000}}]
obligations:
  - {{id: forecast, what: forecast, side: client, every: month, due_day: 5, calendar: desk, gives_relief: [SL1, SL2]}}
  - {{id: report, what: the report, side: provider, every: month, due_day: 10}}
"""
CASES = """case_key,opened_at,resolved_at,channel,site,priority
a,2026-01-05T09:00:00Z,2026-01-05T10:00:00Z,phone,Lisbon,P1
b,2026-01-06T09:00:00Z,2026-01-06T15:00:00Z,phone,Lisbon,P1
c,2026-01-07T09:00:00Z,2026-01-07T15:00:00Z,mail,Manila,P2
d,2026-01-08T09:00:00Z,2026-01-08T15:00:00Z,test,Manila,P2
e,2026-01-30T09:00:00Z,2026-01-30T15:00:00Z,mail,Manila,P2
f,2026-02-27T09:00:00Z,2026-02-27T10:00:00Z,mail,Manila,P2
"""
JANUARY = date(2026, 1, 1)


def person(world: World, role: Role) -> Actor:
    """Somebody of the northern engagement, at a page."""
    return Actor(world.person(role, NORTH), "page")


def provider(world: World) -> Actor:
    """The provider's operations manager, who asks."""
    return person(world, Role.OPERATIONS_MANAGER)


def client(world: World) -> Actor:
    """The client's manager, who decides."""
    return person(world, Role.BPO_MANAGER)


def measured(world: World, *, terms: str = TERMS, at: datetime = AT) -> Engagement:
    """The engagement with its contract agreed, its cases loaded, and its months measured: January's SL1 is missed."""
    agreed(world, File("contract.yaml", terms.strip().encode()), at=at)
    loaded(world, {"cases.csv": CASES})
    return world.engagements[NORTH]


def asked_for(
    world: World, choice: Choice, *, reason: str = "their system was down", clause: str = "X2", level: str = "SL1"
) -> ExclusionRequest:
    """A request that is gathered and worked out."""
    given = Asked(level, JANUARY, clause, reason, choice)
    request = actions.ask(world.engagements[NORTH], given, by=provider(world), at=AT)
    work_until_idle()
    request.refresh_from_db()
    return request


def level_of(engagement: Engagement, level: str = "SL1") -> Attained:
    """A level's January in the newest run."""
    run = Run.objects.newest_of(engagement)
    found: Attained = Attained.objects.get(run=run, level=level, month_on=JANUARY, dimension="")
    return found


def credit_of(engagement: Engagement) -> str:
    """January's credit in the newest run."""
    run = Run.objects.newest_of(engagement)
    month: SettledMonth = SettledMonth.objects.get(run=run, starts_on=JANUARY)
    return str(month.credit)
