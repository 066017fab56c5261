"""What is near in many contracts at once: the first page asks for that of every engagement, each time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import prefetch_related_objects

from remit.ingest.contract_files import ContractVersions
from remit.reports.contracts import KeyDate
from remit.web.contracts.bridge.agreed import readable_terms
from remit.web.contracts.bridge.telling import dates_of
from remit.web.contracts.models import Version

Said = TypeVar("Said")

NEAR = timedelta(days=30)
_MOST_KEPT = 4_096


class SaidOnDay(Generic[Said]):
    """What agreed versions say on a day in their own zone, worked out once a version, a day and a process.

    It depends on a version's files, known by their hash, and on the day alone. Files are read for what is not known
    yet only, and then once for all that is said of them: reading hundreds of contracts takes longer than all the rest
    of a page.
    """

    def __init__(self, work_out: Callable[[ContractVersions, date], Said]) -> None:
        self._work_out = work_out
        self._zones: dict[str, ZoneInfo] = {}
        self._said: dict[tuple[str, date | None], Said] = {}
        _all_said.append(self)

    def of(self, versions: Iterable[Version], at: datetime) -> Mapping[int, Said]:
        """By the version's key; one whose files can't be read is left out. Two queries where any is not known yet."""
        listed = list(versions)
        if len(self._said) > _MOST_KEPT:
            self._said.clear()
        unknown = [one for one in listed if self._key(one, at) not in self._said]
        if unknown:
            prefetch_related_objects(unknown, "documents")
        for one in unknown:
            _read(one, at)
        # Another request may take things out of mind meanwhile, and what was readable yesterday need not be today.
        found = ((one.pk, self._said.get(self._key(one, at))) for one in listed)
        return {pk: said for pk, said in found if said is not None}

    def _key(self, version: Version, at: datetime) -> tuple[str, date | None]:
        zone = self._zones.get(version.sha256)
        return version.sha256, None if zone is None else _day_in(zone, at)

    def keep(self, sha256: str, terms: ContractVersions, on: date) -> None:
        """Work out what a version says on a day."""
        self._zones[sha256] = terms.latest.zone
        self._said[sha256, on] = self._work_out(terms, on)


_all_said: list[SaidOnDay[Any]] = []


@lru_cache(maxsize=1_024)
def _day_in(zone: ZoneInfo, at: datetime) -> date:
    """Hundreds of versions share a few zones."""
    return at.astimezone(zone).date()


def _read(version: Version, at: datetime) -> None:
    """Read a version's files, and keep all that is said of it on the day it is where its days begin and end."""
    terms = readable_terms(version)
    if terms is None:
        return
    for one in _all_said:
        one.keep(version.sha256, terms, _day_in(terms.latest.zone, at))


def _near_dates(terms: ContractVersions, on: date) -> Sequence[KeyDate]:
    return tuple(one for one in dates_of(terms, first_on=on, last_on=on + NEAR) if one.every is None)


near_dates: SaidOnDay[Sequence[KeyDate]] = SaidOnDay(_near_dates)
"""The dates within thirty days that come once."""
