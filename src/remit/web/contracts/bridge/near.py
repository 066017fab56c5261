"""Key dates soon to come of many contracts at once: the first page asks for those of every engagement, each time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import prefetch_related_objects

from remit.reports.contracts import KeyDate
from remit.web.contracts.bridge.agreed import readable_terms
from remit.web.contracts.bridge.telling import dates_of, today_in
from remit.web.contracts.models import Version

_MOST_KEPT = 4_096
_zones: dict[str, ZoneInfo] = {}
_near: dict[tuple[str, date, timedelta], tuple[KeyDate, ...]] = {}
"""By the hash of a version's files, and the day: neither depends on anything else."""


def near_dates(versions: Iterable[Version], at: datetime, *, within: timedelta) -> Mapping[int, Sequence[KeyDate]]:
    """The dates of agreed versions that come once, by the version's key; files are read once a contract and day."""
    listed = list(versions)
    unknown = [one for one in listed if _kept(one, at, within) is None]
    prefetch_related_objects(unknown, "documents")
    for one in unknown:
        _find(one, at, within)
    return {one.pk: _kept(one, at, within) or () for one in listed}


def _kept(version: Version, at: datetime, within: timedelta) -> tuple[KeyDate, ...] | None:
    zone = _zones.get(version.sha256)
    return None if zone is None else _near.get((version.sha256, at.astimezone(zone).date(), within))


def _find(version: Version, at: datetime, within: timedelta) -> None:
    terms = readable_terms(version)
    if terms is None:
        return
    if len(_near) >= _MOST_KEPT:
        _near.clear()
    on = today_in(terms, at)
    dates = dates_of(terms, first_on=on, last_on=on + within)
    _zones[version.sha256] = terms.latest.zone
    _near[version.sha256, on, within] = tuple(one for one in dates if one.every is None)
