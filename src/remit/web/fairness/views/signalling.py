"""Pages about signals: all of them by month, one with its records, and the notes of both sides."""

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.web.accounts.doors import Place, engagement_page, see_other
from remit.web.accounts.roles import Duty
from remit.web.fairness.actions import note_signal
from remit.web.fairness.forms import NoteForm
from remit.web.fairness.models import Signal, SignalNote
from remit.web.fairness.views.looks import shown
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal

_A_PAGE = 100
KINDS = {
    "bunched": gettext_lazy("just before the target"),
    "reopened": gettext_lazy("stops undone"),
    "redated": gettext_lazy("moved over a month’s end"),
    "crowded": gettext_lazy("crowded at a month’s edge"),
    "green_outside": gettext_lazy("green outside, red inside"),
}
"""The kinds of signals in words."""


def _notes(place: Place, marks: list[str]) -> QuerySet[SignalNote]:
    mine = SignalNote.objects.visible_to(place.user).filter(engagement=place.engagement, mark__in=marks)
    found: QuerySet[SignalNote] = mine.select_related("by").order_by("pk")
    return found


@engagement_page(Duty.SEE_RECORDS)
def signals(request: HttpRequest, place: Place) -> HttpResponse:
    """Every signal of the newest look, the newest month first, with how many notes it has."""
    here = shown(place)
    found = [] if here.look is None else list(here.look.signals.defer("records").order_by("-month_on", "position"))
    counted = Counter(one.mark for one in _notes(place, [one.mark for one in found]))
    rows = [(one, KINDS.get(one.kind, one.kind), counted[one.mark]) for one in found]
    return render(request, "fairness/signals.html", {"here": here, "rows": rows})


def _signal(place: Place, signal: int) -> Signal:
    mine = Signal.objects.visible_to(place.user).filter(look__run__engagement=place.engagement)
    found: Signal = get_object_or_404(mine.select_related("look__run__engagement"), pk=signal)
    return found


@engagement_page(Duty.SEE_RECORDS)
def one(request: HttpRequest, place: Place, signal: int) -> HttpResponse:
    """One signal: its sentence, its figures, the records behind it, and what both sides say of it."""
    found = _signal(place, signal)
    return _page(request, place, found, NoteForm())


def _page(request: HttpRequest, place: Place, found: Signal, form: NoteForm, status: int = 200) -> HttpResponse:
    page = Paginator(found.records, _A_PAGE).get_page(request.GET.get("page"))
    given: dict[str, Any] = {
        "signal": found,
        "kind": KINDS.get(found.kind, found.kind),
        "page": page,
        "records": [(key, _address(place, found, key, level, month)) for key, level, month in page],
        "notes": list(_notes(place, [found.mark])),
        "form": form if place.may(Duty.ANSWER_SIGNALS) else None,
        "level_page": _level_page(place, found),
    }
    return render(request, "fairness/signal.html", given, status=status)


def _address(place: Place, signal: Signal, key: str, level: str, month: str) -> str:
    """Where a record is opened, by the run the signal was found in; empty where no level lists it."""
    if not level:
        return ""
    where = reverse("performance:record", kwargs={"engagement": place.engagement.slug, "level": level, "month": month})
    return f"{where}?{urlencode({'run': signal.look.run_id, 'key': key})}"


def _level_page(place: Place, signal: Signal) -> str:
    if not signal.level:
        return ""
    where = reverse("performance:level", kwargs={"engagement": place.engagement.slug, "level": signal.level})
    return f"{where}?{urlencode({'run': signal.look.run_id, 'month': signal.month})}"


@engagement_page(Duty.ANSWER_SIGNALS, methods=("POST",))
def note(request: HttpRequest, place: Place, signal: int) -> HttpResponse:
    """Note what became of a signal."""
    found = _signal(place, signal)
    form = NoteForm(request.POST)
    if not form.is_valid():
        if not request.POST.get("text", "").strip():
            raise Refusal(_("There is nothing to note."), _("Say what you looked into, and what it was."))
        return _page(request, place, found, form, status=422)
    note_signal(found, form.cleaned_data["text"], by=place.actor, at=now())
    messages.success(request, _("Noted; both sides read it."))
    return see_other(reverse("fairness:signal", kwargs={"engagement": place.engagement.slug, "signal": found.pk}))
