"""A month settled together: exclusions asked for and granted in part, the month closed, its packet computed again."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ENGAGEMENT, DemoSite
from tests.lib.browsing import reading

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

_HERE = f"/engagements/{ENGAGEMENT}"
_WORKED_WITHIN_MS = 180_000
_GRANTED = 10


def asked_for(page: Page) -> str:
    """The provider asks for Manila's missed calls of April to be left out; the request's address."""
    page.goto(f"{_HERE}/exclusions/new/")
    page.get_by_label("Service level").select_option("SL1")
    page.get_by_role("textbox", name="Month").fill("2025-04")
    page.get_by_label("Why they should not count").fill("The carrier dropped calls on the 8th.")
    page.get_by_label("Filter").fill("site = 'Manila'")
    page.get_by_label("Only those that missed").check()
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#effect table")).to_contain_text("69.42 % = 202 / 291", timeout=_WORKED_WITHIN_MS)
    expect(page.locator("#effect table")).to_contain_text("76.81 % = 202 / 263")
    return page.url


def granted_in_part(page: Page, address: str) -> None:
    """The client excludes ten of them; the level is measured anew without those."""
    page.goto(address)
    boxes = page.get_by_role("checkbox")
    for number in range(_GRANTED):
        boxes.nth(number).check()
    page.get_by_label("Exclude those ticked").check()
    page.get_by_label("Answer").fill("The carrier confirms these ten.")
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("granted in part")
    for _ in range(_WORKED_WITHIN_MS // 1_000):
        page.goto(f"{_HERE}/performance/levels/SL1/?month=2025-04")
        if page.get_by_text("202 / 281").count():
            return
        page.wait_for_timeout(1_000)
    raise AssertionError("the months were not measured anew")


def test_both_sides_close_a_month_and_its_packet_is_computed_again(
    browser: Browser, demo: DemoSite, tmp_path: Path
) -> None:
    month = f"{_HERE}/months/2025-04/"
    with reading(browser, demo.url, demo.provider()) as provider, reading(browser, demo.url, demo.client()) as client:
        granted_in_part(client, asked_for(provider))
        client.goto(month)
        client.get_by_role("button", name="Propose the figures").click()
        provider.goto(month)
        provider.get_by_role("button", name="Agree for our side").click()
        client.goto(month)
        client.on("dialog", lambda dialog: dialog.accept())
        client.get_by_role("button", name="Close the month").click()
        expect(client.get_by_role("heading", level=1)).to_contain_text("closed")
        provider.goto(f"{_HERE}/packets/")
        key = re.search(r"[0-9a-f:]{32,}|SHA256:\S+", provider.locator("dl.facts").inner_text())
        assert key is not None
        provider.get_by_label("Month", exact=True).select_option("2025-04")
        provider.get_by_role("button", name="Make a packet").click()
        link = provider.get_by_role("link", name=re.compile("Download"))
        expect(link.first).to_be_visible(timeout=_WORKED_WITHIN_MS)
        with provider.expect_download() as waiting:
            link.first.click()
        packet = tmp_path / "packet.zip"
        waiting.value.save_as(packet)
    verified = verify(packet, key[0])
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "reproduced" in verified.stdout
    content = bytearray(packet.read_bytes())
    content[len(content) // 2] ^= 1
    packet.write_bytes(content)
    assert verify(packet, key[0]).returncode == 1


def verify(packet: Path, key: str) -> "subprocess.CompletedProcess[str]":
    """What the command says on a machine that has nothing of the site."""
    bare = {"PATH": os.environ["PATH"], "HOME": str(packet.parent)}
    command = [sys.executable, "-m", "remit", "verify", str(packet), "--trust", key]
    return subprocess.run(command, env=bare, cwd=packet.parent, capture_output=True, text=True, check=False)
