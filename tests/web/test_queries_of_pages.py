"""What pages ask of the database: thirty queries at most, each opened on something that is there."""

from typing import Any

from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from remit.web.accounts.models import Membership, User
from remit.web.accounts.roles import Role
from remit.web.contracts.models import Version
from remit.web.exclusions.models import ExclusionRequest
from remit.web.finance.models import InvoiceReceived
from remit.web.issues.models import Dispute
from remit.web.jobs.models import Job
from remit.web.performance.models import Load
from remit.web.shared.models import AuditEntry
from tests.lib.web_exclusions import JANUARY
from tests.lib.web_many import alike, busy_engagement, manager_of_all
from tests.lib.web_pages import ARGUMENTS, MOST_QUERIES
from tests.lib.web_world import World
from tests.web.conftest import signed_in
from tests.web.test_role_walk import PAGES, address_in

_THERE: dict[str, type[Model]] = {
    "dispute": Dispute,
    "draft": Version,
    "exclusion": ExclusionRequest,
    "invoice": InvoiceReceived,
    "job": Job,
    "load": Load,
    "number": AuditEntry,
    "person": User,
    "seat": Membership,
    "version": Version,
}


def arguments() -> dict[str, object]:
    """What pages are opened with: the first of everything that is there, else what the role walk takes."""
    found: dict[str, object] = {**ARGUMENTS, "month": f"{JANUARY:%Y-%m}", "calendar": "desk", "day": "2026-03-05"}
    for name, model in _THERE.items():
        first: Any = model._default_manager.order_by("pk").first()
        found[name] = first.pk
    found["version"] = 1
    return found


def test_no_page_asks_more_than_thirty_queries(world: World, monkeypatch: Any) -> None:
    alike(busy_engagement(world), range(5))
    manager = manager_of_all(world)
    monkeypatch.setattr("tests.web.test_role_walk.ARGUMENTS", arguments())
    opened, many = 0, []
    assert world.administrator is not None
    for reader in (manager, world.person(Role.ACCOUNT_MANAGER), world.administrator):
        client = signed_in(reader)
        for page in PAGES.values():
            if "GET" not in page.callback.methods:
                continue
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(address_in(page, "care-north"))
            opened += answer.status_code == 200
            if len(asked) > MOST_QUERIES:
                many.append(f"{page.name} asks {len(asked)} queries")
    assert many == []
    assert opened >= 100
