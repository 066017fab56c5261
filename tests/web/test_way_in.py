"""The way in: passwords, lock-out, resets, second factors, sessions; each told, and none tells who has a seat."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import NoReverseMatch, reverse

from remit.web.accounts.models import User
from remit.web.accounts.roles import Role
from remit.web.shared.audit import verify
from remit.web.shared.models import AuditEntry, PersonalValue
from remit.web.shared.moments import now
from tests.lib.web_world import PASSWORD, World
from tests.web.conftest import signed_in

LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def mail_kept(settings: Any) -> None:
    """Mails are looked at here, not sent."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def sign_in(client: Client, user: User, password: str = PASSWORD, **headers: Any) -> Any:
    return client.post(LOGIN, {"login": user.email, "password": password}, **headers)


def told() -> list[str]:
    assert verify().faults == ()
    return list(AuditEntry.objects.order_by("number").values_list("action", flat=True))


def test_signing_in_leaves_an_entry_with_how_and_from_where(world: World) -> None:
    agent = world.person(Role.AGENT)
    assert sign_in(Client(), agent, REMOTE_ADDR="192.0.2.4")["Location"] == "/"
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.person_id, entry.after) == ("accounts.signed_in", agent.pk, {"by": "password"})
    assert PersonalValue.objects.get(entry=entry, field="address").value == "192.0.2.4"


def test_a_wrong_password_and_an_unknown_address_answer_alike_and_are_told(world: World) -> None:
    known = Client().post(LOGIN, {"login": world.person(Role.AGENT).email, "password": "wrong"})
    unknown = Client().post(LOGIN, {"login": "nobody@example.org", "password": "wrong"})
    of_each = r'value="[^"]*"|[A-Za-z0-9]{64}'  # the address entered, and the form's own token
    texts = [re.sub(of_each, "", one.content.decode()) for one in (known, unknown)]
    assert (known.status_code, texts[0]) == (unknown.status_code, texts[1])
    assert told() == ["accounts.sign_in_failed"] * 2
    assert list(AuditEntry.objects.values_list("person_id", flat=True)) == [None, None]


def test_five_wrong_passwords_lock_the_seat_even_for_the_right_one_from_elsewhere(world: World) -> None:
    agent = world.person(Role.AGENT)
    for number in range(5):
        sign_in(Client(), agent, "wrong", REMOTE_ADDR=f"192.0.2.{number}")
    for _ in range(3):
        answer = sign_in(Client(), agent, REMOTE_ADDR="192.0.2.99")
        assert b"Too many failed login attempts" in answer.content
    assert told() == [*["accounts.sign_in_failed"] * 5, "accounts.locked_out"]
    assert sign_in(Client(), world.person(Role.TEAM_LEAD), REMOTE_ADDR="192.0.2.99")["Location"] == "/"


def test_one_caller_is_stopped_whichever_addresses_are_tried(world: World) -> None:
    answers = [
        Client().post(LOGIN, {"login": f"a{number}@example.org", "password": "x"}, REMOTE_ADDR="192.0.2.50")
        for number in range(11)
    ]
    assert b"Too many failed login attempts" in answers[-1].content
    assert b"Too many failed login attempts" not in answers[-2].content


def test_behind_a_proxy_the_caller_counts_not_the_proxy_and_not_what_the_caller_writes(
    world: World, settings: Any
) -> None:
    settings.TRUSTED_PROXIES = 1

    def tried(number: int, seen: str) -> bytes:
        given = {"login": f"a{number}@example.org", "password": "x"}
        answer = Client().post(LOGIN, given, headers={"X-Forwarded-For": seen}, REMOTE_ADDR="10.0.0.1")
        return bytes(answer.content)

    answers = [tried(number, f"203.0.113.{number}, 198.51.100.7") for number in range(11)]
    assert b"Too many failed" in answers[-1]
    assert b"Too many failed" not in tried(12, "198.51.100.8")
    told_of = PersonalValue.objects.filter(field="address").values_list("value", flat=True)
    assert set(told_of) == {"198.51.100.7", "198.51.100.8"}


def test_without_a_trusted_proxy_nobody_chooses_their_own_address(world: World) -> None:
    sign_in(Client(), world.person(Role.AGENT), HTTP_X_FORWARDED_FOR="203.0.113.5", REMOTE_ADDR="192.0.2.4")
    assert PersonalValue.objects.get(field="address").value == "192.0.2.4"


def test_nobody_signs_up_by_themselves(world: World) -> None:
    before = User.objects.count()
    given = {"email": "new@example.org", "password1": "a long enough secret", "password2": "a long enough secret"}
    assert Client().post("/account/signup/", given).status_code == 405
    assert (Client().get("/account/signup/").status_code, User.objects.count()) == (200, before)


@pytest.mark.parametrize(
    "name",
    [
        "account_email_verification_sent",
        "account_confirm_login_code",
        "account_request_login_code",
        "socialaccount_signup",
        "socialaccount_connections",
        "mfa_signup_webauthn",
    ],
)
def test_pages_of_the_library_that_are_not_wanted_have_no_address(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def link_in(message: Any) -> str:
    """The one link of a mail, without the site's own address."""
    found = re.search(r"https?://[^/\s]+(/account/\S+)", message.body)
    assert found is not None, message.body
    return found[1]


def test_a_password_is_reset_by_a_link_that_works_once_and_ends_the_other_sessions(world: World) -> None:
    agent, elsewhere, here = world.person(Role.AGENT), Client(), Client()
    sign_in(elsewhere, agent)
    assert here.post("/account/password/reset/", {"email": agent.email})["Location"] == "/account/password/reset/sent/"
    link = link_in(mail.outbox[0])
    form = here.get(link, follow=True)
    new = "quite another secret"
    answer = here.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert answer["Location"] == "/account/password/reset/done/"
    assert elsewhere.get("/account/profile/").status_code == 302
    assert sign_in(Client(), agent, new)["Location"] == "/"
    assert "was used already" in Client().get(link).content.decode()
    assert told() == ["accounts.signed_in", "accounts.password_changed", "accounts.signed_in"]


def test_a_mail_has_the_same_words_as_text_and_as_html_and_the_sites_own_address(world: World, settings: Any) -> None:
    settings.SITE_URL = "https://remit.example.org"
    Client().post("/account/password/reset/", {"email": world.person(Role.AGENT).email}, HTTP_HOST="localhost")
    (message,) = mail.outbox
    assert isinstance(message, EmailMultiAlternatives)
    html, kind = message.alternatives[0]
    assert (kind, "https://remit.example.org/account/password/reset/" in message.body) == ("text/html", True)
    assert '<a href="https://remit.example.org/account/password/reset/' in str(html)


def test_asking_for_a_reset_does_not_tell_who_has_a_seat(world: World) -> None:
    known = Client().post("/account/password/reset/", {"email": world.person(Role.AGENT).email})
    unknown = Client().post("/account/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"], len(mail.outbox)) == (unknown.status_code, unknown["Location"], 2)
    assert "nobody with this address has a seat here" in mail.outbox[1].body


@pytest.mark.parametrize("weak", ["short", "123456789012", "password1234", "agent.north"])
def test_a_weak_password_is_refused_with_the_reason(world: World, weak: str) -> None:
    client, agent = Client(), world.person(Role.AGENT)
    sign_in(client, agent)
    answer = client.post("/account/password/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak})
    assert answer.status_code == 200
    assert User.objects.get(pk=agent.pk).check_password(PASSWORD)


def code_of(secret: str) -> str:
    """What an authenticator app shows now."""
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def with_an_app(client: Client) -> None:
    """An authenticator app added through the pages."""
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/account/second-factor/app/add/")
    secret = str(page.context["form"].secret)
    answer = client.post("/account/second-factor/app/add/", {"code": code_of(secret)})
    assert answer["Location"] == "/account/second-factor/codes/", answer.content


@pytest.mark.django_db(transaction=True)
def test_with_an_authenticator_app_the_password_alone_lets_nobody_in(world: World) -> None:
    client, agent = Client(), world.person(Role.AGENT)
    sign_in(client, agent)
    with_an_app(client)
    codes = client.get("/account/second-factor/codes/").context["unused_codes"]
    later = Client()
    assert sign_in(later, agent)["Location"] == "/account/second-factor/ask/"
    assert later.get("/account/profile/").status_code == 302
    assert later.post("/account/second-factor/ask/", {"code": "000000"}).status_code == 200
    assert later.post("/account/second-factor/ask/", {"code": codes[0]})["Location"] == "/"
    assert later.get("/account/profile/").status_code == 200
    actions = told()
    assert actions[:2] == ["accounts.signed_in", "accounts.authenticator_app_added"]
    assert AuditEntry.objects.latest("number").after == {"by": "password, recovery_codes"}


@pytest.mark.django_db(transaction=True)
def test_taking_the_second_factor_away_asks_for_the_password_again_and_is_told(world: World) -> None:
    client, agent = Client(), world.person(Role.AGENT)
    sign_in(client, agent)
    with_an_app(client)
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    assert client.post("/account/second-factor/app/remove/")["Location"].startswith("/account/reauthenticate/")
    assert Authenticator.objects.filter(user=agent, type="totp").exists()
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.post("/account/second-factor/app/remove/")
    assert not Authenticator.objects.filter(user=agent).exists()
    assert told()[-1] == "accounts.authenticator_app_removed"
    assert "It was done on" in mail.outbox[-1].body


def test_sessions_are_listed_and_ended_one_by_one_or_all_the_others(world: World) -> None:
    agent, here, there, yonder = world.person(Role.AGENT), Client(), Client(), Client()
    for client, name in ((here, "Here"), (there, "There"), (yonder, "Yonder")):
        sign_in(client, agent, HTTP_USER_AGENT=name)
    page = here.get("/account/sessions/")
    sessions = {one.user_agent: one.pk for one in page.context["sessions"]}
    assert set(sessions) == {"Here", "There", "Yonder"}
    assert here.post(f"/account/sessions/{sessions['There']}/end/").status_code == 303
    assert (there.get("/account/profile/").status_code, yonder.get("/account/profile/").status_code) == (302, 200)
    here.post("/account/sessions/")
    assert (yonder.get("/account/profile/").status_code, here.get("/account/profile/").status_code) == (302, 200)


def test_nobody_ends_another_persons_session(world: World) -> None:
    theirs, mine = Client(), Client()
    sign_in(theirs, world.person(Role.AGENT))
    sign_in(mine, world.person(Role.TEAM_LEAD))
    session = theirs.get("/account/sessions/").context["sessions"][0].pk
    assert mine.post(f"/account/sessions/{session}/end/").status_code == 404
    assert theirs.get("/account/profile/").status_code == 200


PAGES = """
/account/login/ /account/logout/ /account/password/ /account/password/reset/ /account/password/reset/sent/
/account/password/reset/done/ /account/reauthenticate/ /account/second-factor/ /account/second-factor/app/add/
/account/passkeys/ /account/passkeys/add/ /account/sessions/ /account/inactive/
/account/signup/ /account/sign-on/cancelled/ /account/profile/
""".split()


@pytest.mark.parametrize("address", PAGES)
def test_every_page_of_the_way_in_is_one_of_ours(world: World, address: str) -> None:
    client = Client()
    if not address.startswith(("/account/login", "/account/password/reset")):
        sign_in(client, world.person(Role.AGENT))
        client.post("/account/reauthenticate/", {"password": PASSWORD})
    answer = client.get(address)
    text = answer.content.decode()
    assert (answer.status_code, text.count("<h1>")) == (200, 1), address
    assert not re.search(r"<script(?![^>]*(src=|application/json))|style=|onclick=|Hello from|sign up", text)


def test_a_session_is_prolonged_once_a_day_and_no_oftener(world: World) -> None:
    agent = world.person(Role.AGENT)
    client = signed_in(agent)
    client.get("/")
    assert "seen_at" not in client.session
    User.objects.filter(pk=agent.pk).update(last_login=now() - timedelta(days=2))
    client.get("/")
    seen_at = client.session["seen_at"]
    client.get("/")
    assert client.session["seen_at"] == seen_at
