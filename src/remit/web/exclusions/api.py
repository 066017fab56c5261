"""Operations on exclusions: the requests, one with its records, asking, deciding; and the duties of the contract."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from remit.web.accounts.api_doors import engagement_operation, must_find
from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty
from remit.web.contracts.models import Version
from remit.web.exclusions import actions
from remit.web.exclusions.actions.asking import MOST_KEYS
from remit.web.exclusions.bridge.duties import due_duties
from remit.web.exclusions.bridge.terms import Choice, readable_terms
from remit.web.exclusions.models import DutyDay, ExclusionRequest, State
from remit.web.shared.api.arguments import Month, Number
from remit.web.shared.api.paging import Page, Paging, page_of
from remit.web.shared.moments import now

router = Router(tags=["exclusions"])
_HERE = "/engagements/{slug:engagement}/exclusions"


class ExclusionShown(Schema):
    """A request to exclude records, and where it stands."""

    id: int
    state: State
    service_level: str
    month: str
    clause: str = Field(description="The exclusion of the contract it cites.")
    reason: str
    kind: str = Field(description="How the records were named: `records`, `filter`, `span` or `month`.")
    records: int
    asked_by: str = Field(description="Empty where a missed duty proposes it.")
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    answer: str
    fault: str = Field(description="Why its records can't be had, where it is void.")
    store_version: int
    contract_sha256: str


class RequestedRecordShown(Schema):
    """A record a request is about."""

    key: str
    window: str
    met: bool | None
    numerator: int
    denominator: int
    state: str = Field(description="`asked`, `granted` or `refused`.")


class RecordsNamed(Schema):
    """Which records are meant; each word narrows the choice."""

    keys: list[Annotated[str, Field(max_length=500)]] = Field([], max_length=MOST_KEYS)
    where: str = Field("", max_length=4000, description="A condition as the contract writes them.")
    containing: str = Field("", max_length=100, description="A text in the key or a dimension.")
    from_at: datetime | None = Field(None, description="Records that began from then.")
    to_at: datetime | None = Field(None, description="Records that began before then.")
    missed_only: bool = False

    def choice(self) -> Choice:
        """The records that are meant."""
        return Choice(
            keys=tuple(dict.fromkeys(self.keys)),
            where=self.where.strip(),
            from_at=_second(self.from_at),
            to_at=_second(self.to_at),
            is_missed_only=self.missed_only,
            containing=self.containing.strip(),
        )


class ExclusionAsked(Schema):
    """A request to exclude records."""

    service_level: str = Field(max_length=100)
    month: Month
    clause: str = Field(max_length=100)
    reason: str = Field(min_length=1, max_length=4000)
    records: RecordsNamed


class Decided(Schema):
    """A decision: `granted` are the keys left out, null for all of the request's records, empty for none."""

    granted: list[Annotated[str, Field(max_length=500)]] | None = Field(max_length=20_000)
    answer: str = Field("", max_length=4000, description="Needed where records are to count.")


class ExclusionFilter(Schema):
    """Which requests are asked for."""

    state: Literal["", "gathering", "asked", "granted", "partly", "refused", "withdrawn", "void"] = ""
    service_level: str = Field("", max_length=100)


class DutyShown(Schema):
    """A duty on the day it is due."""

    duty: str
    what: str
    side: str
    due_on: date
    in_time_until: datetime
    met_at: datetime | None
    excuses: list[str] = Field(description="The service levels excused when it is missed.")


@router.get(_HERE, response=Page[ExclusionShown], summary="Exclusions asked for")
@engagement_operation(Duty.SEE_EXCLUSIONS)
def exclusions(
    _request: HttpRequest, place: Place, paging: Query[Paging], asked: Query[ExclusionFilter]
) -> dict[str, Any]:
    """Requests to exclude records, the newest first."""
    found = _mine(place)
    found = found.filter(state=asked.state) if asked.state else found
    found = found.filter(level=asked.service_level) if asked.service_level else found
    page = page_of(found, paging, by=["-asked_at"])
    return {**page, "items": [_shown(one) for one in page["items"]]}


@router.get(f"{_HERE}/{{exclusion}}", response=ExclusionShown, summary="One exclusion")
@engagement_operation(Duty.SEE_EXCLUSIONS)
def exclusion(_request: HttpRequest, place: Place, exclusion: Number) -> dict[str, Any]:
    """A request and where it stands."""
    return _shown(must_find(_mine(place).filter(pk=exclusion)))


@router.get(f"{_HERE}/{{exclusion}}/records", response=Page[RequestedRecordShown], summary="Records of an exclusion")
@engagement_operation(Duty.SEE_RECORDS)
def exclusion_records(_request: HttpRequest, place: Place, exclusion: Number, paging: Query[Paging]) -> dict[str, Any]:
    """The records a request is about, and what was decided of each."""
    found: ExclusionRequest = must_find(_mine(place).filter(pk=exclusion))
    return page_of(found.records.all(), paging, by=["position"])


@router.post(_HERE, response={201: ExclusionShown}, summary="Ask for an exclusion")
@engagement_operation(Duty.ASK_EXCLUSIONS)
def ask(_request: HttpRequest, place: Place, given: ExclusionAsked) -> Any:
    """Ask for records to be left out of a level's month; they are gathered by a job, and the other side decides."""
    month_on = date.fromisoformat(f"{given.month}-01")
    asked = actions.Asked(given.service_level, month_on, given.clause, given.reason, given.records.choice())
    return Status(201, _shown(actions.ask(place.engagement, asked, by=place.actor, at=now())))


@router.post(f"{_HERE}/{{exclusion}}/decision", response=ExclusionShown, summary="Decide on an exclusion")
@engagement_operation(Duty.DECIDE_EXCLUSIONS)
def decide(_request: HttpRequest, place: Place, exclusion: Number, given: Decided) -> dict[str, Any]:
    """Grant a request, refuse it, or grant some of its records; the months are then measured anew."""
    found: ExclusionRequest = must_find(_mine(place).filter(pk=exclusion))
    decision = actions.Decision(given.granted, given.answer)
    return _shown(actions.decide(found, decision, by=place.actor, at=now()))


@router.post(f"{_HERE}/{{exclusion}}/withdrawal", response=ExclusionShown, summary="Withdraw an exclusion")
@engagement_operation(Duty.ASK_EXCLUSIONS)
def withdraw(_request: HttpRequest, place: Place, exclusion: Number) -> dict[str, Any]:
    """Take a request back before it is decided."""
    found: ExclusionRequest = must_find(_mine(place).filter(pk=exclusion))
    return _shown(actions.withdraw(found, by=place.actor, at=now()))


@router.get("/engagements/{slug:engagement}/duties", response=list[DutyShown], summary="Duties of the contract")
@engagement_operation(Duty.SEE_CONTRACT)
def duties(_request: HttpRequest, place: Place) -> list[dict[str, Any]]:
    """What either side has to do, day by day, from the term's first day to two months ahead."""
    terms, at = readable_terms(Version.objects.agreed_of(place.engagement)), now()
    if terms is None:
        return []
    known = DutyDay.objects.visible_to(place.user).filter(engagement=place.engagement)
    met = {(one.duty, one.due_on): one.met_at for one in known}
    return [
        {
            "duty": one.id,
            "what": one.what,
            "side": one.side,
            "due_on": one.due_on,
            "in_time_until": datetime.fromtimestamp(one.ends_at, UTC),
            "met_at": met.get((one.id, one.due_on)),
            "excuses": list(one.gives_relief),
        }
        for one in due_duties(terms, at.astimezone(terms.latest.zone).date())
    ]


def _mine(place: Place) -> Any:
    found = ExclusionRequest.objects.visible_to(place.user).filter(engagement=place.engagement)
    return found.select_related("engagement__client", "asked_by", "decided_by")


def _second(moment: datetime | None) -> int | None:
    if moment is None:
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return int(aware.timestamp())


def _shown(one: ExclusionRequest) -> dict[str, Any]:
    fields = ("state", "clause", "reason", "kind", "month", "asked_at", "decided_at", "answer", "fault",
              "store_version", "contract_sha256")  # fmt: skip
    return {
        **{name: getattr(one, name) for name in fields},
        "id": one.pk,
        "service_level": one.level,
        "records": one.count,
        "asked_by": "" if one.asked_by is None else one.asked_by.name,
        "decided_by": "" if one.decided_by is None else one.decided_by.name,
    }
