"""Forms: a business case, and a list of the client's own costs."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from remit.web.benefits.actions import MOST_BYTES, GivenFile


class PaperForm(forms.Form):
    """A file of the client's."""

    file = forms.FileField(label=_("File"), max_length=200, allow_empty_file=True)

    def clean_file(self) -> Any:
        """Not more than such a paper can need."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("This file is more than 10 MB. Is it the right one?"))
        return file

    @property
    def given(self) -> GivenFile:
        """The file as it was sent."""
        file = self.cleaned_data["file"]
        return GivenFile(file.name or "", file.read())


class CaseForm(PaperForm):
    """An approved business case; one that replaces another with the reason."""

    reason = forms.CharField(label=_("Why it is replaced"), required=False, max_length=1000)

    def __init__(self, *given: Any, is_first: bool, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["file"].help_text = _("The approved case as YAML, frozen by its hash.")
        if is_first:
            del self.fields["reason"]


class CostsForm(PaperForm):
    """A list of own costs."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["file"].help_text = _("CSV: month, kind (retained or transition), amount, evidence.")
