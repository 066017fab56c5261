"""The example's business case for a year of another size, so that its savings make sense there too."""

import re
from collections.abc import Callable
from decimal import Decimal

_VOLUME = re.compile(r"(?<=volume: \{contacts: )\d+")
_UNIT_COST = re.compile(r"(?<=unit_cost: )[\d.]+")
_HASH = re.compile(r"(?<=sha256: )[0-9a-f]{64}")


def case_at_scale(text: str, scale: float) -> str:
    """The case with its volumes times the scale, and what a unit cost divided by it, frozen anew.

    The work then cost before what it cost at full size; charges that follow the work shrink with it, and a month's fees
    stay, as in the contract.
    """
    from remit.ingest.business_cases import content_hash
    from remit.ingest.documents import compose_document

    if scale == 1:
        return text
    size = Decimal(str(scale))
    text = _VOLUME.sub(_times(size, "1"), text)
    text = _UNIT_COST.sub(_times(1 / size, "0.01"), text)
    text = f"# Of a year at {size} of its size: so much of the work, each unit at its cost divided by that.\n{text}"
    document, problems = compose_document(text, name="business-case.yaml")
    if document is None:
        raise ValueError(f"the example's case can't be read: {problems}")
    return _HASH.sub(content_hash(document.root.plain()), text)


def _times(factor: Decimal, step: str) -> Callable[[re.Match[str]], str]:
    return lambda found: f"{(Decimal(found[0]) * factor).quantize(Decimal(step)):f}"
