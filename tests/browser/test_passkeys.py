"""A passkey in a real browser: added and used under the site's own Content-Security-Policy."""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from remit.web.accounts.roles import Role
from remit.web.shared.models import AuditEntry
from tests.lib.web_world import PASSWORD, build_world

CHROMIUM = shutil.which("chromium")
SWITCHES = """
--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync
""".split()
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def in_a_browser(walk: Callable[[Page], Any]) -> Any:
    """A walk in a browser of its own, in a thread of its own: its event loop stays out of the database's way."""

    def run() -> Any:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
            try:
                return walk(browser.new_page())
            finally:
                browser.close()

    with ThreadPoolExecutor(max_workers=1) as threads:
        return threads.submit(run).result(timeout=120)


def walk_with_a_passkey(page: Page, site: str, address: str) -> list[str]:
    """Sign in, add a passkey, sign out, sign in with it alone; the addresses reached."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.goto(f"{site}/account/login/")
    page.fill("[name=login]", address)
    page.fill("[name=password]", PASSWORD)
    page.click("button.primary")
    page.goto(f"{site}/account/reauthenticate/?next=/account/passkeys/add/")
    page.fill("[name=password]", PASSWORD)
    page.click("button.primary")
    page.fill("[name=name]", "My laptop")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/second-factor/codes/")
    reached = [page.url]
    page.goto(f"{site}/account/logout/")
    page.click("main button.primary")
    page.goto(f"{site}/account/login/")
    page.click("#passkey_login")
    page.wait_for_url(f"{site}/")
    page.goto(f"{site}/account/profile/")
    return [*reached, page.inner_text("h1")]


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
def test_a_passkey_is_added_and_then_lets_in_without_a_password(
    live_server: LiveServer, transactional_db: None
) -> None:
    agent = build_world().person(Role.AGENT)
    site = live_server.url
    codes, heading = in_a_browser(lambda page: walk_with_a_passkey(page, site, agent.email))
    assert (codes, heading) == (f"{site}/account/second-factor/codes/", "Your profile")
    told = list(AuditEntry.objects.order_by("number").values_list("action", flat=True))
    assert told == ["accounts.signed_in", "accounts.passkey_added", "accounts.signed_in"]
    assert AuditEntry.objects.latest("number").after == {"by": "webauthn"}
