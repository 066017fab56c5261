"""The form by which somebody asks for a token."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from remit.web.accounts.models import Engagement, User
from remit.web.accounts.roles import SENTENCES, Duty
from remit.web.accounts.tokens import Asked, duties_of

_USUAL = timedelta(days=90)


class TokenForm(forms.Form):
    """A name, what the token may do, where, and until when. Only what the person may do is offered."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("The program that will use it."))
    engagement = forms.ModelChoiceField(
        label=_("Engagement"), queryset=Engagement.objects.none(), required=False, empty_label=_("all of mine")
    )
    scopes = forms.MultipleChoiceField(label=_("It may"), widget=forms.CheckboxSelectMultiple)
    expires_on = forms.DateField(
        label=_("It ends after"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The last day it works, in UTC; at most a year from now."),
    )

    def __init__(self, *given: Any, user: User, at: datetime, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["engagement"].queryset = Engagement.objects.visible_to(user).order_by("name")  # type: ignore[attr-defined]
        offered = [(str(duty), SENTENCES[duty].capitalize()) for duty in duties_of(user)]
        self.fields["scopes"].choices = offered  # type: ignore[attr-defined]
        self.fields["expires_on"].initial = (at + _USUAL).date()

    def asked(self) -> Asked:
        """The token as it was asked for."""
        given = self.cleaned_data
        ends = datetime.combine(given["expires_on"] + timedelta(days=1), time.min, tzinfo=UTC)
        return Asked(given["name"], [Duty(name) for name in given["scopes"]], ends, given["engagement"])
