"""Names explain themselves: of modules, of things in the code, of tests."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

from tests.lib.house_files import HouseFile, python_files

SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "service", "services"}

# The left column is what the field's lawyers and floors disagree about; the glossary says which word to take.
NOT_OUR_WORDS = {
    "sla": "service_level",
    "slas": "service_levels",
    "kpi": "key measurement",
    "vendor": "provider",
    "supplier": "provider",
    "penalty": "service_credit",
    "penalties": "service_credits",
    "breach": "a Standing, or default",
    "refund": "earnback",
}


def test_no_module_bears_a_name_that_says_nothing() -> None:
    bad = [
        file.name
        for file in python_files("src", "tests", "benchmarks")
        if SAYS_NOTHING & {part.removesuffix(".py").lower() for part in file.parts}
        or SAYS_NOTHING & set(re.split(r"_+", file.stem)[-1:])
    ]
    assert bad == []


def test_the_code_speaks_the_glossary() -> None:
    bad = [
        f"{file.name}:{line}: {name}; say {NOT_OUR_WORDS[word]}"
        for file in python_files("src", "benchmarks")
        for line, name in _names_given(file)
        for word in _words(name)
        if word in NOT_OUR_WORDS
    ]
    assert bad == []


def test_every_test_is_named_as_a_sentence() -> None:
    bad = [
        f"{file.name}:{node.lineno}: {node.name}"
        for file in python_files("tests")
        for node in ast.walk(file.tree())
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and len(node.name.removeprefix("test_").split("_")) < 3
    ]
    assert bad == []


def test_no_two_test_files_bear_one_name() -> None:
    names = Counter(
        file.parts[-1] for file in python_files("tests") if file.parts[-1] not in {"conftest.py", "__init__.py"}
    )
    assert [name for name, times in names.items() if times > 1] == []


def test_words_are_read_out_of_names() -> None:
    assert _words("made_sla_flag") == ["made", "sla", "flag"]
    assert _words("VendorCredit") == ["vendor", "credit"]


def _names_given(file: HouseFile) -> Iterator[tuple[int, str]]:
    for node in ast.walk(file.tree()):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id


def _words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)]
