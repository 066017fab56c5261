"""Organisations, the engagements between two of them, and who is what in each."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q

from remit.web.accounts.roles import ROLES_WITH, TITLES, Duty, Role, Side, side_of

if TYPE_CHECKING:
    from remit.web.accounts.models.people import User


class Organisations(models.QuerySet["Organisation"]):
    """Organisations, narrowed to what somebody may know of."""

    def visible_to(self, user: "User") -> "Organisations":
        """One's own organisation and the other side of one's engagements; all of them for an administrator."""
        if user.is_administrator:
            return self
        engagements = Engagement.objects.visible_to(user)
        met = Q(pk__in=engagements.values("client_id")) | Q(pk__in=engagements.values("provider_id"))
        return self.filter(met | Q(pk=user.organisation_id))


class Organisation(models.Model):
    """A company: the client, or a provider."""

    name = models.CharField(max_length=200, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166 code, as GB")

    objects: ClassVar[Any] = Organisations.as_manager()

    def __str__(self) -> str:
        return self.name


class Engagements(models.QuerySet["Engagement"]):
    """Engagements, narrowed to those somebody works in."""

    def visible_to(self, user: "User") -> "Engagements":
        """Those in which a person has a role: in that one, or in every one of the person's organisation."""
        return self.where(user, Duty.SEE_ENGAGEMENT)

    def where(self, user: "User", duty: Duty) -> "Engagements":
        """Those in which a person's role has a duty. A role in one engagement takes the place of one in all."""
        if not user.is_active:
            return self.none()
        roles = [str(role) for role in ROLES_WITH[duty]]
        direct = Membership.objects.filter(user=user, engagement__isnull=False)
        wide = Membership.objects.filter(user=user, engagement=None, role__in=roles).values("organisation_id")
        by_wide = Q(client_id__in=wide) | Q(provider_id__in=wide)
        by_direct = Q(pk__in=direct.filter(role__in=roles).values("engagement_id"))
        return self.filter(by_direct | (by_wide & ~Q(pk__in=direct.values("engagement_id"))))


class Engagement(models.Model):
    """The record between a client and a provider: one contract, its facts, its settlements.

    `contract_id` is the id the contract file gives itself, by which the store keeps the engagement's facts apart.
    """

    client = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="as_client")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="as_provider")
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80, unique=True)
    contract_id = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField()

    objects: ClassVar[Any] = Engagements.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(client=models.F("provider")), name="two_sides_are_two")
        ]

    def __str__(self) -> str:
        return self.name

    def side_of(self, organisation_id: int) -> Side | None:
        """The side an organisation stands on here."""
        sides = {self.client_id: Side.CLIENT, self.provider_id: Side.PROVIDER}
        return sides.get(organisation_id)

    def organisation_on(self, side: Side) -> Organisation:
        """The organisation of one side."""
        return self.client if side is Side.CLIENT else self.provider


class Memberships(models.QuerySet["Membership"]):
    """Memberships, narrowed to what somebody may know of."""

    def visible_to(self, user: "User") -> "Memberships":
        """Those in engagements whose people one may see, direct or by an organisation; all for an administrator."""
        if user.is_administrator:
            return self
        engagements = Engagement.objects.where(user, Duty.SEE_PEOPLE)
        sides = Q(organisation_id__in=engagements.values("client_id"))
        sides |= Q(organisation_id__in=engagements.values("provider_id"))
        return self.filter(Q(engagement__in=engagements) | (Q(engagement=None) & sides) | Q(user=user))

    def in_engagement(self, engagement: Engagement) -> "Memberships":
        """Those that count in an engagement: its own, and those of its two organisations as a whole."""
        sides = [engagement.client_id, engagement.provider_id]
        return self.filter(Q(engagement=engagement) | Q(engagement=None, organisation_id__in=sides))


class Membership(models.Model):
    """A person's role in one engagement, or, without one, in every engagement of the organisation."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, null=True, blank=True, related_name="members")
    role = models.CharField(max_length=40, choices=[(str(role), TITLES[role]) for role in Role])

    objects: ClassVar[Any] = Memberships.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "engagement"], name="one_role_an_engagement"),
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=Q(engagement=None), name="one_role_an_organisation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role}"

    @property
    def title(self) -> str:
        """The role in words."""
        return TITLES[Role(self.role)]

    @property
    def side(self) -> Side:
        """The side the role stands on."""
        return side_of(Role(self.role))
