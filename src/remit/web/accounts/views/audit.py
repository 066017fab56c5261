"""The audit trail's pages: searched, filtered, exported; one entry in words; values masked by administrators."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts import actions, trail
from remit.web.accounts.actors import Actor
from remit.web.accounts.deeds import changes_of, kind_of, name_of, person_of, role_title, title_of
from remit.web.accounts.doors import Place, administrator_page, engagement_page, see_other
from remit.web.accounts.forms import AuditFilterForm, ReasonForm
from remit.web.accounts.roles import Duty
from remit.web.shared.exports import csv_response
from remit.web.shared.models import AuditEntry
from remit.web.shared.moments import now

Entries = QuerySet[AuditEntry]


def _of_place(place: Place) -> Entries:
    found: Entries = AuditEntry.objects.visible_to(place.user).filter(engagement_id=place.engagement.pk)
    return found


def _of_installation(by: Actor) -> Entries:
    found: Entries = AuditEntry.objects.visible_to(by.person).filter(engagement_id=None)
    return found


def _list(request: HttpRequest, entries: Entries, to_entry: str) -> HttpResponse:
    form = AuditFilterForm(request.GET or None, **trail.choices(entries))
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = trail.narrowed(entries, wanted).order_by("-number").prefetch_related("personal_values")
    page = Paginator(found, trail.A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    shown = {
        "form": form,
        "page": page,
        "lines": [(one, title_of(one.action), name_of(one), kind_of(one.subject_kind)) for one in page],
        "query": query.urlencode(),
        "to_entry": to_entry,
    }
    return render(request, "accounts/audit.html", shown)


def _export(request: HttpRequest, entries: Entries, name: str) -> HttpResponseBase:
    form = AuditFilterForm(request.GET, **trail.choices(entries))
    wanted = form.cleaned_data if form.is_valid() else {}
    return csv_response(name, trail.HEADER, trail.rows(trail.narrowed(entries, wanted)))


def _entry(request: HttpRequest, entry: AuditEntry, *, form: ReasonForm | None, status: int = 200) -> HttpResponse:
    shown = {
        "entry": entry,
        "title": title_of(entry.action),
        "person": person_of(entry),
        "role": role_title(entry.role),
        "kind": kind_of(entry.subject_kind),
        "changes": changes_of(entry),
        "values": list(entry.personal_values.order_by("field")),
        "form": form,
    }
    return render(request, "accounts/audit_entry.html", shown, status=status)


@engagement_page(Duty.SEE_AUDIT)
def audit(request: HttpRequest, place: Place) -> HttpResponse:
    """What was done in the engagement, the latest first."""
    return _list(request, _of_place(place), "accounts:audit_entry")


@engagement_page(Duty.SEE_AUDIT)
def audit_export(request: HttpRequest, place: Place) -> HttpResponseBase:
    """The entries that the filter leaves, as a CSV file."""
    return _export(request, _of_place(place), f"audit-{place.engagement.slug}")


@engagement_page(Duty.SEE_AUDIT)
def audit_entry(request: HttpRequest, place: Place, number: int) -> HttpResponse:
    """One entry in words."""
    return _entry(request, get_object_or_404(_of_place(place), number=number), form=None)


@administrator_page()
def whole_audit(request: HttpRequest, by: Actor) -> HttpResponse:
    """What was done about the installation itself: sign-ins, people, parties."""
    return _list(request, _of_installation(by), "accounts:whole_audit_entry")


@administrator_page()
def whole_audit_export(request: HttpRequest, by: Actor) -> HttpResponseBase:
    """The entries that the filter leaves, as a CSV file."""
    return _export(request, _of_installation(by), "audit")


@administrator_page()
def whole_audit_entry(request: HttpRequest, by: Actor, number: int) -> HttpResponse:
    """One entry in words; its personal values can be masked here."""
    return _entry(request, get_object_or_404(_of_installation(by), number=number), form=ReasonForm())


@administrator_page(methods=("POST",))
def mask_value(request: HttpRequest, by: Actor, number: int) -> HttpResponse:
    """Mask one personal value of an entry, with the reason."""
    entry = get_object_or_404(_of_installation(by), number=number)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _entry(request, entry, form=form, status=422)
    field = request.POST.get("field", "")
    actions.mask_value(entry, field, reason=form.cleaned_data["reason"], by=by, at=now())
    messages.success(request, _("Masked."))
    return see_other(reverse("accounts:whole_audit_entry", kwargs={"number": number}))
