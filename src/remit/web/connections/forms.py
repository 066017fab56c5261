"""The form of a webhook."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from remit.web.connections.actions import Asked
from remit.web.connections.events import CHOSEN, SENTENCES, Event
from remit.web.connections.models import Webhook
from remit.web.connections.sending import LONGEST_URL


class WebhookForm(forms.Form):
    """Where to, of what, and whether at all."""

    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_URL,
        widget=forms.URLInput(attrs={"placeholder": "https://example.org/remit", "autocomplete": "off"}),
        help_text=_("Events are posted there as JSON, signed."),
    )
    events = forms.MultipleChoiceField(
        label=_("Tell it when"),
        choices=[(str(event), SENTENCES[event]) for event in CHOSEN],
        widget=forms.CheckboxSelectMultiple,
    )
    is_on = forms.BooleanField(label=_("On"), required=False, initial=True)

    @classmethod
    def of(cls, webhook: Webhook, given: Any = None) -> "WebhookForm":
        """The form with what a webhook has."""
        has = {"url": webhook.url, "events": webhook.events, "is_on": webhook.is_on}
        return cls(given, initial=has)

    def asked(self) -> Asked:
        """The webhook as it was asked for."""
        given = self.cleaned_data
        return Asked(given["url"], [Event(name) for name in given["events"]], given["is_on"])
