"""Operations on contracts: versions and their files, looking files over, proposing, approving, rejecting."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from remit.web.accounts.api_doors import engagement_operation, must_find
from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty
from remit.web.contracts import actions
from remit.web.contracts.actions import LARGEST_DOCUMENT, MOST_DOCUMENTS, File, safe_name
from remit.web.contracts.bridge import Given, check, dates_of, readable_terms, today_in
from remit.web.contracts.models import CONTRACT_NAME, State, Version
from remit.web.shared.api.paging import Page, Paging, page_of
from remit.web.shared.moments import now

router = Router(tags=["contracts"])
Number = Annotated[int, Field(ge=1, lt=2**31)]
_HERE = "/engagements/{slug:engagement}/contract"


class FileShown(Schema):
    """A file of a version."""

    place: str = Field(description="Where it lies beside the others: `contract.yaml`, `amendments/…`.")
    name: str
    sha256: str


class ApprovalShown(Schema):
    """One side's yes."""

    side: str
    by: str
    at: datetime


class VersionShown(Schema):
    """A version both sides have seen."""

    number: int
    state: State
    side: str = Field(description="The side that proposed it.")
    note: str
    sha256: str = Field(description="Of all its files together, as statements name it.")
    proposed_by: str
    proposed_at: datetime
    decided_at: datetime | None
    reason: str
    approvals: list[ApprovalShown]
    files: list[FileShown]


class FileGiven(Schema):
    """A file as text; its bytes are the text in UTF-8."""

    name: str = Field(max_length=100, description="`contract.yaml`, or the name of an amendment's file.")
    text: str = Field(max_length=LARGEST_DOCUMENT)


class FilesGiven(Schema):
    """A contract with its amendments."""

    files: list[FileGiven] = Field(min_length=1, max_length=MOST_DOCUMENTS)


class Proposal(FilesGiven):
    """A version to be put on the table."""

    note: str = Field("", max_length=4000, description="What changes, and why; the other side reads it.")


class Rejection(Schema):
    """Why a version is rejected."""

    reason: str = Field(min_length=1, max_length=4000)


class Approved(Schema):
    """The version that is approved, by the hash of what was read."""

    sha256: str = Field(min_length=64, max_length=64, description="As the version shows it.")


class ProblemShown(Schema):
    """What is wrong, and where; an `error` keeps files from being proposed, a `warning` does not."""

    severity: str
    file: str
    line: int = Field(description="From 1; 0 where no line applies.")
    path: str
    what: str
    hint: str


class Looked(Schema):
    """What was found in files."""

    can_be_proposed: bool
    sha256: str | None = Field(description="Of all files together; null where they can't be read.")
    problems: list[ProblemShown]


class KeyDateShown(Schema):
    """A day and what happens on it."""

    on: date
    what: str
    kind: str
    clause: str | None
    side: str | None = Field(description="Whose doing it is; null where it concerns both.")
    every: str | None = Field(description="How often it comes again; null for a day of its own.")


class Within(Schema):
    """A version, by its number; the one in force without it."""

    version: Number | None = None


@router.get(f"{_HERE}/versions", response=Page[VersionShown], summary="Versions of the contract")
@engagement_operation(Duty.SEE_CONTRACT)
def versions(_request: HttpRequest, place: Place, paging: Query[Paging]) -> dict[str, Any]:
    """Every version that both sides have seen, the newest first."""
    page = page_of(_seen(place), paging, by=["-number"])
    return {**page, "items": [_shown(one) for one in page["items"]]}


@router.get(f"{_HERE}/versions/{{version}}", response=VersionShown, summary="One version")
@engagement_operation(Duty.SEE_CONTRACT)
def version(_request: HttpRequest, place: Place, version: Number) -> dict[str, Any]:
    """Where it stands, who approved it, and its files."""
    return _shown(_numbered(place, version))


@router.get(f"{_HERE}/versions/{{version}}/files/{{file}}", response={200: None}, summary="A file, byte for byte")
@engagement_operation(Duty.SEE_CONTRACT)
def file(_request: HttpRequest, place: Place, version: Number, file: str) -> HttpResponse:
    """The exact bytes of a file of a version."""
    document = must_find(_numbered(place, version).documents.filter(name=file))
    return HttpResponse(bytes(document.content), content_type="application/yaml; charset=utf-8")


@router.post(f"{_HERE}/check", response=Looked, summary="Look files over")
@engagement_operation(Duty.DRAFT_CONTRACT)
def look_over(_request: HttpRequest, place: Place, given: FilesGiven) -> dict[str, Any]:
    """What `remit check` says about files, with their lines; nothing is kept."""
    held = [Given(_place_of(one.name), one.text.encode()) for one in _files(given)]
    checked = check(held, engagement=place.engagement)
    fields = ("severity", "file", "line", "path", "what", "hint")
    problems = [{name: getattr(problem, name) for name in fields} for problem in checked.problems]
    sha256 = None if checked.terms is None else checked.terms.sha256
    return {"can_be_proposed": checked.terms is not None, "sha256": sha256, "problems": problems}


@router.post(f"{_HERE}/versions", response={201: VersionShown}, summary="Propose a version")
@engagement_operation(Duty.DRAFT_CONTRACT)
def propose(_request: HttpRequest, place: Place, given: Proposal) -> Any:
    """Put files on the table for both sides to approve; refused with errors, or where another version lies there."""
    files = [File(one.name, one.text.encode()) for one in _files(given)]
    proposed = actions.draft_and_propose(place.engagement, files, note=given.note, by=place.actor, at=now())
    return Status(201, _shown(proposed))


@router.post(f"{_HERE}/versions/{{version}}/approve", response=VersionShown, summary="Approve a version")
@engagement_operation(Duty.APPROVE_CONTRACT)
def approve(_request: HttpRequest, place: Place, version: Number, given: Approved) -> dict[str, Any]:
    """One's own side's yes to exactly the files of that hash; the second side's brings them in force."""
    found = _numbered(place, version)
    return _shown(actions.approve(found, sha256=given.sha256, by=place.actor, at=now()))


@router.post(f"{_HERE}/versions/{{version}}/reject", response=VersionShown, summary="Reject a version")
@engagement_operation(Duty.APPROVE_CONTRACT)
def reject(_request: HttpRequest, place: Place, version: Number, given: Rejection) -> dict[str, Any]:
    """One's own side's no, with a reason that both sides read."""
    return _shown(actions.reject(_numbered(place, version), reason=given.reason, by=place.actor, at=now()))


@router.post(f"{_HERE}/versions/{{version}}/withdraw", response=VersionShown, summary="Withdraw a proposal")
@engagement_operation(Duty.DRAFT_CONTRACT)
def withdraw(_request: HttpRequest, place: Place, version: Number) -> dict[str, Any]:
    """Take a proposal of one's own side from the table."""
    return _shown(actions.withdraw(_numbered(place, version), by=place.actor, at=now()))


@router.get(f"{_HERE}/dates", response=list[KeyDateShown], summary="Key dates to come")
@engagement_operation(Duty.SEE_CONTRACT)
def dates(_request: HttpRequest, place: Place, within: Query[Within]) -> list[dict[str, Any]]:
    """The key dates of the next year, by day; none where no version is in force."""
    found = _numbered(place, within.version) if within.version else Version.objects.agreed_of(place.engagement)
    terms = readable_terms(found)
    if terms is None:
        return []
    today = today_in(terms, now())
    coming = dates_of(terms, first_on=today, last_on=date(today.year + 1, today.month, min(today.day, 28)))
    fields = ("on", "what", "kind", "clause", "side", "every")
    return [{name: getattr(one, name) for name in fields} for one in coming]


def _seen(place: Place) -> Any:
    mine = Version.objects.visible_to(place.user).of(place.engagement).order_by()
    return mine.select_related("proposed_by").prefetch_related("approvals__by", "documents")


def _numbered(place: Place, number: int) -> Version:
    found: Version = must_find(_seen(place).filter(number=number).select_related("engagement__client", "proposed_by"))
    return found


def _files(given: FilesGiven) -> list[FileGiven]:
    """The files under names that can be kept; raises Refusal for one that can't, and for one given twice."""
    named = [one.name if one.name == CONTRACT_NAME else safe_name(one.name) for one in given.files]
    actions.must_differ(named)
    return [FileGiven(name=name, text=one.text) for name, one in zip(named, given.files, strict=True)]


def _place_of(name: str) -> str:
    return name if name == CONTRACT_NAME else f"amendments/{name}"


def _shown(version: Version) -> dict[str, Any]:
    fields = ("number", "state", "side", "note", "sha256", "proposed_at", "decided_at", "reason")
    approvals = [{"side": one.side, "by": one.by.name, "at": one.at} for one in version.approvals.all()]
    documents = sorted(version.documents.all(), key=lambda one: (one.kind != "contract", one.name))
    files = [{"place": one.place, "name": one.name, "sha256": one.sha256} for one in documents]
    proposed_by = version.proposed_by.name if version.proposed_by is not None else ""
    return {**{name: getattr(version, name) for name in fields}, "proposed_by": proposed_by,
            "approvals": approvals, "files": files}  # fmt: skip
