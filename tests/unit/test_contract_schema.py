"""The JSON Schema of the contract file: current, whole, and made for the reader of an editor's hints."""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from remit.reports.reference import json_schema, schema_text
from remit.terms.contracts import Contract

TITLE = "Remit contract file, format 1"
SCHEMA = json_schema(Contract, title=TITLE)


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from nodes(child)
    elif isinstance(node, list):
        for child in node:
            yield from nodes(child)


def test_the_schema_in_the_package_is_current() -> None:
    committed = files("remit.terms").joinpath("contract.schema.json").read_text(encoding="utf-8")

    assert committed == schema_text(Contract, title=TITLE), "src/remit/terms/contract.schema.json: run make docs"


def test_every_reference_of_the_schema_leads_somewhere() -> None:
    wanted = {node["$ref"].removeprefix("#/$defs/") for node in nodes(SCHEMA) if isinstance(node.get("$ref"), str)}

    assert wanted == set(SCHEMA["$defs"])


def test_the_schema_has_no_titles_made_up_and_no_marks_of_the_library() -> None:
    assert [node["title"] for node in nodes(SCHEMA) if isinstance(node.get("title"), str)] == [TITLE]
    assert [node for node in nodes(SCHEMA) if "discriminator" in node] == []
    assert [node for node in nodes(SCHEMA) if isinstance(node.get("default"), dict | list)] == []


def test_words_are_as_written_in_the_file() -> None:
    assert {"remit", "contract", "term", "service_levels"} <= set(SCHEMA["required"])
    assert {"from", "to"} <= set(SCHEMA["$defs"]["TermOfContract"]["properties"])
    assert SCHEMA["additionalProperties"] is False


def test_a_measure_must_say_which_it_is_and_a_scheme_its_model() -> None:
    assert "is" in SCHEMA["$defs"]["ServiceFactor"]["required"]
    assert "model" in SCHEMA["$defs"]["PoolTerms"]["required"]


def test_every_word_has_a_description() -> None:
    silent = [
        f"{name}.{word}"
        for name, definition in SCHEMA["$defs"].items()
        for word, described in definition.get("properties", {}).items()
        if "description" not in json.dumps(described) and "$ref" not in described and "const" not in described
    ]

    assert [place for place in silent if not place.endswith(".is")] == []
