"""What every page owes whoever opens it: no forged forms, no foreign frames, no script of others, no way elsewhere."""

import re
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client

from remit.web.accounts.roles import Role
from tests.lib.web_world import PASSWORD, World
from tests.web.conftest import signed_in
from tests.web.test_role_walk import PAGES, Page, address_in

FORMS = sorted(name for name, page in PAGES.items() if "POST" in page.callback.methods and not name.startswith("api"))
OF_THE_LIBRARY = """
/account/login/ /account/logout/ /account/password/reset/ /account/password/ /account/reauthenticate/
/account/sessions/ /account/second-factor/app/add/ /account/second-factor/codes/new/ /account/passkeys/login/
""".split()


def reader_of(world: World, page: Page) -> Any:
    """Somebody whom the page's door lets in."""
    assert page.access is not None
    return world.administrator if page.access.kind == "administrator" else world.person(Role.ACCOUNT_MANAGER)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_sent_from_elsewhere_is_refused(world: World, name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(reader_of(world, PAGES[name]))
    assert client.post(address_in(PAGES[name], "care-north")).status_code == 403


@pytest.mark.parametrize("address", OF_THE_LIBRARY)
def test_a_form_of_the_way_in_sent_from_elsewhere_is_refused(world: World, address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    if "login" not in address:
        client.force_login(world.person(Role.AGENT))
    assert client.post(address).status_code == 403


def test_a_forms_own_token_lets_it_through(world: World) -> None:
    client, agent = Client(enforce_csrf_checks=True), world.person(Role.AGENT)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get("/account/login/").content.decode())
    assert token is not None
    given = {"login": agent.email, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    assert client.post("/account/login/", given).status_code == 302


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        r"\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example/",
        "http://127.0.0.1:8000@evil.example/",
        "https://127.0.0.1.evil.example/",
    ],
)
def test_signing_in_and_out_leads_to_no_other_site(world: World, elsewhere: str) -> None:
    agent = world.person(Role.AGENT)
    client = Client()
    given = {"login": agent.email, "password": PASSWORD, "next": elsewhere}
    signed = client.post("/account/login/", given)
    assert (signed.status_code, signed["Location"]) == (302, "/")
    assert client.post("/account/logout/", {"next": elsewhere})["Location"] == "/account/login/"


def test_signing_in_leads_back_to_the_page_that_was_asked_for(world: World) -> None:
    client = Client()
    asked = client.get("/engagements/care-north/people/")
    assert asked["Location"] == "/account/login/?next=/engagements/care-north/people/"
    team_lead = world.person(Role.TEAM_LEAD)
    given = {"login": team_lead.email, "password": PASSWORD, "next": "/engagements/care-north/people/"}
    assert client.post("/account/login/", given)["Location"] == "/engagements/care-north/people/"


SHOWN = sorted(name for name, page in PAGES.items() if "GET" in page.callback.methods and not name.startswith("api"))


def test_no_page_can_be_framed_and_none_runs_a_script_that_is_not_the_sites_own(world: World) -> None:
    wrong = []
    for name in SHOWN:
        answer = signed_in(reader_of(world, PAGES[name])).get(address_in(PAGES[name], "care-north"))
        policy = answer.headers.get("Content-Security-Policy", "")
        kept = {
            "frame": answer.headers.get("X-Frame-Options") == "DENY" and "frame-ancestors 'none'" in policy,
            "script": "script-src 'self'" in policy and "unsafe" not in policy and "default-src 'none'" in policy,
            "type": answer.headers.get("X-Content-Type-Options") == "nosniff",
            "referrer": answer.headers.get("Referrer-Policy") == "same-origin",
        }
        wrong += [f"{name}: {what}" for what, is_kept in kept.items() if not is_kept]
    assert not wrong


def test_no_page_holds_a_script_or_a_style_that_its_own_policy_would_stop(world: World) -> None:
    wrong = []
    for name in SHOWN:
        text = signed_in(reader_of(world, PAGES[name])).get(address_in(PAGES[name], "care-north")).getvalue().decode()
        found = re.findall(r"<script(?![^>]*(?:src=|application/json))|<style|\sstyle=|\son[a-z]+=|javascript:", text)
        wrong += [f"{name}: {found}"] if found else []
    assert not wrong


def test_the_sessions_cookie_is_out_of_reach_of_scripts_and_other_sites(world: World) -> None:
    client, agent = Client(), world.person(Role.AGENT)
    client.post("/account/login/", {"login": agent.email, "password": PASSWORD})
    cookie = client.cookies["remit_session"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_signing_in_makes_a_new_session(world: World) -> None:
    client, agent = Client(), world.person(Role.AGENT)
    client.get("/account/second-factor/ask/")
    session = client.session
    session["planted"] = "yes"
    session.save()
    before = session.session_key
    client.cookies["remit_session"] = str(before)
    client.post("/account/login/", {"login": agent.email, "password": PASSWORD})
    assert client.session.session_key not in (None, before)


def test_over_https_cookies_are_secure_and_the_browser_is_told_to_stay_there(tmp_path: Any) -> None:
    script = (
        "from django.conf import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, "
        "s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0, s.TRUSTED_PROXIES, s.SECURE_PROXY_SSL_HEADER)"
    )
    environment = {
        "DJANGO_SETTINGS_MODULE": "remit.web.settings",
        "REMIT_DATA": str(tmp_path),
        "REMIT_HTTPS": "yes",
        "REMIT_BEHIND_PROXY": "2",
    }
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True True True True 2 ('HTTP_X_FORWARDED_PROTO', 'https')"
