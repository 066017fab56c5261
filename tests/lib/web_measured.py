"""Engagements with an agreed contract, facts and a run, for tests of the records."""

import shutil
from pathlib import Path

from django.conf import settings

from remit.web.accounts.models import Engagement
from remit.web.jobs.queue import work_until_idle
from remit.web.performance.actions import Export, start_load
from remit.web.performance.models import Load, Run
from remit.web.performance.uploads import GivenFile, pieces_of
from tests.lib.contact_centre import generated
from tests.lib.web_loads import FIRST_CONTRACT, contract_of, operator
from tests.lib.web_world import AT, World


def agree(engagement: Engagement, contract: Path) -> None:
    """Both sides agree the contract of a folder."""
    target = Path(settings.DATA) / "contracts" / engagement.slug
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(contract / "contract.yaml", target)
    if (contract / "amendments").is_dir():
        shutil.copytree(contract / "amendments", target / "amendments", dirs_exist_ok=True)


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
    agree(engagement, generated() / "north")
    load_folder(world, generated() / "north" / "facts")
    return Run.objects.get(engagement=engagement)


def measured_first_contract(world: World) -> Run:
    """The first contract's quarter, measured in the northern engagement: one level, a miss."""
    engagement = contract_of(world.engagements["care-north"], "HELPDESK-7")
    agree(engagement, FIRST_CONTRACT)
    load_folder(world, FIRST_CONTRACT / "export")
    return Run.objects.get(engagement=engagement)
