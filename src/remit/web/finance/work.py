"""The room's background work: pro-formas made, invoices matched. Begun again, it has its effect once."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop

from remit.web.accounts.actors import Actor
from remit.web.accounts.roles import Duty
from remit.web.connections.actions import announce
from remit.web.connections.events import Event
from remit.web.finance import bridge
from remit.web.finance.keeping import keep_match
from remit.web.finance.models import ForecastKept, InvoiceReceived, InvoiceState, ProFormaKept
from remit.web.jobs.queue import Running, Unrepeatable, handles
from remit.web.jobs.words import call
from remit.web.performance.models import Run
from remit.web.shared.audit import Told, record
from remit.web.shared.moments import now

call(
    {
        "finance.match": gettext_noop("Match an invoice"),
        "finance.pro_forma": gettext_noop("Make a pro-forma"),
        "finance.forecast": gettext_noop("Foresee the year's end"),
    }
)


@handles("finance.pro_forma", duty=Duty.SEE_MONEY)
def make_pro_forma(running: Running) -> Mapping[str, Any]:
    """A month's pro-forma by a run, kept once."""
    run = Run.objects.select_related("engagement").get(pk=running.arguments["run"])
    month_on = date.fromisoformat(f"{running.arguments['month']}-01")
    if ProFormaKept.objects.filter(run=run, month_on=month_on).exists():
        return {"made": "nothing new"}
    made = bridge.make(run, month_on, tell=running.tell)
    if made.problems:
        raise Unrepeatable(_sentences(made.problems))
    with running.effect():
        ProFormaKept.objects.get_or_create(run=run, month_on=month_on, defaults={"at": now(), "content": made.content})
    return {}


@handles("finance.forecast", duty=Duty.SEE_MONEY)
def foresee_year(running: Running) -> Mapping[str, Any]:
    """A run's year foreseen by one method, kept once."""
    run = Run.objects.select_related("engagement").get(pk=running.arguments["run"])
    how = {name: str(running.arguments[name]) for name in ("method", "year")}
    if ForecastKept.objects.filter(run=run, **how).exists():
        return {"made": "nothing new"}
    told = bridge.foresee(run, **how, tell=running.tell)
    if isinstance(told, str):
        raise Unrepeatable(told)
    with running.effect():
        ForecastKept.objects.get_or_create(run=run, **how, defaults={"at": now(), "told": told})
    return {}


def _sentences(problems: list[dict[str, Any]]) -> str:
    return "; ".join(": ".join(filter(None, [str(one["path"]), str(one["what"])])) for one in problems)


@handles("finance.match", duty=Duty.SEE_MONEY)
def match_invoice(running: Running) -> Mapping[str, Any]:
    """An invoice held against its month's pro-forma, everything found kept; an unreadable one says why."""
    received = InvoiceReceived.objects.select_related("engagement", "by").get(pk=running.arguments["invoice"])
    if received.state != InvoiceState.WAITING:
        return {"matched": "already"}
    running.tell("reading the invoice", 0, 2)
    invoice, problems = bridge.read(received.file_name, bytes(received.content))
    month = received.month_on
    if invoice is not None and month is None:
        period = bridge.month_of_invoice(invoice)
        month = None if period is None else period.start_on
    if invoice is not None and month is None:
        problems = [_problem(received, "the invoice does not say which days it is for", "send it with its month")]
    ours, more = (None, []) if problems or month is None else _pro_forma(running, received, month)
    problems = problems or more
    at = now()
    with running.effect({"problems": len(problems)}):
        if invoice is None or ours is None or month is None:
            fields = {"state": InvoiceState.REFUSED, "problems": problems}
            InvoiceReceived.objects.filter(pk=received.pk, state=InvoiceState.WAITING).update(**fields)
        else:
            keep_match(received, invoice, ours, month)
        told = {"invoice": received.pk, "problems": len(problems)}
        record(
            Told("finance.invoice_matched", received, received.engagement_id, after=told),
            by=Actor(received.by, "job"),
            at=at,
        )
        announce(received.engagement, Event.INVOICE_MATCHED, {"invoice": received.pk}, at=at)
    return {"problems": len(problems)}


def _problem(received: InvoiceReceived, what: str, hint: str) -> dict[str, Any]:
    return {"file": received.file_name, "line": 0, "path": "", "what": what, "hint": hint}


def _pro_forma(
    running: Running, received: InvoiceReceived, month: date
) -> tuple[ProFormaKept | None, list[dict[str, Any]]]:
    """The pro-forma of a month by the newest run; made and kept where there is none yet."""
    run = Run.objects.newest_of(received.engagement)
    if run is None:
        return None, [_problem(received, "no month is measured yet", "load the facts, then send the invoice again")]
    found = ProFormaKept.objects.filter(run=run, month_on=month).first()
    if found is not None:
        return found, []
    made = bridge.make(run, month, tell=running.tell)
    if made.problems:
        return None, made.problems
    keep = {"at": now(), "content": made.content}
    ours, _ = ProFormaKept.objects.get_or_create(run=run, month_on=month, defaults=keep)
    return ours, []
