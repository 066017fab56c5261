"""JSON Schemas of the files a person writes, so that an editor completes their words and shows what they mean."""

import inspect
import json
from typing import Any

from pydantic import BaseModel

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(model: type[BaseModel], *, title: str) -> dict[str, Any]:
    """The schema of a file's model: its words as written, without titles made up from them.

    Defaults are kept where they are plain values. A member of a choice must have the word that tells the choices apart
    (`is`, `model`), which the reader asks for too.
    """
    made = model.model_json_schema(by_alias=True)
    _require_words_that_tell_apart(made, made.get("$defs", {}))
    cleaned = _cleaned(made)
    definitions = {"$defs": cleaned.pop("$defs")} if "$defs" in cleaned else {}
    return {"$schema": _DIALECT, "title": title, **cleaned, **definitions}


def schema_text(model: type[BaseModel], *, title: str) -> str:
    """The same as the text of a file."""
    return json.dumps(json_schema(model, title=title), indent=1, ensure_ascii=False) + "\n"


def _require_words_that_tell_apart(node: Any, definitions: dict[str, Any]) -> None:
    if isinstance(node, list):
        for member in node:
            _require_words_that_tell_apart(member, definitions)
    elif isinstance(node, dict):
        teller = node.get("discriminator")
        if isinstance(teller, dict) and "mapping" in teller:
            for reference in teller["mapping"].values():
                chosen = definitions[reference.rpartition("/")[2]]
                chosen["required"] = sorted({*chosen.get("required", ()), teller["propertyName"]})
        for child in node.values():
            _require_words_that_tell_apart(child, definitions)


def _cleaned(node: Any) -> Any:
    if isinstance(node, list):
        return [_cleaned(member) for member in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _cleaned(value) for key, value in node.items() if not _is_noise(key, value)}
    if isinstance(kept.get("description"), str):
        kept["description"] = " ".join(inspect.cleandoc(kept["description"]).split())
    return kept


def _is_noise(key: str, value: Any) -> bool:
    """Titles pydantic makes up, its mark for choices, and defaults that are not written as plain values."""
    is_made_up = key == "title" and isinstance(value, str)
    is_mark = key == "discriminator" and isinstance(value, dict) and "propertyName" in value
    return is_made_up or is_mark or (key == "default" and (value is None or isinstance(value, dict | list)))
