"""Background work: asked for once, taken by one, taken up again after a crash, with its effect once."""

import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest

from remit.web.accounts.actors import Actor, installation
from remit.web.accounts.models import Organisation
from remit.web.accounts.roles import Role
from remit.web.jobs.kinds import Lane
from remit.web.jobs.models import Job, State
from remit.web.jobs.queue import HANDLERS, LEASE, Cancelled, Running, Work, cancel, enqueue, retry, take, work_on
from remit.web.jobs.worker import Worker
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal
from tests.lib.web_world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted() -> Iterator[list[Running]]:
    """A kind of job whose effect is one organisation more; the fixture lists its beginnings."""
    begun: list[Running] = []

    def handler(running: Running) -> Mapping[str, Any]:
        begun.append(running)
        running.tell("counting", 1, 2)
        with running.effect({"made": 1}):
            Organisation.objects.create(name=f"Made by {running.job.pk}", slug=f"made-{running.job.pk}")
        return {"made": 1}

    HANDLERS["tests.count"] = handler
    yield begun
    del HANDLERS["tests.count"]


def asked(**more: Any) -> Job:
    return enqueue(Work("tests.count", **more), by=installation(), at=now())


def test_a_job_is_done_and_tells_its_result(counted: list[Running]) -> None:
    job = asked()
    taken = take("w1", now())
    assert taken == job
    work_on(taken, "w1")
    job.refresh_from_db()
    assert (job.state, job.result, job.done, job.of) == (State.DONE, {"made": 1}, 1, 2)


def test_the_same_work_asked_for_twice_is_one_job(counted: list[Running]) -> None:
    assert asked(key="care-north") == asked(key="care-north")
    assert Job.objects.count() == 1


def test_a_job_is_taken_by_one_worker_only(counted: list[Running]) -> None:
    asked()
    assert take("w1", now()) is not None
    assert take("w2", now()) is None


def test_a_job_of_a_silent_worker_is_taken_up_and_its_effect_comes_once(counted: list[Running]) -> None:
    asked()
    first = take("w1", now())
    assert first is not None
    second = take("w2", now() + LEASE + timedelta(seconds=1))
    assert second is not None
    work_on(second, "w2")
    work_on(first, "w1")
    assert Organisation.objects.count() == 1
    assert Job.objects.get().state == State.DONE


def test_a_fault_is_tried_again_later_and_fails_for_good_after_the_last_attempt() -> None:
    def broken(running: Running) -> None:
        raise ValueError("the disk is full")

    HANDLERS["tests.broken"] = broken
    try:
        enqueue(Work("tests.broken", most_attempts=2), by=installation(), at=now())
        for _ in range(2):
            job = take("w1", now() + timedelta(hours=1))
            assert job is not None
            work_on(job, "w1")
    finally:
        del HANDLERS["tests.broken"]
    job = Job.objects.get()
    assert (job.state, job.fault, job.attempts) == (State.FAILED, "ValueError: the disk is full", 2)


def test_a_job_that_kills_its_workers_is_not_begun_for_ever(counted: list[Running]) -> None:
    asked()
    at = now()
    taken = [take(f"w{attempt}", at + attempt * 2 * LEASE) for attempt in range(4)]
    assert taken[-1] is not None
    work_on(taken[-1], "w3")
    assert Job.objects.get().fault == "its worker was lost 3 times"


def test_a_running_job_stops_at_its_next_step_when_it_is_called_off(world: World, counted: list[Running]) -> None:
    job = asked()
    taken = take("w1", now())
    assert taken is not None
    cancel(job, by=Actor(world.administrator, "page"), at=now())
    work_on(taken, "w1")
    job.refresh_from_db()
    assert (job.state, Organisation.objects.filter(slug__startswith="made").count()) == (State.CANCELLED, 0)


def test_progress_is_refused_to_a_worker_that_lost_its_job(counted: list[Running]) -> None:
    asked()
    first = take("w1", now())
    assert first is not None
    take("w2", now() + 2 * LEASE)
    with pytest.raises(Cancelled):
        Running(first, "w1").tell("late")


def test_only_what_failed_or_was_cancelled_can_be_begun_again(world: World, counted: list[Running]) -> None:
    job = asked()
    by = Actor(world.administrator, "page")
    with pytest.raises(Refusal):
        retry(job, by=by, at=now())
    cancel(job, by=by, at=now())
    retry(job, by=by, at=now())
    job.refresh_from_db()
    assert job.state == State.WAITING
    Job.objects.update(state=State.DONE)
    with pytest.raises(Refusal, match="over"):
        cancel(job, by=by, at=now())


def test_a_job_is_seen_by_whom_its_kind_concerns_in_its_engagement_and_by_nobody_else(world: World) -> None:
    here, asking = world.engagements["care-north"], world.person(Role.QUALITY_ANALYST)
    enqueue(Work("performance.load", engagement=here), by=installation(), at=now())
    enqueue(Work("tests.of a kind nobody declared", engagement=here), by=Actor(asking, "page"), at=now())
    seen = {role: Job.objects.visible_to(world.person(role)).count() for role in Role}
    loading = {Role.BPO_MANAGER, Role.ACCOUNT_MANAGER, Role.OPERATIONS_MANAGER}
    assert seen == {role: int(role in loading) + int(role == Role.QUALITY_ANALYST) for role in Role}
    assert Job.objects.visible_to(world.person(Role.BPO_MANAGER, "care-south")).count() == 0
    assert world.administrator is not None
    assert Job.objects.visible_to(world.administrator).count() == 2


def test_a_lane_does_its_own_kinds_and_the_long_one_all_that_nobody_declared() -> None:
    kinds = ("performance.load", "performance.draw", "connections.deliver", "jobs.mail", "tests.unknown")
    for kind in kinds:
        enqueue(Work(kind), by=installation(), at=now())
    done: dict[Lane, list[str]] = {lane: [] for lane in Lane}
    for lane in Lane:
        while (job := take("w", now(), lane)) is not None:
            done[lane].append(job.kind)
    assert done == {
        Lane.LONG: ["performance.load", "tests.unknown"],
        Lane.QUICK: ["performance.draw"],
        Lane.OUTSIDE: ["connections.deliver", "jobs.mail"],
    }


@pytest.mark.django_db(transaction=True)
def test_a_receiver_that_says_nothing_holds_up_no_chart_and_no_load() -> None:
    silent, others_done, began = threading.Event(), threading.Event(), threading.Event()

    def wait(_running: Running) -> None:
        began.set()
        assert silent.wait(60), "the test was over before"

    def quick(running: Running) -> None:
        if Job.objects.filter(state=State.WAITING).count() == 0:
            others_done.set()

    kept = {kind: HANDLERS[kind] for kind in ("connections.deliver", "performance.draw", "performance.load")}
    HANDLERS.update(dict.fromkeys(kept, quick) | {"connections.deliver": wait})
    workers = [Worker(pause_seconds=0.05, lane=lane) for lane in Lane]
    threads = [threading.Thread(target=worker.run) for worker in workers]
    try:
        enqueue(Work("connections.deliver"), by=installation(), at=now())
        for thread in threads:
            thread.start()
        assert began.wait(60)
        enqueue(Work("performance.load"), by=installation(), at=now())
        enqueue(Work("performance.draw"), by=installation(), at=now())
        assert others_done.wait(60)
        assert Job.objects.get(kind="connections.deliver").state == State.RUNNING
    finally:
        silent.set()
        for worker in workers:
            worker.stop()
        for thread in threads:
            thread.join(60)
        HANDLERS.update(kept)
    assert set(Job.objects.values_list("state", flat=True)) == {State.DONE}


def test_a_worker_knows_every_kind_of_job_without_having_opened_a_page() -> None:
    """Pages are asked for by the site's processes, jobs are done by another: what a page declares it never sees."""
    code = "import django; django.setup(); from remit.web.jobs.queue import HANDLERS; print(*sorted(HANDLERS))"
    worker = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    import_module("remit.web.urls")
    assert set(worker.stdout.split()) == {kind for kind in HANDLERS if not kind.startswith("tests.")}
