"""Forms of the relief room: what is asked for, and what is decided."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from remit.web.exclusions.forms import MonthField

_LONGEST = 4_000


class ReasonForm(forms.Form):
    """Why a month should be relieved."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Both sides read it, and the statement’s list carries it."),
    )


class AskForm(ReasonForm):
    """A level's month, and why."""

    level = forms.ChoiceField(label=_("Service level"))
    month = MonthField(label=_("Month"))
    field_order = ("level", "month", "reason")

    def __init__(self, *given: Any, levels: Mapping[str, str], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["level"].choices = [(level, f"{level} {name}") for level, name in levels.items()]  # type: ignore[attr-defined]


class DecideForm(forms.Form):
    """Agreed or refused, and why."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=(("agree", _("Agree: the month is relieved")), ("refuse", _("Refuse: it stands as measured"))),
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer"),
        max_length=_LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where it is refused; both sides read it."),
    )
