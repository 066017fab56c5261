"""What was forecast and planned, by half-day and queue: a campaign nobody announced, and months with too few agents."""

from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from math import ceil

import numpy as np

from remit.performance.relief import answered_in_time
from remit.specimens.contacts import Contacts
from remit.specimens.demand import month_of_year
from remit.specimens.rosters import DAYS, YEAR, Seconds

_HALF_DAY = 43_200
_CAMPAIGN = tuple(int(datetime(YEAR, 7, day, tzinfo=UTC).timestamp()) for day in (7, 25))
_CAMPAIGN_SHARE = 0.55
_SHORT_MONTHS = {5: Fraction(94, 100), 11: Fraction(93, 100)}
_PLANNED_FOR, _WITHIN_SECONDS = Fraction(85, 100), 30


@dataclass(frozen=True)
class HalfDay:
    """One queue's half-day: what came and was answered, what was forecast, and the agents planned and at work."""

    start_at: int
    queue: int
    offered: int
    answered: int
    handling_seconds: int
    forecast: int
    forecast_seconds: int
    planned_agents: Fraction
    present_agents: Fraction


def make_forecast(contacts: Contacts, rng: np.random.Generator) -> list[HalfDay]:
    """The half-days in which anything came. In July a campaign brings more than was forecast."""
    slot = contacts.at // _HALF_DAY
    first = int(slot.min())
    handling = contacts.talk_seconds + contacts.hold_seconds + contacts.wrap_seconds
    found: list[HalfDay] = []
    for queue in range(3):
        mine = contacts.queue == queue
        taken = mine & contacts.is_answered
        offered = np.bincount(slot[mine] - first, minlength=2 * DAYS)
        answered = np.bincount(slot[taken] - first, minlength=len(offered))
        seconds = np.bincount(slot[taken] - first, weights=handling[taken], minlength=len(offered)).astype(np.int64)
        noise = 1 + 0.08 * rng.standard_normal(len(offered))
        starts = (first + np.arange(len(offered))) * _HALF_DAY
        is_campaign = (starts >= _CAMPAIGN[0]) & (starts < _CAMPAIGN[1])
        forecast = np.rint(offered * np.where(is_campaign, _CAMPAIGN_SHARE, noise)).clip(0).astype(np.int64)
        each = int(seconds.sum()) // max(1, int(answered.sum()))
        columns = (starts, offered, answered, seconds, forecast, month_of_year(starts))
        found += _planned(queue, each, columns)
    return found


def _planned(queue: int, each: int, columns: tuple[Seconds, ...]) -> list[HalfDay]:
    rows = zip(*(column.tolist() for column in columns), strict=True)
    found = []
    for start_at, offered, answered, seconds, forecast, month in rows:
        if offered:
            agents = _agents(forecast, each)
            present = _hundredth(agents * _SHORT_MONTHS.get(month, Fraction(1)))
            found.append(
                HalfDay(start_at, queue, offered, answered, seconds, forecast, forecast * each, agents, present)
            )
    return found


@lru_cache(maxsize=4096)
def _agents(forecast: int, each: int) -> Fraction:
    """The agents, to a hundredth, with whom a forecast is planned to be answered in time; parts of one lie between."""

    def in_time(agents: int) -> Fraction:
        return answered_in_time(
            volume=Fraction(forecast),
            handle_time=Fraction(each),
            agents=Fraction(agents),
            seconds=_HALF_DAY,
            within=_WITHIN_SECONDS,
        )

    most = max(1, ceil(Fraction(forecast * each, _HALF_DAY)))
    while in_time(most) < _PLANNED_FOR:
        most += 1
    above, below = in_time(most), in_time(most - 1)
    return _hundredth(most - (above - _PLANNED_FOR) / (above - below) if forecast else Fraction(1, 2))


def _hundredth(agents: Fraction) -> Fraction:
    return Fraction(ceil(agents * 100), 100)
