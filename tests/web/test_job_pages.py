"""Pages of jobs: all of them for administrators, one's progress for whoever works in its engagement."""

import pytest
from django.test import Client

from remit.web.accounts.actors import Actor
from remit.web.accounts.roles import Duty, Role
from remit.web.jobs.models import Job, State
from remit.web.jobs.queue import Work, enqueue
from remit.web.providers.models import Site
from remit.web.shared.moments import now
from tests.lib.web_api import key_of, program
from tests.lib.web_world import World
from tests.web.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(world: World) -> Job:
    """A load that the BPO manager asked for."""
    by = Actor(world.person(Role.BPO_MANAGER), "page")
    return enqueue(Work("performance.load", {"secret": "s3cr3t"}, world.engagements["care-north"]), by=by, at=now())


@pytest.fixture
def administrator(world: World) -> Client:
    assert world.administrator is not None
    return signed_in(world.administrator)


def progress(job: Job) -> str:
    return f"/engagements/care-north/jobs/{job.pk}/"


def test_an_administrator_finds_a_failed_job_reads_its_fault_and_begins_it_anew(
    administrator: Client, job: Job
) -> None:
    Job.objects.update(state=State.FAILED, fault="OSError: the disk is full")
    page = administrator.get("/jobs/?state=failed&kind=performance.load").content.decode()
    assert "the disk is full" in page
    one = administrator.get(f"/jobs/{job.pk}/").content.decode()
    assert "Begin anew" in one
    assert "s3cr3t" not in page + one
    assert administrator.post(f"/jobs/{job.pk}/begin-anew/").status_code == 303
    job.refresh_from_db()
    assert (job.state, job.fault) == (State.WAITING, "")


def test_the_list_is_narrowed_and_says_when_nothing_is_like_that(administrator: Client, job: Job) -> None:
    assert "No job is like that" in administrator.get("/jobs/?state=done").content.decode()
    assert "performance.load" in administrator.get("/jobs/?state=nonsense").content.decode()
    assert administrator.get("/jobs/?page=nonsense").status_code == 200


def test_the_list_takes_few_queries_however_long(
    administrator: Client, job: Job, django_assert_max_num_queries: object
) -> None:
    Job.objects.bulk_create(
        Job(kind="performance.load", asked_at=now(), due_at=now(), engagement=job.engagement, asked_by=job.asked_by)
        for _ in range(120)
    )
    with django_assert_max_num_queries(15):  # type: ignore[operator]
        page = administrator.get("/jobs/?page=2").content.decode()
    assert "Page 2 of 3" in page


def test_progress_is_a_page_and_a_part_that_asks_for_itself_until_it_is_over(world: World, job: Job) -> None:
    Job.objects.update(state=State.RUNNING, doing="landing tickets.csv", done=30, of=120)
    client = signed_in(world.person(Role.BPO_MANAGER))
    part = client.get(progress(job), headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 2s"' in part
    assert 'value="25"' in part
    assert "<html" not in part
    assert "<html" in client.get(progress(job)).content.decode()
    Job.objects.update(state=State.DONE)
    over = client.get(progress(job), headers={"HX-Request": "true"})
    assert over["HX-Trigger"] == "job-over"
    assert "hx-get" not in over.content.decode()


def test_only_who_asked_for_a_job_calls_it_off(world: World, job: Job) -> None:
    address = f"{progress(job)}call-off/"
    assert signed_in(world.person(Role.ACCOUNT_MANAGER)).post(address).status_code == 403
    assert signed_in(world.person(Role.BPO_MANAGER)).post(address).status_code == 303
    job.refresh_from_db()
    assert job.state == State.CANCELLED


def test_what_a_job_fell_over_is_told_to_whom_its_kind_concerns_alone(world: World, job: Job) -> None:
    Job.objects.update(state=State.FAILED, fault="OSError: /srv/remit is full")
    jobs = "/api/v1/engagements/care-north/jobs"
    for role, status in ((Role.OPERATIONS_MANAGER, 200), (Role.AGENT, 404), (Role.FINANCE, 404)):
        person = world.person(role)
        assert signed_in(person).get(progress(job)).status_code == status
        assert program(key_of(person)).get(f"{jobs}/{job.pk}").status_code == status
        assert len(program(key_of(person)).get(jobs).json()["items"]) == (status == 200)
    narrow = key_of(world.person(Role.OPERATIONS_MANAGER), [Duty.SEE_ENGAGEMENT])
    assert program(narrow).get(f"{jobs}/{job.pk}").status_code == 404


def test_a_job_of_another_engagement_is_not_found(world: World, job: Job) -> None:
    Job.objects.update(engagement=world.engagements["care-south"])
    assert signed_in(world.person(Role.BPO_MANAGER)).get(progress(job)).status_code == 404


def test_a_program_follows_its_job_and_calls_it_off(world: World, job: Job) -> None:
    client = program(key_of(world.person(Role.BPO_MANAGER)))
    Job.objects.update(state=State.RUNNING, doing="landing tickets.csv", done=30, of=120)
    jobs = "/api/v1/engagements/care-north/jobs"
    assert [one["id"] for one in client.get(f"{jobs}?state=running").json()["items"]] == [job.pk]
    assert client.get(f"{jobs}?state=failed").json()["items"] == []
    assert client.get(f"{jobs}/{job.pk}").json()["done"] == 30
    assert program(key_of(world.person(Role.ACCOUNT_MANAGER))).post(f"{jobs}/{job.pk}/call-off").status_code == 403
    assert client.post(f"{jobs}/{job.pk}/call-off").status_code == 200
    assert Job.objects.get().is_cancel_asked


def test_a_program_finds_the_sites_of_an_engagement_by_name(world: World) -> None:
    for name, side in (
        ("Porto", world.providers["north"]),
        ("Leeds", world.client),
        ("Cebu", world.providers["south"]),
    ):
        Site.objects.create(organisation=side, name=name, city=name, country="PT", time_zone="Europe/Lisbon")
    found = program(key_of(world.person(Role.AGENT))).get("/api/v1/engagements/care-north/sites").json()["items"]
    assert [(one["name"], one["organisation"]) for one in found] == [("Leeds", "meridian"), ("Porto", "north")]
