"""Loads for tests of the records: the first contract's export and dirty ones, given as a person gives them."""

from collections.abc import Mapping
from pathlib import Path

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Role
from remit.web.jobs.queue import work_until_idle
from remit.web.performance.actions import Export, start_load
from remit.web.performance.models import Load
from remit.web.performance.uploads import GivenFile
from tests.lib.web_world import AT, World

FIRST_CONTRACT = Path(__file__).parents[2] / "examples" / "first-contract"

CASES = """case_key,opened_at,resolved_at,priority
C-1,2026-03-02T09:00:00Z,2026-03-02T10:00:00Z,P1
C-2,2026-03-03T09:00:00Z,2026-03-03T10:00:00Z,P1
"""
DIRTY_CASES = """case_key,opened_at,resolved_at,priority
C-1,2026-03-02T09:00:00Z,2026-03-02T10:00:00Z,P1
C-2,yesterday,2026-03-03T10:00:00Z,P1
C-3,2026-03-04T09:00:00Z,2026-03-04T10:00:00Z,P1
"""


def operator(world: World, engagement: str = "care-north") -> Actor:
    """The provider's operations manager, at a page."""
    return Actor(world.person(Role.OPERATIONS_MANAGER, engagement), "page")


def given(files: Mapping[str, str | bytes]) -> list[GivenFile]:
    """Files by their names, in one piece each."""
    return [GivenFile(name, [text.encode() if isinstance(text, str) else text]) for name, text in files.items()]


def asked_for(world: World, files: Mapping[str, str | bytes], *, mapping: str = "", again: Load | None = None) -> Load:
    """A load asked for in the northern engagement, not landed yet."""
    export = Export(given(files), mapping, again)
    return start_load(world.engagements["care-north"], export, by=operator(world), at=AT)


def loaded(world: World, files: Mapping[str, str | bytes], *, mapping: str = "", again: Load | None = None) -> Load:
    """A load asked for and done by a worker, as it then stands."""
    load = asked_for(world, files, mapping=mapping, again=again)
    work_until_idle()
    load.refresh_from_db()
    return load


def first_export() -> tuple[dict[str, str | bytes], str]:
    """The first contract's export: its files and its mapping."""
    folder = FIRST_CONTRACT / "export"
    return {path.name: path.read_bytes() for path in folder.glob("*.csv")}, (folder / "mapping.yaml").read_text()


def contract_of(engagement: Engagement, contract_id: str) -> Engagement:
    """An engagement under another contract's id."""
    Engagement.objects.filter(pk=engagement.pk).update(contract_id=contract_id)
    engagement.refresh_from_db()
    return engagement
