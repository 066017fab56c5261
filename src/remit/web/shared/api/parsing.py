"""Bodies read without loss: a decimal number stays the decimal that was written, never a float."""

import json
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

_LONGEST_NUMBER = 40


class ExactParser(Parser):
    """JSON as RFC 8259 has it: no NaN, no name twice in an object, numbers of a length that a record can hold."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body's value. Raises ValueError where it is no such JSON."""
        found = json.loads(
            request.body,
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_refused,
            object_pairs_hook=_object,
        )
        if b"\\u" in request.body:
            _must_be_text(found)
        return found


def _must_be_text(value: Any) -> None:
    """Raises ValueError for a text that no database keeps: with a zero character, or half of a pair (`\\ud800`)."""
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("a text holds a zero character")
        value.encode()
    elif isinstance(value, dict):
        _must_be_text([*value, *value.values()])
    elif isinstance(value, list):
        for one in value:
            _must_be_text(one)


def _decimal(text: str) -> Decimal:
    value = Decimal(text)
    if len(text) > _LONGEST_NUMBER or abs(value.adjusted()) > _LONGEST_NUMBER:
        raise ValueError("a number is too long")
    return value


def _integer(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError("a number is too long")
    return int(text)


def _refused(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object names something twice")
    return found
