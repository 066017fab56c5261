"""A model's objections told as sentences: where in the document, what is wrong with the value, what to write."""

import difflib
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from remit.ingest.document_nodes import Document, Step, written_path
from remit.terms.problems import Problem

_WRONG_SHAPE = frozenset({
    "model_type", "model_attributes_type", "dict_type", "mapping_type", "list_type", "tuple_type", "set_type",
    "string_type", "bool_type", "int_type", "decimal_type", "date_type", "dataclass_type", "frozen_set_type",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Objection:
    """One pydantic error laid onto the document.

    `labels` are the parts of pydantic's location that are not in the document: names of union members,
    each with the place it stands for.
    """

    steps: tuple[Step, ...]
    labels: tuple[tuple[tuple[Step, ...], str], ...]
    error: ErrorDetails
    is_key: bool = False

    @property
    def kind(self) -> str:
        return self.error["type"]

    def without_first_label(self) -> "_Objection":
        return _Objection(self.steps, self.labels[1:], self.error, self.is_key)


def problems_of(error: ValidationError, *, document: Document, model: type[BaseModel]) -> list[Problem]:
    """Every objection of a model as a problem, in the order of the document's lines, each once.

    Where a value may take one of several forms, only the objections of the form that fits best are told: the
    reader meant one of them, and the others are noise.
    """
    objections = [_laid_onto(document, details) for details in error.errors(include_url=False)]
    problems: dict[tuple[int, str, str], Problem] = {}
    for objection in _without_echoes(_best_fitting(objections)):
        problem = _told(objection, document, model)
        problems.setdefault((problem.line, problem.path, problem.what), problem)
    return sorted(problems.values(), key=lambda problem: problem.line)


def _laid_onto(document: Document, details: ErrorDetails) -> _Objection:
    steps: list[Step] = []
    labels: list[tuple[tuple[Step, ...], str]] = []
    location = details["loc"]
    node = document.root
    is_key = bool(location) and location[-1] == "[key]"
    for position, step in enumerate(location[:-1] if is_key else location):
        below = node.child(step)
        if below is not None:
            steps.append(step)
            node = below
        elif details["type"] == "missing" and position == len(location) - 1:
            steps.append(step)
        else:
            labels.append((tuple(steps), str(step)))
    return _Objection(tuple(steps), tuple(labels), details, is_key)


def _best_fitting(objections: Sequence[_Objection]) -> list[_Objection]:
    """Of the forms a value may take, those objections that belong to the best fitting one."""
    kept = [objection for objection in objections if not objection.labels]
    places: dict[Any, dict[str, list[_Objection]]] = {}
    for objection in objections:
        if objection.labels:
            place, label = objection.labels[0]
            places.setdefault(place, {}).setdefault(label, []).append(objection)
    for place, members in places.items():
        ranked = min(members.values(), key=lambda member: _misfit(place, member))
        kept += _best_fitting([objection.without_first_label() for objection in ranked])
    return kept


def _without_echoes(objections: Sequence[_Objection]) -> list[_Objection]:
    """A list whose items are at fault counts as short of items too: only the items' faults are worth telling."""
    deeper = [objection.steps for objection in objections]
    return [
        objection
        for objection in objections
        if objection.kind != "too_short"
        or not any(
            len(steps) > len(objection.steps) and steps[: len(objection.steps)] == objection.steps for steps in deeper
        )
    ]


def _misfit(place: tuple[Step, ...], member: Sequence[_Objection]) -> tuple[int, int, int]:
    """How badly a form fits: another shape altogether, then unknown words, then the number of objections."""
    at_root = [objection for objection in member if objection.steps == place]
    is_other_shape = any(objection.kind in _WRONG_SHAPE for objection in at_root)
    unknown = sum(objection.kind in ("extra_forbidden", "literal_error") for objection in member)
    return (is_other_shape, unknown, len(member))


def _told(objection: _Objection, document: Document, model: type[BaseModel]) -> Problem:
    steps, kind = objection.steps, objection.kind
    context = objection.error.get("ctx", {})
    if kind == "extra_forbidden":
        what, hint = _unknown_word(objection, model)
    elif kind in ("union_tag_invalid", "union_tag_not_found"):
        steps, what, hint = _wrong_tag(objection, context)
    elif kind == "missing":
        what, hint = f"`{steps[-1]}` is missing", ""
        steps = steps[:-1]
    else:
        what, hint = _wrong_value(objection, context)
    return Problem(*document.place_of(*steps), written_path(steps), what, hint)


def _unknown_word(objection: _Objection, model: type[BaseModel]) -> tuple[str, str]:
    word = str(objection.steps[-1])
    known = sorted(words_at(model, objection.steps[:-1]))
    return f"{word!r} is not a word of the format here", did_you_mean(word, known) or _choices(known)


def _wrong_tag(objection: _Objection, context: Mapping[str, Any]) -> tuple[tuple[Step, ...], str, str]:
    names = [part.strip().strip("'") for part in str(context.get("discriminator", "")).split("|")]
    tag_name = names[-1]  # of a field with an alias, pydantic names the field, then the alias
    if objection.kind == "union_tag_not_found":
        given = objection.error["input"]
        if not isinstance(given, dict):
            return objection.steps, f"{shown(given)} is not a mapping", f"it starts with `{tag_name}:`"
        return objection.steps, f"`{tag_name}` is missing", "it says what this is"
    choices = _listed(str(context.get("expected_tags", "")))
    tag = str(context.get("tag", ""))
    steps = (*objection.steps, tag_name) if tag_name.isidentifier() else objection.steps
    return steps, f"{tag!r} is not known here", did_you_mean(tag, choices) or _choices(choices)


def _wrong_value(objection: _Objection, context: Mapping[str, Any]) -> tuple[str, str]:
    given, kind = objection.error["input"], objection.kind
    if given is None:
        return "has no value", "give it one, or leave the line out"
    if kind in ("value_error", "assertion_error"):
        what, _, hint = str(context.get("error", "")).partition("; ")
        return what, hint
    if kind in ("literal_error", "enum"):
        choices = _listed(str(context.get("expected", "")))
        return f"{shown(given)} is not one of the choices", did_you_mean(str(given), choices) or _choices(choices)
    sentence = _SENTENCES.get(kind)
    if sentence is not None:
        return sentence(shown(given), context)
    message = objection.error["msg"]
    return f"{shown(given)}: {message[:1].lower()}{message[1:]}", ""


def _plainly(what: str, hint: str = "") -> Callable[[str, Mapping[str, Any]], tuple[str, str]]:
    def sentence(given: str, context: Mapping[str, Any]) -> tuple[str, str]:
        return what.format(given=given, **context), hint

    return sentence


_MAPPING = _plainly("{given} is not a mapping", "write it as name: value lines, or as {name: value}")
_LIST = _plainly("{given} is not a list", "write it as [a, b], or as lines that start with -")
_DATE = _plainly("{given} is not a date", "write it as 2026-03-31")
_WHOLE = _plainly("{given} is not a whole number", "write digits only")
_NUMBER = _plainly("{given} is not a number", "write digits with a point, as 12500.00")
_FLAG = _plainly("{given} is neither true nor false")
_SENTENCES: Mapping[str, Callable[[str, Mapping[str, Any]], tuple[str, str]]] = {
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type", "mapping_type", "dataclass_type"), _MAPPING),
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "frozen_set_type"), _LIST),
    **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"), _DATE),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "int_parsing_size"), _WHOLE),
    **dict.fromkeys(("decimal_type", "decimal_parsing", "float_parsing"), _NUMBER),
    **dict.fromkeys(("bool_type", "bool_parsing"), _FLAG),
    "string_type": _plainly("{given} is not text", "quote it if it is meant as text"),
    "greater_than": _plainly("{given} must be more than {gt}"),
    "greater_than_equal": _plainly("{given} must be at least {ge}"),
    "less_than": _plainly("{given} must be less than {lt}"),
    "less_than_equal": _plainly("{given} must be at most {le}"),
    "too_short": _plainly("must hold at least {min_length}; it holds {actual_length}"),
    "too_long": _plainly("must hold at most {max_length}; it holds {actual_length}"),
    "string_too_short": _plainly("{given} is too short"),
    "string_pattern_mismatch": _plainly("{given} is not written as it must be: {pattern}"),
}


def shown(given: Any) -> str:
    """A value as a sentence shows it: quoted text, cut where long; collections by their kind."""
    if isinstance(given, Mapping):
        return "a mapping"
    if isinstance(given, list | tuple):
        return "a list"
    if given is None:
        return "nothing"
    text = str(given)
    return repr(text if len(text) <= 60 else text[:57] + "…")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean 'expected'?` where one of the known words is near, else an empty text."""
    folded = {one.casefold(): one for one in known}
    near = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.7)
    return f"did you mean {folded[near[0]]!r}?" if near else ""


def _choices(known: Sequence[str]) -> str:
    return f"choose from {', '.join(known)}" if known else ""


def _listed(expected: str) -> list[str]:
    """The choices of pydantic's `'a', 'b' or 'c'`."""
    return [part.strip().strip("'") for part in expected.replace(" or ", ", ").split(", ") if part.strip()]


def words_at(model: type[BaseModel], steps: tuple[Step, ...]) -> set[str]:
    """The words a model knows at a place of its document."""
    forms: list[Any] = [model]
    for step in steps:
        forms = [below for form in forms for below in _below(form, step)]
    return {word for form in forms if _is_model(form) for word in _fields(form)}


def _below(form: Any, step: Step) -> list[Any]:
    if _is_model(form):
        annotation = _fields(form).get(str(step))
        return [] if annotation is None else _forms(annotation)
    arguments = typing.get_args(form)
    if not arguments:
        return []
    return _forms(arguments[-1] if typing.get_origin(form) not in (tuple, list) else arguments[0])


def _forms(annotation: Any) -> list[Any]:
    """The forms an annotation allows, with unions and annotations taken apart."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _forms(typing.get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType):
        return [form for argument in typing.get_args(annotation) for form in _forms(argument)]
    return [annotation]


def _is_model(form: Any) -> bool:
    return isinstance(form, type) and issubclass(form, BaseModel)


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {info.alias or name: info.annotation for name, info in model.model_fields.items()}
