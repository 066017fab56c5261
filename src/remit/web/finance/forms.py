"""Forms: an invoice sent in, and what is decided about a line."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from remit.web.finance.actions import MOST_BYTES
from remit.web.finance.models import Decision, ForecastMethod, YearKind


class InvoiceForm(forms.Form):
    """A provider's invoice as a file."""

    file = forms.FileField(
        label=_("Invoice"),
        max_length=200,
        allow_empty_file=True,
        help_text=_("CSV, XLSX, JSON, or UBL 2.1 XML (EN 16931)."),
    )
    month = forms.CharField(
        label=_("Month"),
        required=False,
        max_length=7,
        help_text=_("As 2026-03; the one the invoice names without it."),
    )

    def clean_file(self) -> Any:
        """Not more than an invoice can need."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("This file is more than 10 MB. Send one month’s invoice."))
        return file

    def clean_month(self) -> date | None:
        """The month's first day."""
        text = self.cleaned_data["month"].strip()
        if not text:
            return None
        try:
            return date.fromisoformat(f"{text}-01")
        except ValueError:
            raise ValidationError(_("This is not a month; write it as 2026-03.")) from None


class ForecastForm(forms.Form):
    """How the year's end is foreseen."""

    method = forms.ChoiceField(label=_("Volumes of months to come"), choices=ForecastMethod.choices)
    year = forms.ChoiceField(label=_("Year"), choices=YearKind.choices)


class DecisionForm(forms.Form):
    """What is decided about a line."""

    decision = forms.ChoiceField(label=_("Decision"), choices=[one for one in Decision.choices if one[0]])
    paid = forms.CharField(label=_("Paid of it"), required=False, max_length=40)
    reason = forms.CharField(label=_("Why"), required=False, max_length=1000)


class NoteForm(forms.Form):
    """A note to one's own side."""

    text = forms.CharField(label=_("Note"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
