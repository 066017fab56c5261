"""Pseudonyms: names in place of people and of their records, from which nobody without the key can tell them."""

import hmac
from collections.abc import Collection, Mapping

_BYTES = 10
"""80 bits: among a thousand million values, two alike are as unlikely as 1 in a million."""


def people_renamed(values: Collection[str], key: bytes) -> dict[str, str]:
    """A pseudonym for each person's name or number; the same value has the same one in every packet of the key's."""
    return {value: _digest(value, key) for value in values}


def records_renamed(values: Collection[str], key: bytes) -> dict[str, str]:
    """A pseudonym for each record's key, in the order of the keys themselves.

    A rank stands in front: where two records tie, a measure takes them by their keys, and the pseudonyms must fall
    alike, or another record of the two would be listed. What follows the rank is the same in every packet of the key's.
    """
    width = len(str(len(values)))
    # The order of code points is that of UTF-8's bytes, by which engines compare texts.
    return {value: f"{rank:0{width}}-{_digest(value, key)}" for rank, value in enumerate(sorted(values), 1)}


def waived_record(value: str, records: Mapping[str, str], people: Mapping[str, str]) -> str | None:
    """The pseudonym of a record as a waiver names it.

    That is the record's own; or, of a case that was opened again, the case's with the number of the record behind it;
    or, of a stretch of an agent's time, the agent's with the instant behind it. None where it is none of these.
    """
    if value in records:
        return records[value]
    for sign, known in (("#", records), (" ", people)):
        name, _, rest = value.rpartition(sign)
        if name in known:
            return f"{known[name]}{sign}{rest}"
    return None


def _digest(value: str, key: bytes) -> str:
    return hmac.digest(key, value.encode(), "sha256")[:_BYTES].hex()
