"""Pages about invoices: sent in, held against the pro-forma, decided line by line; and the pro-forma itself."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from remit.web.accounts.doors import Place, engagement_page, see_other
from remit.web.accounts.figures import Figure, Notes, notes_on
from remit.web.accounts.roles import Duty, side_of
from remit.web.finance import bridge
from remit.web.finance.actions import (
    GivenInvoice,
    LineDecision,
    accept_clean_lines,
    ask_for_forecast,
    ask_for_pro_forma,
    decide_line,
    forecast_key,
    receive_invoice,
    write_note,
)
from remit.web.finance.forms import DecisionForm, ForecastForm, InvoiceForm, NoteForm
from remit.web.finance.models import (
    Difference,
    ForecastKept,
    ForecastMethod,
    InvoiceNote,
    InvoiceReceived,
    InvoiceState,
    LineReceived,
    ProFormaKept,
    YearKind,
)
from remit.web.jobs.models import Job
from remit.web.performance.models import Run
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal

_A_PAGE = 25


def _invoices(place: Place) -> Any:
    mine = InvoiceReceived.objects.visible_to(place.user).filter(engagement=place.engagement)
    return mine.select_related("job", "by", "engagement").defer("content")


def _invoice(place: Place, invoice: int) -> InvoiceReceived:
    found: InvoiceReceived = get_object_or_404(_invoices(place), pk=invoice)
    return found


def _here(place: Place, invoice: InvoiceReceived) -> str:
    return reverse("finance:invoice", kwargs={"engagement": place.engagement.slug, "invoice": invoice.pk})


@engagement_page(Duty.SEE_MONEY)
def invoices(request: HttpRequest, place: Place) -> HttpResponse:
    """Every invoice of the engagement, the newest first, and the months a pro-forma can be had of."""
    page = Paginator(_invoices(place).order_by("-pk"), _A_PAGE).get_page(request.GET.get("page"))
    rows = [(one, *_amounts(one)) for one in page]
    run = Run.objects.newest_of(place.engagement)
    months = [] if run is None else list(run.months.order_by("-starts_on").values_list("starts_on", flat=True)[:24])
    given = {
        "page": page,
        "rows": rows,
        "months": [f"{month:%Y-%m}" for month in months],
        "may_submit": place.may(Duty.SUBMIT_INVOICE),
    }
    return render(request, "finance/invoices.html", given)


def _amounts(one: InvoiceReceived) -> tuple[str, str, str]:
    given = (one.invoiced, one.by_contract, one.difference)
    asked, right, difference = (bridge.amount_shown(text, one.currency) for text in given)
    return asked, right, difference


@engagement_page(Duty.SUBMIT_INVOICE, methods=("GET", "POST"))
def new_invoice(request: HttpRequest, place: Place) -> HttpResponse:
    """Send an invoice in; it is matched in the background."""
    form = InvoiceForm(request.POST or None, request.FILES or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        given = GivenInvoice(file.name or "", file.read(), form.cleaned_data["month"])
        try:
            received = receive_invoice(place.engagement, given, by=place.actor, at=now())
        except Refusal as refused:
            refusal = refused
        else:
            return see_other(_here(place, received))
    status = 422 if request.method == "POST" else 200
    return render(request, "finance/new_invoice.html", {"form": form, "refusal": refusal}, status=status)


@engagement_page(Duty.SEE_MONEY)
def invoice(request: HttpRequest, place: Place, invoice: int) -> HttpResponse:
    """One invoice: what was found on the whole and on each line, with evidence and clause, and what is decided."""
    found = _invoice(place, invoice)
    differences = Prefetch("differences", Difference.objects.order_by("position"))
    lines = list(found.lines.select_related("decided_by").prefetch_related(differences).order_by("position"))
    asked, right, difference = _amounts(found)
    notes = _said(place, found, lines)
    given = {
        "invoice": found,
        "lines": [
            (line, bridge.amount_shown(line.amount, found.currency), notes.get(line.reference)) for line in lines
        ],
        "notes_on_whole": notes.get(found.number),
        "whole": list(found.differences.filter(line=None).order_by("position")),
        "count": sum(len(line.differences.all()) for line in lines) + found.differences.filter(line=None).count(),
        "asked": asked,
        "right": right,
        "difference": difference,
        "notes": InvoiceNote.objects.visible_to(place.user, side_of(place.role)).filter(invoice=found).order_by("pk"),
        "note_form": NoteForm(),
        "decisions": DecisionForm().fields["decision"].choices,  # type: ignore[attr-defined]
        "may_decide": place.may(Duty.DECIDE_INVOICE),
        "may_export": place.may(Duty.EXPORT),
        "has_clean": any(not line.decision and not line.differences.all() for line in lines),
    }
    return render(request, "finance/invoice.html", given)


def _said(place: Place, invoice: InvoiceReceived, lines: list[LineReceived]) -> dict[str, Notes]:
    """What others say of an invoice as a whole and of its lines, by reference; nothing before its month is known."""
    named = [invoice.number, *(line.reference for line in lines)] if invoice.month and invoice.number else []
    figures = [Figure("invoice", invoice.month, reference) for reference in dict.fromkeys(named)]
    return {figure.reference: notes for figure, notes in notes_on(place, figures).items()}


@engagement_page(Duty.SEE_MONEY)
def invoice_progress(request: HttpRequest, place: Place, invoice: int) -> HttpResponse:
    """How far the match is, as a part of its page; when it is over, the page is asked to show itself anew."""
    found = _invoice(place, invoice)
    response = render(request, "finance/invoice_progress.html", {"invoice": found})
    if not found.is_under_way:
        response["HX-Refresh"] = "true"
    return response


@engagement_page(Duty.SEE_MONEY)
def invoice_file(_request: HttpRequest, place: Place, invoice: int) -> HttpResponse:
    """The invoice's file, byte for byte as it came."""
    place.actor.must(Duty.EXPORT, place.engagement)
    found = _invoice(place, invoice)
    response = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = _attachment(found.file_name)
    return response


def _attachment(name: str) -> str:
    kept = "".join(sign if sign.isalnum() or sign in "._-" else "_" for sign in name)
    return f'attachment; filename="{kept.encode("ascii", "replace").decode().replace("?", "_")}"'


@engagement_page(Duty.DECIDE_INVOICE, methods=("POST",))
def decide(request: HttpRequest, place: Place, invoice: int, line: int) -> HttpResponse:
    """Accept, dispute or short-pay a line."""
    found = _invoice(place, invoice)
    mine = LineReceived.objects.visible_to(place.user).select_related("invoice__engagement")
    one = get_object_or_404(mine, pk=line, invoice=found)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise Refusal("Say what is decided.", "A line is accepted, disputed or short-paid.")
    decide_line(one, LineDecision(**form.cleaned_data), by=place.actor, at=now())
    return see_other(f"{_here(place, found)}#line-{one.pk}")


@engagement_page(Duty.DECIDE_INVOICE, methods=("POST",))
def accept_clean(_request: HttpRequest, place: Place, invoice: int) -> HttpResponse:
    """Accept every line nothing was found on."""
    found = _invoice(place, invoice)
    accept_clean_lines(found, by=place.actor, at=now())
    return see_other(_here(place, found))


@engagement_page(Duty.SEE_MONEY, methods=("POST",))
def note(request: HttpRequest, place: Place, invoice: int) -> HttpResponse:
    """Write a note to one's own side."""
    found = _invoice(place, invoice)
    write_note(found, request.POST.get("text", ""), by=place.actor, at=now())
    return see_other(f"{_here(place, found)}#notes")


@engagement_page(Duty.SEE_MONEY, methods=("GET", "POST"))
def accruals(request: HttpRequest, place: Place) -> HttpResponse:
    """What is owed for months without an invoice, and what the year will come to: made when somebody asks for it."""
    run = Run.objects.newest_of(place.engagement)
    form = ForecastForm(request.POST or request.GET or None)
    how = form.cleaned_data if form.is_valid() else {"method": ForecastMethod.AVERAGE, "year": YearKind.CALENDAR}
    if request.method == "POST":
        ask_for_forecast(_run(place), how["method"], how["year"], by=place.actor, at=now())
        return see_other(f"{request.path}?{urlencode(how)}#year")
    received = _invoices(place).filter(state__in=[InvoiceState.MATCHED, InvoiceState.DECIDED])
    billed = list(received.values_list("month_on", flat=True).distinct())
    given = {"owed": None if run is None else bridge.owed(run, billed), "form": ForecastForm(initial=how)}
    return render(request, "finance/accruals.html", {**given, **_forecast(run, how, billed)})


def _forecast(run: Run | None, how: Mapping[str, Any], billed: list[date]) -> dict[str, Any]:
    """The year as it was foreseen, else how far its job is."""
    if run is None:
        return {}
    kept = ForecastKept.objects.filter(run=run, method=how["method"], year=how["year"]).first()
    if kept is not None:
        return {"kept": kept, "forecast": bridge.forecast_shown(kept.told, billed)}
    key = forecast_key(run, how["method"], how["year"])
    return {"job": Job.objects.filter(kind="finance.forecast", key=key).order_by("-pk").first()}


def _month_on(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Http404("That is no month.") from None


def _run(place: Place) -> Run:
    run = Run.objects.newest_of(place.engagement)
    if run is None:
        raise Http404("No month is measured yet.")
    found: Run = run
    return found


@engagement_page(Duty.SEE_MONEY, methods=("GET", "POST"))
def pro_forma(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    """A month's pro-forma by the newest run: made when somebody asks for it first, then kept."""
    month_on, run = _month_on(month), _run(place)
    here = reverse("finance:pro_forma", kwargs={"engagement": place.engagement.slug, "month": month})
    if request.method == "POST":
        ask_for_pro_forma(run, month_on, by=place.actor, at=now())
        return see_other(here)
    kept = ProFormaKept.objects.filter(run=run, month_on=month_on).first()
    job = None if kept is not None else Job.objects.filter(kind="finance.pro_forma", key=f"pro-forma {run.pk} {month}")
    given = {
        "month": month,
        "here": here,
        "shown": None if kept is None else bridge.shown(kept.content),
        "job": None if job is None else job.order_by("-pk").first(),
        "forms": bridge.FORMS if place.may(Duty.EXPORT) else {},
    }
    return render(request, "finance/pro_forma.html", given)


@engagement_page(Duty.SEE_MONEY)
def pro_forma_file(_request: HttpRequest, place: Place, month: str, form: str) -> HttpResponse:
    """A kept pro-forma as a document, as `remit charges` writes it."""
    place.actor.must(Duty.EXPORT, place.engagement)
    if form not in bridge.FORMS:
        raise Http404("A pro-forma can be had as xlsx, csv, json or xml.")
    kept = get_object_or_404(ProFormaKept, run=_run(place), month_on=_month_on(month))
    made = bridge.document(kept.content, form)
    response = HttpResponse(made, content_type=bridge.FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="{place.engagement.slug}-pro-forma-{month}.{form}"'
    return response
