"""Limits of how often one may ask: a bucket that fills steadily, kept by each process for itself."""

import math
import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from remit.web.shared.api.problems import TooMany

_MOST_CALLERS = 10_000


@dataclass
class _Bucket:
    left: float
    seen: float


class Limit:
    """At most so many requests a minute for a caller, all of them at once if need be.

    Each process of a site counts for itself: with two processes a caller may get twice as many through.
    """

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = Lock()

    def spend(self, caller: str, *, a_minute: int) -> None:
        """Count one request. Raises TooMany, with the seconds until the next one is free."""
        now = time.monotonic()
        with self._lock:
            bucket = self._bucket(caller, now, a_minute)
            if bucket.left < 1:
                raise TooMany(max(1, math.ceil((1 - bucket.left) * 60 / a_minute)))
            bucket.left -= 1

    def must_have_some(self, caller: str, *, a_minute: int) -> None:
        """Raises TooMany where nothing is left, and counts nothing."""
        with self._lock:
            bucket = self._bucket(caller, time.monotonic(), a_minute)
            if bucket.left < 1:
                raise TooMany(max(1, math.ceil((1 - bucket.left) * 60 / a_minute)))

    def _bucket(self, caller: str, now: float, a_minute: int) -> _Bucket:
        bucket = self._buckets.setdefault(caller, _Bucket(a_minute, now))
        bucket.left = min(a_minute, bucket.left + (now - bucket.seen) * a_minute / 60)
        bucket.seen = now
        self._buckets.move_to_end(caller)
        if len(self._buckets) > _MOST_CALLERS:
            self._buckets.popitem(last=False)
        return bucket
