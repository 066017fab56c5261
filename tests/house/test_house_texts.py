"""What must not stand in any file of the house, and what must stand in some."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.lib.house_files import HOUSE, HouseFile, house_files

UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
MACHINE_PATH = re.compile(r"(?<![\w.}*$~/:-])/(root|work|tmp|home|Users)(/[\w.-]|$|[\"'` )])")
INDEX_ADDRESS = re.compile(
    r"index-" + r"url|find-" + r"links|default-" + r'index|"resolved": *"http|source *= *\{ *(registry|url)|'
    r"\bregistry *= *[\"']?http|pypi\.org/simple",
    re.IGNORECASE,
)
LOCK_FILES_WITH_ADDRESSES = {"uv.lock", "pylock.toml", "poetry.lock", "Pipfile.lock"}


def test_nothing_is_marked_unfinished() -> None:
    assert list(_lines_with(UNFINISHED, house_files())) == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert list(_lines_with(MACHINE_PATH, house_files())) == []


def test_no_file_records_the_address_of_a_package_index() -> None:
    assert list(_lines_with(INDEX_ADDRESS, house_files())) == []
    assert [file.name for file in house_files() if file.parts[-1] in LOCK_FILES_WITH_ADDRESSES] == []


def test_every_locked_requirement_has_its_version_and_hashes() -> None:
    locked = [file for file in house_files() if file.parts[0] == "requirements" and file.name.endswith(".txt")]
    assert [file.name for file in locked if not file.text.strip()] == []
    for file in locked:
        pins = re.split(r"\n(?=\S)", re.sub(r"^ *#.*\n?", "", file.text, flags=re.MULTILINE).strip())
        assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def test_every_requirement_of_remit_is_locked() -> None:
    locked = set(re.findall(r"^([a-z0-9-]+)==", _text("requirements/development.txt"), flags=re.MULTILINE))
    declared = re.search(r"^dependencies = \[(.*?)^\]", _text("pyproject.toml"), flags=re.MULTILINE | re.DOTALL)
    assert declared is not None
    assert set(re.findall(r'"([a-z0-9-]+)', declared[1])) - locked == set()


def test_the_changelog_has_what_is_unreleased_first() -> None:
    headings = [line for line in _text("CHANGELOG.md").splitlines() if line.startswith("## ")]
    assert headings[:1] == ["## Unreleased"]


def test_every_decision_is_numbered_in_turn_and_says_why() -> None:
    decisions = [file for file in house_files() if file.parts[:2] == ("docs", "decisions") and file.stem[:4].isdigit()]
    assert [int(file.stem[:4]) for file in decisions] == list(range(1, len(decisions) + 1))
    for file in decisions:
        headings = [line for line in file.text.splitlines() if line.startswith("## ")]
        assert headings == ["## Context", "## Decision", "## Consequences", "## Alternatives"], file.name


def test_every_example_says_what_comes_out_of_it() -> None:
    examples = {file.parts[1] for file in house_files() if file.parts[0] == "examples" and len(file.parts) > 2}
    expected = {
        file.parts[1] for file in house_files() if file.parts[0] == "examples" and file.parts[2:3] == ("expected",)
    }
    assert sorted(examples - expected) == []


def test_every_make_target_has_its_line_of_help() -> None:
    makefile, _, _ = _text("Makefile").partition("# The steps of `check`.")
    targets = set(re.findall(r"^\.PHONY: ([a-z-]+)$", makefile, flags=re.MULTILINE))
    told = set(re.findall(r"^([a-z-]+):.*## \S", makefile, flags=re.MULTILINE))
    assert sorted(targets - told) == []


def test_the_rules_on_texts_see_what_they_are_meant_to_see() -> None:
    root, work, links = "/" + "root/x.py", "`/" + "work`", "extra-index" + "-url = https://x"
    assert MACHINE_PATH.search(f"cp {root} .")
    assert MACHINE_PATH.search(work)
    assert INDEX_ADDRESS.search(links)
    assert not MACHINE_PATH.search("https://example.org/home/page, ../work/x, docs/work/")


def _lines_with(pattern: re.Pattern[str], files: tuple[HouseFile, ...]) -> Iterator[str]:
    for file in files:
        for number, line in file.numbered_lines():
            if pattern.search(line):
                yield f"{file.name}:{number}: {line.strip()[:120]}"


def _text(name: str) -> str:
    path: Path = HOUSE / name
    return path.read_text(encoding="utf-8")
