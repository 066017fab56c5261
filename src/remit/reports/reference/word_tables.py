"""The words of a model as a table: each with its form, its default and its meaning, from the model's own fields."""

import enum
import inspect
import re
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from remit.terms.calendars import WeekHours, read_day, read_days, read_spans, read_week, read_zone
from remit.terms.credit_terms.short_forms import HowOften, read_months
from remit.terms.durations import Duration, read_duration
from remit.terms.measure_terms import read_level_value
from remit.terms.money import Rounding
from remit.terms.notation import Term, read_identifier, read_list, read_number, read_rate
from remit.terms.service_levels import MeasurementWindow, read_window

_FORMS: Mapping[Any, str] = {
    read_duration: "[length of time](#lengths-of-time)",
    read_rate: "[share](#shares-numbers-and-money)",
    read_number: "number",
    read_identifier: "name",
    read_level_value: "[level value](#level-values)",
    read_window: "[window](#windows)",
    read_zone: "time zone",
    read_spans: "opening spans",
    read_week: "week of opening spans",
    read_day: "date",
    read_days: "list of dates",
    read_months: "number of months",
}
_PLAIN = {str: "text", int: "whole number", bool: "true or false", Decimal: "number"}
_TELLERS = {"kind": "Which measure this is.", "model": "Which model this is."}
"""The fields whose word tells a choice's members apart; it is always written."""


@dataclass(frozen=True, slots=True)
class Headings:
    """The heading under which each model's words are told, and the words for a choice among several models."""

    titles: Mapping[type[BaseModel], str]
    choices: Mapping[frozenset[type[BaseModel]], str]


def word_table(model: type[BaseModel], headings: Headings, *, only_own: bool = False) -> list[str]:
    """The lines of a Markdown table with a row for each word, the model's own before those it shares with others.

    What every term has (`clause`) is told once elsewhere; with `only_own` all that is shared is. Where words have
    examples, so has the table.
    """
    own = inspect.get_annotations(model)
    fields = {
        name: field
        for name, field in model.model_fields.items()
        if not _is_of_every_term(name, model) and (name in own or not only_own)
    }
    ordered = sorted(fields, key=lambda name: (name not in _TELLERS, name not in own))
    columns = ["word", "form", "default", "meaning"]
    if any(field.examples for field in fields.values()):
        columns.append("example")
    rows = [_row(name, fields[name], headings, has_example="example" in columns) for name in ordered]
    return [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|", *rows]


def told_docstring(model: type[BaseModel]) -> list[str]:
    """A model's docstring as paragraphs of Markdown."""
    return inspect.cleandoc(model.__doc__ or "").splitlines()


def models_below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Every model a file of this model may hold, itself first, in the order of its words."""
    seen: dict[type[BaseModel], None] = {}
    waiting = [model]
    while waiting:
        one = waiting.pop(0)
        if one in seen:
            continue
        seen[one] = None
        yield one
        for field in one.model_fields.values():
            if _form_read_by(field.metadata) is None or _form_read_by(field.metadata) == "":
                waiting += _models_in(field.annotation)


def _is_of_every_term(name: str, model: type[BaseModel]) -> bool:
    return name == "clause" and issubclass(model, Term)


def _row(name: str, field: FieldInfo, headings: Headings, *, has_example: bool) -> str:
    written = field.alias or name
    meaning = " ".join((field.description or _TELLERS.get(name, "")).split())
    is_always_written = field.is_required() or written in ("is", "model")
    default = "**required**" if is_always_written else _default_of(field)
    cells = [f"`{written}`", _form_of(field.annotation, field.metadata, headings), default, meaning]
    if has_example:
        cells.append(", ".join(f"`{written}: {written_value(example)}`" for example in field.examples or ()))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def written_value(value: Any) -> str:
    """A value as it is written in the file, on one line: `{P1: 4 hours, "2": [a, b]}`."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written_value(name)}: {written_value(held)}" for name, held in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(written_value(member) for member in value) + "]"
    text = str(value)
    is_plain = isinstance(value, int) or re.fullmatch(r"(?!(?i:null)$)[A-Za-z][\w /.-]*", text)
    return text if is_plain else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _default_of(field: FieldInfo) -> str:
    default = field.get_default(call_default_factory=True, validated_data={})
    is_share = any(isinstance(item, BeforeValidator) and item.func is read_rate for item in field.metadata)
    told = f"{default * 100:f}%" if is_share and default is not None else _told_default(default)
    return _word(told) if told else ""


def _told_default(default: Any) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, Rounding):
        return f"{default.mode}, {default.places} places"
    if isinstance(default, MeasurementWindow):
        return str(default.kind)
    if isinstance(default, str | int | Decimal | Duration | HowOften):
        return str(default)
    return ""


def _form_of(annotation: Any, metadata: typing.Iterable[Any], headings: Headings) -> str:
    read_by = _form_read_by(metadata)
    if read_by:
        return read_by
    form = _written_form(annotation, headings)
    return f"{form}, or one alone" if read_by == "" and form.startswith("list") else form


def _form_read_by(metadata: typing.Iterable[Any]) -> str | None:
    """The words for a value read by one of our own readers; empty for the reader that takes one for a list of one."""
    for item in metadata:
        if isinstance(item, BeforeValidator):
            if item.func in _FORMS:
                return _FORMS[item.func]
            if item.func is read_list:
                return ""
    return None


def _written_form(annotation: Any, headings: Headings) -> str:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _form_of(arguments[0], arguments[1:], headings)
    if origin in (typing.Union, types.UnionType):
        return _form_of_choice([argument for argument in arguments if argument is not type(None)], headings)
    if origin is typing.Literal:
        return _one_of([str(choice) for choice in arguments])
    if origin is tuple:
        return f"list of {_written_form(arguments[0], headings)}"
    if arguments and issubclass(origin, Mapping):
        return f"mapping of {_written_form(arguments[0], headings)} to {_written_form(arguments[1], headings)}"
    return _form_of_class(annotation, headings)


def _form_of_class(annotation: Any, headings: Headings) -> str:
    if not isinstance(annotation, type):
        return "any value"
    if issubclass(annotation, enum.Enum):
        return _one_of([str(member.value) for member in annotation])
    if issubclass(annotation, BaseModel):
        title = headings.titles.get(annotation)
        return f"[{title[:1].lower()}{title[1:]}](#{anchor_of(title)})" if title else "mapping"
    if annotation is WeekHours:
        return "week of opening spans"
    return _PLAIN.get(annotation, "any value")


def anchor_of(heading: str) -> str:
    """The anchor that Markdown gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _form_of_choice(members: list[Any], headings: Headings) -> str:
    models = frozenset(_models_in(typing.Union[tuple(members)])) if len(members) > 1 else frozenset()  # noqa: UP007
    if models in headings.choices:
        return headings.choices[models]
    return " or ".join(dict.fromkeys(_written_form(member, headings) for member in members))


def _one_of(choices: list[str]) -> str:
    return " or ".join(_word(choice) for choice in choices)


def _word(text: str) -> str:
    return f"`{text}`" if text.strip() else '`" "`'


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    arguments = typing.get_args(annotation)
    if typing.get_origin(annotation) is typing.Annotated:
        read_by = _form_read_by(arguments[1:])
        return [] if read_by else _models_in(arguments[0])
    return [model for argument in arguments for model in _models_in(argument)]
