"""A side's drafts: begun from files or from a version, looked over, proposed or laid aside."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts.doors import Place, engagement_page, see_other
from remit.web.accounts.roles import Duty
from remit.web.contracts import actions
from remit.web.contracts.actions import CannotBeRead, File, SavedMeanwhile
from remit.web.contracts.bridge import check, differing_parts, readable_terms
from remit.web.contracts.forms import AmendmentsForm, FilesForm, NewAmendmentForm, ProposeForm, RevisionForm
from remit.web.contracts.models import CONTRACT_NAME, Version
from remit.web.contracts.skeletons import contract_skeleton
from remit.web.contracts.views.choosing import around, own_draft
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal


@engagement_page(Duty.DRAFT_CONTRACT, methods=("GET", "POST"))
def new_draft(request: HttpRequest, place: Place) -> HttpResponse:
    """A new draft: from files, or from a first page of words to fill in."""
    if request.method == "POST" and request.POST.get("from") == "blank":
        return _begun(place, [File(CONTRACT_NAME, contract_skeleton(place.engagement).encode())])
    form = FilesForm(request.POST, request.FILES) if request.method == "POST" else FilesForm()
    if form.is_bound and form.is_valid():
        return _begun(place, [form.cleaned_data["contract"], *form.cleaned_data["amendments"]])
    agreed = Version.objects.visible_to(place.user).agreed_of(place.engagement)
    values = around(place, "overview", form=form, agreed=agreed)
    return render(request, "contracts/new.html", values, status=422 if form.is_bound else 200)


def _begun(place: Place, files: list[File]) -> HttpResponse:
    draft = actions.start_draft(place.engagement, files, by=place.actor, at=now())
    return see_other(draft_address(place, draft))


def draft_address(place: Place, draft: Version) -> str:
    """Where a draft is looked at."""
    return reverse("contracts:draft", kwargs={"engagement": place.engagement.slug, "draft": draft.pk})


@engagement_page(Duty.DRAFT_CONTRACT)
def draft_page(request: HttpRequest, place: Place, draft: int) -> HttpResponse:
    """A draft: its files, what is wrong with them, what they change, and the way to the table."""
    return show_draft(request, place, own_draft(place, draft))


def show_draft(
    request: HttpRequest,
    place: Place,
    draft: Version,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
    **forms: object,
) -> HttpResponse:
    """A draft's page; `forms` take the place of empty ones, so that what was typed stays."""
    documents = list(draft.documents.order_by("-kind", "name"))
    checked = check(documents, engagement=place.engagement)
    agreed = Version.objects.agreed_of(place.engagement)
    values = around(place, "overview", draft=draft, documents=documents, checked=checked, agreed=agreed)
    values |= {
        "problems": checked.problems,
        "parts_that_differ": () if checked.terms is None else differing_parts(readable_terms(agreed), checked.terms),
        "refusal": refusal,
        "propose_form": ProposeForm(initial={"revision": draft.revision}),
        "amendments_form": AmendmentsForm(initial={"revision": draft.revision}, auto_id="add_%s"),
        "name_form": NewAmendmentForm(auto_id="new_%s"),
        **forms,
    }
    return render(request, "contracts/draft.html", values, status=status)


@engagement_page(Duty.DRAFT_CONTRACT, methods=("POST",))
def add_amendments(request: HttpRequest, place: Place, draft: int) -> HttpResponse:
    """Amendment files put into a draft; one of a name already there takes its place."""
    found = own_draft(place, draft)
    form = AmendmentsForm(request.POST, request.FILES, auto_id="add_%s")
    if not form.is_valid():
        return show_draft(request, place, found, status=422, amendments_form=form)
    try:
        actions.save_documents(
            found, form.cleaned_data["amendments"], revision=form.cleaned_data["revision"], by=place.actor, at=now()
        )
    except SavedMeanwhile as refusal:
        return show_draft(request, place, found, status=409, refusal=refusal)
    return see_other(draft_address(place, found))


@engagement_page(Duty.DRAFT_CONTRACT, methods=("POST",))
def propose_draft(request: HttpRequest, place: Place, draft: int) -> HttpResponse:
    """A draft put on the table."""
    found, form = own_draft(place, draft), ProposeForm(request.POST)
    if not form.is_valid():
        return show_draft(request, place, found, status=422, propose_form=form)
    given = form.cleaned_data
    try:
        version = actions.propose(found, note=given["note"], revision=given["revision"], by=place.actor, at=now())
    except (CannotBeRead, SavedMeanwhile) as refusal:
        found.refresh_from_db()
        again = ProposeForm(initial={"revision": found.revision, "note": given["note"]})
        return show_draft(request, place, found, status=409, refusal=refusal, propose_form=again)
    messages.success(request, _("Proposed as version %(number)s.") % {"number": version.number})
    at = {"engagement": place.engagement.slug, "version": version.number}
    return see_other(reverse("contracts:version", kwargs=at))


@engagement_page(Duty.DRAFT_CONTRACT, methods=("POST",))
def discard_draft(request: HttpRequest, place: Place, draft: int) -> HttpResponse:
    """A draft laid aside."""
    form = RevisionForm(request.POST)
    revision = form.cleaned_data["revision"] if form.is_valid() else None
    actions.discard(own_draft(place, draft), revision=revision, by=place.actor, at=now())
    messages.success(request, _("The draft was discarded."))
    return see_other(reverse("contracts:overview", kwargs={"engagement": place.engagement.slug}))
