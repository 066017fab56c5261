"""Sites from which the parties work, and the ids by which registers know them."""

from enum import StrEnum
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from remit.web.accounts.models import Engagement, Organisation, User
from remit.web.shared.countries import countries


class Distance(StrEnum):
    """How far a site lies from a client: in its country, in the country's neighbourhood, or beyond."""

    ONSHORE = "onshore"
    NEARSHORE = "nearshore"
    OFFSHORE = "offshore"


class Sites(models.QuerySet["Site"]):
    """Sites, narrowed to what somebody may know of."""

    def visible_to(self, user: User) -> "Sites":
        """Those of one's own organisation, and of both sides of one's engagements; all for an administrator."""
        return self.filter(organisation__in=Organisation.objects.visible_to(user))

    def of(self, engagement: Engagement) -> "Sites":
        """Those of the two sides of an engagement."""
        return self.filter(organisation_id__in=[engagement.client_id, engagement.provider_id])


class Site(models.Model):
    """A place where an organisation's people work. A site is closed, never deleted: what was done there stays its own.

    `near` names the countries for whose clients it is nearshore: nearness is what the parties agree on, not a distance
    that could be computed.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(max_length=100)
    city = models.CharField(max_length=100)
    country = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=60)
    near = models.JSONField(default=list)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = Sites.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name"], name="one_site_a_name"),
            models.CheckConstraint(condition=Q(country__regex="^[A-Z]{2}$"), name="a_site_has_a_country"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def country_name(self) -> str:
        """The country in words."""
        return countries().get(self.country, self.country)

    def distance_from(self, client: Organisation) -> Distance | None:
        """How far the site lies from a client; None where the client's country is not known."""
        if not client.country:
            return None
        if client.country == self.country:
            return Distance.ONSHORE
        return Distance.NEARSHORE if client.country in self.near else Distance.OFFSHORE


class LegalIds(models.QuerySet["LegalId"]):
    """Legal ids, narrowed to what somebody may know of."""

    def visible_to(self, user: User) -> "LegalIds":
        """Those of the organisations one may know of."""
        return self.filter(organisation__in=Organisation.objects.visible_to(user))


class LegalId(models.Model):
    """An id by which a register knows an organisation: one of each kind."""

    class Kind(models.TextChoices):
        LEI = "lei", _("LEI")
        COMPANY = "company", _("Company number")
        VAT = "vat", _("VAT number")
        DUNS = "duns", _("D-U-N-S number")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="legal_ids")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    value = models.CharField(max_length=40)

    objects: ClassVar[Any] = LegalIds.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation", "kind"], name="one_legal_id_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"
