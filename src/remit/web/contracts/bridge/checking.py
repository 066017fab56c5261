"""Files of a contract looked over as `remit check` does, from their bytes in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from remit.ingest.amendments import GivenFile
from remit.ingest.contract_files import CheckedContract, ContractVersions, check_files
from remit.terms.contracts import Contract
from remit.terms.problems import Problem, errors_in
from remit.web.contracts.models import CONTRACT_NAME

AMENDMENTS = "amendments/"


class Held(Protocol):
    """A file at hand: where it lies in the contract's folder, and its bytes."""

    @property
    def place(self) -> str: ...

    @property
    def content(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found: every problem by file and line, and the terms where nothing stops them."""

    problems: tuple[Problem, ...]
    terms: ContractVersions | None
    partial: Contract | None

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps the files from being proposed."""
        return tuple(errors_in(self.problems))

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What both sides should look at, and may leave."""
        return tuple(problem for problem in self.problems if problem not in self.errors)


def check(files: Sequence[Held], *, contract_id: str | None = None) -> Checked:
    """Everything there is to say about files, problems told by their places in the contract's folder.

    With `contract_id` a contract of another id is an error: its facts are kept under the engagement's own.
    """
    given = tuple(sorted((file.place, bytes(file.content)) for file in files))
    checked = _check(given)
    problems = [*checked.problems, *_of_another_contract(checked, contract_id)]
    terms = None if errors_in(problems) else checked.versions
    return Checked(tuple(problems), terms, checked.partial)


@lru_cache(maxsize=32)
def _check(given: tuple[tuple[str, bytes], ...]) -> CheckedContract:
    """Terms are immutable and depend on the bytes alone: pages that show the same contract read it once a process."""
    files = [GivenFile(place, content) for place, content in given]
    contract = next((file for file in files if file.name == CONTRACT_NAME), None)
    if contract is None:
        return CheckedContract((Problem(CONTRACT_NAME, 0, "", "is missing", "add the contract file itself"),), None)
    return check_files(contract, [file for file in files if file.name.startswith(AMENDMENTS)])


def _of_another_contract(checked: CheckedContract, contract_id: str | None) -> list[Problem]:
    contract = checked.partial
    if contract is None or contract_id in (None, contract.id):
        return []
    what = f"{contract.id!r} is not the contract of this engagement, {contract_id!r}"
    hint = "write the engagement's contract id, or ask an administrator to open another engagement"
    return [Problem(CONTRACT_NAME, 0, "contract.id", what, hint)]
