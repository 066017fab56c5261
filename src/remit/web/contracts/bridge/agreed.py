"""The contract as agreed, for whoever settles by it: its terms, and its files in a folder for the corridor."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from remit.ingest.contract_files import ContractVersions
from remit.terms.problems import ProblemsFound
from remit.web.accounts.models import Engagement
from remit.web.contracts.bridge.checking import AMENDMENTS, check
from remit.web.contracts.models import CONTRACT_NAME, Version
from remit.web.shared.refusals import Refusal


class FilesChanged(Refusal):
    """The files of a proposed version are no longer those that were proposed: somebody wrote to the database."""


def agreed_terms(engagement: Engagement) -> ContractVersions | None:
    """The terms both sides agreed on, with their amendments; None before the first version is agreed.

    `sha256` is that of the version's exact files, as `remit settle` would give it. Raises FilesChanged where the files
    are not those that were approved: nothing is settled by terms that nobody signed.
    """
    version = Version.objects.agreed_of(engagement)
    return None if version is None else terms_of(version)


def terms_of(version: Version) -> ContractVersions:
    """The terms of a version that can be read whole; raises ProblemsFound otherwise, and FilesChanged as above."""
    checked = check(list(version.documents.all()))
    if checked.terms is None:
        raise ProblemsFound(checked.problems)
    if version.sha256 and version.sha256 != checked.terms.sha256:
        raise FilesChanged(
            f"The files of {version} were changed after they were proposed: they are not those that were approved.",
            "Ask an administrator to restore them from a backup; nothing is settled by them until then.",
        )
    return checked.terms


def terms_of_sha256(engagement: Engagement, sha256: str) -> ContractVersions | None:
    """The terms of the version with a hash, agreed now or before; None where the engagement never had such a one."""
    version = Version.objects.filter(engagement=engagement, sha256=sha256, number__isnull=False).order_by("-pk").first()
    return None if version is None else terms_of(version)


def readable_terms(version: Version | None) -> ContractVersions | None:
    """The terms of a version, or None where there is none or its files can't be read, as those of a draft may be."""
    if version is None:
        return None
    try:
        return terms_of(version)
    except ProblemsFound:
        return None


@contextmanager
def contract_folder(version: Version) -> Iterator[Path]:
    """The path of a version's `contract.yaml` in a folder of its own, amendments beside it, bytes as agreed.

    The folder is gone afterwards: whoever reads a contract by its path does so inside the block.
    """
    with tempfile.TemporaryDirectory(prefix="remit-contract-") as made:
        folder = Path(made)
        (folder / AMENDMENTS).mkdir()
        for document in version.documents.all():
            (folder / document.place).write_bytes(bytes(document.content))
        yield folder / CONTRACT_NAME
