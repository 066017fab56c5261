"""The agreed contract as the corridor reads it: the same terms, bytes and hash as its files on a disk."""

from pathlib import Path

import pytest

from remit.ingest.contract_files import read_versions
from remit.web.contracts.actions import File
from remit.web.contracts.bridge import agreed_terms, check, contract_folder
from remit.web.contracts.bridge.agreed import FilesChanged
from remit.web.contracts.models import Document
from tests.lib.web_contracts import agreed, amendment_for, drafted, proposed, text_for
from tests.lib.web_world import World

FILES = (File("contract.yaml", text_for()), File("july 1.yaml", amendment_for()))


def test_before_a_version_is_agreed_there_are_no_terms(world: World) -> None:
    proposed(world)
    assert agreed_terms(world.engagements["care-north"]) is None


def test_agreed_terms_are_those_of_the_same_files_on_a_disk(world: World, tmp_path: Path) -> None:
    version = agreed(world, *FILES)
    (tmp_path / "amendments").mkdir()
    (tmp_path / "contract.yaml").write_bytes(FILES[0].content)
    (tmp_path / "amendments" / "july 1.yaml").write_bytes(FILES[1].content)
    told, terms = read_versions(tmp_path / "contract.yaml"), agreed_terms(world.engagements["care-north"])
    assert terms is not None
    assert (terms.sha256, terms.versions) == (told.sha256, told.versions)
    assert terms.files == ("contract.yaml", "amendments/july 1.yaml")
    assert version.sha256 == told.sha256


def test_the_folder_holds_the_exact_bytes_and_is_gone_afterwards(world: World) -> None:
    version = agreed(world, *FILES)
    with contract_folder(version) as path:
        assert path.read_bytes() == FILES[0].content
        assert (path.parent / "amendments" / "july 1.yaml").read_bytes() == FILES[1].content
        assert read_versions(path).sha256 == version.sha256
    assert not path.parent.exists()


def test_files_changed_behind_the_pages_are_not_settled_by(world: World) -> None:
    agreed(world, *FILES)
    Document.objects.filter(name="contract.yaml").update(content=text_for(expected="96%"))
    with pytest.raises(FilesChanged):
        agreed_terms(world.engagements["care-north"])


def test_problems_are_told_by_file_and_line_inside_the_contracts_folder(world: World) -> None:
    draft = drafted(world, FILES[0], File("a1.yaml", amendment_for(change="service_levels.SL9.expected: 96%")))
    told = [str(problem) for problem in check(list(draft.documents.all())).errors]
    assert len(told) == 1
    assert told[0].startswith("amendments/a1.yaml:4: ")
    assert "SL9" in told[0]


def test_a_contract_of_another_id_is_an_error_that_names_both(world: World) -> None:
    draft = drafted(world)
    found = check(list(draft.documents.all()), engagement=world.engagements["care-south"])
    assert found.terms is None
    assert "'care-north' is not the contract of this engagement, 'care-south'" in str(found.errors[0])
    assert [problem.path for problem in found.warnings[-2:]] == ["contract.client", "contract.provider"]
