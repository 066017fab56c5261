"""Loads: files kept before they are acknowledged, landed once, refused with reasons, taken back."""

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from remit.store import read_manifest
from remit.web.accounts.actors import Actor
from remit.web.accounts.roles import Role
from remit.web.jobs.models import Job, State
from remit.web.jobs.queue import LEASE, Running, take, work_on, work_until_idle
from remit.web.performance import uploads, work
from remit.web.performance.actions import Export, start_load, stop_load, withdraw_load
from remit.web.performance.bridge import loading
from remit.web.performance.models import Load, Outcome
from remit.web.shared.models import AuditEntry
from remit.web.shared.moments import now
from remit.web.shared.refusals import NotAllowed, Refusal
from tests.lib.web_loads import CASES, DIRTY_CASES, asked_for, first_export, given, loaded, operator
from tests.lib.web_world import AT, World


def store_version() -> int:
    return read_manifest(settings.STORE_URL).head


def deeds() -> list[str]:
    return [entry.action for entry in AuditEntry.objects.order_by("number") if entry.action.startswith("perf")]


def test_an_export_is_landed_and_says_what_became_of_its_rows(world: World) -> None:
    files, mapping = first_export()
    load = loaded(world, files, mapping=mapping)
    assert (load.state, load.store_version, load.quarantined, load.problems) == ("loaded", 1, 1, [])
    assert load.rows == load.new + 1 == sum(text.count(b"\n") - 1 for text in files.values() if isinstance(text, bytes))
    assert deeds() == ["performance.load_started", "performance.load_ended"]


def test_files_lie_as_they_were_given_before_anything_is_landed(world: World) -> None:
    load = asked_for(world, {"cases.csv": CASES})
    assert (uploads.files_folder(load) / "cases.csv").read_text() == CASES
    assert (load.state, load.files[0]["name"], load.files[0]["size"]) == ("waiting", "cases.csv", len(CASES))


def test_rows_that_fail_a_check_wait_in_quarantine_with_the_reason(world: World) -> None:
    load = loaded(world, {"cases.csv": DIRTY_CASES})
    assert (load.state, load.new, load.quarantined) == ("loaded", 2, 1)
    with uploads.quarantine_of(load).open(newline="") as kept:
        (row,) = csv.DictReader(kept)
    assert (row["file"], row["row"], row["column"], row["value"]) == ("cases.csv", "3", "opened_at", "yesterday")


def test_mended_rows_are_loaded_beside_those_that_were_fit(world: World) -> None:
    dirty = loaded(world, {"cases.csv": DIRTY_CASES})
    header, mended = CASES.splitlines()[0], "C-2,2026-03-03T09:00:00Z,2026-03-03T10:00:00Z,P1"
    load = loaded(world, {"cases.csv": f"{header}\n{mended}\n"}, again=dirty)
    assert (load.state, load.new, load.quarantined, load.again) == ("loaded", 1, 0, dirty)


def test_the_same_files_again_change_nothing_and_name_the_load_that_brought_them(world: World) -> None:
    first = loaded(world, {"cases.csv": CASES})
    again = loaded(world, {"cases.csv": CASES})
    assert (again.state, again.same_as, store_version()) == ("nothing_new", first, 1)


def test_files_that_cannot_be_read_make_a_load_that_is_refused_with_every_problem(world: World) -> None:
    load = loaded(world, {"cases.csv": "nonsense\n1\n", "letters.csv": "a\n1\n"})
    assert (load.state, load.store_version) == ("refused", None)
    assert load.problem_count >= 1
    told = " ".join(problem["file"] + problem["what"] + problem["hint"] for problem in load.problems)
    assert str(settings.DATA) not in told
    assert not (Path(settings.STORE_URL)).exists()


def test_what_a_mapping_also_names_may_have_come_with_an_earlier_load(world: World) -> None:
    files, mapping = first_export()
    loaded(world, files, mapping=mapping)
    more = b"".join(files["tickets.csv"].splitlines(keepends=True)[:2])  # type: ignore[arg-type]
    load = loaded(world, {"tickets.csv": more}, mapping=mapping)
    assert (load.state, load.new, load.unchanged) == ("loaded", 0, 1)


def test_without_an_earlier_load_a_missing_file_is_a_problem_and_no_path_is_told(world: World) -> None:
    files, mapping = first_export()
    load = loaded(world, {"tickets.csv": files["tickets.csv"]}, mapping=mapping)
    assert load.state == "refused"
    assert "no file in the upload matches 'history.csv'" in [problem["what"] for problem in load.problems]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("", b"x", "not a file's name"),
        ("../cases.csv", b"x", "not a file's name"),
        (".cases.csv", b"x", "not a file's name"),
        ("cases.exe", b"x", "no kind of table"),
        ("cases", b"x", "no kind of table"),
        ("cases.csv", b"", "is empty"),
    ],
)
def test_what_is_no_table_is_refused_and_nothing_is_kept(world: World, name: str, content: bytes, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        asked_for(world, {name: content})
    assert Load.objects.count() == Job.objects.count() == 0
    kept = Path(settings.DATA) / "uploads"
    assert not kept.exists() or not list(kept.iterdir())


def test_more_bytes_than_the_limit_are_refused_and_nothing_is_kept(world: World, settings: object) -> None:
    settings.UPLOAD_LIMIT_BYTES = 10  # type: ignore[attr-defined]
    with pytest.raises(Refusal, match="more than 0 MB"):
        asked_for(world, {"cases.csv": CASES})
    assert not list((Path(settings.DATA) / "uploads").iterdir())  # type: ignore[attr-defined]


def test_two_files_of_one_name_are_refused_whatever_the_case(world: World) -> None:
    with pytest.raises(Refusal, match="given twice"):
        asked_for(world, {"cases.csv": CASES, "Cases.csv": CASES})


def test_who_may_not_load_facts_keeps_nothing(world: World) -> None:
    reader = Actor(world.person(Role.EXECUTIVE), "page")
    with pytest.raises(NotAllowed):
        start_load(world.engagements["care-north"], Export(given({"cases.csv": CASES})), by=reader, at=AT)
    foreign = operator(world, "care-south")
    with pytest.raises(NotAllowed):
        start_load(world.engagements["care-north"], Export(given({"cases.csv": CASES})), by=foreign, at=AT)
    assert not (Path(settings.DATA) / "uploads").exists()


def test_a_load_taken_back_leaves_the_store_as_if_it_had_never_come(world: World) -> None:
    load = loaded(world, {"cases.csv": CASES})
    withdraw_load(load, because="the wrong month", by=operator(world), at=AT)
    work_until_idle()
    load.refresh_from_db()
    manifest = read_manifest(settings.STORE_URL)
    assert (load.state, manifest.head, manifest.live("care-north")) == ("withdrawn", 2, [])
    assert manifest.entries[-1].note == "the wrong month"


def test_a_load_is_withdrawn_once_with_a_reason_and_only_where_it_has_facts(world: World) -> None:
    waiting = asked_for(world, {"cases.csv": CASES})
    with pytest.raises(Refusal, match="no facts"):
        withdraw_load(waiting, because="no need", by=operator(world), at=AT)
    work_until_idle()
    with pytest.raises(Refusal, match="why"):
        withdraw_load(waiting, because=" ", by=operator(world), at=AT)
    withdraw_load(waiting, because="wrong", by=operator(world), at=AT)
    with pytest.raises(Refusal, match="no facts"):
        withdraw_load(waiting, because="wrong again", by=operator(world), at=AT)


def test_a_load_stopped_before_it_begins_leaves_no_trace_in_the_store(world: World) -> None:
    load = asked_for(world, {"cases.csv": CASES})
    stop_load(load, by=operator(world), at=AT)
    assert work_until_idle() == 0
    load.refresh_from_db()
    assert (load.state, Path(settings.STORE_URL).exists()) == ("cancelled", False)


def test_a_load_whose_worker_dies_after_the_store_took_it_is_written_down_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = asked_for(world, {"cases.csv": CASES})
    real: Callable[[Running], None] = work._past_stopping

    def die(running: Running) -> None:
        raise SystemExit("killed between the store and the records")

    monkeypatch.setattr(work, "_past_stopping", die)
    taken = take("w1", now())
    assert taken is not None
    with pytest.raises(SystemExit):
        work_on(taken, "w1")
    monkeypatch.setattr(work, "_past_stopping", real)
    again = take("w2", now() + LEASE + timedelta(seconds=1))
    assert again is not None
    work_on(again, "w2")
    load.refresh_from_db()
    assert (load.outcome, load.new, store_version()) == (Outcome.LOADED, 2, 1)
    assert deeds() == ["performance.load_started", "performance.load_ended"]


def test_what_the_store_has_taken_is_not_called_stopped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    load = asked_for(world, {"cases.csv": CASES})
    real = loading.land

    def land_then_stop(*given: object, **named: object) -> object:
        landed = real(*given, **named)  # type: ignore[arg-type]
        stop_load(load, by=operator(world), at=AT)
        return landed

    monkeypatch.setattr(work, "land", land_then_stop)
    work_until_idle()
    load.refresh_from_db()
    assert (load.state, load.job.state) == ("loaded", State.DONE)  # type: ignore[union-attr]


def test_loads_are_seen_by_their_engagement_and_by_nobody_elses(world: World) -> None:
    asked_for(world, {"cases.csv": CASES})
    north, south = world.person(Role.AGENT, "care-north"), world.person(Role.BPO_MANAGER, "care-south")
    assert (Load.objects.visible_to(north).count(), Load.objects.visible_to(south).count()) == (1, 0)
