"""Claims for relief: a level's month, what was measured of it, and what was decided."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from remit.web.accounts.models import Engagement, User
from remit.web.accounts.roles import Duty
from remit.web.exclusions.models import AgreedList
from remit.web.jobs.models import Job


class State(models.TextChoices):
    """Where a claim stands. The site draws one up; nobody has asked for it until somebody does."""

    DRAWN = "drawn", _("may be asked for")
    MEASURING = "measuring", _("being measured")
    ASKED = "asked", _("asked")
    AGREED = "agreed", _("agreed")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")
    VOID = "void", _("void")


OPEN = (State.MEASURING, State.ASKED)
"""The states in which somebody waits for an answer."""
LIVE = (State.DRAWN, *OPEN, State.AGREED)
"""The states of which a level's month has at most one claim."""
DECIDED = (State.AGREED, State.REFUSED)


class Claims(models.QuerySet["Claim"]):
    """Claims, narrowed to those somebody may see."""

    def visible_to(self, user: User) -> "Claims":
        """Those of engagements whose exclusions one may see; one nobody has asked for only to those who may ask."""
        seen = Engagement.objects.where(user, Duty.SEE_EXCLUSIONS)
        asking = Engagement.objects.where(user, Duty.ASK_EXCLUSIONS)
        return self.filter(engagement__in=seen).filter(~Q(state=State.DRAWN) | Q(engagement__in=asking))


class Claim(models.Model):
    """A claim that a missed level's month be relieved, since its volume lay outside the forecast.

    `relief`, `contacts` and `clause` are what the forecast's clause gives; `told` is everything the measuring found
    (`bridge.working_out`), from the contract, the facts and the agreed list whose marks stand beside it. `asked_at` is
    empty while it is only drawn up.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="relief_claims")
    level = models.CharField(max_length=100)
    month_on = models.DateField()
    state = models.CharField(max_length=12, choices=State.choices)
    made_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    relief = models.CharField(max_length=20, blank=True)
    contacts = models.PositiveIntegerField(null=True, blank=True)
    clause = models.CharField(max_length=300, blank=True)
    contract_sha256 = models.CharField(max_length=64, blank=True)
    store_version = models.PositiveIntegerField(default=0)
    waivers_sha256 = models.CharField(max_length=64, blank=True)
    told = models.JSONField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    fault = models.TextField(blank=True)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    agreed_in = models.ForeignKey(AgreedList, on_delete=models.PROTECT, null=True, blank=True, related_name="reliefs")

    objects: ClassVar[Any] = Claims.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["engagement", "month_on"], name="claims_of_a_month")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["engagement", "level", "month_on"],
                condition=Q(state__in=LIVE),
                name="one_live_claim_a_level_and_month",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, decided_at__isnull=False) | (~Q(state__in=DECIDED) & Q(decided_at=None)),
                name="a_decision_on_relief_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state=State.AGREED, agreed_in__isnull=False) | (~Q(state=State.AGREED) & Q(agreed_in=None)),
                name="agreed_relief_stands_in_a_list",
            ),
        ]

    def __str__(self) -> str:
        return f"relief {self.pk}"

    @property
    def month(self) -> str:
        """The month as addresses have it."""
        return f"{self.month_on:%Y-%m}"

    @property
    def is_given(self) -> bool:
        """Whether the newest measuring finds relief due."""
        return bool(self.told and self.told["is_given"])
