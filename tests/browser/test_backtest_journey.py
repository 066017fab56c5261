"""Terms tried before anybody signs them: a draft of one's own beside the agreed terms, on the past year."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import ENGAGEMENT, DemoSite
from tests.lib.browsing import reading

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

_TESTED_WITHIN_MS = 300_000


def test_a_back_test_compares_a_draft_with_the_agreed_terms(browser: Browser, demo: DemoSite) -> None:
    with reading(browser, demo.url, demo.client()) as page:
        page.goto(f"/engagements/{ENGAGEMENT}/contract/versions/1/")
        page.get_by_role("button", name="Begin a draft with it").click()
        page.get_by_role("link", name="contract.yaml", exact=True).first.click()
        text = page.locator("#id_content")
        text.fill(text.input_value().replace("allocation: {SL1: 60%", "allocation: {SL1: 40%"))
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_role("link", name="Back-tests", exact=True).click()
        page.get_by_role("link", name="Test terms").first.click()
        draft = page.locator("#id_second option", has_text="draft").first.get_attribute("value")
        assert draft
        page.get_by_label("Compared with").select_option(draft)
        page.get_by_role("button", name="Test", exact=True).click()
        expect(page.get_by_role("heading", name="Side by side")).to_be_visible(timeout=_TESTED_WITHIN_MS)
        main = page.locator("main")
        expect(main).to_contain_text("its share of what is at risk is 60 %, then 40 %")
        expect(main).to_contain_text("1,000 years drawn from 12 past months")
        assert page.locator("svg.money").count() == 4
