"""Forms: a packet to make, and a packet to verify."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from remit.web.packets.models import Personal


class MakeForm(forms.Form):
    """Which month, and what becomes of personal data."""

    month = forms.ChoiceField(label=_("Month"))
    personal = forms.ChoiceField(
        label=_("Personal data"), help_text=_("The figures are the same whichever you choose, and can be verified.")
    )

    def __init__(self, *given: Any, months: Sequence[str], choices: Sequence[Personal], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["month"].choices = [(month, month) for month in months]  # type: ignore[attr-defined]
        self.fields["personal"].choices = [(one.value, one.label) for one in choices]  # type: ignore[attr-defined]


class VerifyForm(forms.Form):
    """A packet, and whose key is trusted."""

    packet = forms.FileField(label=_("Packet"), allow_empty_file=True, max_length=200)
    trusted = forms.CharField(
        label=_("Key you trust"),
        required=False,
        max_length=200,
        help_text=_("The other side's public key or its fingerprint, got on another way than the packet."),
    )
    unsigned = forms.BooleanField(label=_("Compute it again though nobody signed it"), required=False)
