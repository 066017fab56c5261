"""The worked examples of a reference page: files, a mapping and what comes of them, read from the page itself."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import openpyxl

_BLOCK = re.compile(r"^(?P<indent> *)```(?P<kind>[^\n]+)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_FILES = ("csv", "tsv", "jsonl", "xlsx")


@dataclass(frozen=True)
class Block:
    """A block of a page: the word after its fence, what follows that word, and its text."""

    kind: str
    subject: str
    text: str


@dataclass(frozen=True)
class WorkedExample:
    """A file, its mapping and the tables that come of it, under one heading of the page."""

    title: str
    file: Block
    mapping: str
    tables: tuple[Block, ...]


def blocks_of(page: str) -> list[Block]:
    """Every block of a page, those inside lists too."""
    found = []
    for block in _BLOCK.finditer(page):
        kind, _, subject = block["kind"].partition(" ")
        found.append(Block(kind, subject, dedent(block["text"])))
    return found


def worked_examples(page: str) -> Iterator[WorkedExample]:
    """The sections of a page that show a file and what comes of it."""
    for section in re.split(r"^#{2,3} (?=\S)", page, flags=re.MULTILINE)[1:]:
        title, _, text = section.partition("\n")
        blocks = blocks_of(text)
        files = [block for block in blocks if block.kind in _FILES]
        if files:
            (file,) = files
            (mapping,) = (block.text for block in blocks if (block.kind, block.subject) == ("yaml", "mapping"))
            yield WorkedExample(title, file, mapping, tuple(block for block in blocks if block.kind == "text"))


def write_file(block: Block, *, folder: Path, encoding: str) -> None:
    """The file as the page shows it; a workbook's sheet is shown as a table, `name.xlsx: Sheet`."""
    name, _, sheet = block.subject.partition(": ")
    if block.kind != "xlsx":
        (folder / name).write_text(block.text, encoding=encoding)
        return
    workbook = openpyxl.Workbook()
    page = workbook.active
    assert page is not None
    page.title = sheet
    for cells in text_table(block.text):
        page.append([cell or None for cell in cells])
    workbook.save(folder / name)


def text_table(text: str) -> list[list[str]]:
    """The cells of a table written with bars, its header first."""
    return [[cell.strip() for cell in line.split("|")] for line in text.splitlines()]


def as_text_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> list[list[str]]:
    """Rows of an engine in the same form: nothing is empty, flags are true and false."""
    return [list(header), *([_written(cell) for cell in row] for row in rows)]


def _written(cell: object) -> str:
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)
