"""Pages about packets: the list, one packet, the key they are signed with, and verifying one."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts.doors import Place, engagement_page, open_page, see_other
from remit.web.accounts.roles import Duty
from remit.web.packets import files
from remit.web.packets.actions import Given, ask_for_packet, choices_for, give_packet, take_away
from remit.web.packets.bridge import installation_key, public_line
from remit.web.packets.forms import MakeForm, VerifyForm
from remit.web.packets.models import Check, Packet
from remit.web.performance.models import Run, SettledMonth
from remit.web.shared.forms import again
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal

_A_PAGE = 25


def _packets(place: Place) -> Any:
    mine = Packet.objects.visible_to(place.user).filter(engagement=place.engagement)
    return mine.select_related("engagement", "job", "by", "run")


def _page_of(found: Any, request: HttpRequest) -> Any:
    """A page of a list, the newest first."""
    return Paginator(found.order_by("-pk"), _A_PAGE).get_page(request.GET.get("page"))


def _here(place: Place, view: str, **more: object) -> str:
    return reverse(f"packets:{view}", kwargs={"engagement": place.engagement.slug, **more})


def _months(place: Place) -> Any:
    """The months of the newest run, the newest first; none before anything is settled."""
    run = Run.objects.visible_to(place.user).newest_of(place.engagement)
    months = SettledMonth.objects.filter(run=run) if run is not None else SettledMonth.objects.none()
    return months.defer("settlement").select_related("run__engagement").order_by("-starts_on")


def _form(place: Place, request: HttpRequest, months: list[SettledMonth]) -> MakeForm:
    labels = [f"{one.starts_on:%Y-%m}" for one in months]
    choices = choices_for(place.actor, place.engagement)
    given = request.POST if request.method == "POST" else None
    return MakeForm(given, months=labels, choices=choices, initial={"month": request.GET.get("month", "")})


@engagement_page(Duty.SEE_MONEY)
def packets(request: HttpRequest, place: Place) -> HttpResponse:
    """Every packet of the engagement, the newest first, with the key they are signed with."""
    months = list(_months(place))
    page = _page_of(_packets(place), request)
    may_make = place.may(Duty.MAKE_PACKETS)
    form = _form(place, request, months) if months and may_make else None
    given = {"page": page, "form": form, "is_settled": bool(months), "key": installation_key().public}
    return render(request, "packets/packets.html", given)


@engagement_page(Duty.MAKE_PACKETS, methods=("POST",))
def make(request: HttpRequest, place: Place) -> HttpResponse:
    """Ask for a packet of a month."""
    months = list(_months(place))
    form = _form(place, request, months)
    if not form.is_valid():
        raise Refusal(_("Choose a month that is settled, and what becomes of personal data."))
    asked = date.fromisoformat(f"{form.cleaned_data['month']}-01")
    month = next(one for one in months if one.starts_on == asked)
    packet = ask_for_packet(month, form.cleaned_data["personal"], by=place.actor, at=now())
    return see_other(_here(place, "packet", packet=packet.pk))


@engagement_page(Duty.SEE_MONEY)
def packet(request: HttpRequest, place: Place, packet: int) -> HttpResponse:
    """One packet: how far it is, and what identifies it; with its progress alone for the page that waits."""
    found: Packet = get_object_or_404(_packets(place), pk=packet)
    may_take = place.may(Duty.EXPORT) and found.personal in choices_for(place.actor, place.engagement)
    given = {"packet": found, "may_take": may_take, "address": _here(place, "progress", packet=found.pk)}
    return render(request, "packets/packet.html", given)


@engagement_page(Duty.SEE_MONEY)
def progress(request: HttpRequest, place: Place, packet: int) -> HttpResponse:
    """How far a packet is; once it is there the page is loaded anew."""
    found: Packet = get_object_or_404(_packets(place), pk=packet)
    return _progress(request, found.job, address=_here(place, "progress", packet=found.pk))


def _progress(request: HttpRequest, job: Any, *, address: str) -> HttpResponse:
    if job is None:
        raise Http404
    answer = render(request, "shared/progress.html", {"job": job, "address": address})
    if job.is_over:
        answer["HX-Refresh"] = "true"
    return answer


@engagement_page(Duty.EXPORT)
def packet_file(_request: HttpRequest, place: Place, packet: int) -> HttpResponseBase:
    """A packet's file; who takes it away is noted."""
    found: Packet = get_object_or_404(_packets(place), pk=packet)
    take_away(found, by=place.actor, at=now())
    path = files.packet_file(found.key)
    if not path.exists():
        raise Refusal(_("The file is no longer there."), _("Ask for the packet again."))
    return FileResponse(path.open("rb"), as_attachment=True, filename=found.file_name, content_type="application/zip")


@engagement_page(Duty.SEE_MONEY, methods=("GET", "POST"))
def verify(request: HttpRequest, place: Place) -> HttpResponse:
    """Give a packet to be verified."""
    form = VerifyForm(request.POST or None, request.FILES or None)
    shown = {"form": form, "page": _page_of(_checks(place), request)}
    if request.method != "POST" or not form.is_valid():
        return render(request, "packets/verify.html", shown)
    told = form.cleaned_data
    name = told["packet"].name or "packet.zip"
    given = Given(name, told["packet"].chunks(), told["trusted"].strip(), told["unsigned"])
    try:
        check = give_packet(given, engagement=place.engagement, by=place.actor, at=now())
    except Refusal as refusal:
        return again(request, "packets/verify.html", refusal, **shown)
    messages.success(request, _("The packet is being verified."))
    return see_other(_here(place, "check", check=check.pk))


def _checks(place: Place) -> Any:
    mine = Check.objects.visible_to(place.user).filter(engagement=place.engagement)
    return mine.select_related("job", "by")


def _check(place: Place, check: int) -> Check:
    found: Check = get_object_or_404(_checks(place), pk=check)
    return found


@engagement_page(Duty.SEE_MONEY)
def check(request: HttpRequest, place: Place, check: int) -> HttpResponse:
    """What came out of a packet that was given."""
    found = _check(place, check)
    given = {"check": found, "address": _here(place, "check_progress", check=found.pk)}
    return render(request, "packets/check.html", given)


@engagement_page(Duty.SEE_MONEY)
def check_progress(request: HttpRequest, place: Place, check: int) -> HttpResponse:
    """How far the verifying is."""
    found = _check(place, check)
    return _progress(request, found.job, address=_here(place, "check_progress", check=found.pk))


@open_page()
def public_key(_request: HttpRequest) -> HttpResponse:
    """The public key that this site's packets are signed with, for anybody who verifies one."""
    return HttpResponse(public_line(), content_type="text/plain; charset=utf-8")
