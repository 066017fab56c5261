"""Several people, programs and workers at once: nothing is lost, nothing comes twice, on either database."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction

from remit.web.accounts.actors import Actor, installation
from remit.web.accounts.models import ApiToken, Organisation
from remit.web.accounts.roles import Role
from remit.web.accounts.tokens import revoke
from remit.web.jobs.models import Job, State
from remit.web.jobs.queue import Work, enqueue, take
from remit.web.shared.audit import Told, record, verify
from remit.web.shared.models import AuditEntry
from remit.web.shared.moments import now
from tests.lib.at_once import at_once, environment
from tests.lib.killed_jobs import KIND
from tests.lib.web_api import key_of, program
from tests.lib.web_world import build_world

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_audit_chain_does_not_fork_when_eight_append_at_once() -> None:
    north = build_world().engagements["care-north"]

    def append(lane: int) -> None:
        for count in range(10):
            with transaction.atomic():
                record(Told("tests.counted", north, north.pk, after={"n": [lane, count]}), by=installation(), at=now())

    assert at_once(8, append) == [None] * 8
    found = verify()
    assert (found.entries, found.faults) == (80, ())


def test_an_entry_whose_action_is_undone_leaves_no_gap_for_the_others() -> None:
    north = build_world().engagements["care-north"]

    def append(lane: int) -> None:
        for _ in range(5):
            with transaction.atomic():
                record(Told("tests.counted", north, north.pk), by=installation(), at=now())
                transaction.set_rollback(lane % 2 == 1)

    assert at_once(6, append) == [None] * 6
    assert (verify().entries, verify().faults) == (15, ())


def test_each_job_is_taken_by_one_worker() -> None:
    for number in range(12):
        enqueue(Work("tests.none", {"n": number}), by=installation(), at=now())

    def take_all(lane: int) -> list[int]:
        taken = []
        while (job := take(f"w{lane}", now())) is not None:
            taken.append(job.pk)
        return taken

    found = at_once(4, take_all)
    numbers = [number for taken in found if isinstance(taken, list) for number in taken]
    assert sorted(numbers) == sorted(Job.objects.values_list("pk", flat=True))


def test_work_asked_for_by_six_at_once_is_one_job() -> None:
    asked = at_once(6, lambda _: enqueue(Work("tests.none", key="care-north"), by=installation(), at=now()).pk)
    assert asked == [Job.objects.get().pk] * 6


def test_a_token_revoked_by_four_at_once_is_revoked_once() -> None:
    person = build_world().person(Role.BPO_MANAGER)
    key_of(person)
    token = ApiToken.objects.get()
    found = at_once(4, lambda _: revoke(token, by=Actor(person, "page"), at=now()))
    assert Counter(str(one) for one in found) == {"None": 1, "That token was revoked already.": 3}
    assert AuditEntry.objects.filter(action="accounts.token_revoked").count() == 1


def test_a_write_sent_four_times_at_once_with_its_key_is_done_once_and_answered_the_same() -> None:
    person = build_world().person(Role.BPO_MANAGER)
    key = key_of(person)
    key_of(person)
    token = ApiToken.objects.latest("pk")

    def send(_lane: int) -> int:
        return program(key).delete(f"/api/v1/tokens/{token.pk}", headers={"Idempotency-Key": "k-1"}).status_code

    assert at_once(4, send) == [204] * 4
    assert AuditEntry.objects.filter(action="accounts.token_revoked").count() == 1


@contextmanager
def worker() -> Iterator["subprocess.Popen[bytes]"]:
    """A real worker, killed at the end by a signal it can't see."""
    command = [sys.executable, "-m", "tests.lib.killed_jobs"]
    process = subprocess.Popen(command, env=environment(), stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def silence_passes() -> None:
    """The lease of whoever was killed runs out; the test does not wait for it."""
    Job.objects.filter(state=State.RUNNING).update(leased_until=now() - timedelta(seconds=1))


def await_that(claim: str, query: object, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not query.exists():  # type: ignore[attr-defined]
        assert time.monotonic() < until, f"waited in vain: {claim}"
        time.sleep(0.01)


@pytest.mark.slow
def test_jobs_whose_workers_are_killed_are_taken_up_again_and_have_their_effect_once() -> None:
    chance = random.Random(7)
    for number in range(6):
        enqueue(Work(KIND, {"name": f"n{number}"}, most_attempts=100), by=installation(), at=now())
    for _ in range(8):
        with worker():
            await_that("a job runs", Job.objects.filter(state=State.RUNNING, leased_until__gt=now()))
            time.sleep(chance.uniform(0, 0.6))
        silence_passes()
    with worker(), worker():
        silence_passes()
        until = time.monotonic() + 60
        while Job.objects.exclude(state=State.DONE).exists():
            assert time.monotonic() < until, list(Job.objects.values_list("state", "fault"))
            time.sleep(0.1)
    founded = Counter(name.partition(" ")[0] for name in Organisation.objects.values_list("name", flat=True))
    assert founded == {f"n{number}": 1 for number in range(6)}
    assert max(Job.objects.values_list("attempts", flat=True)) > 1
