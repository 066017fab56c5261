"""YAML documents read into models, with every fault told at its line."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from remit.ingest.document_nodes import Document, Node, compose_document, load_document, written_path
from remit.ingest.document_problems import problems_of
from remit.terms.problems import Problem

__all__ = [
    "Document", "Node", "compose_document", "load_document", "read_document", "read_document_text",
    "validate_document", "written_path",
]  # fmt: skip

M = TypeVar("M", bound=BaseModel)


def read_document(path: Path | str, model: type[M]) -> tuple[M | None, list[Problem]]:
    """A YAML file as a model, or None with every problem found in it.

    All scalars reach the model as text, so `24:00`, `NO`, `1e3` and dates mean what the model says they mean and
    not what YAML 1.1 makes of them; `~`, `null` and nothing at all are None.
    """
    document, problems = load_document(path)
    if document is None:
        return None, problems
    return validate_document(document, model)


def read_document_text(text: str | bytes, model: type[M], *, name: str) -> tuple[M | None, list[Problem]]:
    """The same from text already at hand; `name` stands for the file in problems."""
    document, problems = compose_document(text, name=name)
    if document is None:
        return None, problems
    return validate_document(document, model)


def validate_document(document: Document, model: type[M]) -> tuple[M | None, list[Problem]]:
    """A composed document as a model, or None with the model's objections, each at its line."""
    try:
        return model.model_validate(document.root.plain()), []
    except ValidationError as error:
        return None, problems_of(error, document=document, model=model)
