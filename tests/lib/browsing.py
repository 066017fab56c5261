"""A real Chromium for tests: started without a screen, asked whether a page can be used by everybody."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
_AXE = Path(__file__).parents[1] / "browser" / "vendor" / "axe.js"
# Rules that are off by default, and whose matter the site answers for.
_RULES = {"target-size": {"enabled": True}}
WIDE, NARROW = 1280, 360
_COMPLAINTS: dict[Page, list[str]] = {}


@dataclass(frozen=True)
class Reader:
    """How somebody reads the site: as whom, in which colours, on how wide a screen."""

    email: str
    password: str
    theme: str = "light"
    width: int = WIDE


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's Chromium; a test that needs it is skipped, with the reason, where there is none."""
    path = os.environ.get("REMIT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium on this machine; on Debian and Ubuntu: apt install chromium")
    if not _AXE.exists():
        pytest.skip("axe-core is missing: make assets")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def reading(browser: Browser, url: str, reader: Reader | None = None) -> Iterator[Page]:
    """A page of a reader's own, signed in where there is one; whatever its console complains of fails the test."""
    looks: dict[str, Any] = {"color_scheme": reader.theme if reader else "light"}
    width = reader.width if reader else WIDE
    context = browser.new_context(base_url=url, viewport={"width": width, "height": 900}, locale="en-GB", **looks)
    context.set_default_timeout(60_000)
    page = context.new_page()
    complaints = _COMPLAINTS[page] = []
    page.on("console", lambda said: complaints.append(said.text) if _is_of_us(said.type, said.text) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        if reader is not None:
            sign_in(page, reader)
        yield page
        assert not complaints, complaints
    finally:
        del _COMPLAINTS[page]
        context.close()


def _is_of_us(kind: str, text: str) -> bool:
    """What a page is to blame for; that an answer's status was 404 is what a test may have asked for."""
    return kind in ("error", "warning") and not text.startswith("Failed to load resource")


def sign_in(page: Page, reader: Reader) -> None:
    """By the form, as people do."""
    page.goto("/account/login/")
    page.get_by_label("Email").fill(reader.email)
    page.get_by_label("Password", exact=True).fill(reader.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/")


def faults(page: Page) -> list[str]:
    """What axe finds on the page as it stands, a line a fault, and whether the page is wider than its screen."""
    # What the console says while axe looks is about axe's own styles.
    before = list(_COMPLAINTS[page])
    options = {"resultTypes": ["violations"], "rules": _RULES, "preload": False}
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    found = page.evaluate(f"axe.run(document, {json.dumps(options)})")
    _COMPLAINTS[page][:] = before
    lines = [
        f"{rule['id']}: {node['html'][:160]} {_why(node)}" for rule in found["violations"] for node in rule["nodes"][:3]
    ]
    wide, screen = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    return [*lines, *([f"the page is {wide} px wide on a screen of {screen}"] if wide > screen else [])]


def _why(node: dict[str, Any]) -> str:
    return "; ".join(check["message"] for check in (*node["any"], *node["all"], *node["none"]))[:300]


def fetched(context: BrowserContext, path: str) -> str | None:
    """The HTML at an address as the reader gets it; None where it is a document to keep, or not there."""
    answer = context.request.get(path, timeout=120_000)
    kind, is_download = answer.headers.get("content-type", ""), "content-disposition" in answer.headers
    is_page = answer.ok and kind.startswith("text/html") and not is_download
    return answer.text() if is_page else None
