"""A packet's manifest: what the packet is of, what made it, and the digest of every entry beside it."""

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from remit.packets.faults import packet_problem

FORMAT = 1
"""The format written here. It counts up when a reader of the last one would misread the next."""

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
CONTRACT = "contract/contract.yaml"
AMENDMENTS = "contract/amendments/"
FACTS = "facts.json"
STATEMENT = "results/statement.json"
LEVELS = "results/levels.json"
EXCLUSIONS = "exclusions.json"

MOST_BYTES = 16 << 20
"""The most a manifest may hold; one of a hundred levels over ten years has a tenth of it."""

MOST_MONTHS = 240
"""The most months a packet may be of: twenty years."""

FIRST_AT, LAST_AT = -2_208_988_800, 10_413_792_000
"""The first instants of the years 1900 and 2300: a clock that had to run further would keep a machine for hours."""

Personal = Literal["keep", "leave-out", "pseudonyms"]
Digest = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Month = Annotated[str, StringConstraints(pattern=r"^[12]\d{3}-(0[1-9]|1[0-2])$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ContractPart(_Part):
    """The contract's number, its hash as statements print it, and its files as they were named."""

    id: str
    sha256: Digest
    files: list[str] = Field(min_length=1)


class FactsPart(_Part):
    """What the facts were read from: their digest, how many rows there were, and a store's version if it was one.

    `waivers_sha256` is the digest of the waivers both sides agreed on beside them; empty where there are none.
    """

    sha256: str
    rows: int = Field(ge=0)
    quarantined: int = Field(ge=0)
    store_version: str
    waivers_sha256: str


class Options(_Part):
    """How the packet was asked for: the months, a split, an instant, and what became of personal data.

    `rows` is `needed` where only the rows the figures need are in it, else `all`. `personal` tells what became of
    columns that lead back to people: `replaced` of them hold pseudonyms.
    """

    first: Month
    last: Month
    by: list[str]
    as_of: Annotated[int, Field(ge=FIRST_AT, le=LAST_AT)] | None
    personal: Personal
    replaced: dict[str, list[str]]
    rows: Literal["needed", "all"]

    @model_validator(mode="after")
    def _months_in_order(self) -> "Options":
        (first, last) = (int(label[:4]) * 12 + int(label[5:]) for label in (self.first, self.last))
        if not 0 <= last - first < MOST_MONTHS:
            raise PydanticCustomError("months", f"{self.first} to {self.last} are no months of a packet")
        return self


class Maker(_Part):
    """Who made the packet, as they call themselves, and the key they sign with; None where nobody signs."""

    name: str = Field(max_length=200)
    public_key: str | None


class Sealed(_Part):
    """One entry's size and SHA-256."""

    size: int = Field(ge=0)
    sha256: Digest


class Manifest(_Part):
    """The manifest; its exact bytes are what is signed."""

    remit_packet: int
    contract: ContractPart
    facts: FactsPart
    options: Options
    made_by: Maker
    made_with: dict[str, str]
    entries: dict[str, Sealed]

    def as_bytes(self) -> bytes:
        """The one way to write this manifest."""
        told = self.model_dump(mode="json")
        return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def read_manifest(content: bytes, file: str) -> Manifest:
    """A manifest from its bytes. Raises ProblemsFound where they are none, or those of another format."""
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        raise packet_problem(file, "is not readable as JSON", path=MANIFEST) from None
    _check_format(told, file)
    try:
        manifest = Manifest.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise packet_problem(file, f"{place}: {first['msg']}", "ask for the packet again", path=MANIFEST) from None
    if manifest.as_bytes() != content:
        raise packet_problem(file, "is not written the way a packet writes it", path=MANIFEST)
    return manifest


def _check_format(told: object, file: str) -> None:
    number = told.get("remit_packet") if isinstance(told, dict) else None
    if not isinstance(number, int) or isinstance(number, bool):
        raise packet_problem(file, "does not say that it is a packet's", path=MANIFEST)
    if number != FORMAT:
        made_with = told.get("made_with") if isinstance(told, dict) else None
        by = made_with.get("remit", "another version") if isinstance(made_with, dict) else "another version"
        what = f"is of format {number}, made by Remit {by}; this Remit reads format {FORMAT}"
        raise packet_problem(file, what, "verify it with that version of Remit", path=MANIFEST)
