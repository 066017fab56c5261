"""Restatements drawn up: closed months compared with newer figures, which never change what was closed."""

from datetime import datetime

from django.db import transaction

from remit.web.accounts.actors import Actor, installation
from remit.web.accounts.models import Engagement
from remit.web.connections.actions import announce
from remit.web.connections.events import Event
from remit.web.performance.models import Run, SettledMonth
from remit.web.settlements.actions import ask_to_compare
from remit.web.settlements.bridge.deadlines import month_terms
from remit.web.settlements.bridge.figures import change, changed_records, told
from remit.web.settlements.models import UNDER_WAY, Closing, State
from remit.web.shared.audit import Told, record


def months_measured(run: Run, *, at: datetime) -> None:
    """What follows when the months were measured anew: the closed ones are compared with what came out."""
    ask_to_compare(run.engagement, by=installation("job"), at=at)


def compare(run: Run, *, by: Actor, at: datetime) -> list[Closing]:
    """Draw up a restatement of each closed month that a run gives other figures; those it drew up or changed.

    A month whose contract holds closed figures to be final is left alone. One whose restatement lies with a side
    already is looked at again when that is over. A restatement that nobody proposed yet is drawn up anew, or dropped
    where the figures are as closed again.
    """
    closed = Closing.objects.filter(engagement=run.engagement, state=State.CLOSED).select_related("run__engagement")
    months = {month.starts_on: month for month in run.months.all()}
    found = []
    for closing in closed.order_by("starts_on"):
        month = months.get(closing.starts_on)
        drawn = None if month is None else _compare_month(closing, month, by=by, at=at)
        if drawn is not None:
            found.append(drawn)
    return found


def _compare_month(closing: Closing, month: SettledMonth, *, by: Actor, at: datetime) -> Closing | None:
    terms = month_terms(closing.engagement, closing.starts_on)
    if terms is None or not terms.carries_on or closing.run is None:
        return None
    difference = change(closing.settlement, month.settlement)
    if difference.is_nothing:
        return _drop(closing, by=by, at=at)
    kept = told(difference) | {"run": month.run_id, "records": changed_records(closing.run, month.run, difference)}
    fields: dict[str, object] = {"change": kept, "amount": f"{difference.amount:f}"}
    return _draw_up(closing, fields, by=by, at=at)


@transaction.atomic
def _draw_up(closing: Closing, fields: dict[str, object], *, by: Actor, at: datetime) -> Closing | None:
    Engagement.objects.select_for_update().get(pk=closing.engagement_id)
    of_month = Closing.objects.of_month(closing.engagement, closing.starts_on)
    under_way = of_month.filter(state__in=UNDER_WAY).first()
    if under_way is None:
        drawn: Closing = Closing.objects.create(
            engagement=closing.engagement,
            starts_on=closing.starts_on,
            ends_on=closing.ends_on,
            number=of_month.count(),
            begun_at=at,
            currency=closing.currency,
            **fields,
        )
        _note("settlements.drawn_up", drawn, by=by, at=at)
        announce(closing.engagement, Event.MONTH_RESTATED, _names(drawn), at=at)
        return drawn
    may_change = Closing.objects.filter(pk=under_way.pk, state__in=[State.OPEN, State.REVIEW])
    if under_way.change == fields["change"] or not may_change.update(**fields):
        return None
    under_way.refresh_from_db()
    _note("settlements.drawn_up_anew", under_way, by=by, at=at)
    return under_way


@transaction.atomic
def _drop(closing: Closing, *, by: Actor, at: datetime) -> Closing | None:
    """The figures are as closed again: a restatement that nobody agreed to is not needed any more."""
    needless = Closing.objects.of_month(closing.engagement, closing.starts_on).filter(
        number__gt=0, state__in=[State.OPEN, State.REVIEW]
    )
    dropped: Closing | None = needless.first()
    if dropped is None or not needless.filter(pk=dropped.pk).update(state=State.DROPPED):
        return None
    dropped.refresh_from_db()
    _note("settlements.dropped", dropped, by=by, at=at)
    return dropped


def _note(deed: str, closing: Closing, *, by: Actor, at: datetime) -> None:
    after = {**_names(closing), "amount": closing.amount, "currency": closing.currency}
    record(Told(deed, closing, closing.engagement_id, after=after), by=by, at=at)


def _names(closing: Closing) -> dict[str, object]:
    return {"month": f"{closing.starts_on:%Y-%m}", "number": closing.number, "state": closing.state}
