"""A month as the two sides close it: where it stands, and the figures it stands on, frozen."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from remit.web.accounts.models import Engagement, User
from remit.web.accounts.roles import Duty, Side
from remit.web.performance.models import Run

SIDES = [(str(side), str(side)) for side in Side]


class State(models.TextChoices):
    """Where a month, or a restatement of one, stands between the two sides."""

    OPEN = "open"
    PROPOSED = "proposed"
    REVIEW = "under review"
    AGREED = "agreed"
    CLOSED = "closed"
    RESTATED = "restated"
    DROPPED = "dropped"


UNDER_WAY = (State.OPEN, State.PROPOSED, State.REVIEW, State.AGREED)
"""States from which a month can still be closed."""
OVER = (State.CLOSED, State.RESTATED)
"""States in which the figures never change again."""


class Closings(models.QuerySet["Closing"]):
    """Closings, narrowed to those somebody may see."""

    def visible_to(self, user: User) -> "Closings":
        """Those of engagements whose money one may see."""
        return self.filter(engagement__in=Engagement.objects.where(user, Duty.SEE_MONEY))

    def of_month(self, engagement: Engagement, starts_on: Any) -> "Closings":
        """The month's closing and its restatements, the first first."""
        return self.filter(engagement=engagement, starts_on=starts_on).order_by("number")

    def standing(self, engagement: Engagement, starts_on: Any) -> "Closing | None":
        """What holds of a month today: the last that was closed; None while it is open."""
        return self.of_month(engagement, starts_on).filter(state=State.CLOSED).first()


class Closing(models.Model):
    """A month of an engagement (`number` 0), or a restatement of one that was closed (from 1 on).

    From its proposal on it holds the figures it stands on, word by word: `settlement` is the whole settlement as the
    run gave it, with the hashes of the contract, the facts and the figures. Once closed nothing of that changes: later
    figures make a restatement beside it, whose `amount` (what the client owes more, exact, as text) is settled in
    another month, `carried_into`. `change` says what differs in levels and records. `round` counts proposals.
    `due_at` is when the time to object is over; None where the contract sets none.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="closings")
    starts_on = models.DateField()
    ends_on = models.DateField()
    number = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    round = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    run = models.ForeignKey(Run, on_delete=models.PROTECT, null=True, related_name="+")
    settlement = models.TextField(blank=True)
    settlement_sha256 = models.CharField(max_length=64, blank=True)
    contract_sha256 = models.CharField(max_length=64, blank=True)
    facts_sha256 = models.CharField(max_length=64, blank=True)
    waivers_sha256 = models.CharField(max_length=64, blank=True)
    store_version = models.PositiveIntegerField(null=True)
    currency = models.CharField(max_length=10, blank=True)
    invoice = models.CharField(max_length=60, blank=True)
    credit = models.CharField(max_length=60, blank=True)
    brought_forward = models.CharField(max_length=60, blank=True)
    due = models.CharField(max_length=60, blank=True)
    change = models.JSONField(null=True, blank=True)
    amount = models.CharField(max_length=60, blank=True)
    carried_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="brought")
    proposed_side = models.CharField(max_length=10, choices=SIDES, blank=True)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = Closings.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["engagement", "starts_on", "number"], name="one_closing_a_number"),
            models.UniqueConstraint(
                fields=["engagement", "starts_on"], condition=Q(state=State.CLOSED), name="one_closing_a_month"
            ),
            models.UniqueConstraint(
                fields=["engagement", "starts_on"],
                condition=Q(state__in=UNDER_WAY),
                name="one_matter_a_month_under_way",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(*OVER, State.AGREED, State.PROPOSED, State.REVIEW)) | ~Q(settlement=""),
                name="proposed_months_have_figures",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=OVER) | Q(closed_at__isnull=False), name="closed_months_say_when"
            ),
        ]

    def __str__(self) -> str:
        month = f"{self.starts_on:%Y-%m}"
        return f"restatement {self.number} of {month}" if self.number else month

    @property
    def is_restatement(self) -> bool:
        """Whether it restates a month that was closed before."""
        return self.number > 0

    @property
    def is_over(self) -> bool:
        """Whether its figures never change again."""
        return self.state in OVER

    @property
    def awaited(self) -> Side | None:
        """The side whose word is awaited, while it is proposed."""
        if self.state != State.PROPOSED:
            return None
        return Side.CLIENT if self.proposed_side == Side.PROVIDER else Side.PROVIDER
