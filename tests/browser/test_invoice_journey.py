"""The invoice's journey: the client opens the provider's last invoice, sees every difference, and decides a line."""

import pytest
from playwright.sync_api import Browser, expect

from remit.finance.invoices import FindingKind
from tests.browser.conftest import ENGAGEMENT, DemoSite
from tests.lib.browsing import reading

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]


def test_the_client_finds_twelve_kinds_of_differences_and_disputes_a_line(browser: Browser, demo: DemoSite) -> None:
    with reading(browser, demo.url, demo.client()) as page:
        page.goto(f"/engagements/{ENGAGEMENT}/invoices/")
        page.get_by_role("link", name="2025-12-117").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Invoice 2025-12-117")
        told = page.locator("main").inner_text()
        assert len([kind for kind in FindingKind if f"{kind}:" in told]) >= 12
        row = page.locator("tr", has_text="wrong exchange rate")
        row.locator("summary", has_text="Decide").click()
        row.get_by_label("Decision").select_option("disputed")
        row.get_by_label("Why").fill("The contract fixes 0.0156.")
        row.get_by_role("button", name="Decide").click()
        expect(page.locator("tr", has_text="wrong exchange rate")).to_contain_text("The contract fixes 0.0156.")
    with reading(browser, demo.url, demo.provider()) as page:
        page.goto(f"/engagements/{ENGAGEMENT}/invoices/")
        page.get_by_role("link", name="2025-12-117").click()
        expect(page.locator("tr", has_text="wrong exchange rate")).to_contain_text("disputed")
        assert page.get_by_role("button", name="Decide").count() == 0
