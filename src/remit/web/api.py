"""The API: each subject's operations below `/api/v1`, their document, and a page that reads it out."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path

from remit.web.accounts.api import router as accounts
from remit.web.accounts.api_document import Api
from remit.web.accounts.doors import open_page
from remit.web.backtests.api import router as backtests
from remit.web.benefits.api import router as benefits
from remit.web.connections.api import router as webhooks
from remit.web.contracts.api import router as contracts
from remit.web.deadlines.api import router as deadlines
from remit.web.exclusions.api import router as exclusions
from remit.web.fairness.api import router as fairness
from remit.web.finance.api import router as finance
from remit.web.issues.api import router as disputes
from remit.web.jobs.api import router as jobs
from remit.web.packets.api import router as packets
from remit.web.performance.api import router as performance
from remit.web.performance.facts_api import router as facts
from remit.web.providers.api import router as sites
from remit.web.relief.api import router as relief
from remit.web.reported.api import router as reported
from remit.web.settlements.api import router as months
from remit.web.shared.api.parsing import ExactParser

api = Api(
    title="Remit",
    version="1",
    description="Everything on screen, for programs. How to sign in, page, filter and repeat: docs/reference/api.md.",
    openapi_url=None,
    docs_url=None,
    urls_namespace="api-1",
    parser=ExactParser(),
)
api.add_router("", accounts)
api.add_router("", sites)
api.add_router("", jobs)
api.add_router("", facts)
api.add_router("", contracts)
api.add_router("", webhooks)
api.add_router("", performance)
api.add_router("", months)
api.add_router("", backtests)
api.add_router("", disputes)
api.add_router("", deadlines)
api.add_router("", packets)
api.add_router("", finance)
api.add_router("", benefits)
api.add_router("", exclusions)
api.add_router("", relief)
api.add_router("", reported)
api.add_router("", fairness)


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document; the same for everybody."""
    return dict(api.get_openapi_schema())


@open_page()
def openapi(_request: HttpRequest) -> JsonResponse:
    """The document for programs."""
    return JsonResponse(document())


@open_page()
def docs(request: HttpRequest) -> HttpResponse:
    """The document for people."""
    return render(request, "shared/api_docs.html", {"document": document(), "subjects": _subjects()})


def _subjects() -> dict[str, list[dict[str, Any]]]:
    """The operations by their subject, each with its method and address."""
    found: dict[str, list[dict[str, Any]]] = {}
    for address, methods in document()["paths"].items():
        for method, told in methods.items():
            line = {"method": method.upper(), "address": address, "scopes": _scopes(told), **told}
            found.setdefault(told.get("tags", ["other"])[0], []).append(line)
    return found


def _scopes(told: dict[str, Any]) -> list[str]:
    return [scope for way in told["security"] for scope in way.get("token", [])]


urlpatterns = [
    path("v1/openapi.json", openapi, name="openapi"),
    path("v1/docs", docs, name="api-docs"),
    path("v1/", api.urls),
]
