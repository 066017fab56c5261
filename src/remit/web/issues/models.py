"""Disputes, and what was said and brought as evidence in each."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from remit.web.accounts.models import Engagement, User
from remit.web.accounts.roles import Duty, Side
from remit.web.exclusions.models import ExclusionRequest
from remit.web.performance.models import Run

_SIDES = [(str(side), str(side)) for side in Side]


class Subject(models.TextChoices):
    """What a dispute is about."""

    LEVEL = "level", _("a service level’s figure")
    CREDIT = "credit", _("a credit line")
    INVOICE = "invoice", _("an invoice line")


class State(models.TextChoices):
    """Where a dispute stands."""

    OPEN = "open", _("open")
    UPHELD = "upheld", _("upheld")
    IN_PART = "in part", _("upheld in part")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


DECIDED = (State.UPHELD, State.IN_PART, State.REFUSED)


class Disputes(models.QuerySet["Dispute"]):
    """Disputes, narrowed to those somebody may see."""

    def visible_to(self, user: User) -> "Disputes":
        """Those of engagements whose money one may see."""
        return self.filter(engagement__in=Engagement.objects.where(user, Duty.SEE_MONEY))

    def open_in(self, engagement: Engagement, month_on: Any) -> "Disputes":
        """Those about a month that nobody has decided."""
        return self.filter(engagement=engagement, month_on=month_on, state=State.OPEN)


class Dispute(models.Model):
    """A side's claim that a number, a credit line or an invoice line of a month is wrong.

    `reference` names it: the service level's id, or the invoice line as its invoice names it. `run` is the measurement
    that stood when it was raised, and `decided_on` that of its decision; what a decision changed is computed from the
    figures of runs, nothing is typed. `amount` is the money in question as the claimant sees it, exact, as text.
    `exclusion` are the records whose leaving out the decision grants, drawn up by whoever decides while it is open.
    `step` counts the steps of escalation reached, `next_at` when the next one comes (None: there is none).
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="disputes")
    subject = models.CharField(max_length=10, choices=Subject.choices)
    month_on = models.DateField()
    reference = models.CharField(max_length=200)
    claim = models.TextField()
    clause = models.CharField(max_length=300, blank=True)
    amount = models.CharField(max_length=60, blank=True)
    currency = models.CharField(max_length=10, blank=True)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    side = models.CharField(max_length=10, choices=_SIDES)
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    step = models.PositiveIntegerField(default=0)
    roles = models.JSONField(default=list)
    next_at = models.DateTimeField(null=True, blank=True)
    mediator = models.CharField(max_length=200, blank=True)
    mediation = models.TextField(blank=True)
    mediated_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    mediated_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_on = models.ForeignKey(Run, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    exclusion = models.ForeignKey(
        ExclusionRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="disputes"
    )

    objects: ClassVar[Any] = Disputes.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["engagement", "month_on"], name="disputes_of_a_month")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=State.OPEN, decided_at=None) | (~Q(state=State.OPEN) & Q(decided_at__isnull=False)),
                name="what_is_over_says_when",
            ),
            models.UniqueConstraint(
                fields=["engagement", "subject", "month_on", "reference", "side"],
                condition=Q(state=State.OPEN),
                name="one_open_dispute_a_side_and_matter",
            ),
        ]

    def __str__(self) -> str:
        return f"dispute {self.pk}"

    @property
    def claiming(self) -> Side:
        """The side that raised it."""
        return Side(self.side)

    @property
    def answering(self) -> Side:
        """The side the claim is against."""
        return Side.CLIENT if self.side == Side.PROVIDER else Side.PROVIDER

    @property
    def may_exclude(self) -> bool:
        """Whether its decision can leave records out: the provider says that a level, or its credit, is wrong."""
        return self.side == Side.PROVIDER and self.subject in (Subject.LEVEL, Subject.CREDIT)

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided or withdrawn it."""
        return self.state == State.OPEN


class Answer(models.Model):
    """What somebody said in a dispute, with at most one file as evidence; both sides read it."""

    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="answers")
    side = models.CharField(max_length=10, choices=_SIDES)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(blank=True)
    file_key = models.CharField(max_length=32, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    file_size = models.BigIntegerField(default=0)
    file_sha256 = models.CharField(max_length=64, blank=True)

    objects: ClassVar[Any] = models.Manager()

    def __str__(self) -> str:
        return f"answer {self.pk}"
