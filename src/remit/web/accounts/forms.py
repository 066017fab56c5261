"""What people fill in about people and parties. A form takes the fields it names; whatever else is sent is left out."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from remit.web.accounts.models import Engagement, Membership, Organisation, User
from remit.web.accounts.roles import TITLES, Side, roles_of
from remit.web.shared.countries import country_choices
from remit.web.shared.zones import zone_choices


def role_choices(*sides: Side) -> list[tuple[str, str]]:
    """The roles of sides, with their titles."""
    return [(str(role), TITLES[role]) for side in sides for role in roles_of(side)]


class RoleForm(forms.Form):
    """A role of the sides that a person can stand on."""

    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, sides: tuple[Side, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["role"]).choices = role_choices(*sides)


class InviteForm(RoleForm):
    """A seat offered in an engagement, on the inviter's side or, by an administrator, on either."""

    email = forms.EmailField(label=_("Mail address"), max_length=254)

    field_order = ("email", "role")


class GiveRoleForm(RoleForm):
    """A role in all of an organisation's engagements, for one of its people who has none such yet."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none())

    field_order = ("person", "role")

    def __init__(self, *args: Any, organisation: Organisation, sides: tuple[Side, ...], **kwargs: Any) -> None:
        super().__init__(*args, sides=sides, **kwargs)
        has_one = Membership.objects.filter(organisation=organisation, engagement=None).values("user_id")
        people = User.objects.filter(organisation=organisation, is_active=True).exclude(pk__in=has_one)
        cast("forms.ModelChoiceField[Any]", self.fields["person"]).queryset = people.order_by("name", "pk")


class _Settings(forms.Form):
    """Where somebody is, and what they read."""

    name = forms.CharField(label=_("Your name"), max_length=200)
    time_zone = forms.ChoiceField(
        label=_("Your time zone"), help_text=_("Instants are shown in it, with the contract's zone beside them.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["time_zone"]).choices = zone_choices()


class ProfileForm(_Settings):
    """One's own name, zone and language."""


class AcceptForm(_Settings):
    """What a newcomer says when taking a seat."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters, not among the common ones, not like your name or address."),
    )
    again = forms.CharField(
        label=_("Password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        self.email = email
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """The passwords are the same, and strong enough for whoever has this name and address."""
        given = super().clean() or self.cleaned_data
        password = given.get("password")
        if password is None:
            return given
        if password != given.get("again"):
            self.add_error("again", _("The two passwords differ."))
        try:
            validate_password(password, User(email=self.email, name=given.get("name", "")))
        except ValidationError as weak:
            self.add_error("password", weak)
        return given


class OrganisationForm(forms.Form):
    """A company that takes part."""

    name = forms.CharField(label=_("Name"), max_length=200)
    country = forms.ChoiceField(label=_("Country"), required=False, choices=country_choices)


class OpeningForm(forms.Form):
    """An engagement between two organisations."""

    name = forms.CharField(label=_("Name"), max_length=200)
    client = forms.ModelChoiceField(label=_("Client"), queryset=Organisation.objects.none())
    provider = forms.ModelChoiceField(label=_("Provider"), queryset=Organisation.objects.none())
    contract_id = forms.CharField(
        label=_("Contract id"),
        max_length=200,
        required=False,
        help_text=_("The id that the contract file gives itself; left empty, the engagement's short name."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("client", "provider"):
            cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = Organisation.objects.order_by("name")


class OfferForm(InviteForm):
    """A seat offered by an administrator: in one engagement, or in all of an organisation's."""

    engagement = forms.ModelChoiceField(
        label=_("Engagement"),
        queryset=Engagement.objects.none(),
        required=False,
        help_text=_("Left empty, the role holds in every engagement of the organisation."),
    )
    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        help_text=_("Needed only without an engagement."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, sides=(Side.CLIENT, Side.PROVIDER), **kwargs)
        for name, model in (("engagement", Engagement), ("organisation", Organisation)):
            cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = model.objects.order_by("name")

    def clean(self) -> dict[str, Any]:
        """One of the two is named."""
        given = super().clean() or self.cleaned_data
        if not given.get("engagement") and not given.get("organisation"):
            self.add_error("engagement", _("Name an engagement or an organisation."))
        return given


class ReasonForm(forms.Form):
    """Why something is done that can't be undone."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class AuditFilterForm(forms.Form):
    """What to look for in the trail."""

    text = forms.CharField(
        label=_("Text"), required=False, max_length=200, help_text=_("A name, an address, a request, a subject's id.")
    )
    action = forms.ChoiceField(label=_("Action"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    subject = forms.ChoiceField(label=_("Subject"), required=False)

    def __init__(
        self, *args: Any, actions: list[tuple[str, str]], subjects: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("action", actions), ("subject", subjects)):
            cast(forms.ChoiceField, self.fields[name]).choices = [("", _("any")), *choices]
