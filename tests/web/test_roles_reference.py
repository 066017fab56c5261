"""What the docs say of roles and of the environment is what the product does."""

import re

import pytest

from remit.terms.problems import ProblemsFound
from remit.web.accounts.roles import SENTENCES, TITLES
from remit.web.accounts.roles_page import roles_page
from remit.web.keys import number_given, proxies_trusted
from tests.lib.house_files import HOUSE


def test_the_page_of_roles_is_current() -> None:
    committed = (HOUSE / "docs" / "reference" / "roles.md").read_text(encoding="utf-8")
    assert committed == roles_page(), "docs/reference/roles.md is out of date; run: make docs"


def test_the_page_tells_every_role_and_every_duty() -> None:
    page = roles_page()
    assert [title for title in TITLES.values() if f"| {title} |" not in page] == []
    assert [sentence for sentence in SENTENCES.values() if f"| {sentence} |" not in page] == []


def test_every_variable_that_the_site_reads_is_told_in_the_guide_and_no_other() -> None:
    read = re.compile(r'"((?:REMIT_[A-Z_]+)|DATABASE_URL)"')
    code = [(HOUSE / "src" / "remit" / "web" / name).read_text(encoding="utf-8") for name in ("settings.py", "keys.py")]
    guide = (HOUSE / "docs" / "installing.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(REMIT_[A-Z_]+|DATABASE_URL)`", guide, flags=re.MULTILINE))
    assert {name for text in code for name in read.findall(text)} == told


@pytest.mark.parametrize(("given", "count"), [("no", 0), ("", 0), ("yes", 1), ("TRUE", 1), ("2", 2)])
def test_proxies_are_believed_in_the_number_given(given: str, count: int) -> None:
    assert proxies_trusted(given) == count


@pytest.mark.parametrize("given", ["maybe", "-1", "1.5", "12"])
def test_a_number_of_proxies_that_is_none_is_told(given: str) -> None:
    with pytest.raises(ProblemsFound, match="neither yes, no nor a number of proxies"):
        proxies_trusted(given)


@pytest.mark.parametrize("given", ["many", "-5", "0", "1.5"])
def test_a_variable_that_is_no_number_is_told_by_its_name(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMIT_UPLOAD_LIMIT_MB", given)
    with pytest.raises(ProblemsFound, match=r"REMIT_UPLOAD_LIMIT_MB: .* is no whole number above 0"):
        number_given("REMIT_UPLOAD_LIMIT_MB", 512)
