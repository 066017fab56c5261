"""Operations on performance: attainments, settled months, the records behind a number, and loads."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from remit.web.accounts.api_doors import engagement_operation, must_find
from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty
from remit.web.performance.actions import stop_load, withdraw_load
from remit.web.performance.bridge.documents import statement
from remit.web.performance.bridge.kept import words_of
from remit.web.performance.bridge.records import Asked, Listed, Listing, listing, part_of
from remit.web.performance.bridge.showing import first_day, is_month, json_fields
from remit.web.performance.measuring import ask_for_records, records_job
from remit.web.performance.models import Attained, Load, Run
from remit.web.shared.api.arguments import Month, Number
from remit.web.shared.api.paging import Page, Paging, page_of
from remit.web.shared.api.problems import NotUnderstood
from remit.web.shared.moments import now

router = Router(tags=["performance"])


class AttainmentShown(Schema):
    """One service level over one window, judged; the same fields as `remit settle --as json` has."""

    run: int
    month: str
    service_level: str
    window_start: date = Field(description="The first day in.")
    window_end: date = Field(description="The first day out.")
    dimension: str = Field(description="The column it is split by; empty for the whole level.")
    part: str = Field(description="The column's value.")
    standing: str
    value: float | None = Field(description="In the measure's own scale; null where nothing was measured.")
    numerator: int
    denominator: int
    records: int
    interval: list[float] | None
    expected: float | None
    minimum: float | None
    excluded: int
    is_critical: bool
    better: Literal["higher", "lower"]
    note: str


class AttainmentFilter(Schema):
    """Which attainments are asked for."""

    level: str = Field("", max_length=100, description="One service level.")
    first: str = Field("", max_length=10, description="The first month, as 2026-01.")
    last: str = Field("", max_length=10, description="The last month, as 2026-06.")
    by: str = Field("", max_length=100, description="A column; then the levels' parts instead of the whole.")
    run: int | None = Field(None, ge=1, lt=2**63, description="A run of before; the newest without it.")


class MonthShown(Schema):
    """A settled month; amounts are exact decimals as text."""

    run: int
    month: str
    currency: str
    charges: str
    at_risk: str | None
    credit: str
    is_provisional: bool


class RecordShown(Schema):
    """A record as it counted."""

    key: str
    window: str
    met: bool | None
    numerator: int
    denominator: int
    seconds: int | None
    target_seconds: int | None
    excluded_by: str | None
    at: datetime | None
    dimensions: dict[str, str | None]


class Records(Schema):
    """A part of a list of records."""

    items: list[RecordShown]
    count: int = Field(description="How many records fit altogether.")
    next: str | None


class BeingListed(Schema):
    """The list is made for the first time; ask again in a moment."""

    job: int
    state: str


class RecordFilter(Schema):
    """Which records are asked for, and in which order."""

    only: Literal["", "missed", "met", "counted", "excluded"] = ""
    text: str = Field("", max_length=100, description="What the key or a dimension contains.")
    sort: Literal["", "key", "-key", "at", "-at", "seconds", "-seconds"] = Field(
        "", description="Those that missed stand first without it."
    )
    limit: int = Field(100, ge=1, le=1000)
    after: str = Field("", max_length=1000)


class LoadShown(Schema):
    """A load and what became of its rows."""

    id: int
    state: str
    source: str
    at: datetime
    ended_at: datetime | None
    files: list[dict[str, Any]]
    rows: int
    new: int
    changed: int
    unchanged: int
    older: int
    quarantined: int
    store_version: int | None
    store_load: str
    problems: list[dict[str, Any]]
    same_as: int | None = Field(alias="same_as_id")
    again: int | None = Field(alias="again_id")


class Reason(Schema):
    """Why a load is taken back."""

    because: str = Field(min_length=1, max_length=500)


def _run(place: Place, number: int | None) -> Run:
    """The run asked for, of this engagement alone."""
    runs = Run.objects.filter(engagement=place.engagement, is_measured=True)
    run: Run | None = runs.order_by("-pk").first() if number is None else runs.filter(pk=number).first()
    if run is None:
        raise Http404("Nothing was measured yet." if number is None else "There is no such run.")
    return run


def _month_on(text: str, name: str) -> date:
    if not is_month(text):
        raise NotUnderstood(f"query.{name}: {text!r} is not a month.", "Write it as 2026-03.")
    return first_day(text)


@router.get("/engagements/{slug:engagement}/attainments", response=Page[AttainmentShown], summary="Attainments")
@engagement_operation(Duty.SEE_PERFORMANCE)
def attainments(
    _request: HttpRequest, place: Place, paging: Query[Paging], asked: Query[AttainmentFilter]
) -> dict[str, Any]:
    """Service levels by window, judged, in the order of their windows."""
    rows = Attained.objects.filter(run=_run(place, asked.run), dimension=asked.by)
    rows = rows.filter(level=asked.level) if asked.level else rows
    rows = rows.filter(month_on__gte=_month_on(asked.first, "first")) if asked.first else rows
    rows = rows.filter(month_on__lte=_month_on(asked.last, "last")) if asked.last else rows
    page = page_of(rows, paging, by=["window_start", "position"])
    return {**page, "items": [json_fields(row) for row in page["items"]]}


@router.get("/engagements/{slug:engagement}/settlements", response=Page[MonthShown], summary="Settled months")
@engagement_operation(Duty.SEE_MONEY)
def settlements(_request: HttpRequest, place: Place, paging: Query[Paging]) -> dict[str, Any]:
    """The months of the newest run with their amounts, the newest first."""
    months = _run(place, None).months.defer("settlement")
    page = page_of(months, paging, by=["-starts_on"])
    return {**page, "items": [_month_shown(month) for month in page["items"]]}


def _month_shown(month: Any) -> dict[str, Any]:
    fields = {name: getattr(month, name) for name in ("currency", "charges", "credit", "is_provisional")}
    return {**fields, "run": month.run_id, "month": f"{month.starts_on:%Y-%m}", "at_risk": month.at_risk or None}


@router.get("/engagements/{slug:engagement}/settlements/{month}", response=dict[str, Any], summary="One settled month")
@engagement_operation(Duty.SEE_MONEY)
def settlement(_request: HttpRequest, place: Place, month: Month) -> Any:
    """The month as `remit settle --as json` prints it: levels, credits with their sentences, where it comes from."""
    run = _run(place, None)
    kept = run.months.filter(starts_on=first_day(month)).first()
    if kept is None:
        raise Http404("That month was not settled.")
    return json.loads(statement([kept.settlement], words_of(run.words), "json"))[0]


@router.get(
    "/engagements/{slug:engagement}/levels/{level}/records/{month}",
    response={200: Records, 202: BeingListed},
    summary="Records behind a number",
)
@engagement_operation(Duty.SEE_RECORDS)
def records(_request: HttpRequest, place: Place, level: str, month: Month, asked: Query[RecordFilter]) -> Any:
    """The records of a level's month as they counted; 202 while the list is made for the first time."""
    run = _run(place, None)
    if not Attained.objects.filter(run=run, level=level, month_on=first_day(month), dimension="").exists():
        raise Http404("That level was not measured in that month.")
    found = listing(run.pk, level, month)
    if found is None:
        job = records_job(run, level, month)
        if job is None or job.is_over:
            job = ask_for_records(run, level, month, by=place.actor, at=now())
        return Status(202, {"job": job.pk, "state": job.state})
    wanted = Asked(
        asked.only, asked.text.strip(), asked.sort.lstrip("-") or "place", asked.sort.startswith("-"), asked.after
    )
    return Status(200, _records(found, part_of(found, replace(wanted, size=asked.limit))))


def _records(found: Listing, part: Listed) -> dict[str, Any]:
    items = [
        {
            **{name: row[name] for name in ("key", "met", "numerator", "denominator", "seconds", "target_seconds")},
            "excluded_by": row["excluded_by"],
            "window": row["win"],
            "at": None if row["at"] is None else datetime.fromtimestamp(row["at"], tz=UTC),
            "dimensions": {name: row[name] for name in found.dimensions},
        }
        for row in part.rows
    ]
    return {"items": items, "count": part.count, "next": part.next or None}


def _loads(place: Place) -> Any:
    return Load.objects.visible_to(place.user).filter(engagement=place.engagement).select_related("job")


@router.get("/engagements/{slug:engagement}/loads", response=Page[LoadShown], summary="Loads")
@engagement_operation(Duty.SEE_PERFORMANCE)
def loads(_request: HttpRequest, place: Place, paging: Query[Paging]) -> dict[str, Any]:
    """The loads of the engagement, the newest first."""
    return page_of(_loads(place), paging, by=["-at"])


@router.get("/engagements/{slug:engagement}/loads/{load}", response=LoadShown, summary="One load")
@engagement_operation(Duty.SEE_PERFORMANCE)
def load(_request: HttpRequest, place: Place, load: Number) -> Any:
    """A load, what became of its rows, and its problems."""
    return must_find(_loads(place).filter(pk=load))


@router.post("/engagements/{slug:engagement}/loads/{load}/withdrawal", response=LoadShown, summary="Withdraw a load")
@engagement_operation(Duty.LOAD_FACTS)
def withdraw(_request: HttpRequest, place: Place, load: Number, reason: Reason) -> Any:
    """Take a load's facts back out of the store."""
    found = must_find(_loads(place).filter(pk=load))
    withdraw_load(found, because=reason.because, by=place.actor, at=now())
    return must_find(_loads(place).filter(pk=load))


@router.post("/engagements/{slug:engagement}/loads/{load}/stop", response=LoadShown, summary="Stop a load")
@engagement_operation(Duty.LOAD_FACTS)
def stop(_request: HttpRequest, place: Place, load: Number) -> Any:
    """Stop a load that waits or runs; the store then shows nothing of it."""
    found = must_find(_loads(place).filter(pk=load))
    stop_load(found, by=place.actor, at=now())
    return must_find(_loads(place).filter(pk=load))
