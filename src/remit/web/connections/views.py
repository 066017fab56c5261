"""Pages of webhooks: those of one's side, one with its log, and what can be done about it."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from remit.web.accounts.doors import Place, engagement_page, see_other
from remit.web.accounts.roles import Duty
from remit.web.connections import actions
from remit.web.connections.forms import WebhookForm
from remit.web.connections.models import Delivery, Webhook
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal

_LOG_LENGTH = 50


def _mine(place: Place) -> "list[Webhook]":
    side = actions.side_here(place.engagement, place.actor)
    return list(Webhook.objects.of_side(place.engagement, side).order_by("url", "pk"))


def _found(place: Place, number: int) -> Webhook:
    side = actions.side_here(place.engagement, place.actor)
    kept = Webhook.objects.of_side(place.engagement, side).select_related("engagement")
    webhook: Webhook | None = kept.filter(pk=number).first()
    if webhook is None:
        raise Http404("There is no such webhook.")
    return webhook


def _page_of(webhook: Webhook) -> str:
    return reverse("connections:webhook", kwargs={"engagement": webhook.engagement.slug, "webhook": webhook.pk})


def _tried(form: WebhookForm, act: Callable[[], Webhook]) -> Webhook | None:
    """What an action gave; None where form or action refused, which the form then says."""
    if not form.is_valid():
        return None
    try:
        return act()
    except Refusal as refusal:
        form.add_error(None, f"{refusal.sentence} {refusal.hint}")
        return None


@engagement_page(Duty.MANAGE_CONNECTIONS, methods=("GET", "POST"))
def webhooks(request: HttpRequest, place: Place) -> HttpResponse:
    """The webhooks of one's side, and the form for another.

    The secret is shown in the answer to the form itself, this once.
    """
    form, added = WebhookForm(request.POST or None), None
    if request.method == "POST":
        added = _tried(form, lambda: actions.add_webhook(place.engagement, form.asked(), by=place.actor, at=now()))
        form = WebhookForm() if added is not None else form
    shown = {"webhooks": _mine(place), "form": form, "added": added}
    return _unkept(render(request, "connections/webhooks.html", shown, status=422 if form.errors else 200))


@engagement_page(Duty.MANAGE_CONNECTIONS, methods=("GET", "POST"))
def webhook(request: HttpRequest, place: Place, webhook: int) -> HttpResponse:
    """One webhook: what it is told of, and the log of its deliveries."""
    found = _found(place, webhook)
    form = WebhookForm.of(found, request.POST or None)
    if request.method == "POST":
        changed = _tried(form, lambda: actions.change_webhook(found, form.asked(), by=place.actor, at=now()))
        if changed is not None:
            return see_other(_page_of(changed))
        found = _found(place, webhook)
    return _shown(request, found, form)


def _shown(request: HttpRequest, found: Webhook, form: WebhookForm, secret: str = "") -> HttpResponse:
    log = found.deliveries.select_related("job").prefetch_related("attempts").order_by("-at", "-pk")[:_LOG_LENGTH]
    shown = {"webhook": found, "form": form, "log": log, "secret": secret}
    return _unkept(render(request, "connections/webhook.html", shown, status=422 if form.errors else 200))


def _unkept(response: HttpResponse) -> HttpResponse:
    """A secret may stand on the page."""
    response["Cache-Control"] = "no-store"
    return response


@engagement_page(Duty.MANAGE_CONNECTIONS, methods=("POST",))
def ping(_request: HttpRequest, place: Place, webhook: int) -> HttpResponse:
    """A message that means nothing, to try the address."""
    found = _found(place, webhook)
    actions.ping(found, by=place.actor, at=now())
    return see_other(_page_of(found))


@engagement_page(Duty.MANAGE_CONNECTIONS, methods=("POST",))
def renew_secret(request: HttpRequest, place: Place, webhook: int) -> HttpResponse:
    """A new secret, shown this once."""
    found = actions.renew_secret(_found(place, webhook), by=place.actor, at=now())
    return _shown(request, found, WebhookForm.of(found), found.secret)


@engagement_page(Duty.MANAGE_CONNECTIONS, methods=("POST",))
def remove(_request: HttpRequest, place: Place, webhook: int) -> HttpResponse:
    """The webhook and its log taken away."""
    actions.remove_webhook(_found(place, webhook), by=place.actor, at=now())
    return see_other(reverse("connections:webhooks", kwargs={"engagement": place.engagement.slug}))


@engagement_page(Duty.MANAGE_CONNECTIONS, methods=("POST",))
def send_again(_request: HttpRequest, place: Place, webhook: int, delivery: int) -> HttpResponse:
    """A message sent again."""
    found = _found(place, webhook)
    one: Delivery | None = found.deliveries.select_related("job", "webhook__engagement").filter(pk=delivery).first()
    if one is None:
        raise Http404("There is no such delivery.")
    actions.send_again(one, by=place.actor, at=now())
    return see_other(_page_of(found))
