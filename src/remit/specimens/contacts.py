"""Contacts of one provider: who called when and why, how long they waited, whether somebody answered."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.specimens.demand import Stream, arrivals, month_of_year
from remit.specimens.rosters import Seconds, Site

Flags = npt.NDArray[np.bool_]
Shares = npt.NDArray[np.float64]

QUEUES = ("orders", "returns", "billing")
_QUEUE_SHARES = (0.5, 0.3, 0.2)
_TALK_SECONDS = (215.0, 275.0, 320.0)
REASONS = ("where is it", "change order", "damaged", "refund", "invoice", "payment", "account", "other")
CHANNELS = ("voice", "chat", "test")
_CHANNEL_SHARES = (0.86, 0.138, 0.002)
LANGUAGES = ("en", "de", "fr", "pl")
_LANGUAGE_SHARES = (0.55, 0.2, 0.15, 0.1)

PATIENCE_SECONDS = 260.0
REPEAT_SHARE = 0.13
REPEAT_WITHIN_SECONDS = 6 * 86_400


@dataclass(frozen=True)
class Floor:
    """One provider's contact floor: its streams, and how stressed it is in each month (1 is as planned)."""

    streams: tuple[Stream, ...]
    stress: tuple[float, ...]
    agents_at_scale_one: int

    @property
    def sites(self) -> tuple[Site, ...]:
        return tuple(stream.site for stream in self.streams)


@dataclass(frozen=True)
class Contacts:
    """A year's contacts as columns of one length, in order of arrival; codes point into the tuples above."""

    at: Seconds
    site: Seconds
    queue: Seconds
    channel: Seconds
    language: Seconds
    reason: Seconds
    customer: Seconds
    agent: Seconds
    wait_seconds: Seconds
    is_answered: Flags
    talk_seconds: Seconds
    hold_seconds: Seconds
    wrap_seconds: Seconds
    is_transferred: Flags
    is_settled: Flags

    @property
    def waited_until(self) -> Seconds:
        """The answer, or the moment the customer gave up."""
        return self.at + self.wait_seconds

    @property
    def ended_at(self) -> Seconds:
        return np.where(self.is_answered, self.waited_until + self.talk_seconds + self.hold_seconds, self.waited_until)

    def __len__(self) -> int:
        return len(self.at)


def make_contacts(floor: Floor, rng: np.random.Generator, *, scale: float) -> Contacts:
    """A year's contacts over all sites of a floor."""
    by_site = [arrivals(stream, rng, scale=scale) for stream in floor.streams]
    at = np.concatenate(by_site)
    site = np.repeat(np.arange(len(by_site)), [len(one) for one in by_site])
    order = np.argsort(at, kind="stable")
    at, site = at[order], site[order].astype(np.int64)
    count = len(at)
    queue = _chosen(rng, _QUEUE_SHARES, count)
    customer, reason = _customers(at, rng)
    stress = np.array(floor.stress)[month_of_year(at)] * _crowding(at, site)
    wait, is_answered = _waits(stress, rng)
    talk, hold, wrap = _handling(queue, stress, rng)
    agents = max(6, round(floor.agents_at_scale_one * scale**0.5))
    return Contacts(
        at=at,
        site=site,
        queue=queue,
        channel=_chosen(rng, _CHANNEL_SHARES, count),
        language=_chosen(rng, _LANGUAGE_SHARES, count),
        reason=reason,
        customer=customer,
        agent=site * 1000 + rng.integers(0, agents, count),
        wait_seconds=wait,
        is_answered=is_answered,
        talk_seconds=talk,
        hold_seconds=hold,
        wrap_seconds=wrap,
        is_transferred=rng.random(count) < 0.07,
        is_settled=rng.random(count) < 0.81 - 0.06 * (stress - 1),
    )


def _chosen(rng: np.random.Generator, shares: Sequence[float], count: int) -> Seconds:
    return np.searchsorted(np.cumsum(shares), rng.random(count)).clip(0, len(shares) - 1).astype(np.int64)


def _customers(at: Seconds, rng: np.random.Generator) -> tuple[Seconds, Seconds]:
    """Who calls and why; some call again about the same thing within days."""
    count = len(at)
    customer = rng.integers(0, max(50, 6 * count), count)
    reason = rng.integers(0, len(REASONS), count)
    earlier = at - (rng.random(count) ** 1.5 * REPEAT_WITHIN_SECONDS).astype(np.int64)
    source = np.searchsorted(at, earlier)
    repeats = (rng.random(count) < REPEAT_SHARE) & (source < np.arange(count))
    return np.where(repeats, customer[source], customer), np.where(repeats, reason[source], reason)


def _crowding(at: Seconds, site: Seconds) -> Shares:
    """How much busier than planned the hour of each contact is: the floor is staffed for an even day."""
    hour = at // 3600 * 8 + site
    _, index, counts = np.unique(hour, return_inverse=True, return_counts=True)
    busy = counts[index]
    return np.asarray(np.clip(0.94 + 0.12 * busy / max(1.0, float(busy.mean())), 0.94, 1.25), dtype=np.float64)


def _waits(stress: Shares, rng: np.random.Generator) -> tuple[Seconds, Flags]:
    """Seconds waited, and whether an answer came first: few wait when staffed as planned, all wait under stress."""
    count = len(stress)
    at_once = rng.random(count) < np.clip(0.71 - 0.7 * (stress - 1.06), 0.1, 0.93)
    queued = 4 + rng.exponential(1.0, count) * 32 * np.maximum(stress, 0.7) ** 2.6
    needed = np.where(at_once, rng.random(count) * 5, queued)
    patience = 3 + rng.exponential(PATIENCE_SECONDS, count)
    hangs_up = rng.random(count) < 0.012
    patience = np.where(hangs_up, rng.random(count) * 6, patience)
    return np.floor(np.minimum(needed, patience)).astype(np.int64), needed <= patience


def _handling(queue: Seconds, stress: Shares, rng: np.random.Generator) -> tuple[Seconds, Seconds, Seconds]:
    count = len(queue)
    mean = np.array(_TALK_SECONDS)[queue] * (1 + 0.1 * (stress - 1))
    talk = 10 + mean * np.exp(0.55 * rng.standard_normal(count) - 0.15)
    hold = np.where(rng.random(count) < 0.22, rng.exponential(60, count), 0)
    wrap = 8 + rng.exponential(42, count)
    return tuple(np.floor(one).astype(np.int64) for one in (talk, hold, wrap))  # type: ignore[return-value]
