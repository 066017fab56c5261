"""Signing on by an organisation's identity provider: for people with a seat, in domains it vouches for, no others."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from remit.terms.problems import ProblemsFound
from remit.web.accounts.models import User
from remit.web.accounts.roles import Role
from remit.web.shared.audit import verify
from remit.web.shared.models import AuditEntry
from remit.web.sign_on import read_sign_on
from tests.lib.web_provider import CLIENT_ID, SECRET, IdentityProvider, running
from tests.lib.web_world import AT, PASSWORD, World

FILE = """
- kind: openid_connect
  id: meridian
  name: Meridian Travel
  domains: [example.org]
  server: {address}
  client_id: {client}
  secret: {secret}
"""


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    """One provider for all tests here."""
    with running() as found:
        yield found


@pytest.fixture(autouse=True)
def configured(settings: Any, tmp_path: Path, provider: IdentityProvider) -> Path:
    """The site knows the provider by a file, as an installation does."""
    file = tmp_path / "sign-on.yaml"
    file.write_text(FILE.format(address=provider.address, client=CLIENT_ID, secret=SECRET))
    settings.SOCIALACCOUNT_PROVIDERS = read_sign_on(str(file)).as_providers()
    provider.claims = {}
    return file


def sign_on(client: Client, provider: IdentityProvider, query: str = "", **claims: Any) -> Any:
    """The whole journey: to the provider, back with a code, and in or not."""
    provider.claims = {"sub": "1234", "email_verified": True, **claims}
    begun = client.get(f"/account/sign-on/oidc/meridian/login/{query}")
    assert begun.status_code == 302, begun.content
    back = requests.get(begun["Location"], allow_redirects=False, timeout=10).headers["Location"]
    return client.get(back.replace("http://testserver", ""))


def told() -> list[str]:
    assert verify().faults == ()
    return list(AuditEntry.objects.order_by("number").values_list("action", flat=True))


def test_a_person_with_a_seat_signs_on_by_their_verified_address(world: World, provider: IdentityProvider) -> None:
    client, agent = Client(), world.person(Role.AGENT)
    assert "Meridian Travel" in client.get("/account/login/").content.decode()
    assert sign_on(client, provider, email="Agent.North@example.org")["Location"] == "/"
    assert client.get("/account/profile/").context["user"] == agent
    assert (told(), AuditEntry.objects.get().after) == (["accounts.signed_in"], {"by": "socialaccount"})


def test_the_password_of_who_signed_on_stays(world: World, provider: IdentityProvider) -> None:
    agent = world.person(Role.AGENT)
    sign_on(Client(), provider, email=agent.email)
    assert Client().post("/account/login/", {"login": agent.email, "password": PASSWORD})["Location"] == "/"


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"email": "stranger@example.org"}, "nobody invited"),
        ({"email": "agent.north@example.org", "email_verified": False}, "not verified"),
        ({"email": "outside@elsewhere.example"}, "a domain it does not vouch for"),
        ({"email": "gone@example.org"}, "deactivated"),
        ({}, "no address at all"),
    ],
)
def test_nobody_else_comes_in_and_no_seat_is_made(
    world: World, provider: IdentityProvider, claims: dict[str, Any], why: str
) -> None:
    User.objects.create(email="gone@example.org", name="Gone", is_active=False, date_joined=AT)
    User.objects.create(email="outside@elsewhere.example", name="Outside", date_joined=AT)
    before, client = User.objects.count(), Client()
    answer = sign_on(client, provider, **claims)
    assert "No seat here" in answer.content.decode(), why
    assert client.get("/account/profile/").status_code == 302
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)
    assert told() == ["accounts.sign_on_refused"]


def test_an_account_elsewhere_is_never_tied_to_a_seat(world: World, provider: IdentityProvider) -> None:
    client, agent = Client(), world.person(Role.AGENT)
    client.force_login(agent)
    answer = sign_on(client, provider, "?process=connect", email="stranger@example.org")
    assert (answer.status_code, SocialAccount.objects.count()) == (403, 0)


def test_a_code_that_was_not_granted_to_this_browser_opens_nothing(world: World, provider: IdentityProvider) -> None:
    client = Client()
    provider.claims = {"sub": "1", "email": "agent.north@example.org", "email_verified": True}
    begun = Client().get("/account/sign-on/oidc/meridian/login/")
    back = requests.get(begun["Location"], allow_redirects=False, timeout=10).headers["Location"]
    answer = client.get(back.replace("http://testserver", ""))
    assert "Signing on failed" in answer.content.decode()
    assert client.get("/account/profile/").status_code == 302


def test_signing_on_leads_to_no_other_site(world: World, provider: IdentityProvider) -> None:
    agent = world.person(Role.AGENT)
    answer = sign_on(Client(), provider, "?next=https://evil.example/", email=agent.email)
    assert answer["Location"] == "/"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- kind: ldap", "Input tag 'ldap'"),
        ("- {kind: openid_connect, id: a, name: A, server: 'https://a', client_id: x}", "domains: Field required"),
        ("- {kind: openid_connect, id: a, name: A, domains: [], server: 'https://a', client_id: x}", "0.domains:"),
        ("- {kind: saml, id: a, name: A, domains: [a.example]}", "says too little of its identity provider"),
        ("- {kind: openid_connect, colour: red}", "0.colour: Extra inputs are not permitted"),
        ("[unclosed", "is not YAML"),
    ],
)
def test_a_file_that_says_too_little_is_told_with_the_place(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "faulty.yaml"
    file.write_text(text)
    with pytest.raises(ProblemsFound) as found:
        read_sign_on(str(file))
    assert said in str(found.value)


def test_two_providers_of_one_name_are_told(tmp_path: Path, configured: Path) -> None:
    file = tmp_path / "doubled.yaml"
    file.write_text(configured.read_text() * 2)
    with pytest.raises(ProblemsFound, match="two providers have the id meridian"):
        read_sign_on(str(file))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound, match="No such file"):
        read_sign_on(str(tmp_path / "none.yaml"))


def test_a_saml_provider_is_shown_our_metadata(world: World, settings: Any, tmp_path: Path) -> None:
    certificate = tmp_path / "idp.pem"
    certificate.write_text("MIIB")
    file = tmp_path / "saml.yaml"
    file.write_text(
        "- {kind: saml, id: northline, name: Northline, domains: [north.example], entity_id: 'https://idp.example', "
        f"sso_url: 'https://idp.example/sso', certificate_file: {certificate}}}"
    )
    settings.SOCIALACCOUNT_PROVIDERS = read_sign_on(str(file)).as_providers()
    answer = Client(headers={"Host": "localhost"}).get("/account/sign-on/saml/northline/metadata/")
    assert "/account/sign-on/saml/northline/acs/" in answer.content.decode()
    begun = Client(headers={"Host": "localhost"}).get("/account/sign-on/saml/northline/login/")
    assert begun["Location"].startswith("https://idp.example/sso?SAMLRequest=")
