"""What people fill in about sites and legal ids."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from remit.web.providers.models import LegalId
from remit.web.shared.countries import countries, country_choices
from remit.web.shared.zones import zone_choices

_LEI = re.compile(r"[A-Z0-9]{18}[0-9]{2}")


class SiteForm(forms.Form):
    """A site: where it is, and for which clients it is near."""

    name = forms.CharField(label=_("Name"), max_length=100)
    city = forms.CharField(label=_("City"), max_length=100)
    country = forms.ChoiceField(label=_("Country"), choices=country_choices)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)
    near = forms.MultipleChoiceField(
        label=_("Nearshore for clients in"),
        required=False,
        choices=lambda: list(countries().items()),
        help_text=_("The site's own country is onshore by itself; every other one is offshore."),
    )


class LegalIdForm(forms.Form):
    """One id of one's own organisation."""

    kind = forms.ChoiceField(label=_("Kind"), choices=LegalId.Kind.choices)
    value = forms.CharField(label=_("Value"), max_length=40, required=False, help_text=_("Left empty, it is removed."))

    def clean(self) -> dict[str, Any]:
        """An LEI carries its own check digits (ISO 17442): a mistyped one is told."""
        given = super().clean() or self.cleaned_data
        value = (given.get("value") or "").strip().upper()
        given["value"] = value
        if given.get("kind") == LegalId.Kind.LEI and value and not is_lei(value):
            self.add_error(
                "value", _("“%(value)s” is no LEI: 20 letters and digits whose check digits fit.") % {"value": value}
            )
        return given


def is_lei(value: str) -> bool:
    """Whether a legal entity identifier holds together: by ISO 7064, mod 97-10, letters counting from 10."""
    return bool(_LEI.fullmatch(value)) and int("".join(str(int(sign, 36)) for sign in value)) % 97 == 1
