"""The first page's lines kept in mind until something happens: whoever opens the page again waits for nothing.

Every deed leaves an audit entry and all other work is a job, so the last of both tell whether anything changed at all.
What time alone changes, as a day that comes near, is looked at anew each minute.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from django.db.models import Subquery
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

from remit.web.accounts.models import User
from remit.web.accounts.today import Item, Part, Visit, items_of
from remit.web.jobs.models import Job
from remit.web.shared.models import AuditEntry

_MOST_PEOPLE = 64


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit to all of somebody's engagements, and what its page says."""

    visit: Visit
    items: dict[Part, list[Item]]


_State = tuple[object, ...]
_kept: "OrderedDict[int, tuple[_State, Seen]]" = OrderedDict()
_lock = Lock()


def seen_by(person: User, look: Callable[[], Visit], *, since: datetime, at: datetime) -> Seen:
    """What the first page says to a person; worked out anew where anything was done since, by whomever."""
    state = _state(since, at)
    with _lock:
        kept = _kept.get(person.pk)
    if kept is not None and kept[0] == state:
        return kept[1]
    visit = look()
    seen = Seen(visit, items_of(visit))
    with _lock:
        _kept[person.pk] = (state, seen)
        _kept.move_to_end(person.pk)
        while len(_kept) > _MOST_PEOPLE:
            _kept.popitem(last=False)
    return seen


def _state(since: datetime, at: datetime) -> _State:
    """All that the lines depend on beside the person. The hash of the last entry stands for every entry before it."""
    ended = Job.objects.filter(ended_at__isnull=False).order_by("-ended_at").values("ended_at")[:1]
    entries = AuditEntry.objects.order_by("-number").annotate(ended=Subquery(ended))
    done = entries.values_list("hash", "ended").first()
    return done, since, at.replace(second=0, microsecond=0), get_language(), get_current_timezone_name()
