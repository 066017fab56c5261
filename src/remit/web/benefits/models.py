"""The client's own papers: business cases as approved, what it spent itself, and the savings made of them."""

from typing import Any, ClassVar

from django.db import models

from remit.web.accounts.models import Engagement, User
from remit.web.accounts.roles import Duty
from remit.web.jobs.models import Job
from remit.web.performance.models import Run


class OwnPapers(models.QuerySet[Any]):
    """Papers of the client, narrowed to those somebody may see."""

    def visible_to(self, user: User) -> "OwnPapers":
        """Those of engagements whose savings one may see; no role of a provider has that duty."""
        return self.filter(engagement__in=Engagement.objects.where(user, Duty.SEE_BENEFITS))


class CaseKept(models.Model):
    """A business case as approved, byte for byte; a later one stands beside it and counts in its place.

    `sha256` is the hash that freezes its content, `months` are the first days it plans for, in order.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    case = models.CharField(max_length=200)
    title = models.TextField(blank=True)
    currency = models.CharField(max_length=10)
    approved_on = models.DateField()
    approved_by = models.JSONField(default=list)
    months = models.JSONField(default=list)
    reason = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[Any] = OwnPapers.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["engagement", "number"], name="a_number_once_among_cases")
        ]

    def __str__(self) -> str:
        return f"{self.case}, version {self.number}"


class CostsKept(models.Model):
    """A list of the client's own costs as it was given; a later list counts for the months and kinds it names."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[Any] = OwnPapers.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["engagement", "number"], name="a_number_once_among_costs")
        ]

    def __str__(self) -> str:
        return f"own costs {self.number}"


class CostKept(models.Model):
    """What a list says of one month and kind: an exact decimal as text, rows of the same month and kind added up."""

    costs = models.ForeignKey(CostsKept, on_delete=models.CASCADE, related_name="entries")
    month_on = models.DateField()
    kind = models.CharField(max_length=20)
    amount = models.CharField(max_length=60)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["costs", "month_on", "kind"], name="a_month_and_kind_once_a_list")
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.month_on:%Y-%m}"


class Savings(models.Model):
    """The savings of one case by one run and the costs as they stood; never changed once `done_at` says it is done.

    `costs` is the list of costs as a file that `remit benefits` reads; `told` what the pages show, as that command
    writes it in JSON; `table` and `workbook` the same as CSV and XLSX; `problems` say why there is none of them.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(CaseKept, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    costs = models.TextField()
    costs_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    told = models.JSONField(default=dict)
    table = models.TextField(blank=True)
    workbook = models.BinaryField(default=bytes)
    problems = models.JSONField(default=list)
    done_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = OwnPapers.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "run", "costs_sha256"], name="savings_of_the_same_inputs_once")
        ]

    def __str__(self) -> str:
        return f"savings {self.pk}"

    @property
    def is_under_way(self) -> bool:
        """Whether something is still to happen to it by itself."""
        return self.done_at is None and self.job is not None and not self.job.is_over
