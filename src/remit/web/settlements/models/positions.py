"""What a side said of proposed figures, or what its silence meant."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from remit.web.accounts.models import User
from remit.web.settlements.models.closings import SIDES, Closing


class Kind(models.TextChoices):
    """What was said. Who proposes figures agrees to them; `deemed` is nobody's word, but the contract's."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    OBJECTED = "objected"
    DEEMED = "deemed agreed"


class Position(models.Model):
    """A side's word on the figures of one round; `clause` is the contract's where silence was taken for it."""

    closing = models.ForeignKey(Closing, on_delete=models.CASCADE, related_name="positions")
    round = models.PositiveIntegerField()
    side = models.CharField(max_length=10, choices=SIDES)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    clause = models.CharField(max_length=300, blank=True)
    settlement_sha256 = models.CharField(max_length=64)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["closing", "round", "side", "kind"], name="one_word_a_side_and_round"),
            models.CheckConstraint(
                condition=Q(by__isnull=False) | Q(kind=Kind.DEEMED), name="somebody_says_it_but_silence"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.kind}"
