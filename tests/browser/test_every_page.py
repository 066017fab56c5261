"""Every page that people can reach, in a real browser: usable by everybody, in light and dark, wide and narrow."""

import re
from collections import deque
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page

from tests.browser.conftest import ENGAGEMENT, DemoSite
from tests.lib.browsing import NARROW, WIDE, Reader, faults, fetched, reading
from tests.web.test_role_walk import PAGES

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

_LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)')
_MOST_LINKS = 20_000


def view_at(path: str) -> str | None:
    """The name of the view that answers at a path; None where it is none of the site's."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return None


def a_page_of_each_view(page: Page) -> dict[str, str]:
    """One address for each view that can be reached by following links from the first page."""
    found: dict[str, str] = {}
    waiting, met = deque(["/"]), {"/"}
    while waiting and len(met) < _MOST_LINKS:
        path = waiting.popleft()
        view = view_at(urlsplit(path).path)
        if view is None or view in found:
            continue
        text = fetched(page.context, path)
        if text is None:
            continue
        found[view] = path
        for link in links_of(text):
            if link not in met:
                met.add(link)
                waiting.append(link)
    return found


def links_of(text: str) -> Iterator[str]:
    """The site's own addresses that a page links to."""
    for link in _LINK.findall(text):
        if link.startswith("/") and not link.startswith(("//", "/static/")):
            yield link.replace("&amp;", "&")


def found_on(page: Page, paths: dict[str, str]) -> list[str]:
    """The faults of several pages, each with its view's name."""
    told: list[str] = []
    for view, path in sorted(paths.items()):
        page.goto(path)
        told += [f"{view} ({path}): {fault}" for fault in faults(page)]
    return told


def looks(reader: Reader) -> tuple[Reader, Reader]:
    """The same reader at a wide screen in light and on a phone in dark."""
    return (
        Reader(reader.email, reader.password, "light", WIDE),
        Reader(reader.email, reader.password, "dark", NARROW),
    )


def other_looks(reader: Reader) -> tuple[Reader, Reader]:
    """The two ways that are left."""
    return (
        Reader(reader.email, reader.password, "dark", WIDE),
        Reader(reader.email, reader.password, "light", NARROW),
    )


def test_every_page_of_the_client_can_be_used_by_everybody(browser: Browser, demo: DemoSite) -> None:
    for reader in looks(demo.client()):
        with reading(browser, demo.url, reader) as page:
            paths = a_page_of_each_view(page)
            assert len(paths) >= 15
            assert found_on(page, paths) == [], (reader.theme, reader.width)


def test_every_page_of_the_provider_can_be_used_by_everybody(browser: Browser, demo: DemoSite) -> None:
    for reader in other_looks(demo.provider()):
        with reading(browser, demo.url, reader) as page:
            assert found_on(page, a_page_of_each_view(page)) == [], (reader.theme, reader.width)


def test_every_page_of_the_administrator_can_be_used_by_everybody(browser: Browser, demo: DemoSite) -> None:
    for reader in looks(demo.administrator()):
        with reading(browser, demo.url, reader) as page:
            assert found_on(page, a_page_of_each_view(page)) == [], (reader.theme, reader.width)


MADE_BY_A_FORM = (
    "accounts:seat", "backtests:one", "connections:webhook", "contracts:draft", "contracts:edit",
    "exclusions:request", "issues:dispute", "issues:records", "packets:check", "packets:packet", "providers:site",
)  # fmt: skip
FAIR = ("fairness:comparison", "fairness:signal")
RELIEVED = ("relief:claim", "relief:new")

ELSEWHERE: dict[str, tuple[str, ...]] = {
    "a file": (
        "accounts:audit_export", "accounts:whole_audit_export", "backtests:document", "benefits:case_file",
        "benefits:costs_as_they_stand", "benefits:costs_file", "benefits:document", "contracts:archive",
        "contracts:document", "deadlines:file", "exclusions:agreed", "exclusions:evidence", "finance:invoice_file",
        "finance:pro_forma_file", "issues:evidence", "packets:file", "packets:public_key", "performance:quarantine",
        "performance:records_file", "performance:rows_to_mend", "performance:statement", "settlements:evidence",
    ),
    "for programs": ("alive", "contracts:words", "deadlines:feed", "openapi", "ready"),
    "a part of a page": (
        "backtests:progress", "benefits:progress", "exclusions:progress", "finance:invoice_progress", "jobs:progress",
        "fairness:comparison_progress", "fairness:look_progress", "packets:check_progress", "packets:progress",
        "performance:load_progress", "performance:picture", "performance:records_progress",
        "performance:split_progress", "relief:progress", "reported:progress",
    ),
    "reached from elsewhere, by mail or by an identity provider": (
        "account_email", "account_signup", "accounts:accept", "saml_finish_acs",
    ),
    "looked at below, once its list is made": ("performance:record",),
    "made by a form first, and looked at in test_pages_made_by_forms.py": (*MADE_BY_A_FORM, *FAIR, *RELIEVED),
}  # fmt: skip
"""Views that no link leads to in the demo, by the reason; whoever adds one either links to it or says it here."""


def test_every_page_with_an_address_is_looked_at_or_says_why_not(browser: Browser, demo: DemoSite) -> None:
    reached: set[str] = set()
    for reader in (demo.client(), demo.provider(), demo.administrator()):
        with reading(browser, demo.url, reader) as page:
            reached |= set(a_page_of_each_view(page))
    shown = {name for name, page in PAGES.items() if "GET" in page.callback.methods}
    assert shown - reached - {name for names in ELSEWHERE.values() for name in names} == set()


def test_the_page_of_a_record_can_be_used_by_everybody(browser: Browser, demo: DemoSite) -> None:
    for reader in looks(demo.client()):
        with reading(browser, demo.url, reader) as page:
            page.goto(f"/engagements/{ENGAGEMENT}/performance/levels/SL4/2025-04/")
            record = page.locator("table.data tbody tr th a").first
            record.wait_for(timeout=300_000)
            record.click()
            page.get_by_role("heading", level=1).wait_for()
            assert faults(page) == [], (reader.theme, reader.width)


def test_pages_that_say_no_can_be_used_by_everybody(browser: Browser, demo: DemoSite) -> None:
    with reading(browser, demo.url, demo.provider("dark", NARROW)) as page:
        refused = {"absent": "/nothing/", "foreign": "/engagements/elsewhere/", "for administrators": "/people/"}
        assert found_on(page, refused) == []


def test_a_page_comes_from_the_site_alone(browser: Browser, demo: DemoSite) -> None:
    with reading(browser, demo.url, demo.client()) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto("/")
        page.wait_for_load_state("networkidle")
        assert [url for url in asked if not url.startswith(demo.url)] == []
        assert len(asked) >= 5
