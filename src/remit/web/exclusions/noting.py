"""What is known of records on the pages of others: that they are left out by agreement, or asked to be."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty
from remit.web.contracts.models import Version
from remit.web.exclusions.bridge.terms import levels_with_clauses, readable_terms
from remit.web.exclusions.models import ExclusionRequest, RecordState, RequestedRecord, State


@dataclass(frozen=True, slots=True)
class Note:
    """A record's exclusion: granted or asked for, why, by which clause, who asked and who agreed, and where to look."""

    is_granted: bool
    reason: str
    clause: str
    asked_by: str
    agreed_by: str
    address: str


def notes_of(place: Place, level: str, keys: Collection[str]) -> Mapping[str, Note]:
    """The notes of some records of a level, for whoever sees exclusions; what was granted goes before what is asked."""
    if not keys or not place.may(Duty.SEE_EXCLUSIONS):
        return {}
    requests = ExclusionRequest.objects.filter(engagement=place.engagement, level=level)
    # A level mostly has none, and the keys of a whole page make a long query.
    if not requests.exists():
        return {}
    mine = RequestedRecord.objects.filter(request__in=requests, key__in=keys)
    is_told = Q(state=RecordState.GRANTED) | Q(state=RecordState.ASKED, request__state=State.ASKED)
    rows = mine.filter(is_told).select_related("request__asked_by", "request__decided_by").order_by("pk")
    noted = {one.key: _note(one, place) for one in rows if one.state == RecordState.ASKED}
    return noted | {one.key: _note(one, place) for one in rows if one.state == RecordState.GRANTED}


def _note(one: RequestedRecord, place: Place) -> Note:
    request: ExclusionRequest = one.request
    return Note(
        is_granted=one.state == RecordState.GRANTED,
        reason=request.reason,
        clause=request.clause_text,
        asked_by="" if request.asked_by is None else request.asked_by.name,
        agreed_by="" if request.decided_by is None else request.decided_by.name,
        address=reverse("exclusions:request", kwargs={"engagement": place.engagement.slug, "exclusion": request.pk}),
    )


def ask_address(place: Place, level: str) -> str:
    """Where one asks to exclude records of a level; empty where one may not, or the contract has no clause for it."""
    if not place.may(Duty.ASK_EXCLUSIONS):
        return ""
    terms = readable_terms(Version.objects.agreed_of(place.engagement))
    if terms is None or level not in levels_with_clauses(terms):
        return ""
    return reverse("exclusions:new", kwargs={"engagement": place.engagement.slug})


def of_month(place: Place, level: str, month: str) -> Iterator[ExclusionRequest]:
    """The requests about a level's month, for its page; none for whoever does not see exclusions."""
    if not place.may(Duty.SEE_EXCLUSIONS):
        return iter(())
    mine = ExclusionRequest.objects.filter(engagement=place.engagement, level=level, month_on=f"{month}-01")
    return iter(mine.exclude(state__in=[State.WITHDRAWN, State.VOID]).order_by("pk"))
