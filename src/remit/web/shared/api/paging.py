"""Pages by cursor: each begins after the last item of the one before, so that what comes in meanwhile shifts none."""

import base64
import binascii
import json
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from ninja import Field, Schema

from remit.web.shared.api.problems import NotUnderstood

Item = TypeVar("Item")
Record = TypeVar("Record", bound=Model)


class Paging(Schema):
    """Which page is asked for."""

    limit: int = Field(50, ge=1, le=200, description="How many items at most.")
    after: str = Field("", max_length=1000, description="The `next` of the page before; empty for the first page.")


class Page(Schema, Generic[Item]):
    """Some items of a list, in its order."""

    items: list[Item]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


def page_of(found: "QuerySet[Record]", paging: Paging, by: Sequence[str] = ()) -> dict[str, Any]:
    """The asked page of a list in the order of the columns `by`, each of them never null; `-name` runs backwards.

    The primary key is the last column always, so that the order is total. Raises NotUnderstood for a cursor that
    this list has not given.
    """
    columns = (*by, "pk")
    asked = found.order_by(*columns)
    if paging.after:
        asked = asked.filter(_after(found.model, columns, paging.after))
    items = list(asked[: paging.limit + 1])
    is_last = len(items) <= paging.limit
    return {"items": items[: paging.limit], "next": None if is_last else _cursor(items[paging.limit - 1], columns)}


def _field(model: type[Model], column: str) -> Any:
    name = column.removeprefix("-")
    return model._meta.pk if name == "pk" else model._meta.get_field(name)


def _cursor(item: Model, columns: Sequence[str]) -> str:
    values = [_field(type(item), column).value_to_string(item) for column in columns]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _after(model: type[Model], columns: Sequence[str], cursor: str) -> Q:
    """Behind the cursor in lexicographic order: equal in the first columns, further in the next one."""
    values = _values(model, columns, cursor)
    behind = []
    for place, column in enumerate(columns):
        name = column.removeprefix("-")
        equal = {earlier.removeprefix("-"): values[i] for i, earlier in enumerate(columns[:place])}
        behind.append(Q(**equal, **{f"{name}__{'lt' if column.startswith('-') else 'gt'}": values[place]}))
    return reduce(or_, behind)


def _values(model: type[Model], columns: Sequence[str], cursor: str) -> list[Any]:
    try:
        given = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if not (isinstance(given, list) and all(isinstance(value, str) and "\0" not in value for value in given)):
            raise ValueError(given)
        found = [_field(model, column).to_python(value) for column, value in zip(columns, given, strict=True)]
        if any(value is None or (isinstance(value, int) and abs(value) >= 2**63) for value in found):
            raise ValueError(given)
    except (ValueError, binascii.Error, ValidationError, RecursionError) as fault:
        raise NotUnderstood(
            "query.after: this is not a cursor of this list.", "Take it from `next` of the page before."
        ) from fault
    return found
