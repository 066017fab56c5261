"""Remarks of either side on a month, each with at most one file as evidence."""

from typing import Any, ClassVar

from django.db import models

from remit.web.accounts.models import User
from remit.web.settlements.models.closings import SIDES, Closing


class Remark(models.Model):
    """What somebody said of a month; both sides read it. A file lies under `file_key`, named `file_name`."""

    closing = models.ForeignKey(Closing, on_delete=models.CASCADE, related_name="remarks")
    side = models.CharField(max_length=10, choices=SIDES)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(blank=True)
    file_key = models.CharField(max_length=32, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    file_size = models.BigIntegerField(default=0)
    file_sha256 = models.CharField(max_length=64, blank=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["closing", "at"], name="remarks_of_a_closing")]

    def __str__(self) -> str:
        return f"remark {self.pk}"
