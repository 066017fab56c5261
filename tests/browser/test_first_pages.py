"""The first two pages in a real browser, quickly: signing in and what comes after it."""

from typing import Any

import pytest
from playwright.sync_api import expect

from remit.web.accounts.roles import Role
from tests.lib.browsing import NARROW, Reader, chromium, faults, reading
from tests.lib.web_world import PASSWORD, build_world


def test_somebody_signs_in_and_finds_their_engagement_on_a_phone(
    transactional_db: None, live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The browser's library runs an event loop in this thread, which the framework would take for asynchronous code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    somebody = build_world().person(Role.BPO_MANAGER)
    reader = Reader(somebody.email, PASSWORD, theme="dark", width=NARROW)
    with chromium() as browser, reading(browser, live_server.url) as stranger:
        stranger.goto("/account/login/")
        assert faults(stranger) == []
        with reading(browser, live_server.url, reader) as page:
            expect(page.get_by_role("heading", level=1)).to_have_text("Today")
            expect(page.get_by_role("link", name="Customer care Northline").last).to_be_visible()
            assert faults(page) == []
