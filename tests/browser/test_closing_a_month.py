"""The journey of closing a month: the provider proposes its figures, a dispute is decided, the client closes it."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ENGAGEMENT, DemoSite
from tests.lib.browsing import reading

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]
MONTH = f"/engagements/{ENGAGEMENT}/months/2025-10/"


def click(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_both_sides_close_a_month_and_an_open_dispute_keeps_it_open(browser: Browser, demo: DemoSite) -> None:
    heading = {"level": 1}
    with reading(browser, demo.url, demo.provider()) as page:
        page.goto(f"/engagements/{ENGAGEMENT}/")
        page.get_by_role("link", name="Months", exact=True).click()
        page.get_by_role("link", name=re.compile("October 2025")).click()
        click(page, "Propose the figures")
        expect(page.get_by_role("heading", **heading)).to_contain_text("proposed")  # type: ignore[arg-type]
        page.goto(f"/engagements/{ENGAGEMENT}/disputes/new/?subject=level&month=2025-10&reference=SL1")
        page.get_by_label("What is wrong").fill("Calls of the outage count.")
        click(page, "Raise it")
        expect(page.get_by_role("heading", **heading)).to_contain_text("SL1")  # type: ignore[arg-type]
    with reading(browser, demo.url, demo.client()) as page:
        page.goto(MONTH)
        click(page, "Agree for our side")
        page.once("dialog", lambda dialog: dialog.accept())
        click(page, "Close the month")
        expect(page.locator("main")).to_contain_text("is open")
        page.goto(MONTH)
        page.get_by_role("link", name=re.compile("about SL1 is open")).click()
        page.get_by_label("Decision").select_option("refused")
        page.get_by_label("Reason").fill("The outage was announced.")
        click(page, "Decide")
        page.goto(MONTH)
        page.once("dialog", lambda dialog: dialog.accept())
        click(page, "Close the month")
        expect(page.get_by_role("heading", **heading)).to_contain_text("closed")  # type: ignore[arg-type]
