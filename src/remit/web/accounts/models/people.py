"""People who sign in, invitations, and tokens by which programs act for them."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from remit.web.accounts.models.parties import Engagement, Membership, Organisation
from remit.web.accounts.roles import TITLES, Duty, Role


class Users(models.QuerySet["User"]):
    """People, narrowed to those somebody may know of."""

    def visible_to(self, user: "User") -> "Users":
        """Oneself, and whoever has a role in an engagement whose people one may see; all for an administrator."""
        if user.is_administrator:
            return self
        met = Membership.objects.visible_to(user).values("user_id")
        return self.filter(Q(pk=user.pk) | Q(pk__in=met))


class UserManager(BaseUserManager["User"].from_queryset(Users)):  # type: ignore[misc]
    """People are known by their mail address."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The person of an address, whatever its case."""
        found: User = self.get(email__iexact=username)
        return found


class User(AbstractBaseUser):
    """A person. People are deactivated, never deleted: what they did stays theirs."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="people")
    is_administrator = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    language = models.CharField(max_length=10, default="en-gb")
    date_joined = models.DateTimeField()

    objects: ClassVar[Any] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="one_person_an_address")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name; the framework and its apps ask for it."""
        return self.name

    def get_short_name(self) -> str:
        """The first word of the name."""
        return self.name.partition(" ")[0]

    def role_in(self, engagement: Engagement) -> Role | None:
        """The person's role in an engagement: the one given there, else the one in all of the organisation's."""
        if not self.is_active:
            return None
        mine = list(Membership.objects.in_engagement(engagement).filter(user=self))
        direct = [one for one in mine if one.engagement_id is not None]
        return next((Role(one.role) for one in (*direct, *mine)), None)

    def engagement_ids_where(self, duty: str) -> list[int]:
        """The engagements in which the person's role has a duty."""
        return list(Engagement.objects.where(self, Duty(duty)).values_list("pk", flat=True))


class Invitations(models.QuerySet["Invitation"]):
    """Invitations, narrowed to those somebody may know of."""

    def visible_to(self, user: User) -> "Invitations":
        """Those of one's own side in engagements in which one may invite; all for an administrator."""
        if user.is_administrator:
            return self
        return self.filter(
            engagement__in=Engagement.objects.where(user, Duty.INVITE_PEOPLE), organisation_id=user.organisation_id
        )


class Invitation(models.Model):
    """A seat offered to a mail address: a role in an engagement, or, without one, in all of the organisation's."""

    email = models.EmailField()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, null=True, blank=True)
    role = models.CharField(max_length=40, choices=[(str(role), TITLES[role]) for role in Role])
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    key_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = Invitations.as_manager()

    def __str__(self) -> str:
        return self.email

    def is_open(self, at: datetime) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.withdrawn_at is None and at < self.expires_at


class ApiTokens(models.QuerySet["ApiToken"]):
    """Tokens, narrowed to one's own."""

    def visible_to(self, user: User) -> "ApiTokens":
        """One's own; an administrator sees that others exist, to take them back."""
        return self if user.is_administrator else self.filter(user=user)


class ApiToken(models.Model):
    """A token by which a program acts for a person: only its hash is kept, it expires, and its last use is shown.

    `scopes` are duties: a token may do what its person may, and of that only what its scopes say; `engagement` narrows
    it to one.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)
    key_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, null=True, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = ApiTokens.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def is_for_calendars(self) -> bool:
        """Whether its key may stand in an address: it follows deadlines, and opens nothing of the API."""
        return list(self.scopes) == [str(Duty.FOLLOW_DEADLINES)] and self.engagement_id is not None

    def is_live(self, at: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and at < self.expires_at
