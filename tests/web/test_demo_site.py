"""The demo's site: everything in it is done by people's own actions, and beginning it again changes nothing."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from remit.cli.demo_people import people, places
from remit.cli.demo_records import found_in
from remit.cli.demo_site import Party, kept_password, lay_out_site
from remit.cli.generate import SIDES, lay_out
from remit.terms.problems import ProblemsFound
from remit.web.accounts.models import Engagement, User
from remit.web.accounts.roles import Role, Side, roles_of
from remit.web.contracts.reminders import KIND as REMINDERS
from remit.web.jobs.models import Job
from remit.web.performance.models import Attained, Run
from remit.web.shared.audit import verify
from remit.web.shared.models import AuditEntry
from remit.web.shared.moments import now

DATA = Path(os.environ.get("REMIT_SHARED", Path(__file__).parents[3] / "shared")) / "data"


def tell(_what: str, _done: int, _of: int) -> None:
    """Nobody watches."""


@pytest.mark.slow
@pytest.mark.django_db
def test_the_demo_is_laid_out_once_by_the_actions_of_its_people(tmp_path: Path, settings: Any) -> None:
    settings.DATA = tmp_path / "site"
    settings.STORE_URL = str(tmp_path / "site" / "store")
    lay_out(tmp_path, scale=0.02, seed=2025, progress=lambda what: None)
    parties = [Party.read(tmp_path / side, side) for side in SIDES]
    lay_out_site(parties, password="a password for tests", tell=tell)
    entries = AuditEntry.objects.count()
    assert Engagement.objects.count() == 2
    asked = Job.objects.filter(engagement__isnull=False)
    assert set(asked.filter(due_at__lte=now()).values_list("state", flat=True)) == {"done"}
    # What is left waits for its day, the next reminder of each contract's key dates; or until loads have calmed down.
    left = set(asked.exclude(state="done").values_list("kind", "state"))
    assert left == {(REMINDERS, "waiting"), ("fairness.look", "waiting")}
    assert verify().faults == ()
    lay_out_site(parties, password="a password for tests", tell=tell)
    assert AuditEntry.objects.count() == entries
    for engagement in Engagement.objects.all():
        roles = {user.role_in(engagement) for user in User.objects.filter(is_administrator=False)} - {None}
        assert roles == set(Role), engagement.slug


@pytest.mark.slow
@pytest.mark.django_db
def test_a_demo_whose_records_are_refused_says_why_instead_of_showing_nothing(tmp_path: Path, settings: Any) -> None:
    settings.DATA = tmp_path / "site"
    settings.STORE_URL = str(tmp_path / "site" / "store")
    lay_out(tmp_path, scale=0.005, seed=2025, progress=lambda what: None)
    # Of so few surveys the faulty ones are more than the southern contract allows.
    with pytest.raises(ProblemsFound, match=r"surveys: 3 of 54 rows failed a check"):
        lay_out_site([Party.read(tmp_path / "south", "south")], password="a password for tests", tell=tell)


def test_records_that_are_not_there_are_said_and_nothing_else_is_made_of_them(tmp_path: Path) -> None:
    (tmp_path / "nhs-111").mkdir()
    (tmp_path / "nhs-111" / "nhs_111_2015_16.csv").write_text("Periodname\n")
    (tmp_path / "uci-incidents").mkdir()
    found = found_in(tmp_path)
    assert [(party.contract_id, party.name) for party in found.parties] == [
        ("NHS-111-2015", "NHS 111 minimum data set, 2015-16")
    ]
    assert [sentence.partition(" in ")[0] for sentence in found.missing] == [
        "service-desk: no incident_event_log.csv*",
        "bank-calls: no *.txt*",
    ]


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.skipif(not DATA.is_dir(), reason=f"the public data sets are not on this machine ({DATA.parent.name}/data)")
def test_public_records_become_engagements_with_the_figures_of_their_examples(tmp_path: Path, settings: Any) -> None:
    settings.DATA = tmp_path / "site"
    settings.STORE_URL = str(tmp_path / "site" / "store")
    found = found_in(DATA)
    lay_out_site(found.parties, password="a password for tests", tell=tell)
    assert (len(found.parties), found.missing) == (3, ())
    for party, level in zip(found.parties, ("RESOLVED", "ANSWERED_60", "SF6"), strict=True):
        run = Run.objects.newest_of(Engagement.objects.get(contract_id=party.contract_id))
        rows = Attained.objects.filter(run=run, level=level, dimension="").order_by("month_on")
        shown = {f"{row.month_on:%Y-%m}": [row.numerator, row.denominator] for row in rows if row.denominator}
        expected = json.loads((party.folder / "expected" / "figures.json").read_text())
        assert shown == expected["service_levels"][level], party.name


def test_the_demo_has_somebody_for_every_role_and_sites_for_every_provider() -> None:
    assert {person.role for person in people("client")} == set(roles_of(Side.CLIENT))
    for side in SIDES:
        assert {person.role for person in people(side)} == set(roles_of(Side.PROVIDER))
        assert len(list(places(side))) == 2


def test_the_demos_password_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    password = kept_password(tmp_path)
    assert kept_password(tmp_path) == password
    assert len(password) >= 20
    assert (tmp_path / "demo-password").stat().st_mode & 0o777 == 0o600
