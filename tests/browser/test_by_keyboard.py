"""The site without a mouse: every stop is seen, the content is one key away, menus open and close."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ENGAGEMENT, DemoSite
from tests.lib.browsing import reading

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

_FOCUSED = """() => {
  const at = document.activeElement, look = getComputedStyle(at), box = at.getBoundingClientRect();
  return [at.outerHTML.slice(0, 120), look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2,
          box.width > 0 && box.height > 0 && box.right > 0];
}"""


def stops(page: Page, most: int = 60) -> list[tuple[str, bool, bool]]:
    """What Tab stops at, from the top to where it begins again: its markup, whether its ring is seen, whether it is."""
    found: list[tuple[str, bool, bool]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        markup, has_ring, is_seen = page.evaluate(_FOCUSED)
        if markup.startswith("<body"):
            break
        found.append((markup, has_ring, is_seen))
    return found


def test_every_stop_of_the_keyboard_is_seen(browser: Browser, demo: DemoSite) -> None:
    with reading(browser, demo.url, demo.client()) as page:
        for path in ("/", f"/engagements/{ENGAGEMENT}/", f"/engagements/{ENGAGEMENT}/people/"):
            page.goto(path)
            found = stops(page)
            assert len(found) >= 5
            assert [markup for markup, has_ring, is_seen in found if not (has_ring and is_seen)] == []


def test_the_first_stop_leads_past_the_frame_to_the_content(browser: Browser, demo: DemoSite) -> None:
    with reading(browser, demo.url, demo.client()) as page:
        page.goto("/")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"


def test_the_menus_open_and_close_by_keyboard_and_give_the_focus_back(browser: Browser, demo: DemoSite) -> None:
    with reading(browser, demo.url, demo.client()) as page:
        page.goto("/")
        switcher = page.locator("details.switcher > summary")
        switcher.focus()
        page.keyboard.press("Enter")
        expect(page.locator("details.switcher")).to_have_attribute("open", "")
        page.keyboard.press("Escape")
        expect(page.locator("details.switcher")).not_to_have_attribute("open", "")
        expect(switcher).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/engagements/**")


def test_somebody_signs_in_and_out_by_keyboard_alone(browser: Browser, demo: DemoSite) -> None:
    with reading(browser, demo.url) as page:
        page.goto("/account/login/")
        page.get_by_label("Email").focus()
        page.keyboard.type(demo.client().email)
        page.keyboard.press("Tab")
        page.keyboard.type(demo.password)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{demo.url}/")
        page.locator("details.person > summary").focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Sign out").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/account/login/**")
