"""How a module is written: its length, its first line, its docstrings; what ruff can see is left to ruff."""

import ast

from tests.lib.house_files import HouseFile, house_files, python_files

LONGEST = 400

# A file that must be longer, with the reason; the first answer is to make it a room of its own.
LONGER_FOR_A_REASON: dict[str, str] = {}


def test_no_source_file_is_longer_than_it_may_be() -> None:
    long = {file.name: _length(file) for file in python_files("src", "benchmarks") if _length(file) > LONGEST}
    assert {name: lines for name, lines in long.items() if name not in LONGER_FOR_A_REASON} == {}


def test_the_list_of_long_files_names_only_long_files_and_their_reasons() -> None:
    lengths = {file.name: _length(file) for file in house_files()}
    assert [name for name in LONGER_FOR_A_REASON if lengths.get(name, 0) <= LONGEST] == []
    assert [name for name, reason in LONGER_FOR_A_REASON.items() if len(reason.split()) < 5] == []


def test_every_module_opens_with_one_line_that_says_what_is_kept_in_it() -> None:
    # Migrations are written by the framework.
    written = [file for file in python_files("src", "benchmarks") if "migrations" not in file.parts]
    bad = [file.name for file in written if not _opens_with_one_line(file)]
    assert bad == []


def test_whatever_a_pure_room_offers_has_a_docstring() -> None:
    bad = [
        f"{file.name}:{node.lineno}: {node.name}"
        for file in python_files("src")
        if file.is_pure
        for node in file.tree().body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert bad == []


def test_nothing_is_made_empty_for_later() -> None:
    packages = {file.parts[:-1] for file in python_files("src") if file.parts[-1] == "__init__.py"}
    filled = {
        file.parts[:depth]
        for file in python_files("src")
        if len(file.tree().body) > 1
        for depth in range(1, len(file.parts))
    }
    assert sorted("/".join(package) for package in packages - filled) == []


def _length(file: HouseFile) -> int:
    return len(file.text.splitlines())


def _opens_with_one_line(file: HouseFile) -> bool:
    first, _, rest = (ast.get_docstring(file.tree()) or "").partition("\n")
    return len(first.split()) >= 3 and first.endswith(".") and (not rest or rest.startswith("\n"))
