"""An engagement whose March was missed with more volume than forecast, and a clause that relieves it, for tests."""

from datetime import date

from remit.web.accounts.models import Engagement
from remit.web.contracts.actions import File
from remit.web.jobs.queue import work_until_idle
from remit.web.performance.models import Attained, Run, SettledMonth
from remit.web.relief.models import Claim
from tests.lib.web_contracts import agreed
from tests.lib.web_exclusions import NORTH
from tests.lib.web_loads import loaded
from tests.lib.web_world import AT, World

MARCH = date(2026, 3, 1)
GAP = "relief: volume_gap, "


def terms(more: str = "") -> str:
    """A contract with one service factor that a forecast's clause excuses, and another level that it does not."""
    return f"""
remit: 1
contract: {{id: care-north, client: Meridian Travel, provider: Northline}}
term: {{from: 2026-01-01, to: 2026-12-31}}
time_zone: UTC
currency: EUR
service_levels:
  SL1:
    name: Answered in 20 seconds
    class: critical
    measure: {{is: service_factor, of: interval_counts, variant: 3, answer_within: 20 seconds}}
    expected: 80%
  SL2: {{name: Given up, measure: {{is: abandonment, of: interval_counts}}, expected: 5%}}
credits: {{at_risk: 10%, schemes: [{{model: pool, pool: 100%, allocation: {{SL1: 100%}}}}]}}
charges: [{{id: fee, amount: 1000}}]
forecast: {{band: 10%, excuses: [SL1], {more}clause: "B 7.2"}}
"""


def intervals(*, came: int = 5) -> str:
    """Twenty half-hours of March; three of each one's contacts are answered in time, and two were forecast."""
    head = (
        "interval_key,starts_at,interval_seconds,offered,answered,answered_within,abandoned,handled,handling_seconds,"
        "forecast_offered,forecast_handling_seconds,planned_agents,present_agents,queue"
    )
    rows = [
        f"v{day},2026-03-{day:02d}T09:00:00Z,1800,{came},{came},{min(3, came)},0,{came},{came * 180},2,360,1,1,voice"
        for day in range(1, 21)
    ]
    return "\n".join([head, *rows, ""])


def measured(world: World, *, more: str = "", came: int = 5) -> Engagement:
    """The engagement with its contract agreed, its intervals loaded, its months measured and looked over."""
    agreed(world, File("contract.yaml", terms(more).strip().encode()), at=AT)
    loaded(world, {"interval_counts.csv": intervals(came=came)})
    work_until_idle()
    return world.engagements[NORTH]


def the_claim() -> Claim:
    """The one claim there is."""
    found: Claim = Claim.objects.select_related("engagement__client").get()
    return found


def march_of(engagement: Engagement) -> tuple[Attained, str]:
    """The level's March in the newest run, and the month's credit."""
    run = Run.objects.newest_of(engagement)
    return Attained.objects.get(run=run, level="SL1", month_on=MARCH, dimension=""), str(
        SettledMonth.objects.get(run=run, starts_on=MARCH).credit
    )
