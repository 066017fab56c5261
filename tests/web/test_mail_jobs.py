"""Mail as jobs: it goes with its action, outlives a mail server that is down, and leaves no text behind."""

import socket
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from remit.web.jobs.models import Job, State
from remit.web.jobs.queue import take, work_on, work_until_idle
from remit.web.shared.moments import now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    """Mail goes by a job to a folder."""
    settings.EMAIL_BACKEND = "remit.web.jobs.mail.LaterBackend"
    settings.MAIL_DELIVERY_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path / "mail"


def send() -> None:
    message = EmailMultiAlternatives(
        "Your seat", "Open https://remit.example.org/x", "Remit <remit@example.org>", ["a@b.org"]
    )
    message.attach_alternative("<p>Open</p>", "text/html")
    message.attach("invite.ics", "BEGIN:VCALENDAR", "text/calendar")
    message.send()


def delivered(folder: Path) -> list[Any]:
    return [message_from_bytes(path.read_bytes()) for path in sorted(folder.glob("*.log"))]


def test_a_mail_is_sent_whole_by_a_job_that_then_forgets_its_text(files: Path) -> None:
    send()
    assert not files.exists()
    work_until_idle()
    (message,) = delivered(files)
    kinds = [part.get_content_type() for part in message.walk()]
    assert (message["Subject"], message["To"]) == ("Your seat", "a@b.org")
    assert {"text/plain", "text/html", "text/calendar"} <= set(kinds)
    job = Job.objects.get()
    assert (job.state, job.arguments, job.result) == (State.DONE, {}, {"recipients": 1})
    assert message["Message-ID"] == f"<job-{job.pk}@example.org>"


def test_an_action_that_is_undone_sends_nothing() -> None:
    with transaction.atomic():
        send()
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_a_mail_waits_while_the_mail_server_is_down(settings: Any, files: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = closed.getsockname()
        settings.MAIL_DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        send()
        job = take("w1", now())
        assert job is not None
        work_on(job, "w1")
    job.refresh_from_db()
    assert (job.state, job.fault.partition(":")[0]) == (State.WAITING, "ConnectionRefusedError")
    settings.MAIL_DELIVERY_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    again = take("w1", now() + timedelta(minutes=5))
    assert again == job
    work_on(again, "w1")
    assert len(delivered(files)) == 1


def test_a_library_s_mail_becomes_a_job_too() -> None:
    mail.send_mail("Reset", "text", "remit@example.org", ["a@b.org"])
    assert Job.objects.get().kind == "jobs.mail"
