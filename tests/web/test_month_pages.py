"""The months' pages: what each side sees and does there, comments with evidence, deadlines, the first page, the API."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from remit.web.accounts.roles import Role
from remit.web.settlements.actions import agree, close, object_to, propose
from remit.web.settlements.models import Closing, Remark, State
from tests.lib.web_contracts import actor
from tests.lib.web_months import (
    CLIENT,
    FEBRUARY,
    MARCH,
    PROVIDER,
    case,
    closed,
    engagement_of,
    late_facts,
    months_to_close,
    proposed,
)
from tests.lib.web_world import AT, World
from tests.web.conftest import signed_in

HERE = "/engagements/care-north/months/"
API = "/api/v1/engagements/care-north/months"


def page(world: World, address: str, role: Role = CLIENT) -> str:
    answer = signed_in(world.person(role)).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def sent(world: World, deed: str, role: Role, **fields: object) -> int:
    """A form of February's page, sent."""
    return signed_in(world.person(role)).post(f"{HERE}2026-02/{deed}/", fields).status_code


def test_two_sides_close_a_month_by_its_page(world: World) -> None:
    months_to_close(world)
    assert "Propose the figures" in page(world, f"{HERE}2026-02/", PROVIDER)
    assert sent(world, "propose", PROVIDER) == 303
    told = page(world, f"{HERE}2026-02/")
    assert "Meridian Travel agrees or objects" in told
    assert "EUR 38,095.00" in told
    assert "Agree for our side" in told
    assert "Agree for our side" not in page(world, f"{HERE}2026-02/", PROVIDER)
    assert sent(world, "agree", CLIENT, sha256=Closing.objects.get().settlement_sha256) == 303
    assert sent(world, "close", PROVIDER) == 303
    told = page(world, f"{HERE}2026-02/")
    assert "The month is closed." in told
    assert "Closed, the figures" not in told
    assert sent(world, "close", CLIENT) == 409


def test_an_agreement_is_to_the_figures_that_were_on_the_page(world: World) -> None:
    months_to_close(world)
    proposed(world)
    assert sent(world, "agree", CLIENT, sha256="0" * 64) == 409
    assert sent(world, "agree", CLIENT) == 409
    assert Closing.objects.get().state == State.PROPOSED


def test_an_objection_without_a_reason_is_shown_again(world: World) -> None:
    months_to_close(world, "settling: {clause: Exhibit B 8}")
    proposed(world)
    assert sent(world, "object", CLIENT, reason="") == 422
    assert sent(world, "object", CLIENT, reason="F-8 waited for us") == 303
    assert "F-8 waited for us" in page(world, f"{HERE}2026-02/", PROVIDER)


def test_comments_carry_evidence_both_sides_download(world: World) -> None:
    months_to_close(world)
    file = SimpleUploadedFile("mail.eml", b"From: us")
    assert sent(world, "remarks", CLIENT, text="Please look at F-8", file=file) == 303
    remark = Remark.objects.get()
    assert (remark.closing.state, remark.side) == (State.OPEN, "client")
    told = page(world, f"{HERE}2026-02/", PROVIDER)
    assert "Please look at F-8" in told
    answer = signed_in(world.person(PROVIDER)).get(f"{HERE}2026-02/evidence/{remark.pk}/")
    assert b"".join(answer.streaming_content) == b"From: us"  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment")
    assert signed_in(world.person(PROVIDER)).get(f"{HERE}2026-03/evidence/{remark.pk}/").status_code == 404
    proposed(world)
    assert Closing.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("run.exe", b"MZ", "is no kind of file that is kept as evidence"),
        ("empty.pdf", b"", "The submitted file is empty"),
    ],
)
def test_a_file_that_is_no_evidence_is_told_beside_the_form(
    world: World, name: str, content: bytes, sentence: str
) -> None:
    months_to_close(world)
    file = SimpleUploadedFile(name, content)
    answer = signed_in(world.person(CLIENT)).post(f"{HERE}2026-02/remarks/", {"text": "kept text", "file": file})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "kept text" in answer.content.decode()
    assert not Remark.objects.exists()


def test_newer_figures_show_beside_what_was_proposed(world: World) -> None:
    months_to_close(world, "settling: {clause: Exhibit B 8}")
    proposed(world)
    late_facts(world, case("F-20", "2026-02-20T09", 9))
    told = page(world, f"{HERE}2026-02/")
    assert "Newer figures came" in told
    assert "EUR 38,095.00" in told
    assert "75.00 %" in told


def test_a_restatement_shows_its_records_to_those_who_may_see_them(world: World) -> None:
    months_to_close(world)
    closed(world)
    late_facts(world, case("F-20", "2026-02-20T09", 9))
    told = page(world, f"{HERE}2026-02/")
    assert "Restatement 1" in told
    assert "F-20" in told
    assert "joined" in told
    assert "F-20" not in page(world, f"{HERE}2026-02/", Role.FINANCE)
    assert "Restatement 1" in page(world, f"{HERE}2026-02/", Role.FINANCE)


def test_the_list_and_the_deadlines_say_what_is_awaited(world: World) -> None:
    months_to_close(world)
    proposed(world)
    for address in (HERE, f"{HERE}deadlines/"):
        told = page(world, address)
        assert "Meridian Travel agrees or objects" in told
        assert "16 Apr 2026" in told
    assert "provisional" in page(world, HERE)


def test_a_month_that_was_never_measured_is_not_there(world: World) -> None:
    months_to_close(world)
    client = signed_in(world.person(CLIENT))
    assert client.get(f"{HERE}2027-01/").status_code == 404
    assert client.get(f"{HERE}March/").status_code == 404


def test_pages_ask_few_queries(world: World, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    months_to_close(world)
    closed(world)
    late_facts(world, case("F-20", "2026-02-20T09", 9))
    proposed(world, MARCH)
    client = signed_in(world.person(CLIENT))
    for address in (HERE, f"{HERE}2026-02/", f"{HERE}2026-03/", f"{HERE}deadlines/"):
        with django_assert_max_num_queries(30):
            client.get(address)


def test_the_first_page_says_which_month_waits_for_ones_side(world: World) -> None:
    months_to_close(world)
    closing = proposed(world)
    assert "2026-02 waits for your side’s agreement" in page(world, "/")
    assert "waits for your side" not in page(world, "/", PROVIDER)
    object_to(closing, reason="SL1", by=actor(world, CLIENT), at=AT)
    assert "2026-02 is under review" in page(world, "/", PROVIDER)
    propose(engagement_of(world), FEBRUARY, by=actor(world, PROVIDER), at=AT)
    closing.refresh_from_db()
    agree(closing, by=actor(world, CLIENT), at=AT)
    assert "2026-02 is agreed by both sides and can be closed" in page(world, "/")
    close(closing, by=actor(world, CLIENT), at=AT)
    late_facts(world, case("F-20", "2026-02-20T09", 9))
    assert "Later facts change 2026-02" in page(world, "/")


def asked(client: Client, method: str, path: str, body: object = None) -> tuple[int, dict[str, object]]:
    """A program's request by somebody signed in, and its answer."""
    answer = client.generic(method, f"{API}{path}", json.dumps(body) if body else "", "application/json")
    return answer.status_code, answer.json()


def test_programs_close_a_month_by_the_same_actions(world: World) -> None:
    months_to_close(world)
    provider, client = (signed_in(world.person(role)) for role in (PROVIDER, CLIENT))
    status, told = asked(provider, "POST", "/2026-02/propose")
    assert (status, told["state"], told["awaited"], told["due"]) == (201, "proposed", "client", "38095.00")
    assert asked(provider, "POST", "/2026-02/propose")[0] == 409
    assert asked(client, "POST", "/2026-02/agree", {"sha256": "0" * 64})[0] == 409
    assert asked(client, "POST", "/2026-02/agree", {"sha256": told["settlement_sha256"]})[1]["state"] == "agreed"
    assert asked(client, "POST", "/2026-02/close")[1]["state"] == "closed"
    status, whole = asked(client, "GET", "/2026-02/0")
    assert isinstance(whole["settlement"], dict)
    assert [one["kind"] for one in whole["positions"]] == ["proposed", "agreed"]  # type: ignore[attr-defined]
    assert asked(client, "POST", "/2026-02/remarks", {"text": "Thank you"})[0] == 201
    assert asked(provider, "GET", "")[1]["items"][0]["month"] == "2026-02"  # type: ignore[index]
    assert asked(client, "GET", "/2026-02/3")[0] == 404
    assert asked(client, "POST", "/2026-03/close")[0] == 409
