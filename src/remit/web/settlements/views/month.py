"""One month between the two sides: its state, figures, remarks and restatements, and what is done about it."""

from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from remit.web.accounts.doors import Place, engagement_page, see_other
from remit.web.accounts.roles import Duty, Side
from remit.web.performance.bridge.kept import words_of as contract_words
from remit.web.performance.models import Run, SettledMonth
from remit.web.performance.uploads import GivenFile, folder_named
from remit.web.performance.views.shown_run import month_or_404
from remit.web.settlements import actions
from remit.web.settlements.bridge.deadlines import month_terms
from remit.web.settlements.bridge.figures import amount_shown, level_pairs, same_figures, step_shown
from remit.web.settlements.forms import ObjectionForm, RemarkForm
from remit.web.settlements.holding import holds_on
from remit.web.settlements.models import Closing, Remark, State
from remit.web.settlements.remarks import remark as add
from remit.web.settlements.views.shown import address_of, awaited, figures_of, may_do, state_shown, words_of
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal


def _measured(place: Place, month: str) -> SettledMonth:
    """The month by the newest run. Raises Http404 where nobody ever measured it."""
    day, run = month_or_404(month), Run.objects.newest_of(place.engagement)
    found: SettledMonth | None = None
    if run is not None:
        found = run.months.select_related("run__engagement").filter(starts_on=day).first()
    if found is None:
        raise Http404("That month was not measured.")
    return found


def _closings(place: Place, measured: SettledMonth) -> list[Closing]:
    """The month's closing and its restatements, with what belongs to each."""
    mine = Closing.objects.visible_to(place.user).of_month(place.engagement, measured.starts_on)
    related = mine.select_related("engagement__client", "engagement__provider", "closed_by", "run", "carried_into")
    return list(related.prefetch_related("positions__by", "remarks__by", "brought"))


def _matter(closings: list[Closing]) -> Closing | None:
    return next((one for one in reversed(closings) if one.state != State.DROPPED), None)


@engagement_page(Duty.SEE_MONEY)
def month_page(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    """Where the month stands, what is awaited of whom and until when, its figures, and everything said about it."""
    return _shown(request, place, _measured(place, month), ObjectionForm(), RemarkForm())


def _shown(
    request: HttpRequest,
    place: Place,
    measured: SettledMonth,
    objection: ObjectionForm,
    remark: RemarkForm,
    *,
    status: int = 200,
) -> HttpResponse:
    closings = _closings(place, measured)
    matter, terms = _matter(closings), month_terms(place.engagement, measured.starts_on)
    remarks = [one for closing in closings for one in closing.remarks.all()]
    given = {
        "month": measured,
        "matter": matter,
        "state": state_shown(matter),
        "awaited": awaited(matter, measured, terms),
        "terms": terms,
        "may": may_do(place, matter, measured),
        "is_late": matter is not None and actions.is_overdue(matter, now()),
        "closings": [_told(place, closing) for closing in closings],
        "newer": _newer(matter, measured),
        "holds": holds_on(place.engagement, measured.starts_on) if matter is None or not matter.is_over else (),
        "measured_amounts": (
            amount_shown(measured.charges, measured.currency),
            amount_shown(measured.credit, measured.currency),
        ),
        "remarks": [(one, place.engagement.organisation_on(Side(one.side)).name) for one in remarks],
        "objection": objection,
        "remark_form": remark,
    }
    return render(request, "settlements/month.html", given, status=status)


def _told(place: Place, closing: Closing) -> dict[str, Any]:
    """A closing as the page shows it; records to those who may see them."""
    change = closing.change or {}
    return {
        "closing": closing,
        "state": state_shown(closing),
        "words": words_of(closing, sorted(closing.positions.all(), key=lambda one: one.pk)),
        "figures": figures_of(closing) if closing.settlement else (),
        "brought": [(one, amount_shown(one.amount, one.currency)) for one in closing.brought.all()],
        "amount": amount_shown(closing.amount, closing.currency) if closing.is_restatement else "",
        "trace": [(what, step_shown(value), rule) for what, value, rule in change.get("trace", ())],
        "records": change.get("records", ()) if place.may(Duty.SEE_RECORDS) else (),
    }


def _newer(matter: Closing | None, measured: SettledMonth) -> Any:
    """What differs between what is proposed or agreed and the newest figures; nothing where that is nothing."""
    if matter is None or matter.state not in (State.PROPOSED, State.REVIEW, State.AGREED):
        return ()
    if not matter.settlement or same_figures(matter.settlement, measured.settlement):
        return ()
    return {
        "levels": level_pairs(matter.settlement, measured.settlement, contract_words(measured.run.words)),
        "credit": amount_shown(measured.credit, measured.currency),
        "run": measured.run_id,
    }


def _here(place: Place, measured: SettledMonth) -> HttpResponse:
    return see_other(address_of(place.engagement, measured.starts_on))


def _under_way(place: Place, measured: SettledMonth) -> Closing:
    found = actions.matter_of(place.engagement, measured.starts_on)
    if found is None:
        raise Refusal("Nobody has proposed this month’s figures.", "Propose them first.")
    return found


@engagement_page(Duty.SETTLE_MONTHS, methods=("POST",))
def propose_month(_request: HttpRequest, place: Place, month: str) -> HttpResponse:
    """The newest figures put before the other side."""
    measured = _measured(place, month)
    actions.propose(place.engagement, measured.starts_on, by=place.actor, at=now())
    return _here(place, measured)


@engagement_page(Duty.SETTLE_MONTHS, methods=("POST",))
def object_to_month(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    """An objection with its reason."""
    measured, form = _measured(place, month), ObjectionForm(request.POST)
    if not form.is_valid():
        return _shown(request, place, measured, form, RemarkForm(), status=422)
    closing = _under_way(place, measured)
    actions.object_to(closing, reason=form.cleaned_data["reason"], by=place.actor, at=now())
    return _here(place, measured)


@engagement_page(Duty.SETTLE_MONTHS, methods=("POST",))
def agree_to_month(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    """One's own side's yes to exactly the figures that were on the page."""
    measured = _measured(place, month)
    sha256 = request.POST.get("sha256", "")
    actions.agree(_under_way(place, measured), sha256=sha256, by=place.actor, at=now())
    return _here(place, measured)


@engagement_page(Duty.SETTLE_MONTHS, methods=("POST",))
def close_month(_request: HttpRequest, place: Place, month: str) -> HttpResponse:
    """What both sides agreed to, closed for good."""
    measured = _measured(place, month)
    actions.close(_under_way(place, measured), by=place.actor, at=now())
    return _here(place, measured)


@engagement_page(Duty.SEE_MONEY, methods=("POST",))
def add_remark(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    """A comment, with a file or without."""
    measured, form = _measured(place, month), RemarkForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, place, measured, ObjectionForm(), form, status=422)
    given = form.cleaned_data["file"]
    file = None if given is None else GivenFile(given.name or "", given.chunks())
    try:
        add(measured, form.cleaned_data["text"], file, by=place.actor, at=now())
    except Refusal as refused:
        form.add_error(None, f"{refused.sentence} {refused.hint}".strip())
        return _shown(request, place, measured, ObjectionForm(), form, status=422)
    return _here(place, measured)


@engagement_page(Duty.SEE_MONEY)
def evidence(_request: HttpRequest, place: Place, month: str, remark: int) -> HttpResponseBase:
    """A file that was given as evidence, always as a download: a browser runs nothing of it."""
    mine = Remark.objects.filter(closing__engagement=place.engagement, closing__starts_on=month_or_404(month))
    found = get_object_or_404(mine.exclude(file_key=""), pk=remark)
    path: Path = folder_named(found.file_key) / "files" / found.file_name
    if not path.is_file():
        raise Http404("The file is not there any more.")
    return FileResponse(path.open("rb"), as_attachment=True, filename=found.file_name)
