"""Pages about loads: what was given, how far it is, what was set aside, and giving it again."""

from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from remit.web.accounts.doors import Place, engagement_page, see_other
from remit.web.accounts.roles import Duty
from remit.web.performance import uploads
from remit.web.performance.actions import Export, start_load, stop_load, withdraw_load
from remit.web.performance.forms import LoadForm, WithdrawForm
from remit.web.performance.models import Load
from remit.web.performance.quarantine import fit_to_mend, lines_to_mend, rows_set_aside
from remit.web.performance.uploads import GivenFile
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal

_A_PAGE = 25
_SHOWN_ROWS = 50
_MOST_LOOKED_AT = 20_000


def _loads(place: Place) -> Any:
    mine = Load.objects.visible_to(place.user).filter(engagement=place.engagement)
    return mine.select_related("job", "by", "same_as", "withdrawn_by")


def _load(place: Place, load: int) -> Load:
    found: Load = get_object_or_404(_loads(place), pk=load)
    return found


def _here(place: Place, view: str, load: Load) -> str:
    return reverse(f"performance:{view}", kwargs={"engagement": place.engagement.slug, "load": load.pk})


@engagement_page(Duty.SEE_PERFORMANCE)
def loads(request: HttpRequest, place: Place) -> HttpResponse:
    """Every load of the engagement, the newest first."""
    page = Paginator(_loads(place).order_by("-pk"), _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "performance/loads.html", {"page": page, "may_load": place.may(Duty.LOAD_FACTS)})


@engagement_page(Duty.LOAD_FACTS, methods=("GET", "POST"))
def new_load(request: HttpRequest, place: Place) -> HttpResponse:
    """Give files: with the mapping of the last load unless another one is given."""
    again = _again(request, place)
    before = again or _loads(place).exclude(mapping="").order_by("-pk").first()
    form = LoadForm(request.POST or None, request.FILES or None, initial={"mapping": before.mapping if before else ""})
    refusal = None
    if request.method == "POST" and form.is_valid():
        files = [GivenFile(file.name or "", file.chunks()) for file in form.cleaned_data["export"]]
        export = Export(files, form.cleaned_data["mapping"], again)
        try:
            load = start_load(place.engagement, export, by=place.actor, at=now())
        except Refusal as refused:
            refusal = refused
        else:
            return see_other(_here(place, "load", load))
    status = 422 if request.method == "POST" else 200
    given = {"form": form, "again": again, "refusal": refusal, "before": before}
    return render(request, "performance/new_load.html", given, status=status)


def _again(request: HttpRequest, place: Place) -> Load | None:
    """The load whose rows are mended, where the address names one."""
    named = request.GET.get("again", "")
    if not named:
        return None
    if not named.isdecimal():
        raise Http404
    return _load(place, int(named))


@engagement_page(Duty.SEE_PERFORMANCE)
def load(request: HttpRequest, place: Place, load: int) -> HttpResponse:
    """One load: its files, what became of their rows, its problems, and the rows set aside."""
    found = _load(place, load)
    may_see_rows = place.may(Duty.SEE_RECORDS)
    every = rows_set_aside(found, most=_MOST_LOOKED_AT) if may_see_rows and found.quarantined else []
    given = {
        "load": found,
        "rows": every[:_SHOWN_ROWS],
        "to_mend": fit_to_mend(found, every),
        "may_see_rows": may_see_rows,
        "may_load": place.may(Duty.LOAD_FACTS),
        "withdraw": WithdrawForm(),
    }
    return render(request, "performance/load.html", given)


@engagement_page(Duty.SEE_PERFORMANCE)
def load_progress(request: HttpRequest, place: Place, load: int) -> HttpResponse:
    """How far a load is, as a part of its page; when it is over, the page is asked to show itself anew."""
    found = _load(place, load)
    response = render(request, "performance/load_progress.html", {"load": found})
    if not found.is_under_way:
        response["HX-Refresh"] = "true"
    return response


@engagement_page(Duty.LOAD_FACTS, methods=("POST",))
def stop(_request: HttpRequest, place: Place, load: int) -> HttpResponse:
    """Stop a load that is not over."""
    found = _load(place, load)
    stop_load(found, by=place.actor, at=now())
    return see_other(_here(place, "load", found))


@engagement_page(Duty.LOAD_FACTS, methods=("POST",))
def withdraw(request: HttpRequest, place: Place, load: int) -> HttpResponse:
    """Take a load's facts back."""
    found = _load(place, load)
    withdraw_load(found, because=request.POST.get("because", ""), by=place.actor, at=now())
    return see_other(_here(place, "load", found))


@engagement_page(Duty.SEE_RECORDS)
def quarantine_file(_request: HttpRequest, place: Place, load: int) -> HttpResponseBase:
    """The rows set aside, with their reasons, as CSV."""
    found = _load(place, load)
    path = uploads.quarantine_of(found)
    if not path.is_file():
        raise Http404("No row of this load was set aside.")
    name = f"quarantine-load-{found.pk}.csv"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


@engagement_page(Duty.SEE_RECORDS)
def rows_to_mend(_request: HttpRequest, place: Place, load: int, number: int) -> HttpResponseBase:
    """One source file with nothing but the rows of it that were set aside, to be mended and loaded again."""
    found = _load(place, load)
    if not 0 <= number < len(found.files):
        raise Http404
    name = str(found.files[number]["name"])
    content = lines_to_mend(found, name)
    if content is None:
        raise Http404("No row of this file was set aside, or it is no text file.")
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
