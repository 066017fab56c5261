"""Webhooks: signed by the standard, tried again, logged, switched off when dead, and sent nowhere inside."""

import base64
import hashlib
import hmac
import json
import re
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from remit.web.accounts.actors import Actor
from remit.web.accounts.roles import Role
from remit.web.connections import sending
from remit.web.connections.actions import MOST_FAILURES, Asked, add_webhook, announce, change_webhook
from remit.web.connections.events import CHOSEN, Event
from remit.web.connections.models import Attempt, Delivery, Webhook
from remit.web.connections.sending import check_url, send
from remit.web.jobs.models import Job, State
from remit.web.jobs.queue import take, work_on, work_until_idle
from remit.web.performance.actions import withdraw_load
from remit.web.shared.models import AuditEntry
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal
from tests.lib.receivers import Received, Receiver, receiver
from tests.lib.web_api import key_of, program
from tests.lib.web_contracts import agreed
from tests.lib.web_loads import CASES, loaded, operator
from tests.lib.web_world import World
from tests.web.conftest import signed_in
from tests.web.test_api import problem

pytestmark = pytest.mark.django_db
PAGE = "/engagements/care-north/webhooks/"
API = "/api/v1/engagements/care-north/webhooks"


@pytest.fixture(autouse=True)
def beside(settings: Any) -> None:
    """Receivers stand on loopback; what is told of private addresses switches it off."""
    settings.WEBHOOKS_MAY_BE_PRIVATE = True


@pytest.fixture
def heard() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


def manager(world: World) -> Actor:
    return Actor(world.person(Role.BPO_MANAGER), "page")


def added(world: World, url: str, *events: Event) -> Webhook:
    asked = Asked(url, events or (Event.LOAD_ENDED,))
    return add_webhook(world.engagements["care-north"], asked, by=manager(world), at=now())


def told(world: World, event: Event = Event.LOAD_ENDED, engagement: str = "care-north") -> int:
    return announce(world.engagements[engagement], event, {"load": 7}, at=now())


def work_for(hours: int) -> None:
    """A worker does what falls due over some hours, as if they had passed."""
    until = now() + timedelta(hours=hours)
    while (job := take("w1", until)) is not None:
        work_on(job, "w1")


def is_signed_by(secret: str, message: Received) -> bool:
    """As a receiver checks it by the standard's own words, with none of our code."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message.headers['webhook-id']}.{message.headers['webhook-timestamp']}.".encode() + message.body
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return message.headers["webhook-signature"] == f"v1,{wanted}"


def test_the_signature_is_that_of_the_standard_s_own_example() -> None:
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    found = sending.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_an_event_is_posted_signed_to_those_who_chose_it(world: World, heard: Receiver) -> None:
    webhook = added(world, heard.url, Event.LOAD_ENDED)
    assert (told(world), told(world, Event.CONTRACT_AGREED), told(world, engagement="care-south")) == (1, 0, 0)
    work_until_idle()
    (message,) = heard.received
    content = json.loads(message.body)
    assert (content["type"], content["data"]) == ("load.ended", {"engagement": "care-north", "load": 7})
    assert is_signed_by(webhook.secret, message)
    assert not is_signed_by(sending.new_secret(), message)
    assert abs(int(message.headers["webhook-timestamp"]) - now().timestamp()) < 60
    assert Delivery.objects.get().state == "delivered"


def test_what_is_undone_is_told_to_nobody(world: World, heard: Receiver) -> None:
    added(world, heard.url)
    with transaction.atomic():
        told(world)
        transaction.set_rollback(True)
    work_until_idle()
    assert not heard.received


def test_a_receiver_that_fails_at_first_is_told_again_under_the_same_id_and_the_log_says_so(world: World) -> None:
    with receiver(500, 503, 204) as failing:
        added(world, failing.url)
        told(world)
        work_for(hours=1)
    assert {message.headers["webhook-id"] for message in failing.received} == {Delivery.objects.get().message_id}
    assert [attempt.status for attempt in Attempt.objects.order_by("pk")] == [500, 503, 204]
    assert (Webhook.objects.get().failures, Job.objects.get().state) == (0, State.DONE)


def test_a_receiver_that_is_away_leaves_its_fault_in_the_log(world: World) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        added(world, f"http://127.0.0.1:{closed.getsockname()[1]}/")
        told(world)
        work_until_idle()
    assert "refused" in Attempt.objects.get().fault
    assert Delivery.objects.get().state == "under way"


def test_a_receiver_that_says_nothing_is_cut_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_SECONDS", 0.3)
    with receiver(0) as dawdling:
        answered = send(dawdling.url, b"{}", {})
    assert (answered.status, answered.fault.startswith("no answer within")) == (None, True)
    assert answered.milliseconds < 2500


def test_a_redirection_is_not_followed(world: World) -> None:
    with receiver(302) as moving:
        added(world, moving.url)
        told(world)
        work_until_idle()
    assert (len(moving.received), Attempt.objects.get().status) == (1, 302)


def test_a_dead_webhook_is_switched_off_with_an_entry_and_a_mail_to_who_made_it(world: World) -> None:
    with receiver(500) as dead:
        webhook = added(world, dead.url)
        for _ in range(4):
            told(world)
        work_for(hours=48)
    webhook.refresh_from_db()
    assert (webhook.is_on, webhook.failures, len(dead.received)) == (False, MOST_FAILURES, MOST_FAILURES)
    assert AuditEntry.objects.filter(action="connections.webhook_switched_off").count() == 1
    mail = Job.objects.get(kind="jobs.mail")
    assert (mail.state, mail.result) == (State.DONE, {"recipients": 1})
    assert told(world) == 0


def test_a_receiver_that_is_gone_for_good_is_not_tried_again(world: World) -> None:
    with receiver(410) as gone:
        webhook = added(world, gone.url)
        told(world)
        work_for(hours=48)
    webhook.refresh_from_db()
    assert (webhook.is_on, len(gone.received)) == (False, 1)
    on = change_webhook(webhook, Asked(webhook.url, [Event.LOAD_ENDED]), by=manager(world), at=now())
    assert (on.is_on, on.failures, on.off_because) == (True, 0, "")


# Where nothing is sent.


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "ftp://example.org/", "https://", "https://u:p@example.org/", "https://example.org/#x", "x",
     "https://example.org:0/", "https://exämple.org/", "https://example.org/a b", "https://example.org/\r\nX: y",
     "https://[::1", "https://example.org:99999/", "file:///etc/passwd"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(settings: Any, url: str) -> None:
    settings.WEBHOOKS_MAY_BE_PRIVATE = False
    with pytest.raises(Refusal):
        check_url(url)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "10.0.0.8", "192.168.1.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0",
     "[fd00::1]", "224.0.0.1", "2130706433", "0x7f.1", "[2002:7f00:1::]", "100.64.0.1"],
)  # fmt: skip
def test_nothing_is_sent_into_a_private_network_however_it_is_written(settings: Any, host: str) -> None:
    settings.WEBHOOKS_MAY_BE_PRIVATE = False
    answered = send(f"https://{host}:9/", b"{}", {})
    assert answered.status is None
    assert "private network" in answered.fault or "no host" in answered.fault


def test_a_name_is_looked_up_once_so_that_it_can_t_change_its_mind(
    settings: Any, monkeypatch: pytest.MonkeyPatch, heard: Receiver
) -> None:
    settings.WEBHOOKS_MAY_BE_PRIVATE = False
    looked_up = []

    def resolve(host: str, port: int, **_more: Any) -> list[Any]:
        looked_up.append(host)
        address = "192.0.2.1" if len(looked_up) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    reached: list[Any] = []

    def connect(address: Any, *_more: Any, **_named: Any) -> Any:
        reached.append(address)
        raise ConnectionRefusedError("as far as the test goes")

    monkeypatch.setattr(sending, "_is_public", lambda address: address == "192.0.2.1")
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    send("https://example.org/", b"{}", {})
    assert (looked_up, reached) == (["example.org"], [("192.0.2.1", 443)])


# Pages and operations.


def test_a_webhook_is_added_tried_and_read_in_its_log_on_the_pages(world: World, heard: Receiver) -> None:
    client = signed_in(world.person(Role.BPO_MANAGER))
    answer = client.post(PAGE, {"url": heard.url, "events": ["load.ended"], "is_on": "on"})
    secret = re.search(r'value="(whsec_[^"]+)"', answer.content.decode())
    assert secret is not None
    webhook = Webhook.objects.get()
    assert secret[1] not in client.get(f"{PAGE}{webhook.pk}/").content.decode()
    assert client.post(f"{PAGE}{webhook.pk}/ping/").status_code == 303
    work_until_idle()
    assert is_signed_by(secret[1], heard.received[0])
    page = client.get(f"{PAGE}{webhook.pk}/").content.decode()
    assert "delivered" in page
    assert client.post(f"{PAGE}{webhook.pk}/deliveries/{Delivery.objects.get().pk}/again/").status_code == 303
    work_until_idle()
    assert len(heard.received) == 2
    assert client.post(f"{PAGE}{webhook.pk}/remove/").status_code == 303
    assert not Webhook.objects.exists()


def test_a_form_that_is_wrong_keeps_its_input_and_says_why(world: World, settings: Any) -> None:
    settings.WEBHOOKS_MAY_BE_PRIVATE = False
    client = signed_in(world.person(Role.BPO_MANAGER))
    answer = client.post(PAGE, {"url": "http://example.org/x", "events": ["load.ended"]})
    text = answer.content.decode()
    assert (answer.status_code, "begins with https" in text, "http://example.org/x" in text) == (422, True, True)


def test_a_new_secret_takes_the_old_ones_place(world: World, heard: Receiver) -> None:
    webhook = added(world, heard.url)
    client = signed_in(world.person(Role.BPO_MANAGER))
    answer = client.post(f"{PAGE}{webhook.pk}/secret/")
    fresh = Webhook.objects.get().secret
    assert fresh != webhook.secret
    assert fresh in answer.content.decode()


def test_the_other_side_sees_neither_webhook_nor_log(world: World, heard: Receiver) -> None:
    webhook = added(world, heard.url)
    provider = world.person(Role.ACCOUNT_MANAGER)
    assert heard.url not in signed_in(provider).get(PAGE).content.decode()
    assert signed_in(provider).get(f"{PAGE}{webhook.pk}/").status_code == 404
    client = program(key_of(provider))
    assert client.get(API).json()["items"] == []
    assert client.get(f"{API}/{webhook.pk}/deliveries").status_code == 404


def test_a_program_adds_changes_and_removes_a_webhook(world: World, heard: Receiver) -> None:
    client = program(key_of(world.person(Role.BPO_MANAGER)))
    given = {"url": heard.url, "events": ["load.ended"]}
    answer = client.post(API, given, "application/json", headers={"Idempotency-Key": "w-1"})
    assert answer.status_code == 201
    one = f"{API}/{answer.json()['id']}"
    shown = client.get(one)
    assert "secret" not in shown.json()
    first = {"If-Match": shown["ETag"]}
    assert client.put(one, {**given, "is_on": False}, "application/json", headers=first).json()["is_on"] is False
    assert "in the meantime" in problem(client.put(one, given, "application/json", headers=first), 412)["detail"]
    assert "off" in problem(client.post(f"{one}/ping"), 409)["detail"]
    assert client.put(one, given, "application/json").status_code == 200
    assert client.post(f"{one}/ping").status_code == 202
    work_until_idle()
    log = client.get(f"{one}/deliveries").json()["items"]
    assert [(item["event"], item["state"], item["attempts"][0]["status"]) for item in log] == [
        ("ping", "delivered", 204)
    ]
    client.put(one, {**given, "events": ["contract.agreed"]}, "application/json")
    problem(client.delete(one, headers=first), 412)
    assert client.delete(one).status_code == 204
    assert client.get(one).status_code == 404


@pytest.mark.parametrize("given", [{"events": ["ping"]}, {"events": []}, {"events": ["no.such"]}, {"url": "x"}])
def test_a_program_that_asks_for_nonsense_is_told(world: World, heard: Receiver, given: dict[str, Any]) -> None:
    client = program(key_of(world.person(Role.BPO_MANAGER)))
    answer = client.post(API, {"url": heard.url, "events": ["load.ended"], **given}, "application/json")
    assert answer.status_code in (409, 422)
    assert not Webhook.objects.exists()


def test_contracts_loads_and_measurements_are_announced(world: World, heard: Receiver) -> None:
    added(world, heard.url, *CHOSEN)
    agreed(world)
    load = loaded(world, {"cases.csv": CASES})
    withdraw_load(load, because="the wrong month", by=operator(world), at=now())
    work_until_idle()
    told_of = [json.loads(message.body) for message in heard.received]
    expected = {"contract.proposed", "contract.agreed", "load.ended", "load.withdrawn", "months.measured"}
    assert {one["type"] for one in told_of} == expected
    ended = next(one["data"] for one in told_of if one["type"] == "load.ended")
    assert ended == {"engagement": "care-north", "load": load.pk, "outcome": "loaded"}
