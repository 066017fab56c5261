"""Engagements with an agreed contract, facts and a run, for tests of the records."""

from pathlib import Path

from remit.web.contracts.actions import File
from remit.web.jobs.queue import work_until_idle
from remit.web.performance.actions import Export, start_load
from remit.web.performance.models import Load, Run
from remit.web.performance.uploads import GivenFile, pieces_of
from tests.lib.contact_centre import generated
from tests.lib.web_contracts import agreed
from tests.lib.web_loads import FIRST_CONTRACT, contract_of, operator
from tests.lib.web_world import AT, World


def agree(world: World, contract: Path, *, engagement: str = "care-north") -> None:
    """Both sides agree the contract of a folder, with its amendments."""
    amendments = sorted((contract / "amendments").glob("*.yaml"))
    files = [File(path.name, path.read_bytes()) for path in (contract / "contract.yaml", *amendments)]
    agreed(world, *files, engagement=engagement)


def load_folder(world: World, folder: Path, *, engagement: str = "care-north") -> Load:
    """A folder's files loaded by the provider's operations manager, and measured where there is a contract."""
    files = [GivenFile(path.name, pieces_of(path)) for path in sorted(folder.iterdir()) if path.suffix != ".yaml"]
    export = Export(files, (folder / "mapping.yaml").read_text())
    load = start_load(world.engagements[engagement], export, by=operator(world, engagement), at=AT)
    work_until_idle()
    load.refresh_from_db()
    return load


def measured_contact_centre(world: World) -> Run:
    """The contact centre's year of the northern provider, small, measured in the northern engagement."""
    engagement = contract_of(world.engagements["care-north"], "CAL-NL-2025")
    agree(world, generated() / "north")
    load_folder(world, generated() / "north" / "facts")
    return Run.objects.get(engagement=engagement)


def measured_first_contract(world: World) -> Run:
    """The first contract's quarter, measured in the northern engagement: one level, a miss."""
    engagement = contract_of(world.engagements["care-north"], "HELPDESK-7")
    agree(world, FIRST_CONTRACT)
    load_folder(world, FIRST_CONTRACT / "export")
    return Run.objects.get(engagement=engagement)
