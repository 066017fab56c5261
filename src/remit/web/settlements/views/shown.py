"""A month as its pages show it: its state, what is awaited of whom and until when, its figures and steps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.web.accounts.doors import Place
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty, Side, side_of
from remit.web.performance.bridge.showing import month_name
from remit.web.performance.models import SettledMonth
from remit.web.settlements.bridge.deadlines import MonthTerms
from remit.web.settlements.bridge.figures import amount_shown
from remit.web.settlements.models import Closing, Kind, Position, State

STATES: dict[str, Any] = {
    State.OPEN: gettext_lazy("open"),
    State.PROPOSED: gettext_lazy("proposed"),
    State.REVIEW: gettext_lazy("under review"),
    State.AGREED: gettext_lazy("agreed"),
    State.CLOSED: gettext_lazy("closed"),
    State.RESTATED: gettext_lazy("restated"),
    State.DROPPED: gettext_lazy("dropped"),
}
STYLES = {
    State.CLOSED: "met",
    State.RESTATED: "met",
    State.AGREED: "met",
    State.PROPOSED: "below",
    State.REVIEW: "missed",
}
_KINDS = {
    Kind.PROPOSED: gettext_lazy("proposed"),
    Kind.AGREED: gettext_lazy("agreed"),
    Kind.OBJECTED: gettext_lazy("objected"),
    Kind.DEEMED: gettext_lazy("agreed by silence"),
}


@dataclass(frozen=True, slots=True)
class Word:
    """One side's word, as a step of the month."""

    what: str
    organisation: str
    who: str
    at: datetime
    reason: str
    clause: str


@dataclass(frozen=True, slots=True)
class Awaited:
    """What is awaited, of which side (None: of either), and until when."""

    sentence: str
    side: Side | None
    until: datetime | None


def address_of(engagement: Engagement, starts_on: date, view: str = "month", **more: object) -> str:
    """The address of a page of a month."""
    given = {"engagement": engagement.slug, "month": month_name(starts_on), **more}
    return reverse(f"settlements:{view}", kwargs=given)


def awaited(closing: Closing | None, month: SettledMonth | None, terms: MonthTerms | None) -> Awaited | None:
    """What a month waits for; None where nothing is awaited."""
    if closing is None or closing.state in (State.OPEN, State.REVIEW):
        if month is not None and month.is_provisional:
            return None
        is_first = closing is None or not closing.is_restatement
        until = terms.proposal_due() if terms is not None and is_first and _is_open(closing) else None
        return Awaited(_("Either side proposes the figures"), None, until)
    if closing.state == State.PROPOSED:
        organisation = closing.engagement.organisation_on(closing.awaited or Side.CLIENT)
        sentence = _("%(who)s agrees or objects") % {"who": organisation.name}
        return Awaited(sentence, closing.awaited, closing.due_at)
    return Awaited(_("Either side closes the month"), None, None) if closing.state == State.AGREED else None


def _is_open(closing: Closing | None) -> bool:
    return closing is None or closing.state == State.OPEN


def words_of(closing: Closing, positions: Iterable[Position]) -> list[Word]:
    """What each side said, in order, and who closed."""
    engagement = closing.engagement
    found = [
        Word(
            str(_KINDS[Kind(one.kind)]),
            engagement.organisation_on(Side(one.side)).name,
            one.by.name if one.by is not None else _("nobody"),
            one.at,
            one.reason,
            one.clause,
        )
        for one in positions
    ]
    if closing.closed_at is not None and closing.closed_by is not None:
        side = engagement.side_of(closing.closed_by.organisation_id or 0) or Side.CLIENT
        organisation = engagement.organisation_on(side).name
        found.append(Word(_("closed"), organisation, closing.closed_by.name, closing.closed_at, "", ""))
    return found


def may_do(place: Place, closing: Closing | None, month: SettledMonth | None) -> dict[str, bool]:
    """Which actions the page offers to whoever looks."""
    state = State.OPEN if closing is None else State(closing.state)
    may = place.may(Duty.SETTLE_MONTHS)
    is_final = month is not None and not month.is_provisional
    return {
        "propose": may and is_final and state in (State.OPEN, State.REVIEW),
        "agree": may and closing is not None and closing.awaited == side_of(place.role),
        "object": may and state == State.PROPOSED,
        "close": may and state == State.AGREED,
    }


def figures_of(closing: Closing) -> Sequence[tuple[str, str]]:
    """The amounts a month stands on, in words."""
    names = (
        (_("Everything invoiced"), closing.invoice),
        (_("Service credit"), closing.credit),
        (_("Brought forward from closed months"), closing.brought_forward),
        (_("The client owes"), closing.due),
    )
    return [(name, amount_shown(text, closing.currency)) for name, text in names]


def state_shown(closing: Closing | None) -> tuple[str, str]:
    """The look of a month's state and its word."""
    state = State.OPEN if closing is None else State(closing.state)
    return STYLES.get(state, "none"), str(STATES[state])
