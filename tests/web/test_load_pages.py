"""Pages about loads: files given in a browser, rows set aside and mended, nothing told to who may not see it."""

import gzip
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from remit.web.accounts.roles import Role
from remit.web.jobs.queue import work_until_idle
from remit.web.performance.models import Load
from tests.lib.web_loads import CASES, DIRTY_CASES, asked_for, loaded
from tests.lib.web_world import World
from tests.web.conftest import signed_in


def address(view: str, **more: object) -> str:
    return reverse(f"performance:{view}", kwargs={"engagement": "care-north", **more})


def operator(world: World) -> Client:
    return signed_in(world.person(Role.OPERATIONS_MANAGER))


def given(*files: tuple[str, str | bytes], **more: object) -> dict[str, object]:
    kept = [SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text) for name, text in files]
    return {"export": kept, "mapping": "", **more}


def test_files_given_in_a_browser_become_a_load_and_its_page_says_how_far_it_is(world: World) -> None:
    client = operator(world)
    answer = client.post(address("new_load"), given(("cases.csv", CASES)))
    load = Load.objects.get()
    assert (answer.status_code, answer["Location"]) == (HTTPStatus.SEE_OTHER, address("load", load=load.pk))
    waiting = client.get(address("load", load=load.pk)).content.decode()
    assert "Waiting for its turn" in waiting
    assert address("load_progress", load=load.pk) in waiting
    assert "HX-Refresh" not in client.get(address("load_progress", load=load.pk))
    work_until_idle()
    assert client.get(address("load_progress", load=load.pk))["HX-Refresh"] == "true"
    done = client.get(address("load", load=load.pk)).content.decode()
    assert "Waiting for its turn" not in done
    assert "Withdraw this load" in done


@pytest.mark.parametrize(
    ("files", "more", "said"),
    [
        ([], {}, "No file was given"),
        ([("cases.exe", CASES)], {}, "no kind of table"),
        ([("cases.csv", "")], {}, "is empty"),
        ([("cases.csv", CASES), ("cases.csv", CASES)], {}, "given twice"),
        (
            [("cases.csv", CASES)],
            {"mapping_file": SimpleUploadedFile("mapping.yaml", "Größe".encode("latin-1"))},
            "not UTF-8",
        ),
    ],
)
def test_wrong_input_is_told_beside_the_form_and_the_mapping_stays(
    world: World, files: list[tuple[str, str]], more: dict[str, object], said: str
) -> None:
    answer = operator(world).post(address("new_load"), given(*files, **{"mapping": "remit_mapping: 1", **more}))
    text = answer.content.decode()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert said in text
    assert "remit_mapping: 1" in text
    assert Load.objects.count() == 0


def test_the_mapping_of_the_last_load_is_offered_again(world: World) -> None:
    loaded(world, {"cases.csv": CASES}, mapping="remit_mapping: 1\nsources: []\n")
    assert "remit_mapping: 1" in operator(world).get(address("new_load")).content.decode()


def test_rows_set_aside_are_shown_downloaded_mended_and_loaded_again(world: World) -> None:
    load = loaded(world, {"cases.csv.gz": gzip.compress(DIRTY_CASES.encode())})
    client = operator(world)
    page = client.get(address("load", load=load.pk)).content.decode()
    assert "yesterday" in page
    assert f"?again={load.pk}" in page
    listed = b"".join(client.get(address("quarantine", load=load.pk)).streaming_content)  # type: ignore[attr-defined]
    assert b"cases.csv.gz,3,cases,opened_at,yesterday" in listed
    bad = gzip.decompress(client.get(address("rows_to_mend", load=load.pk, number=0)).content)
    assert bad.decode().splitlines() == [DIRTY_CASES.splitlines()[0], DIRTY_CASES.splitlines()[2]]
    mended = gzip.compress(bad.replace(b"yesterday", b"2026-03-03T09:00:00Z"))
    client.post(f"{address('new_load')}?again={load.pk}", given(("cases.csv.gz", mended)))
    work_until_idle()
    again = Load.objects.order_by("-pk").first()
    assert again is not None
    assert (again.state, again.new, again.again) == ("loaded", 1, load)


def test_a_row_over_several_lines_is_given_back_whole(world: World) -> None:
    text = 'case_key,opened_at,reason\nC-1,yesterday,"first\nsecond"\nC-2,2026-03-02T09:00:00Z,fit\n'
    load = loaded(world, {"cases.csv": text})
    bad = operator(world).get(address("rows_to_mend", load=load.pk, number=0)).content.decode()
    assert bad == 'case_key,opened_at,reason\nC-1,yesterday,"first\nsecond"\n'


def test_who_may_not_open_records_sees_counts_and_no_rows(world: World) -> None:
    load = loaded(world, {"cases.csv": DIRTY_CASES})
    client = signed_in(world.person(Role.EXECUTIVE))
    page = client.get(address("load", load=load.pk)).content.decode()
    assert "yesterday" not in page
    assert client.get(address("quarantine", load=load.pk)).status_code == HTTPStatus.FORBIDDEN


def test_a_load_of_another_engagement_is_not_found_by_its_number(world: World) -> None:
    load = asked_for(world, {"cases.csv": CASES})
    client = signed_in(world.person(Role.OPERATIONS_MANAGER, "care-south"))
    for view, more in (("load", {}), ("load_progress", {}), ("quarantine", {}), ("rows_to_mend", {"number": 0})):
        kwargs = {"engagement": "care-south", "load": load.pk, **more}
        assert client.get(reverse(f"performance:{view}", kwargs=kwargs)).status_code == HTTPStatus.NOT_FOUND
    for view in ("stop_load", "withdraw_load"):
        kwargs = {"engagement": "care-south", "load": load.pk}
        assert client.post(reverse(f"performance:{view}", kwargs=kwargs)).status_code == HTTPStatus.NOT_FOUND
    again = f"{reverse('performance:new_load', kwargs={'engagement': 'care-south'})}?again={load.pk}"
    assert client.get(again).status_code == HTTPStatus.NOT_FOUND


def test_a_load_is_stopped_and_withdrawn_from_its_page(world: World) -> None:
    client = operator(world)
    waiting = asked_for(world, {"cases.csv": CASES})
    client.post(address("stop_load", load=waiting.pk))
    waiting.refresh_from_db()
    assert waiting.state == "cancelled"
    load = loaded(world, {"cases.csv": CASES})
    refused = client.post(address("withdraw_load", load=load.pk), {"because": ""})
    assert refused.status_code == HTTPStatus.CONFLICT
    client.post(address("withdraw_load", load=load.pk), {"because": "the wrong month"})
    work_until_idle()
    page = client.get(address("load", load=load.pk)).content.decode()
    assert "the wrong month" in page


def test_a_list_of_many_loads_takes_few_queries(world: World, django_assert_max_num_queries: object) -> None:
    for number in range(12):
        asked_for(world, {"cases.csv": f"{CASES}C-9{number},2026-03-03T09:00:00Z,,P1\n"})
    client = operator(world)
    with django_assert_max_num_queries(15):  # type: ignore[operator]
        client.get(address("loads"))
