"""The API as a whole: its operations with their doors, and the OpenAPI document that says who may ask what."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.operation import Operation

from remit.web.accounts.doors import Access
from remit.web.shared.api.problems import CONTENT_TYPE, Problem, problem_of

_SAFE = frozenset({"get"})


@dataclass(frozen=True, slots=True)
class Declared:
    """An operation at its address: `path` below the API's own, with `{arguments}`."""

    method: str
    path: str
    operation: Operation

    @property
    def access(self) -> Access | None:
        """Who may ask it; None where somebody forgot to say."""
        found: Access | None = getattr(self.operation.view_func, "access", None)
        return found


class Api(NinjaAPI):
    """An API whose every fault is a problem and whose document tells the doors."""

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        """Every fault of an operation as a problem."""
        return problem_of(request, exc)

    def declared(self) -> Iterator[Declared]:
        """Every operation with its method and address."""
        for router in self._get_bound_routers():
            for path, view in router.path_operations.items():
                whole = "/".join(part.strip("/") for part in (router.prefix, path) if part.strip("/"))
                for operation in view.operations:
                    yield from (Declared(method, f"/{whole}", operation) for method in operation.methods)

    def get_openapi_schema(self, **given: Any) -> Any:
        """The document, with each operation's door, its problems, and the headers that writes take."""
        document = super().get_openapi_schema(**given)
        components = document["components"]
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        components["schemas"] |= {**schema.pop("$defs"), "Problem": schema}
        components["securitySchemes"] = _WAYS_IN
        components["headers"] = {"ETag": {"description": "The version of what is shown.", "schema": {"type": "string"}}}
        doors = {_name_of(one.operation): one.access for one in self.declared()}
        for methods in document["paths"].values():
            for method, told in methods.items():
                _tell(told, method, doors[told["operationId"]])
        return document

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The subject's name and the view's own: two subjects may both have something to withdraw."""
        return _name_of(operation)


def _name_of(operation: Operation) -> str:
    view = operation.view_func
    return f"{view.__module__.split('.')[2]}_{view.__name__}"


_WAYS_IN = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token of /tokens/."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "remit_session",
        "description": "Whoever signed in on this browser; writes need X-CSRFToken.",
    },
}
_PROBLEMS = {
    "400": "The request can't be read.",
    "401": "Nobody is known to be asking.",
    "403": "The role, or the token, does not allow it.",
    "404": "There is no such record, or one has no part in it.",
    "409": "The action was refused; the sentence says why.",
    "412": "Somebody changed it in the meantime.",
    "413": "More than one request may carry.",
    "415": "The body is of another kind than JSON.",
    "422": "The request's content is wrong; `errors` says where.",
    "429": "Too many requests; `Retry-After` says when to come again.",
    "500": "A fault of the installation.",
}
_OF_WRITES = ("409", "412", "413", "415")


def _tell(told: dict[str, Any], method: str, access: Access | None) -> None:
    is_write = method not in _SAFE
    responses = told["responses"]
    for status, sentence in _PROBLEMS.items():
        if is_write or status not in _OF_WRITES:
            content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
            responses.setdefault(status, {"description": sentence, "content": content})
    scopes = [str(access.duty)] if access is not None and access.duty is not None else []
    told["security"] = [{"token": scopes}, {"session": []}]
    if access is not None and access.kind == "administrator":
        told["security"] = [{"session": []}]
    told["x-door"] = "" if access is None else access.kind
    if is_write:
        told["parameters"].append(_KEY)
        if method in ("put", "patch", "delete"):
            told["parameters"].append(_IF_MATCH)
    else:
        responses["304"] = {"description": "Unchanged since `If-None-Match`."}
        told["parameters"].append(_IF_NONE_MATCH)


def _header(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {
        "in": "header",
        "name": name,
        "required": False,
        "description": description,
        "schema": {"type": "string", **schema},
    }


_KEY = _header(
    "Idempotency-Key", "The same write sent again with it is done once.", pattern="^[!-~]+$", minLength=1, maxLength=100
)
_IF_MATCH = _header("If-Match", "The ETag of what is changed: refused with 412 where it is another by now.")
_IF_NONE_MATCH = _header("If-None-Match", "The ETag at hand: answered 304 where it still stands.")
