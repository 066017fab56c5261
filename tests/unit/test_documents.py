"""YAML documents: text stays text, and every fault has its line, its path and a hint."""
# ruff: noqa: E501 (what is said stands whole beside what was given)

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from remit.ingest.documents import compose_document, read_document, read_document_text
from remit.terms.notation import Rate, Term


class Share(Term):
    is_: Literal["share"] = Field(alias="is")
    within: Rate


class Mean(Term):
    is_: Literal["mean"] = Field(alias="is")
    of: str
    places: int = 1


class Level(Term):
    measure: Annotated[Share | Mean, Field(discriminator="is_")]
    expected: Rate
    kind: Literal["critical", "key"] = Field("key", alias="class")
    by: str | Mean | dict[str, Rate] | None = None


class Contract(Term):
    levels: dict[str, Level] = Field(default_factory=dict)
    dates: tuple[date, ...] = ()
    note: str | None = None
    names: tuple[str, ...] = ()


def faults(text: str | bytes) -> list[str]:
    contract, problems = read_document_text(text, Contract, name="c.yaml")
    assert contract is None
    return [str(problem) for problem in problems]


@pytest.mark.parametrize("word", ["24:00", "NO", "1e3", "2026-01-01", "0x10", "007", "off", "1_000"])
def test_every_scalar_is_the_text_that_was_written(word: str) -> None:
    contract, problems = read_document_text(f"note: {word}", Contract, name="c.yaml")
    assert problems == []
    assert contract is not None
    assert contract.note == word


@pytest.mark.parametrize(("written", "value"), [("", None), ("~", None), ("null", None), ('""', ""), ('"~"', "~")])
def test_only_an_unquoted_empty_value_is_nothing(written: str, value: str | None) -> None:
    contract, _ = read_document_text(f"note: {written}", Contract, name="c.yaml")
    assert contract is not None
    assert contract.note == value


LEVEL = "levels:\n  SL1:\n    measure: {{is: share, within: 95%}}\n    expected: 95%\n    {}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LEVEL.format("clas: key"), "c.yaml:5: levels.SL1.clas: 'clas' is not a word of the format here; did you mean 'class'?"),
        (LEVEL.format("class: crit"), "c.yaml:5: levels.SL1.class: 'crit' is not one of the choices; choose from critical, key"),
        (LEVEL.format("class: criticl"), "c.yaml:5: levels.SL1.class: 'criticl' is not one of the choices; did you mean 'critical'?"),
        (
            "levels:\n  SL1: {measure: {is: shar, within: 1}, expected: 1}",
            "c.yaml:2: levels.SL1.measure.is: 'shar' is not known here; did you mean 'share'?",
        ),
        (
            "levels:\n  SL1: {measure: {within: 1}, expected: 1}",
            "c.yaml:2: levels.SL1.measure: `is` is missing; it says what this is",
        ),
        ("levels:\n  SL1: {measure: {is: share, within: 1}}", "c.yaml:2: levels.SL1: `expected` is missing"),
        (
            "levels:\n  SL1: {measure: {is: share, within: 1}, expected: eighty}",
            "c.yaml:2: levels.SL1.expected: 'eighty' is not a share; write 95 % as 0.95 or \"95%\"",
        ),
        (
            "levels:\n  SL1: {measure: {is: share, within: 1}, expected: }",
            "c.yaml:2: levels.SL1.expected: has no value; give it one, or leave the line out",
        ),
        (
            "levels:\n  SL1: {measure: {is: mean, of: [x]}, expected: 1}",
            "c.yaml:2: levels.SL1.measure.of: a list is not text; quote it if it is meant as text",
        ),
        (
            "levels:\n  SL1: {measure: {is: mean, of: x, places: two}, expected: 1}",
            "c.yaml:2: levels.SL1.measure.places: 'two' is not a whole number; write digits only",
        ),
        (
            "levels:\n  SL1: {measure: {is: mean, of: x}, expected: 1, by: {P1: 2}}",
            "c.yaml:2: levels.SL1.by.P1: '2' is more than the whole; a share is 0 to 1, or has a percent sign: \"2%\"",
        ),
        (
            "levels:\n  SL1: {measure: {is: mean, of: x}, expected: 1, by: {is: mean}}",
            "c.yaml:2: levels.SL1.by: `of` is missing",
        ),
        ("dates: [2026-01-01,\n  2026-02-30]", "c.yaml:2: dates[1]: '2026-02-30' is not a date; write it as 2026-03-31"),
        ("dates: soon", "c.yaml:1: dates: 'soon' is not a list; write it as [a, b], or as lines that start with -"),
        ("- a", "c.yaml:1: a list is not a mapping; write it as name: value lines, or as {name: value}"),
    ],
)  # fmt: skip
def test_an_objection_of_the_model_is_told_at_its_line(text: str, said: str) -> None:
    assert faults(text) == [said]


def test_all_faults_are_told_in_the_order_of_the_lines() -> None:
    text = "levels:\n  B: {measure: {is: share, within: x}, expected: y}\n  A: {expected: z}\nwhat: ever\n"
    assert [fault.split(":")[1] for fault in faults(text)] == ["2", "2", "3", "3", "4"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "c.yaml:1: is empty"),
        ("# only words\n", "c.yaml:1: is empty"),
        ("note: a\nnote: b", "c.yaml:2: note: 'note' is given twice; the first is on line 1; keep one of them"),
        ("a:\n  - b: {c: 1,\n    c: 2}", "c.yaml:3: a[0].b.c: 'c' is given twice; the first is on line 2; keep one of them"),
        ("note: &a x", "c.yaml:1: note: &a marks a place to repeat; leave it out: a term is read where it stands"),
        ("a: 1\n---\nb: 2", "c.yaml:2: a second document starts here; keep one document a file"),
        ("note: !!python/name:os.system x", "c.yaml:1: note: the tag tag:yaml.org,2002:python/name:os.system means nothing here; leave it out"),
        ("[" * 60 + "]" * 60, "c.yaml:1: is nested more than 50 deep"),
        ("{[a]: b}", "c.yaml:1: a mapping or list can't be a name here; quote text that starts with { or ["),
        (b"note: caf\xe9", "c.yaml:1: byte 10 (0xe9) is not UTF-8; save the file as UTF-8"),
        ("a: 1\nnote: \x07", "c.yaml:2: holds a character that can't stand in YAML (U+0007); delete it"),
        ("note: 'x", "c.yaml:1: is not YAML: found unexpected end of stream, while scanning a quoted scalar; close the quote or bracket that opens here"),
        ("levels:\n\t- a", "c.yaml:2: is not YAML: found character that cannot start any token, while scanning for the next token; indent with blanks, not tabs"),
        ("note: a: b", "c.yaml:1: is not YAML: mapping values are not allowed in this context; quote text that holds a colon and a blank, and indent names of one level alike"),
        ("note: @a", "c.yaml:1: is not YAML: found character that cannot start any token, while scanning for the next token; quote text that starts with @, ` or %"),
        ("x" * 1_000_001, "c.yaml: is 1,000,001 bytes long; a document of terms is at most 1,000,000; is this the right file?"),
    ],
)  # fmt: skip
def test_what_keeps_a_document_from_being_read_is_told(text: str | bytes, said: str) -> None:
    assert faults(text) == [said]


def test_an_alias_is_refused_beside_its_anchor() -> None:
    assert [fault.split("; ")[0] for fault in faults("note: &a x\nnames: [*a]")] == [
        "c.yaml:1: note: &a marks a place to repeat",
        "c.yaml:2: names: *a repeats another place",
    ]


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    contract, _ = read_document_text(b"\xef\xbb\xbfnote: x", Contract, name="c.yaml")
    assert contract is not None
    assert contract.note == "x"


@pytest.mark.parametrize("place", ["nowhere.yaml", ""])
def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path, place: str) -> None:
    contract, problems = read_document(tmp_path / place, Contract)
    assert contract is None
    assert problems[0].what in ("there is no such file", "is a folder, not a file")


def test_a_place_that_is_not_written_has_the_line_of_the_nearest_above() -> None:
    document, _ = compose_document("levels:\n  SL1:\n    expected: 1\n", name="c.yaml")
    assert document is not None
    lines: list[Any] = [document.line_of("levels", "SL1", "expected"), document.line_of("levels", "SL1", "minimum")]
    assert lines == [3, 2]
    assert str(document.problem("levels", "SL1", what="is odd")) == "c.yaml:2: levels.SL1: is odd"
