"""Operations on fair figures: forecasts and signals of the newest look, comparisons asked for and read."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from remit.web.accounts.api_doors import engagement_operation, must_find
from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty
from remit.web.fairness.actions import MOST_ADJUSTED, Wanted, ask_to_compare
from remit.web.fairness.models import Comparison, LevelForecast, Look, Signal, SignalNote
from remit.web.shared.api.arguments import MONTH, Number
from remit.web.shared.api.paging import Page, Paging, page_of
from remit.web.shared.moments import now

router = Router(tags=["fairness"])
_HERE = "/engagements/{slug:engagement}"


class ForecastShown(Schema):
    """How a level's month may end; values are in the measure's own scale, as decimals in text."""

    run: int
    as_of: int | None = Field(description="The instant the facts reach to, in UTC seconds.")
    month_on: date
    level: str
    chance: str = Field(description="The chance that the month ends met, 0 to 1.")
    is_warning: bool = Field(description="Whether it will likely be missed.")
    standing: str
    numerator: int
    denominator: int
    likely: str
    low: str
    high: str
    expected: str
    days_left: int

    @staticmethod
    def resolve_run(one: LevelForecast) -> int:
        return int(one.look.run_id)

    @staticmethod
    def resolve_as_of(one: LevelForecast) -> int | None:
        as_of: int | None = one.look.run.as_of
        return as_of

    @staticmethod
    def resolve_month_on(one: LevelForecast) -> date | None:
        month_on: date | None = one.look.month_on
        return month_on


class NoteShown(Schema):
    """What one side says of a signal."""

    side: str
    at: datetime
    text: str


class SignalShown(Schema):
    """A pattern worth asking about; no proof of anything."""

    id: int
    run: int
    kind: str
    subject: str = Field(description="The level, the clock, or what decides a record's month.")
    level: str
    month: str
    sentence: str
    figures: dict[str, str]
    records: list[str]
    notes: list[NoteShown]


class ComparisonShown(Schema):
    """A level compared at one mix."""

    id: int
    run: int = Field(alias="run_id")
    level: str
    split_by: str
    adjusted: str
    first_on: date
    last_on: date
    at: datetime
    state: str = Field(description="`done`, or where its job is.")
    problems: list[str]

    @staticmethod
    def resolve_state(one: Comparison) -> str:
        if one.done_at is not None:
            return "done"
        return str(one.job.state) if one.job is not None else "cancelled"

    @staticmethod
    def resolve_problems(one: Comparison) -> list[str]:
        return [str(problem["what"]) for problem in one.problems]


class ComparisonWhole(ComparisonShown):
    """A comparison with what it found, as `remit compare --as json` writes it; empty before it is done."""

    found: dict[str, Any]


class ComparisonAsked(Schema):
    """Which comparison is asked for."""

    level: str = Field(max_length=100)
    split_by: str = Field(max_length=100, description="The column whose values are compared.")
    adjust: list[Annotated[str, Field(max_length=100)]] = Field(
        min_length=1, max_length=MOST_ADJUSTED, description="The columns whose mix is evened out."
    )
    first: str = Field(pattern=MONTH, description="The first month, as 2026-01.")
    last: str = Field(pattern=MONTH, description="The last month, as 2026-06.")


@router.get(f"{_HERE}/forecasts", response=Page[ForecastShown], summary="How the month will end")
@engagement_operation(Duty.SEE_PERFORMANCE)
def forecasts(_request: HttpRequest, place: Place, paging: Query[Paging]) -> Any:
    """Each level's chance to end the month met, as of the newest facts that were looked over."""
    look = Look.objects.visible_to(place.user).newest_of(place.engagement)
    mine = LevelForecast.objects.filter(look=look).select_related("look__run").defer("drawing")
    return page_of(mine, paging, ["position"])


@router.get(f"{_HERE}/signals", response=Page[SignalShown], summary="Signals")
@engagement_operation(Duty.SEE_RECORDS)
def signals(_request: HttpRequest, place: Place, paging: Query[Paging]) -> Any:
    """Patterns worth asking about in the newest facts that were looked over, the newest month first."""
    look = Look.objects.visible_to(place.user).newest_of(place.engagement)
    mine = Signal.objects.visible_to(place.user).filter(look=look).select_related("look")
    page = page_of(mine, paging, ["-month_on", "position"])
    notes = _notes(place, [one.mark for one in page["items"]])
    return {**page, "items": [_fields(one, notes) for one in page["items"]]}


def _notes(place: Place, marks: list[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    mine = SignalNote.objects.visible_to(place.user).filter(engagement=place.engagement, mark__in=marks)
    for one in mine.order_by("pk"):
        found.setdefault(one.mark, []).append({"side": one.side, "at": one.at, "text": one.text})
    return found


def _fields(one: Signal, notes: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    names = ("kind", "subject", "level", "month", "sentence", "figures")
    told = {name: getattr(one, name) for name in names}
    records = [key for key, _, _ in one.records]
    return {"id": one.pk, "run": one.look.run_id, **told, "records": records, "notes": notes.get(one.mark, [])}


def _mine(place: Place) -> Any:
    mine = Comparison.objects.visible_to(place.user).filter(run__engagement=place.engagement)
    return mine.select_related("job")


@router.get(f"{_HERE}/comparisons", response=Page[ComparisonShown], summary="Comparisons at one mix")
@engagement_operation(Duty.SEE_PERFORMANCE)
def comparisons(_request: HttpRequest, place: Place, paging: Query[Paging]) -> Any:
    """The comparisons asked for, the newest first."""
    return page_of(_mine(place).defer("found"), paging, ["-pk"])


@router.get(f"{_HERE}/comparisons/{{comparison}}", response=ComparisonWhole, summary="One comparison")
@engagement_operation(Duty.SEE_PERFORMANCE)
def comparison(_request: HttpRequest, place: Place, comparison: Number) -> Any:
    """One comparison with everything it found."""
    return must_find(_mine(place).filter(pk=comparison))


@router.post(f"{_HERE}/comparisons", response={202: ComparisonShown}, summary="Compare a level at one mix")
@engagement_operation(Duty.SEE_PERFORMANCE)
def ask(_request: HttpRequest, place: Place, asked: ComparisonAsked) -> Any:
    """Ask for a level to be compared on the newest run; the same is compared once."""
    first, last = (date.fromisoformat(f"{month}-01") for month in (asked.first, asked.last))
    wanted = Wanted(asked.level, asked.split_by, asked.adjust, first, last)
    return Status(202, ask_to_compare(place.engagement, wanted, by=place.actor, at=now()))
