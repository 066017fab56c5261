"""The contract's pages: files in by upload and by writing, approval by both sides, and what the pages tell."""

import io
import zipfile
from http import HTTPStatus
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from remit.web.accounts.roles import Role
from remit.web.contracts.models import State, Version
from tests.lib.web_contracts import CLIENT, PROVIDER, agreed, amendment_for, drafted, proposed, text_for
from tests.lib.web_world import World
from tests.web.conftest import signed_in

FILES = {"contract.yaml": text_for(), "a1.yaml": amendment_for()}


def address(page: str, **takes: object) -> str:
    return reverse(f"contracts:{page}", kwargs={"engagement": "care-north", **takes})


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


@pytest.fixture
def client(world: World) -> Client:
    """The client's manager at the screen."""
    return signed_in(world.person(CLIENT))


def begun(client: Client, contract: SimpleUploadedFile, *amendments: SimpleUploadedFile) -> Any:
    return client.post(address("new"), {"contract": contract, "amendments": list(amendments)})


def test_from_an_upload_to_a_contract_in_force(world: World, client: Client) -> None:
    answer = begun(client, upload("my contract.yaml", text_for()), upload("a1.yaml", amendment_for()))
    assert answer.status_code == HTTPStatus.SEE_OTHER
    draft = Version.objects.get()
    assert answer["Location"] == address("draft", draft=draft.pk)
    assert {one.place: bytes(one.content) for one in draft.documents.all()} == {
        "contract.yaml": text_for(),
        "amendments/a1.yaml": amendment_for(),
    }
    answer = client.post(address("propose", draft=draft.pk), {"revision": 1, "note": "First version"})
    assert answer["Location"] == address("version", version=1)
    provider = signed_in(world.person(PROVIDER))
    for one in (client, provider):
        page = one.get(address("version", version=1)).content.decode()
        assert "Approve for our side" in page
        assert one.post(address("approve", version=1)).status_code == HTTPStatus.SEE_OTHER
    assert Version.objects.get().state == State.AGREED
    assert "Approve for our side" not in client.get(address("version", version=1)).content.decode()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("contract.pdf", b"%PDF-1.7", "ends in .yaml"),
        ("contract.yaml", b"\x00\x01\x02", "is not a text file"),
        ("contract.yaml", "café: 1\nname: Müller".encode("latin-1"), "line 1: byte 0xe9 is not UTF-8"),
        ("contract.yaml", b"a: 1\n" * 2_000_000, "has 10,000,000 bytes; a file of terms has at most 1,000,000"),
        ("contract.yaml", b"", "The submitted file is empty"),
    ],
)
def test_a_file_that_can_be_no_contract_is_refused_in_a_sentence(
    client: Client, name: str, content: bytes, said: str
) -> None:
    answer = begun(client, upload(name, content))
    assert (answer.status_code, Version.objects.count()) == (HTTPStatus.UNPROCESSABLE_ENTITY, 0)
    assert said in answer.content.decode()


def test_an_amendments_file_of_a_dangerous_name_is_refused(client: Client) -> None:
    answer = begun(client, upload("contract.yaml", text_for()), upload("contract.yaml", amendment_for()))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "contract.yaml is the contract&#x27;s own name" in answer.content.decode()


BOMB = b"a: &a [x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\nd: [*c, *c, *c, *c]\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BOMB, "write the value out"),
        (b"[" * 4000, "is nested more than 50 deep"),
        (b"remit: 1\n\tterm: 3", "indent with blanks, not tabs"),
        (b"# nothing but a comment\n", "is empty"),
    ],
)
def test_wrong_terms_are_kept_as_a_draft_and_told_with_their_lines(client: Client, content: bytes, said: str) -> None:
    assert begun(client, upload("contract.yaml", content)).status_code == HTTPStatus.SEE_OTHER
    draft = Version.objects.get()
    page = client.get(address("draft", draft=draft.pk))
    assert page.status_code == HTTPStatus.OK
    assert said in page.content.decode()
    answer = client.post(address("propose", draft=draft.pk), {"revision": 1, "note": "kept"})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "kept" in answer.content.decode()


def test_a_draft_begun_blank_has_the_words_of_its_engagement(world: World, client: Client) -> None:
    client.post(address("new"), {"from": "blank"})
    draft = Version.objects.get()
    text = bytes(draft.documents.get().content).decode()
    assert "id: 'care-north'" in text
    assert "client: 'Meridian Travel'" in text
    assert "can’t be put on the table" in client.get(address("draft", draft=draft.pk)).content.decode()


def test_an_amendment_begun_here_changes_what_it_says(world: World, client: Client) -> None:
    agreed(world)
    client.post(address("redraft", version=1))
    draft = Version.objects.get(state=State.DRAFT)
    client.post(address("new_amendment", draft=draft.pk), {"name": "july.yaml"})
    edit = address("edit", draft=draft.pk, file="july.yaml")
    assert "to: &#x27;care-north&#x27;" in client.get(edit).content.decode()
    client.post(edit, {"revision": 2, "content": amendment_for().decode()})
    page = client.get(address("draft", draft=draft.pk)).content.decode()
    assert "expected of SL1: 95 % → 96 % from 1 July 2026" in page


def test_what_a_browser_makes_of_line_ends_is_not_kept(world: World, client: Client) -> None:
    draft = drafted(world)
    sent = text_for().decode().replace("\n", "\r\n") + "\r\n"
    client.post(address("edit", draft=draft.pk, file="contract.yaml"), {"revision": 1, "content": sent})
    assert bytes(draft.documents.get().content) == text_for() + b"\n"


def test_saving_without_a_change_is_no_change(world: World, client: Client) -> None:
    draft = drafted(world)
    edit = address("edit", draft=draft.pk, file="contract.yaml")
    assert client.post(edit, {"revision": 1, "content": text_for().decode()}).status_code == HTTPStatus.SEE_OTHER
    draft.refresh_from_db()
    assert draft.revision == 1


def test_a_writer_who_comes_second_keeps_the_text_and_sees_the_others(world: World, client: Client) -> None:
    draft = drafted(world)
    edit = address("edit", draft=draft.pk, file="contract.yaml")
    other = signed_in(world.person(Role.PROCUREMENT))
    other.post(edit, {"revision": 1, "content": "theirs: 1"})
    answer = client.post(edit, {"revision": 1, "content": "mine: 2"})
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Somebody else saved this draft" in page
    assert "<pre>theirs: 1</pre>" in page
    assert "mine: 2</textarea>" in page
    assert client.post(edit, {"revision": 2, "content": "mine: 2"}).status_code == HTTPStatus.SEE_OTHER


def test_while_writing_problems_are_told_and_nothing_is_kept(world: World, client: Client) -> None:
    draft = drafted(world)
    wrong = text_for(expected="eighty").decode()
    answer = client.post(address("lint", draft=draft.pk, file="contract.yaml"), {"content": wrong})
    line = wrong.splitlines().index("    expected: eighty") + 1
    assert f'data-line="{line}"' in answer.content.decode()
    assert bytes(draft.documents.get().content) == text_for()


def test_the_editors_words_are_the_formats_own_and_an_amendments_the_contracts_places(
    world: World, client: Client
) -> None:
    draft = drafted(world)
    client.post(address("new_amendment", draft=draft.pk), {"name": "july.yaml"})
    first = client.get(address("words", draft=draft.pk, file="contract.yaml"))
    assert "service_levels" in first.json()["schema"]["properties"]
    again = client.get(address("words", draft=draft.pk, file="contract.yaml"), headers={"If-None-Match": first["ETag"]})
    assert again.status_code == HTTPStatus.NOT_MODIFIED
    second = client.get(address("words", draft=draft.pk, file="july.yaml")).json()
    assert set(second["schema"]["properties"]) >= {"amendment", "change", "add", "remove"}
    assert "service_levels.SL1.expected" in second["places"]


def test_a_rejection_without_a_reason_is_asked_for_one(world: World) -> None:
    proposed(world)
    provider = signed_in(world.person(PROVIDER))
    answer = provider.post(address("reject", version=1), {"reason": ""})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    provider.post(address("reject", version=1), {"reason": "96 % <can't> be staffed"})
    assert Version.objects.get().state == State.REJECTED
    assert "96 % &lt;can&#x27;t&gt; be staffed" in provider.get(address("version", version=1)).content.decode()


def test_a_file_is_given_back_byte_for_byte_and_only_where_it_changed(world: World, client: Client) -> None:
    agreed(world)
    answer = client.get(address("document", version=1, file="contract.yaml"))
    assert answer.content == text_for()
    assert answer["Content-Disposition"] == 'attachment; filename="contract.yaml"'
    etag = answer["ETag"]
    again = client.get(address("document", version=1, file="contract.yaml"), headers={"If-None-Match": etag})
    assert again.status_code == HTTPStatus.NOT_MODIFIED
    assert client.get(address("document", version=1, file="other.yaml")).status_code == HTTPStatus.NOT_FOUND


def test_all_files_of_a_version_come_in_the_folders_the_commands_read(world: World, client: Client) -> None:
    draft = drafted(world)
    client.post(address("add", draft=draft.pk), {"revision": 1, "amendments": [upload("a1.yaml", amendment_for())]})
    client.post(address("propose", draft=draft.pk), {"revision": 2})
    answers = [client.get(address("archive", version=1)).content for _ in range(2)]
    assert answers[0] == answers[1]
    with zipfile.ZipFile(io.BytesIO(answers[0])) as given:
        assert {name: given.read(name) for name in given.namelist()} == {
            "contract.yaml": text_for(),
            "amendments/a1.yaml": amendment_for(),
        }


def test_two_versions_are_compared_in_words_and_line_by_line(world: World, client: Client) -> None:
    agreed(world)
    draft = drafted(world)
    edit = address("edit", draft=draft.pk, file="contract.yaml")
    client.post(edit, {"revision": 1, "content": text_for(expected="96%").decode()})
    client.post(address("propose", draft=draft.pk), {"revision": 2})
    page = client.get(address("compare")).content.decode()
    assert "expected of SL1: 95 % → 96 %" in page
    assert "<pre>    expected: 95%</pre>" in page
    assert "<pre>    expected: 96%</pre>" in page
    same = client.get(address("compare"), {"old": "1", "new": "1"}).content.decode()
    assert "No term differs" in same
    assert "The same, to the last byte." in same


def test_the_catalogue_a_level_the_calendars_and_the_key_dates_tell_the_agreed_terms(
    world: World, client: Client
) -> None:
    agreed(world)
    told = {
        address("overview"): ["31 Dec 2026", "SHA-256"],
        address("levels"): ["Incidents resolved in time", "≥ 95 %", "us_support", "pool: 120 % (allocation)"],
        address("level", level="SL1"): ["at least 95 %", "Share of records whose turnaround", "1 Jan 2026"],
        address("calendars"): ["us_support", "America/New_York", "08:00-18:00"],
        address("calendar", calendar="us_support") + "?year=2026": ["closed day", "clocks go forward", "December"],
        address("dates"): ["The term ends", "The term begins"],
    }
    for at, words in told.items():
        page = client.get(at).content.decode()
        assert [word for word in words if word not in page] == [], at


@pytest.mark.parametrize("page", ["overview", "levels", "calendars", "dates", "compare"])
def test_before_there_is_a_contract_a_page_says_how_one_comes_about(client: Client, page: str) -> None:
    answer = client.get(address(page))
    assert answer.status_code == HTTPStatus.OK
    assert 'class="empty"' in answer.content.decode()


@pytest.mark.parametrize("query", ["version=9", "version=x", "version=²", "version=99999999999999"])
def test_a_version_that_is_none_is_not_found(world: World, client: Client, query: str) -> None:
    agreed(world)
    assert client.get(f"{address('levels')}?{query}").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("year", ["0", "99999999999", "abc", "-1", "²"])
def test_a_year_that_no_calendar_has_is_not_found(world: World, client: Client, year: str) -> None:
    agreed(world)
    at = address("calendar", calendar="us_support")
    assert client.get(at, {"year": year}).status_code == HTTPStatus.NOT_FOUND


def test_the_other_side_does_not_find_a_draft(world: World) -> None:
    draft = drafted(world)
    provider = signed_in(world.person(PROVIDER))
    for page, takes in (("draft", {}), ("edit", {"file": "contract.yaml"}), ("words", {"file": "contract.yaml"})):
        assert provider.get(address(page, draft=draft.pk, **takes)).status_code == HTTPStatus.NOT_FOUND
    assert provider.post(address("propose", draft=draft.pk), {"revision": 1}).status_code == HTTPStatus.NOT_FOUND
    assert "Drafts of your side" not in provider.get(address("overview")).content.decode()


def test_pages_ask_few_queries_however_many_versions_there_are(
    world: World, client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(90, 96):
        agreed(world)
        assert number
    draft = drafted(world)
    pages = [
        *(address(page) for page in ("overview", "levels", "calendars", "dates", "compare", "new")),
        address("level", level="SL1"),
        address("calendar", calendar="us_support"),
        address("version", version=4),
        address("draft", draft=draft.pk),
        address("edit", draft=draft.pk, file="contract.yaml"),
    ]
    for page in pages:
        with django_assert_max_num_queries(30):
            assert client.get(page).status_code == HTTPStatus.OK
