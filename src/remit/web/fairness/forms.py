"""The form that asks for a comparison, and the one that notes what became of a signal."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from remit.web.fairness.actions import LONGEST


class ComparisonForm(forms.Form):
    """A level, what it is compared by, the mix that is evened out, and the months."""

    level = forms.ChoiceField(label=_("Service level"))
    split_by = forms.ChoiceField(label=_("Compared by"))
    adjust = forms.MultipleChoiceField(
        label=_("At one mix of"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The work each had is weighed as if all had had the same of these."),
    )
    first = forms.TypedChoiceField(label=_("From"), coerce=date.fromisoformat)
    last = forms.TypedChoiceField(label=_("To"), coerce=date.fromisoformat)

    def __init__(
        self,
        *given: Any,
        levels: Sequence[tuple[str, str]],
        columns: Sequence[str],
        months: Sequence[date],
        **more: Any,
    ) -> None:
        super().__init__(*given, **more)
        by_name = [(name, name) for name in columns]
        by_month = [(f"{month:%Y-%m-%d}", date_format(month, "F Y")) for month in months]
        choices = {"level": levels, "split_by": by_name, "adjust": by_name, "first": by_month, "last": by_month}
        for name, some in choices.items():
            self.fields[name].choices = some  # type: ignore[attr-defined]
        if months:
            self.fields["first"].initial, self.fields["last"].initial = by_month[-1][0], by_month[0][0]


class NoteForm(forms.Form):
    """What one's side found out about a signal."""

    text = forms.CharField(
        label=_("Looked into"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Both sides read it."),
    )
