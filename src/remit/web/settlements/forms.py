"""Forms of a month: the reason of an objection, and a remark with its evidence."""

from django import forms
from django.utils.translation import gettext_lazy as _

from remit.web.settlements.actions import LONGEST_REASON
from remit.web.settlements.remarks import LONGEST


class ObjectionForm(forms.Form):
    """Why a side objects to figures."""

    reason = forms.CharField(
        label=_("What is wrong"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Name the figure, and what it should be. Both sides read it."),
    )


class RemarkForm(forms.Form):
    """A comment, with a file or without."""

    text = forms.CharField(
        label=_("Comment"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
    file = forms.FileField(
        label=_("Evidence"),
        required=False,
        max_length=200,
        help_text=_("A table, PDF, picture, mail, text or ZIP file of at most 25 MB."),
    )
