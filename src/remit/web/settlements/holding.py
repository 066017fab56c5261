"""What keeps a month from being proposed or closed, as the subjects around it tell."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from remit.web.accounts.models import Engagement
from remit.web.shared.follow_ups import declared


@dataclass(frozen=True, slots=True)
class Hold:
    """Something unfinished about a month: a sentence, where to see to it, and what it keeps from being done."""

    sentence: str
    address: str
    keeps_from_proposing: bool = False
    keeps_from_closing: bool = True


Holding = Callable[[Engagement, date], Iterable[Hold]]
"""What a subject declares as `holds_month` in its AppConfig, by its dotted name."""


def holds_on(engagement: Engagement, starts_on: date) -> list[Hold]:
    """Everything unfinished that stands in the way of a month."""
    holding: list[Holding] = declared("holds_month")
    return [hold for tell in holding for hold in tell(engagement, starts_on)]
