"""A worker as a program of its own, made to be killed: `python -m tests.lib.killed_jobs`, with `DATABASE_URL` given.

Its one kind of job goes in small steps and then founds an organisation; there must be one for each job at the end.
"""

import os
import time
from collections.abc import Mapping
from typing import Any

import django

KIND = "tests.founding"
STEPS, STEP_SECONDS = 10, 0.03


def found(running: Any) -> Mapping[str, Any]:
    """Ten steps, then the effect."""
    from remit.web.accounts.models import Organisation

    for step in range(STEPS):
        running.tell("founding", step, STEPS)
        time.sleep(STEP_SECONDS)
    name = str(running.arguments["name"])
    with running.effect({"founded": name}):
        Organisation.objects.create(name=f"{name} of attempt {running.job.attempts}", slug=f"{name}-{time.time_ns()}")
        time.sleep(STEP_SECONDS)
    return {"founded": name}


def main() -> None:
    """Work until killed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.lib.web_settings")
    django.setup()
    from remit.web.jobs.queue import HANDLERS
    from remit.web.jobs.worker import Worker

    HANDLERS[KIND] = found
    Worker(pause_seconds=0.05).run()


if __name__ == "__main__":
    main()
