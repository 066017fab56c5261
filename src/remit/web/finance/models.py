"""The records of finance: pro-formas, invoices as they came, what was decided, every difference."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from remit.web.accounts.models import Engagement, User
from remit.web.accounts.roles import Duty
from remit.web.jobs.models import Job
from remit.web.performance.models import Run


class ProFormaKept(models.Model):
    """A month's pro-forma by one run, as JSON that gives the very same pro-forma again; never changed afterwards."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    month_on = models.DateField()
    at = models.DateTimeField()
    content = models.TextField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "month_on"], name="a_pro_forma_once_a_run")]

    def __str__(self) -> str:
        return f"pro-forma of {self.month_on:%Y-%m}"


class ForecastMethod(models.TextChoices):
    """How the volumes of months to come are foreseen."""

    AVERAGE = "average", _("mean of the last six months")
    SEASONAL = "seasonal", _("same month of the year before")


class YearKind(models.TextChoices):
    """Whose year it is that is foreseen."""

    CALENDAR = "calendar", _("calendar year")
    CONTRACT = "contract", _("contract year")


class ForecastKept(models.Model):
    """What a run's months were worth and what their year will come to, as `remit accruals` writes it in JSON.

    `told` holds an accrual for every month: which of them were billed is looked up when it is shown.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    method = models.CharField(max_length=10, choices=ForecastMethod.choices)
    year = models.CharField(max_length=10, choices=YearKind.choices)
    at = models.DateTimeField()
    told = models.JSONField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "method", "year"], name="a_forecast_of_each_kind_once_a_run")
        ]

    def __str__(self) -> str:
        return f"forecast by run {self.run_id}"


class InvoiceState(models.TextChoices):
    """How far an invoice is."""

    WAITING = "waiting", _("being matched")
    MATCHED = "matched", _("matched")
    REFUSED = "refused", _("not readable")
    DECIDED = "decided", _("decided")


class Invoices(models.QuerySet["InvoiceReceived"]):
    """Invoices, narrowed to those somebody may see."""

    def visible_to(self, user: User) -> "Invoices":
        """Those of engagements whose money one may see."""
        return self.filter(engagement__in=Engagement.objects.where(user, Duty.SEE_MONEY))


class InvoiceReceived(models.Model):
    """An invoice as it came, byte for byte, and what a match of it found. Amounts are exact decimals as text."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="invoices")
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=20, choices=InvoiceState.choices, default=InvoiceState.WAITING)
    problems = models.JSONField(default=list)
    number = models.CharField(max_length=200, blank=True)
    month_on = models.DateField(null=True)
    currency = models.CharField(max_length=10, blank=True)
    invoiced = models.CharField(max_length=60, blank=True)
    by_contract = models.CharField(max_length=60, blank=True)
    difference = models.CharField(max_length=60, blank=True)
    pro_forma = models.ForeignKey(ProFormaKept, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[Any] = Invoices.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["engagement", "sha256"], name="a_file_of_an_invoice_once")
        ]

    def __str__(self) -> str:
        return self.number or self.file_name

    @property
    def is_under_way(self) -> bool:
        """Whether its match waits or runs."""
        return self.state == InvoiceState.WAITING and self.job is not None and not self.job.is_over

    @property
    def month(self) -> str:
        """Its month as 2026-03; empty before it is known."""
        return "" if self.month_on is None else f"{self.month_on:%Y-%m}"


class Decision(models.TextChoices):
    """What the client does about a line."""

    OPEN = "", _("open")
    ACCEPTED = "accepted", _("accepted")
    DISPUTED = "disputed", _("disputed")
    SHORT_PAID = "short_paid", _("short-paid")


class InvoiceLines(models.QuerySet["LineReceived"]):
    """Lines, narrowed to those somebody may see."""

    def visible_to(self, user: User) -> "InvoiceLines":
        """Those of engagements whose money one may see."""
        return self.filter(invoice__engagement__in=Engagement.objects.where(user, Duty.SEE_MONEY))


class LineReceived(models.Model):
    """One line of an invoice, and what the client decided about it.

    `reference` names it for good within the engagement (`2026-117/3`), for disputes and letters to point to. A line
    that the invoice lacks and the contract bills has a `reference` too, and an amount of 0.
    """

    invoice = models.ForeignKey(InvoiceReceived, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    number = models.CharField(max_length=100, blank=True)
    reference = models.CharField(max_length=310)
    kind = models.CharField(max_length=20)
    charge = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    quantity = models.CharField(max_length=60, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    rate = models.CharField(max_length=60, blank=True)
    amount = models.CharField(max_length=60)
    decision = models.CharField(max_length=20, choices=Decision.choices, default=Decision.OPEN, blank=True)
    paid = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = InvoiceLines.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invoice", "position"], name="a_line_once_an_invoice"),
            models.UniqueConstraint(fields=["invoice", "reference"], name="a_reference_once_an_invoice"),
        ]

    def __str__(self) -> str:
        return self.reference


class Difference(models.Model):
    """One finding of a match: what is right, what is billed, evidence and clause. `line` is None for the whole."""

    invoice = models.ForeignKey(InvoiceReceived, on_delete=models.CASCADE, related_name="differences")
    line = models.ForeignKey(LineReceived, on_delete=models.CASCADE, null=True, related_name="differences")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=60)
    what = models.TextField()
    ref = models.CharField(max_length=200, blank=True)
    charge = models.CharField(max_length=200, blank=True)
    expected = models.CharField(max_length=200, blank=True)
    invoiced = models.CharField(max_length=200, blank=True)
    amount = models.CharField(max_length=60, blank=True)
    evidence = models.JSONField(default=list)
    clause = models.CharField(max_length=300, blank=True)
    place = models.CharField(max_length=300, blank=True)

    objects: ClassVar[Any] = models.Manager()

    def __str__(self) -> str:
        return f"{self.kind} in {self.invoice_id}"


class NotesOnInvoices(models.QuerySet["InvoiceNote"]):
    """Notes, narrowed to those somebody may read."""

    def visible_to(self, user: User, side: str) -> "NotesOnInvoices":
        """Those of one's own side: what the client writes to itself about an invoice stays its own."""
        return self.filter(side=side, invoice__engagement__in=Engagement.objects.where(user, Duty.SEE_MONEY))


class InvoiceNote(models.Model):
    """A note of one side to itself; the other side never reads it."""

    invoice = models.ForeignKey(InvoiceReceived, on_delete=models.CASCADE, related_name="notes")
    side = models.CharField(max_length=20)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.CharField(max_length=2000)

    objects: ClassVar[Any] = NotesOnInvoices.as_manager()

    def __str__(self) -> str:
        return f"note on {self.invoice_id}"
