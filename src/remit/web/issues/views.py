"""Pages of disputes: all of them, one with its claim, answers, steps and effect, and what is done in it."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, When
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from remit.web.accounts.doors import Place, engagement_page, see_other
from remit.web.accounts.roles import TITLES, Duty, Role, Side, side_of
from remit.web.contracts.models import Version
from remit.web.exclusions.actions.deciding import effect_shown
from remit.web.exclusions.bridge.terms import clauses_of, columns_of, readable_terms, zone_of
from remit.web.exclusions.forms import ChooseForm
from remit.web.exclusions.models import State as ExclusionState
from remit.web.exclusions.views.reading import address_of, told_effect
from remit.web.issues import actions
from remit.web.issues.actions import Claim
from remit.web.issues.bridge import amount_shown, effect_of, month_terms
from remit.web.issues.forms import AnswerForm, ClaimForm, DecisionForm, MediationForm
from remit.web.issues.models import DECIDED, Answer, Dispute, State, Subject
from remit.web.performance.bridge.showing import first_day, is_month, month_name
from remit.web.performance.models import Run
from remit.web.performance.uploads import GivenFile, folder_named
from remit.web.shared.forms import again
from remit.web.shared.moments import now
from remit.web.shared.refusals import NotAllowed, Refusal

_A_PAGE = 25


def _mine(place: Place) -> Any:
    mine = Dispute.objects.visible_to(place.user).filter(engagement=place.engagement)
    people = ("raised_by", "decided_by", "mediated_by")
    return mine.select_related("engagement__client", "engagement__provider", "exclusion__job", *people)


def _found(place: Place, dispute: int) -> Dispute:
    found: Dispute = get_object_or_404(_mine(place), pk=dispute)
    return found


@engagement_page(Duty.SEE_MONEY)
def disputes(request: HttpRequest, place: Place) -> HttpResponse:
    """Every dispute, open ones first, then the newest; narrowed to a state or a month where the address says so."""
    found = _mine(place)
    state, month = request.GET.get("state", ""), request.GET.get("month", "")
    if state in State.values:
        found = found.filter(state=state)
    if month:
        found = found.filter(month_on=first_day(month)) if is_month(month) else found.none()
    open_first = Case(When(state=State.OPEN, then=0), default=1)
    page = Paginator(found.order_by(open_first, "-pk"), _A_PAGE).get_page(request.GET.get("page"))
    rows = [(one, place.engagement.organisation_on(Side(one.side)), _amount(one)) for one in page]
    given = {"page": page, "rows": rows, "state": state, "month": month, "states": State.choices}
    return render(request, "issues/disputes.html", given | {"may_raise": place.may(Duty.RAISE_DISPUTES)})


def _amount(dispute: Dispute) -> str:
    return amount_shown(dispute.amount, dispute.currency)


@engagement_page(Duty.RAISE_DISPUTES, methods=("GET", "POST"))
def new_dispute(request: HttpRequest, place: Place) -> HttpResponse:
    """Raise one; a link from a figure names it in its address."""
    named = {name: request.GET.get(name, "")[:200] for name in ("subject", "month", "reference")}
    form = ClaimForm(request.POST or None, initial=named)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        subject, month_on = Subject(told["subject"]), first_day(told["month"])
        claim = Claim(subject, month_on, told["reference"], told["claim"], told["clause"], told["amount"])
        try:
            raised = actions.raise_dispute(place.engagement, claim, by=place.actor, at=now())
        except NotAllowed:
            raise
        except Refusal as refused:
            form.add_error(None, f"{refused.sentence} {refused.hint}".strip())
        else:
            return _here(place, raised)
    status = 422 if request.method == "POST" else 200
    return render(request, "issues/new.html", {"form": form}, status=status)


@engagement_page(Duty.SEE_MONEY)
def dispute_page(request: HttpRequest, place: Place, dispute: int) -> HttpResponse:
    """One dispute: the claim, whom it lies with and until when, what was said, and what came of it."""
    return _shown(request, place, _found(place, dispute))


def _shown(request: HttpRequest, place: Place, dispute: Dispute, *, status: int = 200, **forms: Form) -> HttpResponse:
    terms = month_terms(place.engagement, dispute.month_on)
    steps = () if terms is None else terms.steps
    ours = place.may(Duty.DECIDE_DISPUTES) and dispute.is_open
    answers = [
        (one, place.engagement.organisation_on(Side(one.side)).name)
        for one in dispute.answers.select_related("by").order_by("pk")
    ]
    given = {
        "dispute": dispute,
        "organisation": place.engagement.organisation_on(Side(dispute.side)),
        "answering": place.engagement.organisation_on(dispute.answering),
        "amount": _amount(dispute),
        "month": month_name(dispute.month_on),
        "steps": [(one, number, [TITLES[Role(role)] for role in one.roles]) for number, one in enumerate(steps, 1)],
        "lies_with": [TITLES[Role(role)] for role in dispute.roles],
        "answers": answers,
        "effect": _effect(dispute),
        "blocks": terms is None or terms.disputes_block,
        "may_answer": place.may(Duty.RAISE_DISPUTES) and dispute.is_open,
        "may_mediate": ours,
        "may_decide": ours and _decides(place, dispute),
        "may_withdraw": place.may(Duty.RAISE_DISPUTES) and dispute.is_open and side_of(place.role) == dispute.side,
        "can_name": ours and dispute.may_exclude and place.may(Duty.DECIDE_EXCLUSIONS) and _decides(place, dispute),
        **_records_named(place, dispute),
        "answer_form": AnswerForm(),
        "mediation_form": MediationForm(),
        "decision_form": DecisionForm(),
    }
    return render(request, "issues/dispute.html", given | forms, status=status)


def _records_named(place: Place, dispute: Dispute) -> dict[str, Any]:
    """The exclusion a decision grants, and what it does to the level and the money, for whoever sees exclusions."""
    request = dispute.exclusion
    if request is None or request.state == ExclusionState.WITHDRAWN or not place.may(Duty.SEE_EXCLUSIONS):
        return {}
    return {
        "found": request,
        "shown": told_effect(effect_shown(request), request),
        "may_see_money": place.may(Duty.SEE_MONEY),
        "progress": address_of(place, "progress", request),
    }


def _decides(place: Place, dispute: Dispute) -> bool:
    try:
        actions.must_decide(dispute, by=place.actor)
    except NotAllowed:
        return False
    return True


def _effect(dispute: Dispute) -> Any:
    """What came to differ since the decision; None where nothing was decided or measured."""
    if dispute.state not in DECIDED or dispute.decided_on is None:
        return None
    newest = Run.objects.newest_of(dispute.engagement)
    return None if newest is None else effect_of(dispute.decided_on, newest, dispute.month_on)


def _here(place: Place, dispute: Dispute) -> HttpResponse:
    return see_other(reverse("issues:dispute", kwargs={"engagement": place.engagement.slug, "dispute": dispute.pk}))


@engagement_page(Duty.RAISE_DISPUTES, methods=("POST",))
def answer_dispute(request: HttpRequest, place: Place, dispute: int) -> HttpResponse:
    """An answer, with a file or without."""
    found, form = _found(place, dispute), AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, place, found, status=422, answer_form=form)
    given = form.cleaned_data["file"]
    file = None if given is None else GivenFile(given.name or "", given.chunks())
    try:
        actions.answer(found, form.cleaned_data["text"], file, by=place.actor, at=now())
    except Refusal as refused:
        form.add_error(None, f"{refused.sentence} {refused.hint}".strip())
        return _shown(request, place, _found(place, dispute), status=int(refused.status), answer_form=form)
    return _here(place, found)


@engagement_page(Duty.DECIDE_DISPUTES, methods=("POST",))
def note_mediation(request: HttpRequest, place: Place, dispute: int) -> HttpResponse:
    """A mediator's word noted."""
    found, form = _found(place, dispute), MediationForm(request.POST)
    if not form.is_valid():
        return _shown(request, place, found, status=422, mediation_form=form)
    told = form.cleaned_data
    actions.note_mediation(found, told["mediator"], told["proposal"], by=place.actor, at=now())
    return _here(place, found)


@engagement_page(Duty.DECIDE_DISPUTES, methods=("POST",))
def decide_dispute(request: HttpRequest, place: Place, dispute: int) -> HttpResponse:
    """The decision with its reason."""
    found, form = _found(place, dispute), DecisionForm(request.POST)
    if not form.is_valid():
        return _shown(request, place, found, status=422, decision_form=form)
    told = form.cleaned_data
    try:
        actions.decide(found, State(told["outcome"]), told["reason"], by=place.actor, at=now())
    except NotAllowed:
        raise
    except Refusal as refused:
        form.add_error(None, f"{refused.sentence} {refused.hint}".strip())
        return _shown(request, place, _found(place, dispute), status=int(refused.status), decision_form=form)
    return _here(place, found)


@engagement_page(Duty.DECIDE_EXCLUSIONS, methods=("GET", "POST"))
def name_records(request: HttpRequest, place: Place, dispute: int) -> HttpResponse:
    """Name the records that the decision leaves out, as one asks for an exclusion."""
    found = _found(place, dispute)
    terms, level = readable_terms(Version.objects.agreed_of(place.engagement)), found.reference
    clauses = () if terms is None else clauses_of(terms, level, found.month_on)
    if terms is None or not clauses:
        return render(request, "exclusions/no_clause.html", {"has_contract": terms is not None})
    form = ChooseForm(request.POST or None, clauses=clauses, zone=zone_of(terms))
    shown = {
        "dispute": found,
        "columns": {level: columns_of(terms).get(level, ())},
        "month": month_name(found.month_on),
    }
    if request.method == "POST" and form.is_valid():
        try:
            actions.name_records(found, form.cleaned_data["clause"], form.choice(), by=place.actor, at=now())
        except NotAllowed:
            raise
        except Refusal as refusal:
            return again(request, "issues/records.html", refusal, form=form, **shown)
        return _here(place, found)
    return render(request, "issues/records.html", {"form": form, **shown}, status=422 if form.errors else 200)


@engagement_page(Duty.RAISE_DISPUTES, methods=("POST",))
def withdraw_dispute(_request: HttpRequest, place: Place, dispute: int) -> HttpResponse:
    """One's own side's dispute taken back."""
    found = _found(place, dispute)
    actions.withdraw(found, by=place.actor, at=now())
    return _here(place, found)


@engagement_page(Duty.SEE_MONEY)
def evidence(_request: HttpRequest, place: Place, dispute: int, answer: int) -> HttpResponseBase:
    """A file that was given as evidence, always as a download."""
    given = Answer.objects.filter(dispute=_found(place, dispute)).exclude(file_key="")
    found = get_object_or_404(given, pk=answer)
    path = folder_named(found.file_key) / "files" / found.file_name
    if not path.is_file():
        raise Http404("The file is not there any more.")
    return FileResponse(path.open("rb"), as_attachment=True, filename=found.file_name)
