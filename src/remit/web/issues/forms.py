"""Forms of a dispute: the claim, an answer with its evidence, a mediator's word, the decision."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from remit.web.issues.actions import LONGEST
from remit.web.issues.models import DECIDED, State, Subject
from remit.web.shared.api.arguments import MONTH


def _text(label: Any, *, rows: int = 3, required: bool = True, help_text: Any = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=LONGEST, widget=area, help_text=help_text)


class ClaimForm(forms.Form):
    """What is disputed, and why."""

    subject = forms.ChoiceField(label=_("About"), choices=Subject.choices)
    month = forms.RegexField(
        label=_("Month"), regex=MONTH, error_messages={"invalid": _("Write the month as 2026-03.")}
    )
    reference = forms.CharField(
        label=_("Which one"),
        max_length=200,
        help_text=_("The service level’s id, as SL1; of an invoice its number and line."),
    )
    claim = _text(_("What is wrong"), rows=5, help_text=_("The figure, and what it should be. Both sides read it."))
    clause = forms.CharField(
        label=_("Clause"), required=False, max_length=300, help_text=_("The service level’s own without it.")
    )
    amount = forms.CharField(
        label=_("Amount in question"),
        required=False,
        max_length=40,
        help_text=_("As you see it; what a decision changes is computed."),
    )


class AnswerForm(forms.Form):
    """An answer, with a file or without."""

    text = _text(_("Answer"), required=False)
    file = forms.FileField(
        label=_("Evidence"),
        required=False,
        max_length=200,
        help_text=_("A table, PDF, picture, mail, text or ZIP file of at most 25 MB."),
    )


class MediationForm(forms.Form):
    """Who mediated, and what was proposed."""

    mediator = forms.CharField(label=_("Mediator"), max_length=200)
    proposal = _text(_("What was proposed"))


class DecisionForm(forms.Form):
    """What is decided, and why."""

    outcome = forms.ChoiceField(
        label=_("Decision"), choices=[(str(one), label) for one, label in State.choices if one in DECIDED]
    )
    reason = _text(_("Reason"), help_text=_("What follows: records excluded, facts corrected, or nothing."))
