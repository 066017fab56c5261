"""One version on the table or agreed: what it changes, who approved it, and the two sides' decisions."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from remit.web.accounts.doors import Place, engagement_page, see_other
from remit.web.accounts.roles import Duty, Side, side_of
from remit.web.contracts import actions
from remit.web.contracts.actions import File
from remit.web.contracts.bridge import check, differing_parts, readable_terms
from remit.web.contracts.forms import ReasonForm
from remit.web.contracts.line_differences import line_differences
from remit.web.contracts.models import State, Version
from remit.web.contracts.views.choosing import around, numbered
from remit.web.shared.moments import now


@engagement_page(Duty.SEE_CONTRACT)
def version_page(request: HttpRequest, place: Place, version: int) -> HttpResponse:
    """A version: where it stands, its files, what it changes against the one it takes the place of."""
    return _shown(request, place, numbered(place, version), ReasonForm())


def _shown(
    request: HttpRequest, place: Place, version: Version, form: ReasonForm, *, status: int = 200
) -> HttpResponse:
    documents = list(version.documents.order_by("-kind", "name"))
    checked = check(documents, engagement=version.engagement)
    before, terms = _before(version), readable_terms(version)
    approvals = {approval.side: approval for approval in version.approvals.select_related("by")}
    mine = side_of(place.role)
    sides = [(side, version.engagement.organisation_on(side), approvals.get(side)) for side in Side]
    values = around(
        place,
        "overview",
        version=version,
        documents=documents,
        problems=checked.problems,
        before=before,
        sides=sides,
    )
    is_open = version.state == State.PROPOSED
    given = {approval.by_id for approval in approvals.values()}
    values |= {
        "form": form,
        "terms": terms,
        "parts_that_differ": () if terms is None else differing_parts(readable_terms(before), terms),
        "can_approve": is_open and values["may_approve"] and mine not in approvals and place.user.pk not in given,
        "can_reject": is_open and values["may_approve"],
        "can_withdraw": is_open and values["may_draft"] and mine == version.side,
    }
    return render(request, "contracts/version.html", values, status=status)


def _before(version: Version) -> Version | None:
    """The agreed version that this one takes, took or would have taken the place of."""
    agreed = Version.objects.filter(
        engagement_id=version.engagement_id, state__in=[State.AGREED, State.SUPERSEDED], number__lt=version.number
    )
    if version.state == State.PROPOSED:
        agreed = agreed.filter(state=State.AGREED)
    found: Version | None = agreed.order_by("-number").first()
    return found


@engagement_page(Duty.APPROVE_CONTRACT, methods=("POST",))
def approve_version(_request: HttpRequest, place: Place, version: int) -> HttpResponse:
    """One's own side's yes."""
    actions.approve(numbered(place, version), by=place.actor, at=now())
    return _see(place, version)


@engagement_page(Duty.APPROVE_CONTRACT, methods=("POST",))
def reject_version(request: HttpRequest, place: Place, version: int) -> HttpResponse:
    """One's own side's no, with its reason."""
    found, form = numbered(place, version), ReasonForm(request.POST)
    if not form.is_valid():
        return _shown(request, place, found, form, status=422)
    actions.reject(found, reason=form.cleaned_data["reason"], by=place.actor, at=now())
    return _see(place, version)


@engagement_page(Duty.DRAFT_CONTRACT, methods=("POST",))
def withdraw_version(_request: HttpRequest, place: Place, version: int) -> HttpResponse:
    """A proposal of one's own side taken from the table."""
    actions.withdraw(numbered(place, version), by=place.actor, at=now())
    return _see(place, version)


@engagement_page(Duty.DRAFT_CONTRACT, methods=("POST",))
def redraft(_request: HttpRequest, place: Place, version: int) -> HttpResponse:
    """A draft of one's own side that begins with a version's files."""
    found = numbered(place, version)
    files = [File(one.name, bytes(one.content)) for one in found.documents.order_by("-kind", "name")]
    draft = actions.start_draft(place.engagement, files, by=place.actor, at=now(), based_on=found)
    return see_other(reverse("contracts:draft", kwargs={"engagement": place.engagement.slug, "draft": draft.pk}))


def _see(place: Place, version: int) -> HttpResponse:
    at = {"engagement": place.engagement.slug, "version": version}
    return see_other(reverse("contracts:version", kwargs=at))


@engagement_page(Duty.SEE_CONTRACT)
def compare(request: HttpRequest, place: Place) -> HttpResponse:
    """Two versions side by side: what differs in words, then line by line."""
    versions = list(Version.objects.visible_to(place.user).of(place.engagement))
    by_number = {str(one.number): one for one in versions}
    agreed = next((one for one in versions if one.state == State.AGREED), None)
    new = by_number.get(request.GET.get("new", "")) or (versions[0] if versions else None)
    old = by_number.get(request.GET.get("old", "")) or _other_than(new, agreed, versions)
    values = around(place, "compare", versions=versions, old=old, new=new)
    if old is not None and new is not None:
        new_terms = readable_terms(new)
        values["parts_that_differ"] = () if new_terms is None else differing_parts(readable_terms(old), new_terms)
        values["files"] = line_differences(list(old.documents.all()), list(new.documents.all()))
    return render(request, "contracts/compare.html", values)


def _other_than(new: Version | None, agreed: Version | None, versions: list[Version]) -> Version | None:
    """What a version is most likely compared with: the one in force, else the one before it."""
    if agreed is not None and agreed != new:
        return agreed
    return next((one for one in versions if new is not None and one.pk < new.pk), None)
