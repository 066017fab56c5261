"""Pages about the records behind a number: the list, its files, and one record with its clock."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, urlencode
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from remit.web.accounts.doors import Place, engagement_page, see_other
from remit.web.accounts.roles import Duty
from remit.web.exclusions.noting import Note, ask_address, notes_of
from remit.web.performance.bridge.listing import wanted_of
from remit.web.performance.bridge.one_record import Opened, open_record
from remit.web.performance.bridge.pictures import times_charts
from remit.web.performance.bridge.records import Asked, Listing, listing, part_of, record_of
from remit.web.performance.bridge.showing import (
    RecordRow,
    SpanShown,
    Window,
    month_period,
    record_row,
    shown,
    spans_shown,
    words_for,
)
from remit.web.performance.bridge.terms import terms_of_sha256
from remit.web.performance.exports import as_workbook, csv_lines
from remit.web.performance.measuring import ask_for_records, records_job
from remit.web.performance.models import Attained
from remit.web.performance.pictures import placed
from remit.web.performance.views.shown_run import ShownRun, month_or_404, run_or_404
from remit.web.shared.moments import now

_A_PAGE = 100
_FILTERS = ("", "missed", "met", "excluded", "counted")


@dataclass(frozen=True)
class _Here:
    """A level's month of a run that a page is about."""

    shown: ShownRun
    level: str
    month: str
    rows: list[Attained]

    def link(self, view: str, query: dict[str, Any] | None = None, **rest: str) -> str:
        return self.shown.link(view, query, level=self.level, month=self.month, **rest)

    @property
    def listing(self) -> Listing | None:
        return listing(self.shown.run.pk, self.level, self.month)


def _here(request: HttpRequest, place: Place, level: str, month: str) -> _Here:
    found = run_or_404(request, place)
    month_on = month_or_404(month)
    rows = list(
        Attained.objects.filter(run=found.run, level=level, month_on=month_on, dimension="").order_by("window_start")
    )
    if not rows:
        raise Http404("That level was not measured in that month.")
    return _Here(found, level, month, rows)


def _asked(request: HttpRequest) -> Asked:
    """What an address asks of the list; what it does not understand it leaves out."""
    only, sort = request.GET.get("only", ""), request.GET.get("sort", "")
    return Asked(
        only=only if only in _FILTERS else "",
        text=request.GET.get("text", "").strip()[:100],
        sort=sort.lstrip("-") or "place",
        is_down=sort.startswith("-"),
        after=request.GET.get("after", "")[:500],
        size=_A_PAGE,
    )


@engagement_page(Duty.SEE_RECORDS, methods=("GET", "POST"))
def records(request: HttpRequest, place: Place, level: str, month: str) -> HttpResponse:
    """The records of a level's month, those that missed first; made when somebody first asks for them."""
    here = _here(request, place, level, month)
    found = here.listing
    if found is None:
        return _being_listed(request, place, here)
    asked = _asked(request)
    part = part_of(found, asked)
    words = words_for(here.shown.words, level)
    # The picture is of all records: beside a part of the list it would mislead.
    is_whole = not (asked.only or asked.text or asked.after)
    query = {"only": asked.only, "text": asked.text, "sort": request.GET.get("sort", "")}
    zones = _Zones(place.user.time_zone, here.shown.run.zone)
    ask = ask_address(place, level)
    notes = notes_of(place, level, [row["key"] for row in part.rows])
    one = here.link("record", {"key": "-"})[:-1]
    rows = [_linked(record_row(row, found.dimensions), one, zones, notes) for row in part.rows]
    given = {
        "here": here,
        "level": level,
        "month": month,
        "words": words,
        "windows": [Window(shown(row, words), told) for row, told in zip(here.rows, found.windows, strict=False)],
        "rows": rows,
        "dimensions": found.dimensions,
        "has_clock": any(row.record.seconds for row in rows),
        "count": part.count,
        "pictures": [placed(place, chart) for chart in times_charts(found.times, words)] if is_whole else [],
        "asked": asked,
        "sort": request.GET.get("sort", ""),
        "filters": _FILTERS,
        "next": here.link("records", {**query, "after": part.next}) if part.next else "",
        "first": here.link("records", query) if asked.after else "",
        "files": [(form.upper(), here.link("records_file", query, form=form)) for form in ("csv", "xlsx")],
        "level_page": here.shown.link("level", {"month": month}, level=level),
        "heat": here.shown.link("heat"),
        "may_export": place.may(Duty.EXPORT),
        "ask": ask,
        "ask_for_list": _ask_for_list(ask, here, asked) if part.count else "",
    }
    return render(request, "performance/records.html", given)


def _ask_for_list(ask: str, here: _Here, asked: Asked) -> str:
    """Where one asks to exclude what a list shows; empty where it shows no part of the month, or those that met."""
    if not ask or asked.only not in ("", "counted", "missed") or not (asked.only == "missed" or asked.text):
        return ""
    words = {"level": here.level, "month": here.month, "only": asked.only, "containing": asked.text}
    return f"{ask}?{urlencode({name: value for name, value in words.items() if value})}"


@dataclass(frozen=True, slots=True)
class _Linked:
    record: RecordRow
    address: str
    when: str
    note: Note | None


def _linked(row: RecordRow, one: str, zones: "_Zones", notes: Mapping[str, Note]) -> _Linked:
    """A row with its own page's address: `one` is that address up to the record's key."""
    when = "" if row.at is None else zones.readers_time(row.at)
    return _Linked(row, one + quote_plus(row.key), when, notes.get(row.key))


def _being_listed(request: HttpRequest, place: Place, here: _Here) -> HttpResponse:
    """The page while the list is made; asking anew is a form, after a failure."""
    job = records_job(here.shown.run, here.level, here.month)
    if job is None or job.state == "done" or (request.method == "POST" and job.is_over):
        job = ask_for_records(here.shown.run, here.level, here.month, by=place.actor, at=now())
    if request.method == "POST":
        return see_other(here.link("records"))
    given = {
        "here": here,
        "level": here.level,
        "month": here.month,
        "words": words_for(here.shown.words, here.level),
        "job": job,
        "address": here.link("records_progress"),
        "again": here.link("records"),
        "level_page": here.shown.link("level", {"month": here.month}, level=here.level),
        "heat": here.shown.link("heat"),
    }
    return render(request, "performance/records_listed.html", given)


@engagement_page(Duty.SEE_RECORDS)
def records_progress(request: HttpRequest, place: Place, level: str, month: str) -> HttpResponse:
    """How far the listing is; when it is over, the page is asked to show itself anew."""
    here = _here(request, place, level, month)
    job = records_job(here.shown.run, level, month)
    if job is None:
        raise Http404
    response = render(request, "shared/progress.html", {"job": job, "address": here.link("records_progress")})
    if job.is_over:
        response["HX-Refresh"] = "true"
    return response


@engagement_page(Duty.SEE_RECORDS)
def records_file(request: HttpRequest, place: Place, level: str, month: str, form: str) -> HttpResponseBase:
    """The list as it is filtered and sorted, as CSV or XLSX."""
    place.actor.must(Duty.EXPORT, place.engagement)
    here = _here(request, place, level, month)
    found = here.listing
    if found is None or form not in ("csv", "xlsx"):
        raise Http404("Open the list first; it can be had as csv or xlsx.")
    asked = _asked(request)
    name = f"{place.engagement.slug}-{level}-{month}.{form}"
    response: HttpResponseBase
    if form == "csv":
        response = StreamingHttpResponse(csv_lines(found, asked), content_type="text/csv; charset=utf-8")
    else:
        count = part_of(found, replace(asked, size=1, after="")).count
        content = as_workbook(found, asked, count=count, title=f"{level} {month}")
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@engagement_page(Duty.SEE_RECORDS)
def record(request: HttpRequest, place: Place, level: str, month: str) -> HttpResponse:
    """One record: how it counted, its columns, its changes, and its clock on a time line."""
    here = _here(request, place, level, month)
    key, found = request.GET.get("key", ""), here.listing
    if found is None:
        return see_other(here.link("records"))
    counted = record_of(found, key)
    if not counted:
        raise Http404("No such record stands behind this number.")
    run = here.shown.run
    terms = terms_of_sha256(place.engagement, run.contract_sha256)
    wanted = wanted_of(run, level, month_period(month))
    opened = None if terms is None else open_record(terms, wanted, key)
    zones = _Zones(place.user.time_zone, run.zone)
    given = {
        "here": here,
        "level": level,
        "month": month,
        "key": key,
        "counted": [record_row(row, found.dimensions) for row in counted],
        "opened": opened,
        "note": notes_of(place, level, [key]).get(key),
        "ask": ask_address(place, level),
        "values": [(one, zones.told(one.value) if one.is_instant else None) for one in opened.values] if opened else [],
        "changes": [_change(change, zones) for change in opened.changes] if opened else [],
        "spans": _spans(opened, zones),
        "zones": zones,
        "drawing": mark_safe(opened.drawing) if opened else "",  # noqa: S308  # escaped where it is drawn
        "reached": zones.told(opened.line.reached_at) if opened and opened.line and opened.line.reached_at else None,
        "list": here.link("records"),
        "level_page": here.shown.link("level", {"month": month}, level=level),
        "heat": here.shown.link("heat"),
    }
    return render(request, "performance/record.html", given)


@dataclass(frozen=True)
class _Zones:
    """The reader's zone and the contract's: an instant is told in both, once where they are one."""

    readers: str
    contracts: str

    @property
    def is_one(self) -> bool:
        return self.readers == self.contracts

    def readers_time(self, at: int) -> str:
        return _local(at, self.readers)

    def told(self, at: int) -> tuple[str, str]:
        return _local(at, self.readers), _local(at, self.contracts)


def _local(at: int, zone: str) -> str:
    """A UTC second as a local time to the second."""
    return datetime.fromtimestamp(at, ZoneInfo(zone or "UTC")).strftime("%Y-%m-%d %H:%M:%S")


def _spans(opened: Opened | None, zones: _Zones) -> list[tuple[SpanShown, tuple[str, str], tuple[str, str]]]:
    """The spans of a record's clock with their instants in both zones."""
    if opened is None or opened.line is None:
        return []
    return [(span, zones.told(span.start_at), zones.told(span.end_at)) for span in spans_shown(opened.line)]


def _change(change: Any, zones: _Zones) -> tuple[tuple[str, str], str, str, str]:
    """A change: its instant, what happened, the status before and after, and all else it says."""
    known = ("at", "sequence", "event", "status_from", "status")
    status = " → ".join(str(change[name]) for name in ("status_from", "status") if name in change)
    rest = ", ".join(f"{name}: {value}" for name, value in change.items() if name not in known)
    return zones.told(change["at"]), str(change.get("event", "")), status, rest
