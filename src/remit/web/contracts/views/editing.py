"""The editor: one file of a draft as text, looked over while it is written, with the format's words at hand."""

import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from remit.web.accounts.doors import Place, engagement_page, see_other
from remit.web.accounts.roles import Duty
from remit.web.contracts import actions
from remit.web.contracts.actions import File, SavedMeanwhile
from remit.web.contracts.bridge import Checked, Given, check, places_of, words_of
from remit.web.contracts.forms import NewAmendmentForm, RevisionForm, TextForm
from remit.web.contracts.line_differences import line_differences
from remit.web.contracts.models import CONTRACT_NAME, Document, Version
from remit.web.contracts.skeletons import amendment_skeleton
from remit.web.contracts.texts import bytes_of, text_of
from remit.web.contracts.views.choosing import around, own_draft
from remit.web.contracts.views.drafts import draft_address, show_draft
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal


@engagement_page(Duty.DRAFT_CONTRACT, methods=("GET", "POST"))
def edit(request: HttpRequest, place: Place, draft: int, file: str) -> HttpResponse:
    """One file of a draft in the editor; saving answers with what is wrong, and never with an empty page."""
    version = own_draft(place, draft)
    document = _document(version, file)
    text = text_of(bytes(document.content))
    if text is None:
        raise Refusal(f"{file} is not UTF-8 and can't be written here.", "Upload it again, saved as UTF-8.")
    if request.method == "GET":
        form = TextForm(initial={"revision": version.revision, "content": text})
        return _shown(request, place, version, document, form)
    form = TextForm(request.POST)
    if not form.is_valid():
        return _shown(request, place, version, document, form, status=422)
    content = bytes_of(form.cleaned_data["content"], like=bytes(document.content))
    if content != bytes(document.content):
        try:
            given = File(document.name, content)
            actions.save_documents(version, [given], revision=form.cleaned_data["revision"], by=place.actor, at=now())
        except SavedMeanwhile as refusal:
            return _saved_meanwhile(request, place, version, form, refusal=refusal, name=file)
    if "stay" in request.POST:
        at = {"engagement": place.engagement.slug, "draft": draft, "file": file}
        return see_other(reverse("contracts:edit", kwargs=at))
    return see_other(draft_address(place, version))


def _saved_meanwhile(request: HttpRequest, place: Place, version: Version, form: TextForm, **told: Any) -> HttpResponse:
    """The writer's own text again, beside what the other one saved: saving once more is then a decision."""
    version.refresh_from_db()
    theirs, mine = _document(version, told.pop("name")), form.cleaned_data["content"]
    again = TextForm(initial={"revision": version.revision, "content": mine})
    given = Given(theirs.place, bytes_of(mine, like=bytes(theirs.content)))
    differing = line_differences([theirs], [given])
    return _shown(request, place, version, theirs, again, status=409, differing=differing, **told)


def _shown(
    request: HttpRequest, place: Place, version: Version, document: Document, form: TextForm, **more: Any
) -> HttpResponse:
    status = more.pop("status", 200)
    text = form["content"].value() or ""
    checked = _with(version, document.name, bytes_of(text, like=bytes(document.content)), place)
    values = around(place, "overview", draft=version, document=document, form=form, **more)
    values |= {"problems": checked.problems, "here": document.place}
    return render(request, "contracts/edit.html", values, status=status)


@engagement_page(Duty.DRAFT_CONTRACT, methods=("POST",))
def lint(request: HttpRequest, place: Place, draft: int, file: str) -> HttpResponse:
    """What is wrong with a draft if one of its files read as it is being written; nothing is kept."""
    version = own_draft(place, draft)
    document = _document(version, file)
    content = bytes_of(request.POST.get("content", ""), like=bytes(document.content))
    checked = _with(version, file, content, place)
    return render(
        request,
        "contracts/_problems.html",
        {"problems": checked.problems, "here": document.place, "is_live": True},
    )


def _with(version: Version, name: str, content: bytes, place: Place) -> Checked:
    """The draft's files looked over with one of them as given."""
    held = [Given(one.place, content if one.name == name else bytes(one.content)) for one in version.documents.all()]
    return check(held, engagement=place.engagement)


@engagement_page(Duty.DRAFT_CONTRACT, methods=("POST",))
def new_amendment(request: HttpRequest, place: Place, draft: int) -> HttpResponse:
    """An amendment to be written here, begun with the words it needs."""
    version, form = own_draft(place, draft), NewAmendmentForm(request.POST, auto_id="new_%s")
    if not form.is_valid():
        return show_draft(request, place, version, status=422, name_form=form)
    name = form.cleaned_data["name"]
    if not version.documents.filter(name=name).exists():
        given = File(name, amendment_skeleton(place.engagement, name).encode())
        actions.save_documents(version, [given], revision=version.revision, by=place.actor, at=now())
    at = {"engagement": place.engagement.slug, "draft": draft, "file": name}
    return see_other(reverse("contracts:edit", kwargs=at))


@engagement_page(Duty.DRAFT_CONTRACT, methods=("POST",))
def remove(request: HttpRequest, place: Place, draft: int, file: str) -> HttpResponse:
    """An amendment taken out of a draft."""
    version, form = own_draft(place, draft), RevisionForm(request.POST)
    if not form.is_valid():
        return show_draft(request, place, version, status=422)
    actions.remove_document(version, file, revision=form.cleaned_data["revision"], by=place.actor, at=now())
    return see_other(draft_address(place, version))


@engagement_page(Duty.DRAFT_CONTRACT)
def words(request: HttpRequest, place: Place, draft: int, file: str) -> HttpResponseBase:
    """The words of the format at each place, for the editor: the JSON Schema of a contract, or of an amendment.

    For an amendment the places that it may change stand beside it.
    """
    version = own_draft(place, draft)
    document = _document(version, file)
    if document.kind == Document.Kind.CONTRACT:
        schema = words_of("contract")
        etag = quote_etag(hashlib.sha256(schema.encode()).hexdigest())
        response = HttpResponse(f'{{"schema": {schema}, "places": []}}', content_type="application/json")
        response["ETag"] = etag
        response["Cache-Control"] = "private, no-cache"
        answered: HttpResponseBase | None = get_conditional_response(request, etag=etag, response=response)
        return answered or response
    others = [one for one in version.documents.all() if one.name == CONTRACT_NAME]
    terms = check(others).terms
    places = [] if terms is None else places_of(terms)
    return HttpResponse(
        f'{{"schema": {words_of("amendment")}, "places": {JsonResponse(places, safe=False).content.decode()}}}',
        content_type="application/json",
    )


def _document(version: Version, name: str) -> Document:
    document: Document | None = version.documents.filter(name=name).first()
    if document is None:
        raise Http404
    return document
