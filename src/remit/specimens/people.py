"""What surrounds the contacts: agents' days, heads, evaluations, surveys, outages."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from remit.specimens.contacts import Contacts, Flags, Floor
from remit.specimens.demand import month_of_year
from remit.specimens.rosters import FIRST_ON, YEAR, Seconds, local_instant, outside_the_repeated_hour

_DAY = 86_400


@dataclass(frozen=True)
class Surveys:
    """Answers to surveys about contacts: `mark` is 1 to 5 for csat, 0 to 10 for nps."""

    contact: Seconds
    at: Seconds
    is_nps: Flags
    mark: Seconds
    says_resolved: Flags


@dataclass(frozen=True)
class Evaluations:
    """Quality evaluations of contacts: errors found, by how grave they are."""

    contact: Seconds
    at: Seconds
    opportunities: Seconds
    errors: Seconds
    customer_critical: Seconds
    compliance_critical: Seconds


@dataclass(frozen=True)
class AgentDays:
    """Agents' days, in seconds by what they were spent on."""

    agent: Seconds
    site: Seconds
    at: Seconds
    paid: Seconds
    scheduled: Seconds
    worked: Seconds
    available: Seconds
    handling: Seconds
    in_adherence: Seconds


@dataclass(frozen=True)
class Outage:
    """One outage of a service; `noticed_at` where it was announced."""

    service: str
    start_at: int
    end_at: int
    is_planned: bool
    noticed_at: int | None
    reason: str


def make_surveys(contacts: Contacts, floor: Floor, rng: np.random.Generator, *, share: float) -> Surveys:
    """Answers from a share of those who were answered; marks suffer in stressed months."""
    contact = np.flatnonzero(contacts.is_answered & (contacts.channel < 2) & (rng.random(len(contacts)) < share))
    count = len(contact)
    stress = np.array(floor.stress)[month_of_year(contacts.at[contact])]
    is_nps = rng.random(count) < 0.3
    mood = 1.25 - 0.85 * (stress - 1) + 0.5 * contacts.is_settled[contact] + rng.standard_normal(count)
    csat = np.clip(np.floor(3.7 + 0.9 * mood), 1, 5)
    nps = np.clip(np.floor(7.6 + 1.7 * (mood - 0.4)), 0, 10)
    return Surveys(
        contact=contact,
        at=outside_the_repeated_hour(contacts.ended_at[contact] + rng.integers(60, 2 * _DAY, count)),
        is_nps=is_nps,
        mark=np.where(is_nps, nps, csat).astype(np.int64),
        says_resolved=rng.random(count) < np.where(contacts.is_settled[contact], 0.92, 0.25),
    )


def make_evaluations(contacts: Contacts, floor: Floor, rng: np.random.Generator, *, share: float) -> Evaluations:
    """Evaluations of a share of the contacts, a few days after them."""
    contact = np.flatnonzero(contacts.is_answered & (contacts.channel < 2) & (rng.random(len(contacts)) < share))
    count = len(contact)
    stress = np.array(floor.stress)[month_of_year(contacts.at[contact])]
    grave = 0.012 * stress**2.5
    customer, compliance = (
        (rng.random(count) < grave).astype(np.int64),
        (rng.random(count) < grave / 3).astype(np.int64),
    )
    return Evaluations(
        contact=contact,
        at=outside_the_repeated_hour(contacts.ended_at[contact] + rng.integers(_DAY // 2, 4 * _DAY, count)),
        opportunities=rng.integers(12, 19, count),
        errors=customer + compliance + rng.binomial(6, 0.06, count),
        customer_critical=customer,
        compliance_critical=compliance,
    )


def make_agent_days(contacts: Contacts, floor: Floor, rng: np.random.Generator) -> AgentDays:
    """A day for each agent who handled something on it: handling is what the contacts took, the rest is made to fit."""
    answered = contacts.is_answered
    handled = (contacts.talk_seconds + contacts.hold_seconds + contacts.wrap_seconds)[answered]
    day = contacts.at[answered] // _DAY
    name = contacts.agent[answered] * 100_000 + day
    keys, index = np.unique(name, return_inverse=True)
    handling = np.bincount(index, weights=handled).astype(np.int64)
    stress = np.array(floor.stress)[month_of_year(keys % 100_000 * _DAY)]
    occupancy = np.clip(0.79 + 0.1 * (stress - 1) + 0.05 * rng.standard_normal(len(keys)), 0.5, 0.98)
    available = (handling * (1 / occupancy - 1)).astype(np.int64)
    worked = ((handling + available) * (1.03 + 0.05 * rng.random(len(keys)))).astype(np.int64)
    scheduled = (worked * (1.0 + 0.09 * rng.random(len(keys)))).astype(np.int64)
    return AgentDays(
        agent=keys // 100_000,
        site=keys // 100_000 // 1000,
        at=keys % 100_000 * _DAY + 6 * 3600,
        paid=(scheduled * (1.14 + 0.1 * rng.random(len(keys)))).astype(np.int64),
        scheduled=scheduled,
        worked=worked,
        available=available,
        handling=handling,
        in_adherence=(scheduled * np.clip(0.93 + 0.03 * rng.standard_normal(len(keys)), 0.6, 1.0)).astype(np.int64),
    )


def make_headcount(heads: int, rng: np.random.Generator) -> list[tuple[int, int, int, int, int]]:
    """A site's heads by month: month, at its start, at its end, hired, left."""
    rows = []
    for month in range(1, 13):
        left, hired = int(rng.poisson(heads * 0.026)), int(rng.poisson(heads * 0.026))
        rows.append((month, heads, heads + hired - left, hired, left))
        heads += hired - left
    return rows


def make_outages(service: str, zone: str, rng: np.random.Generator, *, bad_months: tuple[int, ...]) -> list[Outage]:
    """A service's year: a maintenance window each month, most announced in time, and failures, which may overlap."""
    found = []
    for month in range(1, 13):
        night = local_instant(datetime(YEAR, month, 15, tzinfo=UTC).date(), 20 * 3600, ZoneInfo(zone))
        ahead = 7 * _DAY if rng.random() < 0.8 else 2 * 3600
        found.append(Outage(service, night, night + 2 * 3600, True, night - ahead, "monthly patches"))
        for _ in range(int(rng.poisson(4.0 if month in bad_months else 1.2))):
            day = FIRST_ON.replace(month=month) + timedelta(days=int(rng.integers(0, 28)))
            start = local_instant(day, int(rng.integers(8 * 3600, 18 * 3600)), ZoneInfo(zone))
            lasts = int(300 + rng.exponential(3600 if month in bad_months else 1100))
            found.append(Outage(service, start, start + lasts, False, None, "failure"))
            if rng.random() < 0.25:  # a second report of what is the same failure
                found.append(
                    Outage(service, start + lasts // 3, start + lasts + 240, False, None, "failure, reported again")
                )
    return found
