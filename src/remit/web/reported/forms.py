"""Forms: one figure, or a file of them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ReportForm(forms.Form):
    """A level's figure, or a file with several."""

    level = forms.ChoiceField(label=_("Service level"), required=False)
    figure = forms.CharField(
        label=_("Figure"), required=False, max_length=60, help_text=_("Counts as 1912/2051, a share as 93.2%, or 187.")
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        allow_empty_file=True,
        max_length=200,
        help_text=_("CSV or JSON: a level and its figure in each row, or a level, a record and whether it was met."),
    )

    def __init__(self, *given: Any, levels: Sequence[str], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["level"].choices = [(level, level) for level in levels]  # type: ignore[attr-defined]
