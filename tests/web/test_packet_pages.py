"""Packets on the site: made in the background, taken away by those who may, verified as on the command line."""

import json
import tracemalloc
from http import HTTPStatus
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from remit.cli.main import main
from remit.web.accounts.roles import Role
from remit.web.exclusions.actions import Decision, decide
from remit.web.exclusions.bridge.terms import Choice
from remit.web.jobs.queue import work_until_idle
from remit.web.packets.bridge import installation_key
from remit.web.packets.files import keep_given
from remit.web.packets.models import Check, Packet
from remit.web.shared.models import AuditEntry
from remit.web.shared.refusals import Refusal
from tests.lib import web_exclusions
from tests.lib.web_measured import measured_first_contract
from tests.lib.web_world import AT, World
from tests.web.conftest import signed_in


def address(view: str, **more: object) -> str:
    return reverse(f"packets:{view}", kwargs={"engagement": "care-north", **more})


def manager(world: World) -> Client:
    return signed_in(world.person(Role.BPO_MANAGER))


def page(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == HTTPStatus.OK, where
    return answer.content.decode()


def made(client: Client, personal: str = "leave-out", month: str = "2026-03") -> Packet:
    """A month's packet, asked for on the page and made by the worker."""
    answer = client.post(address("make"), {"month": month, "personal": personal})
    assert answer.status_code == HTTPStatus.SEE_OTHER
    work_until_idle()
    found: Packet = Packet.objects.get(personal=personal)
    return found


def downloaded(client: Client, packet: Packet) -> bytes:
    answer: Any = client.get(address("file", packet=packet.pk))
    assert answer.status_code == HTTPStatus.OK
    return b"".join(answer.streaming_content)


def checked(client: Client, content: bytes, **fields: object) -> Check:
    given = SimpleUploadedFile("march.zip", content, "application/zip")
    answer = client.post(address("verify"), {"packet": given, **fields})
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.content.decode()
    work_until_idle()
    found: Check = Check.objects.latest("pk")
    return found


def test_before_anything_is_settled_the_page_says_so(world: World) -> None:
    assert "Nothing settled yet" in page(manager(world), address("packets"))


def test_the_key_is_made_once_for_its_owner_alone_and_shown_to_anybody(world: World, client: Client) -> None:
    shown = page(client, "/.well-known/remit-packet-key")
    assert shown == page(client, "/.well-known/remit-packet-key")
    assert shown.startswith(f"remit-ed25519 {installation_key().public.written} ")
    path = Path(settings.DATA) / "packet-key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().splitlines()[1] not in shown


def test_a_packet_is_made_fetched_and_verified_on_the_command_line_and_on_the_site(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    measured_first_contract(world)
    client = manager(world)
    assert "No packet yet" in page(client, address("packets"))
    packet = made(client)
    assert packet.outcome == "done", packet.problem
    assert packet.sha256 in page(client, address("packet", packet=packet.pk))
    assert "done" in page(client, address("packets"))

    content = downloaded(client, packet)
    (tmp_path / "march.zip").write_bytes(content)
    assert main(["verify", str(tmp_path / "march.zip"), "--trust", packet.fingerprint]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "reproduced"

    found = checked(client, content, trusted=packet.fingerprint)
    assert found.told["is_reproduced"]
    assert "reproduced" in page(client, address("verify"))
    shown = page(client, address("check", check=found.pk))
    assert "Reproduced." in shown
    assert "the key you trust" in shown
    assert list((Path(settings.DATA) / "packets" / "given").iterdir()) == []
    deeds = list(
        AuditEntry.objects.filter(action__startswith="packets.").order_by("number").values_list("action", flat=True)
    )
    assert deeds == ["packets.asked", "packets.made", "packets.fetched", "packets.given", "packets.verified"]


def test_what_both_sides_excluded_goes_into_the_packet_and_is_computed_again(world: World, tmp_path: Path) -> None:
    engagement = web_exclusions.measured(world)
    request = web_exclusions.asked_for(world, Choice(keys=("b",)))
    decide(request, Decision(None), by=web_exclusions.client(world), at=AT)
    work_until_idle()
    packet = made(manager(world), month="2026-01")
    assert packet.outcome == "done", packet.problem
    (tmp_path / "january.zip").write_bytes(downloaded(manager(world), packet))
    assert main(["verify", str(tmp_path / "january.zip"), "--trust", packet.fingerprint]) == 0
    with ZipFile(tmp_path / "january.zip") as opened:
        (told,) = json.loads(opened.read("results/statement.json"))
    (level,) = [one for one in told["service_levels"] if one["id"] == "SL1"]
    shown = web_exclusions.level_of(engagement)
    assert (level["numerator"], level["denominator"]) == (shown.numerator, shown.denominator)
    assert told["facts"]["waivers_sha256"] == packet.run.waivers_sha256 != ""


def test_the_same_packet_asked_for_again_is_that_packet(world: World) -> None:
    measured_first_contract(world)
    client = manager(world)
    assert made(client).pk == made(client).pk
    assert Packet.objects.count() == 1


def test_a_changed_packet_and_one_of_another_key_are_refused_in_a_sentence(world: World) -> None:
    measured_first_contract(world)
    client = manager(world)
    content = downloaded(client, made(client))
    flipped = content[:500] + bytes([content[500] ^ 1]) + content[501:]
    found = checked(client, flipped)
    assert not found.told["is_reproduced"]
    shown = page(client, address("check", check=found.pk))
    assert "Refused." in shown
    assert "march.zip: " in shown
    assert str(settings.DATA) not in shown
    other = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
    assert "not the key you trust" in str(checked(client, content, trusted=other).told)
    assert checked(client, b"hello").told["problems"] != []


@pytest.mark.parametrize(
    ("content", "trusted", "told"), [(b"", "", "The file is empty."), (b"x", "my key", "That is no public key")]
)
def test_what_can_not_be_verified_is_refused_on_the_form(world: World, content: bytes, trusted: str, told: str) -> None:
    given = SimpleUploadedFile("march.zip", content)
    answer = manager(world).post(address("verify"), {"packet": given, "trusted": trusted})
    assert told in answer.content.decode()
    assert Check.objects.count() == 0


def test_a_packet_too_large_to_take_is_refused_and_not_kept(world: World, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 3
    answer = manager(world).post(address("verify"), {"packet": SimpleUploadedFile("march.zip", b"1234")})
    assert "The packet has more than" in answer.content.decode()
    assert list((Path(settings.DATA) / "packets" / "given").iterdir()) == []


def test_who_may_not_see_records_gets_pseudonyms_and_takes_no_other_packet_away(world: World) -> None:
    measured_first_contract(world)
    packet = made(manager(world))
    finance = signed_in(world.person(Role.FINANCE))
    assert "every column as it stands" not in page(finance, address("packets")).partition("<table")[0]
    answer = finance.post(address("make"), {"month": "2026-03", "personal": "keep"})
    assert answer.status_code == HTTPStatus.CONFLICT or "Choose" in answer.content.decode()
    answer = finance.get(address("file", packet=packet.pk))
    assert answer.status_code != HTTPStatus.OK
    assert "Download" not in page(finance, address("packet", packet=packet.pk))
    assert downloaded(finance, made(finance, "pseudonyms"))


def test_the_lists_of_packets_ask_little_of_the_database(world: World, django_assert_max_num_queries: Any) -> None:
    measured_first_contract(world)
    client = manager(world)
    made(client)
    assert "Nobody has given a packet yet" in page(client, address("verify"))
    for number in range(3):
        checked(client, f"hello {number}".encode())
    with django_assert_max_num_queries(30):
        page(client, address("packets"))
    with django_assert_max_num_queries(30):
        shown = page(client, address("verify"))
    assert shown.count("<td>refused</td>") == 3


def test_a_packet_given_and_one_taken_away_are_never_whole_in_memory(world: World, settings: Any) -> None:
    measured_first_contract(world)
    client = manager(world)
    packet = made(client)
    answer: Any = client.get(address("file", packet=packet.pk))
    assert answer.streaming
    assert int(answer["Content-Length"]) == packet.size == sum(map(len, answer.streaming_content))

    settings.UPLOAD_LIMIT_BYTES = 30 << 20
    pieces = (b"x" * (1 << 20) for _ in range(40))
    tracemalloc.start()
    try:
        with pytest.raises(Refusal, match="The packet has more than"):
            keep_given("large", pieces)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 8 << 20
