"""The reference pages of the contract file and the mapping file: chapters with the words of each model put in."""

import re
import typing
from collections.abc import Iterator, Mapping
from importlib.resources import files

from pydantic import BaseModel

from remit.performance.facts import DIMENSIONS, TABLES
from remit.reports.reference.word_tables import Headings, models_below, told_docstring, word_table
from remit.terms.amendments import Amendment
from remit.terms.contracts import Contract
from remit.terms.credit_terms import Scheme
from remit.terms.measure_terms import Measure

_MARK = re.compile(r"\{\{ (?P<what>words|own words|about|tables)(: (?P<name>[A-Za-z.]+))? \}\}(?P<after>.*)")
_Choices = Mapping[frozenset[type[BaseModel]], str]


def contract_page() -> str:
    """The contract file's page in Markdown.

    `{{ about: X }}` of the chapters becomes what model X says of itself, `{{ words: X }}` the table of its words, and
    `{{ own words: X }}` of those that it does not share with others. Raises KeyError where the chapters name a model
    that no file holds.
    """
    choices = {
        _members(Measure): "[measure](#measures)",
        _members(Scheme): "[credit model](#credit-models)",
    }
    return _page("contract.md", models_by_name(), choices)


def mapping_page(mapping: type[BaseModel]) -> str:
    """The mapping file's page in Markdown, from the model that reads the file."""
    models = models_by_name(mapping)
    table, log = models["TableSource"], models["EventLogSource"]
    (source,) = table.__bases__
    return _page("mapping.md", {**models, source.__name__: source}, {frozenset({table, log}): "[source](#a-source)"})


def models_by_name(*roots: type[BaseModel]) -> Mapping[str, type[BaseModel]]:
    """Every model of files of these models, of the contract file and of an amendment unless given, by its name.

    Of two of one name the second is called with the first word of its module too: `rate.Volume`.
    """
    found: dict[str, type[BaseModel]] = {}
    for model in dict.fromkeys(one for root in roots or (Contract, Amendment) for one in models_below(root)):
        key = model.__name__
        if key in found:
            key = f"{model.__module__.rpartition('.')[2].partition('_')[0]}.{model.__name__}"
        found[key] = model
    return found


def models_told(chapters: str) -> list[str]:
    """The names of the models whose words the chapters tell."""
    return [mark["name"] for mark in _MARK.finditer(chapters) if mark["what"].endswith("words")]


def _page(name: str, models: Mapping[str, type[BaseModel]], choices: _Choices) -> str:
    chapters = files("remit.reports.reference").joinpath(name).read_text(encoding="utf-8")
    headings = _headings(chapters, models, choices)
    lines = [line for raw in chapters.splitlines() for line in _filled(raw, models, headings)]
    return "\n".join(lines) + "\n"


def _headings(chapters: str, models: Mapping[str, type[BaseModel]], choices: _Choices) -> Headings:
    titles: dict[type[BaseModel], str] = {}
    title = ""
    for line in chapters.splitlines():
        if line.startswith("#"):
            title = line.lstrip("#").strip()
        mark = _MARK.fullmatch(line.strip())
        if mark is not None and mark["what"].endswith("words"):
            titles[models[mark["name"]]] = title
    return Headings(titles, choices)


def _members(union: object) -> frozenset[type[BaseModel]]:
    """The models of a choice, such as the measures."""
    choice, *_ = typing.get_args(union)
    return frozenset(typing.get_args(choice))


def _filled(line: str, models: Mapping[str, type[BaseModel]], headings: Headings) -> Iterator[str]:
    mark = _MARK.fullmatch(line.strip())
    if mark is None:
        yield line
    elif mark["what"] == "tables":
        yield from _tables()
    elif mark["what"] == "about":
        *above, last = told_docstring(models[mark["name"]])
        yield from (*above, last + mark["after"])
    else:
        yield from word_table(models[mark["name"]], headings, only_own=mark["what"] == "own words")


def _tables() -> Iterator[str]:
    """The tables of facts with their columns, in short; a page of their own tells them in full."""
    yield from ("| table | a row is | columns besides the dimensions |", "|---|---|---|")
    for table in TABLES.values():
        columns = [f"`{column.name}`" for column in table.columns if column.name not in DIMENSIONS]
        yield f"| `{table.name}` | {table.grain} | {', '.join(columns)} |"
    yield ""
    yield f"Every table also has the dimensions {', '.join(f'`{name}`' for name in DIMENSIONS)}."
