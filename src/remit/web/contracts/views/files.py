"""The exact files of a version, one by one or together, for whoever wants to compute with them."""

import io
import zipfile

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag

from remit.web.accounts.doors import Place, engagement_page
from remit.web.accounts.roles import Duty
from remit.web.contracts.models import Version
from remit.web.contracts.views.choosing import numbered

_EPOCH = (1980, 1, 1, 0, 0, 0)


@engagement_page(Duty.SEE_CONTRACT)
def document(request: HttpRequest, place: Place, version: int, file: str) -> HttpResponseBase:
    """One file of a version, byte for byte; its ETag is the SHA-256 of its bytes."""
    found = numbered(place, version).documents.filter(name=file).first()
    if found is None:
        raise Http404
    response = HttpResponse(bytes(found.content), content_type="application/yaml; charset=utf-8")
    return _as_attachment(request, response, name=found.name, sha256=found.sha256)


@engagement_page(Duty.SEE_CONTRACT)
def archive(request: HttpRequest, place: Place, version: int) -> HttpResponseBase:
    """All files of a version in the folders that `remit check` and `remit settle` read; the same bytes each time."""
    found = numbered(place, version)
    response = HttpResponse(zipped(found), content_type="application/zip")
    return _as_attachment(request, response, name=f"{place.engagement.slug}-{version}.zip", sha256=found.sha256)


def zipped(version: Version) -> bytes:
    """A version's files in an archive without dates of its own."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for one in version.documents.order_by("-kind", "name"):
            made.writestr(zipfile.ZipInfo(one.place, _EPOCH), bytes(one.content), zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _as_attachment(request: HttpRequest, response: HttpResponse, *, name: str, sha256: str) -> HttpResponseBase:
    etag = quote_etag(sha256)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    answered: HttpResponseBase | None = get_conditional_response(request, etag=etag, response=response)
    return answered or response
