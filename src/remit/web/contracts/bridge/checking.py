"""Files of a contract looked over as `remit check` does, from their bytes in the database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from remit.ingest.amendments import GivenFile
from remit.ingest.contract_files import CheckedContract, ContractVersions, check_files
from remit.terms.contracts import Contract
from remit.terms.problems import Problem, Severity, errors_in
from remit.web.accounts.models import Engagement
from remit.web.contracts.models import CONTRACT_NAME

AMENDMENTS = "amendments/"


class Held(Protocol):
    """A file at hand: where it lies in the contract's folder, and its bytes."""

    @property
    def place(self) -> str: ...

    @property
    def content(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Given:
    """A file that nobody has kept yet, as while it is being written."""

    place: str
    content: bytes


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


def check(files: Sequence[Held], *, engagement: Engagement | None = None) -> Checked:
    """Everything there is to say about files, problems told by their places in the contract's folder.

    With an engagement a contract of another id is an error, since facts are kept under the engagement's own, and
    parties that are not called as its organisations are a doubt.
    """
    given = tuple(sorted((file.place, bytes(file.content)) for file in files))
    checked = _check(given)
    problems = [*checked.problems]
    if engagement is not None and checked.partial is not None:
        problems += _of_another_engagement(checked.partial, engagement)
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


def _of_another_engagement(contract: Contract, engagement: Engagement) -> Iterator[Problem]:
    parties = contract.contract
    if contract.id != engagement.contract_id:
        what = f"{contract.id!r} is not the contract of this engagement, {engagement.contract_id!r}"
        hint = "write the engagement's contract id, or ask an administrator to open another engagement"
        yield Problem(CONTRACT_NAME, 0, "contract.id", what, hint)
    named = (("client", parties.client, engagement.client), ("provider", parties.provider, engagement.provider))
    for side, given, organisation in named:
        if given.casefold() != organisation.name.casefold():
            what = f"{given!r} is called {organisation.name!r} in this engagement"
            hint = "make sure that it is the same company"
            yield Problem(CONTRACT_NAME, 0, f"contract.{side}", what, hint, Severity.WARNING)
