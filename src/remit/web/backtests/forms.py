"""The form that asks for a back-test."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from remit.web.accounts.doors import Place
from remit.web.backtests.actions import LEAST_YEARS, MOST_SEED, MOST_YEARS
from remit.web.backtests.bridge import DEFAULT_YEARS
from remit.web.backtests.models import Season
from remit.web.contracts.models import State, Version


class _VersionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A version with where it stands."""

    def label_from_instance(self, obj: Any) -> str:
        standing = str(obj.get_state_display())
        note = f": {obj.note[:60]}" if obj.note else ""
        return f"{obj}{note}" if obj.is_draft else f"{obj} ({standing}){note}"


class TrialForm(forms.Form):
    """Which versions are tested, and how."""

    first = _VersionField(label=_("Terms"), queryset=Version.objects.none())
    second = _VersionField(
        label=_("Compared with"),
        queryset=Version.objects.none(),
        required=False,
        empty_label=_("nothing"),
        help_text=_("Both are tested on the same past months and the same drawn years."),
    )
    years = forms.IntegerField(
        label=_("Drawn years"), min_value=LEAST_YEARS, max_value=MOST_YEARS, initial=DEFAULT_YEARS
    )
    season = forms.ChoiceField(
        label=_("A month of a drawn year is taken from"),
        choices=[
            (Season.NONE, _("any past month")),
            (Season.QUARTER, _("a past month of the same quarter")),
            (Season.MONTH, _("the same month of a past year")),
        ],
        initial=Season.NONE,
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=MOST_SEED,
        initial=1,
        help_text=_("The same seed draws the same years."),
    )
    varies = forms.BooleanField(
        label=_("Change the terms one thing at a time"),
        required=False,
        help_text=_("Lists what each change does to the credit to expect; it takes some minutes."),
    )

    def __init__(self, place: Place, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Version.objects.visible_to(place.user).filter(engagement=place.engagement)
        choice = mine.exclude(state=State.WITHDRAWN).order_by("-pk")
        agreed = Version.objects.agreed_of(place.engagement)
        for name in ("first", "second"):
            self.fields[name].queryset = choice  # type: ignore[attr-defined]
        self.fields["first"].initial = agreed.pk if agreed is not None else None
