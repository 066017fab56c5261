"""Signing on by SAML, walked through: a provider's signed answer lets a seated person in, and nothing else does."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from lxml import etree
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from remit.web.accounts.models import User
from remit.web.accounts.roles import Role
from remit.web.shared.audit import verify
from remit.web.shared.models import AuditEntry
from remit.web.sign_on import read_sign_on
from tests.lib.web_saml import SamlProvider, new_seal, running_saml
from tests.lib.web_world import AT, World

BEGIN = "/account/sign-on/saml/northline/login/"
BY_METADATA = """
- {{kind: saml, id: northline, name: Northline, domains: [example.org],
    entity_id: '{provider.entity_id}', metadata_url: '{provider.entity_id}'}}
"""
BY_CERTIFICATE = """
- {{kind: saml, id: northline, name: Northline, domains: [example.org], entity_id: '{provider.entity_id}',
    sso_url: '{provider.address}/sso', certificate_file: '{certificate}'}}
"""
AGENT = "agent.north@example.org"


@pytest.fixture(scope="module")
def provider() -> Iterator[SamlProvider]:
    """One provider for all tests here."""
    with running_saml() as found:
        yield found


@pytest.fixture(autouse=True, params=["by its metadata", "by its certificate"])
def configured(request: Any, settings: Any, tmp_path: Path, provider: SamlProvider) -> None:
    """The site knows the provider by a file, in either of the two ways there are."""
    certificate, file = tmp_path / "idp.pem", tmp_path / "sign-on.yaml"
    certificate.write_text(provider.seal.certificate)
    text = BY_METADATA if request.param == "by its metadata" else BY_CERTIFICATE
    file.write_text(text.format(provider=provider, certificate=certificate))
    settings.SOCIALACCOUNT_PROVIDERS = read_sign_on(str(file)).as_providers()


def browser() -> Client:
    return Client(headers={"Host": "localhost"})


def begun(client: Client) -> str:
    """A sign-on begun in a browser: where it is sent."""
    answer = client.get(BEGIN)
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def request_in(address: str) -> Any:
    """The request that an address carries to the provider."""
    given = parse_qs(urlsplit(address).query)["SAMLRequest"][0]
    return etree.fromstring(OneLogin_Saml2_Utils.decode_base64_and_inflate(given))


def bring_back(client: Client, response: str) -> Any:
    """An answer posted to the site by the browser, and the page that it ends on."""
    posted = client.post("/account/sign-on/saml/northline/acs/", {"SAMLResponse": response})
    assert posted.status_code == 302
    return client.get(posted["Location"])


def sign_on(client: Client, provider: SamlProvider, **said: Any) -> Any:
    """The whole journey: to the provider, its form, back with it, and in or not."""
    provider.says(**{"email": AGENT, **said})
    form = requests.get(begun(client), timeout=10).text
    found = re.search(r'name="SAMLResponse" value="([^"]+)"', form)
    assert found is not None
    assert (
        html.unescape(re.findall(r'action="([^"]+)"', form)[0])
        == "http://localhost/account/sign-on/saml/northline/acs/"
    )
    return bring_back(client, found[1])


def told() -> list[str]:
    assert verify().faults == ()
    return list(AuditEntry.objects.order_by("number").values_list("action", flat=True))


def is_in(client: Client) -> bool:
    return client.get("/account/profile/").status_code == 200


def test_a_person_with_a_seat_in_a_domain_it_vouches_for_signs_on(world: World, provider: SamlProvider) -> None:
    client = browser()
    assert sign_on(client, provider, email="Agent.North@example.org")["Location"] == "/"
    assert client.get("/account/profile/").context["user"] == world.person(Role.AGENT)
    assert (told(), SocialAccount.objects.count()) == (["accounts.signed_in"], 0)


REFUSED = [
    ("unsigned", {"is_signed": False}, "is not signed"),
    ("signed by another's key", {"seal": new_seal()}, "the certificate that was agreed"),
    ("expired", {"lasts": timedelta(minutes=-30)}, "has expired"),
    ("for another site", {"audience": "https://elsewhere.example/metadata"}, "meant for another site"),
    ("for no site in particular", {"audience": None}, "meant for another site"),
    ("in answer to no request", {"answers": None}, "was used before"),
    ("in answer to another request", {"answers": "ONELOGIN_other"}, "is for another request"),
]


@pytest.mark.parametrize(("how", "said", "sentence"), REFUSED, ids=[how for how, *_ in REFUSED])
def test_an_answer_that_is_not_right_opens_nothing_and_says_why(
    world: World, provider: SamlProvider, how: str, said: dict[str, Any], sentence: str
) -> None:
    client = browser()
    answer = sign_on(client, provider, **said)
    assert (answer.status_code, is_in(client)) == (401, False), how
    page = " ".join(answer.content.decode().split())
    assert "The sign-on of Northline was not believed." in page
    assert sentence in page
    assert told() == ["accounts.sign_on_failed"]
    assert (AuditEntry.objects.get().after or {})["provider"] == "northline"


@pytest.mark.parametrize(
    ("email", "why"),
    [
        ("stranger@example.org", "nobody invited"),
        ("outside@elsewhere.example", "a domain it does not vouch for"),
        ("gone@example.org", "deactivated"),
    ],
)
def test_nobody_without_a_seat_comes_in_and_no_seat_is_made(
    world: World, provider: SamlProvider, email: str, why: str
) -> None:
    User.objects.create(email="gone@example.org", name="Gone", is_active=False, date_joined=AT)
    User.objects.create(email="outside@elsewhere.example", name="Outside", date_joined=AT)
    before, client = User.objects.count(), browser()
    answer = sign_on(client, provider, email=email)
    assert "No seat here" in answer.content.decode(), why
    assert (is_in(client), User.objects.count(), SocialAccount.objects.count()) == (False, before, 0)
    assert told() == ["accounts.sign_on_refused"]


def test_an_answer_counts_once(world: World, provider: SamlProvider) -> None:
    client = browser()
    provider.says(email=AGENT)
    response = provider.answer(request_in(begun(client)))
    assert bring_back(client, response)["Location"] == "/"
    client.post("/account/logout/")
    again = bring_back(client, response)
    assert (again.status_code, is_in(client)) == (401, False)
    assert "was used before" in again.content.decode()


def test_an_answer_opens_nothing_in_a_browser_that_did_not_ask(world: World, provider: SamlProvider) -> None:
    provider.says(email=AGENT)
    response, thief = provider.answer(request_in(begun(browser()))), browser()
    assert bring_back(thief, response).status_code == 401
    assert not is_in(thief)


def test_a_caught_assertion_in_an_answer_to_a_request_of_ones_own_opens_nothing(
    world: World, provider: SamlProvider
) -> None:
    provider.says(email=AGENT)
    caught, thief = request_in(begun(browser())), browser()
    own = request_in(begun(thief))
    answer = bring_back(thief, provider.answer(caught, around=own.get("ID")))
    assert (answer.status_code, is_in(thief)) == (401, False)
    assert "is for another request" in answer.content.decode()


def test_what_is_no_answer_at_all_opens_nothing(world: World, provider: SamlProvider) -> None:
    for given in (
        "",
        "not base 64 ?",
        "PHhtbC8+",
        "PD94bWwgdmVyc2lvbj0iMS4wIj8+PCFET0NUWVBFIGEgWzwhRU5USVRZIGIgImMiPl0+PGE+JmI7PC9hPg==",
    ):
        client = browser()
        begun(client)
        answer = bring_back(client, given)
        assert (answer.status_code, is_in(client)) == (401, False), given
        assert "Signing on failed" in answer.content.decode()


def test_trying_again_and_again_does_not_fill_the_trail(world: World, provider: SamlProvider) -> None:
    for _ in range(3):
        sign_on(browser(), provider, is_signed=False)
    assert told() == ["accounts.sign_on_failed"]
