"""The journeys the site is for: why a level was missed and what it costs, in three clicks, by both sides."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ENGAGEMENT, DemoSite
from tests.lib.browsing import NARROW, Reader, reading

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

_LISTED_WITHIN_MS = 180_000


def the_missed_level(page: Page) -> None:
    """From the first page to the level that is worst, in one click."""
    needs = page.get_by_role("heading", name="What needs you")
    expect(needs).to_be_visible()
    page.locator("section", has=needs).get_by_role("link", name=re.compile("below minimum")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("SL")


def what_it_costs(page: Page, month: str) -> str:
    """From anywhere in the engagement to the month's credit, in two clicks."""
    page.get_by_role("link", name="Settlements", exact=True).click()
    page.get_by_role("link", name=re.compile(month)).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Settlement of")
    return page.locator("main").inner_text()


@pytest.mark.parametrize("side", ["client", "provider"])
def test_each_side_finds_in_three_clicks_why_a_level_was_missed_and_what_it_costs(
    browser: Browser, demo: DemoSite, side: str
) -> None:
    reader: Reader = getattr(demo, side)()
    with reading(browser, demo.url, reader) as page:
        the_missed_level(page)
        why = page.locator("main").inner_text()
        assert "below minimum" in why
        assert re.search(r"[\d.]+ % = [\d,]+ / [\d,]+", why)
        cost = what_it_costs(page, "December 2025")
        assert re.search(r"Service credit\s+EUR [\d,]+\.\d\d", cost)
        assert "Ex. B" in cost


def test_a_number_opens_down_to_its_records_and_one_record_to_its_clock(browser: Browser, demo: DemoSite) -> None:
    with reading(browser, demo.url, demo.client()) as page:
        page.goto(f"/engagements/{ENGAGEMENT}/performance/levels/SL4/?month=2025-04")
        page.get_by_role("link", name=re.compile("^Records of")).click()
        rows = page.locator("table.data tbody tr")
        expect(rows.first).to_be_visible(timeout=_LISTED_WITHIN_MS)
        page.get_by_label("Show").select_option("missed")
        page.get_by_role("button", name="Filter").click()
        expect(rows.first).to_contain_text("missed")
        rows.first.get_by_role("link").first.click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert re.search(r"running", page.locator("main").inner_text(), re.IGNORECASE)


def test_a_phone_shows_the_heat_map_and_opens_a_cell(browser: Browser, demo: DemoSite) -> None:
    with reading(browser, demo.url, demo.provider("dark", NARROW)) as page:
        page.goto(f"/engagements/{ENGAGEMENT}/performance/")
        page.locator("table.heat td a").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("SL1")


def test_the_pages_work_without_a_script(browser: Browser, demo: DemoSite) -> None:
    context = browser.new_context(base_url=demo.url, java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto("/account/login/")
        page.get_by_label("Email").fill(demo.client().email)
        page.get_by_label("Password", exact=True).fill(demo.password)
        page.get_by_role("button", name="Sign in", exact=True).click()
        the_missed_level(page)
        what_it_costs(page, "December 2025")
        page.locator("details.person > summary").click()
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/account/login/**")
    finally:
        context.close()


def test_one_provider_never_sees_the_other(browser: Browser, demo: DemoSite) -> None:
    with reading(browser, demo.url, demo.provider()) as page:
        for path in ("/", f"/engagements/{ENGAGEMENT}/", f"/engagements/{ENGAGEMENT}/people/"):
            page.goto(path)
            assert "Southbank" not in page.content()
        answer = page.goto("/engagements/customer-care-southbank-desk/performance/")
        assert answer is not None
        assert answer.status == 404
