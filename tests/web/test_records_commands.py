"""Commands on the records: the first administrator's link, the trail verified and exported."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from remit.cli.main import main
from remit.web.accounts import actions
from remit.web.accounts.actors import Actor
from remit.web.accounts.roles import Role
from remit.web.shared.models import AuditEntry
from tests.lib.web_world import AT, World

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def told_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two entries, in a database that the commands find."""
    monkeypatch.setenv("DATABASE_URL", "the one of the tests")
    by = Actor(world.administrator, "page", address="192.0.2.7")
    actions.deactivate(world.person(Role.AGENT), by=by, at=AT)
    actions.reactivate(world.person(Role.AGENT), by=by, at=AT)
    return world


def test_a_chain_that_holds_is_said_to_with_its_last_hash(told_twice: World, capsys: Captured) -> None:
    last = AuditEntry.objects.get(number=2).hash
    assert main(["audit", "verify"]) == 0
    assert capsys.readouterr().out == f"the chain of 2 entries holds; its last hash is {last}\n"


def test_a_changed_entry_is_named_and_fails_the_command(told_twice: World, capsys: Captured) -> None:
    AuditEntry.objects.filter(number=1).update(action="accounts.nothing")
    assert main(["audit", "verify", "--as", "json"]) == 1
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert fault["number"] == 1
    assert fault["sentence"].startswith("entry 1 was changed")


@pytest.mark.parametrize(("at", "status"), [(1, 0), (2, 0)])
def test_a_hash_noted_earlier_is_found_again(told_twice: World, at: int, status: int) -> None:
    assert main(["audit", "verify", "--expect", AuditEntry.objects.get(number=at).hash]) == status


def test_a_hash_noted_earlier_that_nothing_bears_any_more_fails(told_twice: World, capsys: Captured) -> None:
    assert main(["audit", "verify", "--expect", "f" * 64]) == 1
    assert "turned back or rewritten" in capsys.readouterr().out


def test_the_trail_is_exported_with_who_and_from_where(told_twice: World, tmp_path: Path) -> None:
    out = tmp_path / "audit.csv"
    assert main(["audit", "export", "--out", str(out)]) == 0
    header, first, second = out.read_text(encoding="utf-8").splitlines()
    assert header.startswith("number,at,action,what,person,role")
    assert first.startswith("1,2026-04-01T09:00:00+00:00,accounts.deactivated,deactivated a person,Admin")
    assert "address: 192.0.2.7" in second


def test_an_engagement_that_is_not_there_is_told(told_twice: World, capsys: Captured) -> None:
    assert main(["audit", "export", "--engagement", "nowhere"]) == 2
    assert "there is no engagement nowhere" in capsys.readouterr().err


def test_a_folder_named_by_mistake_is_told_and_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert main(["audit", "verify", "--data", str(tmp_path / "wrong")]) == 1
    assert "there is no installation's database here" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_mail_address_makes_nobody_an_administrator(capsys: Captured) -> None:
    assert main(["administrator", "nobody"]) == 2
    assert "is no mail address" in capsys.readouterr().err


@pytest.mark.slow
def test_on_an_empty_folder_the_first_administrator_gets_a_link_at_the_sites_address(tmp_path: Path) -> None:
    known = {
        name: value for name, value in os.environ.items() if name not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL")
    }
    environment = {**known, "REMIT_URL": "https://remit.example.org"}
    command = [sys.executable, "-m", "remit", "administrator", "ann@example.org", "--data", str(tmp_path / "new")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "https://remit.example.org/account/password/reset/" in done.stdout
    verified = [sys.executable, "-m", "remit", "audit", "verify", "--data", str(tmp_path / "new")]
    shown = subprocess.run(verified, env=environment, capture_output=True, text=True, check=True)
    assert shown.stdout.startswith("the chain of 1 entries holds")
