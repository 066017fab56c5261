"""Requests to exclude records, the records each is about, what is said of them, and the lists that were agreed."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from remit.web.accounts.models import Engagement, User
from remit.web.accounts.roles import Duty
from remit.web.jobs.models import Job


class State(models.TextChoices):
    """Where a request stands. Its records are gathered first; one whose records can't be had is void."""

    GATHERING = "gathering", _("being gathered")
    ASKED = "asked", _("asked")
    GRANTED = "granted", _("granted")
    PARTLY = "partly", _("granted in part")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")
    VOID = "void", _("void")


OPEN = (State.GATHERING, State.ASKED)
"""The states in which something is still to happen."""
DECIDED = (State.GRANTED, State.PARTLY, State.REFUSED)


class RecordState(models.TextChoices):
    """What was decided of one record."""

    ASKED = "asked", _("asked")
    GRANTED = "granted", _("excluded")
    REFUSED = "refused", _("counts")


class Kind(models.TextChoices):
    """How the records of a request were named."""

    RECORDS = "records", _("records by their keys")
    FILTER = "filter", _("a filter")
    SPAN = "span", _("a span of time")
    MONTH = "month", _("the whole month")


class DutyDays(models.QuerySet["DutyDay"]):
    """Dated duties, narrowed to those somebody may see."""

    def visible_to(self, user: User) -> "DutyDays":
        """Those of engagements whose contract one may read."""
        return self.filter(engagement__in=Engagement.objects.where(user, Duty.SEE_CONTRACT))


class DutyDay(models.Model):
    """A duty of the contract on the day it was due, once something is known of it.

    `ends_at` is the first second after its day (UTC); `met_at` when it was met, as somebody noted with `evidence`.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="+")
    duty = models.CharField(max_length=100)
    due_on = models.DateField()
    what = models.TextField()
    ends_at = models.BigIntegerField()
    met_at = models.DateTimeField(null=True, blank=True)
    evidence = models.TextField(blank=True)
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    noted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = DutyDays.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["engagement", "duty", "due_on"], name="a_duty_once_a_day"),
            models.CheckConstraint(
                condition=Q(met_at=None, noted_at=None) | Q(met_at__isnull=False, noted_at__isnull=False),
                name="a_duty_met_was_noted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty} of {self.due_on}"


class AgreedLists(models.QuerySet["AgreedList"]):
    """Agreed lists, narrowed to those somebody may see."""

    def visible_to(self, user: User) -> "AgreedLists":
        """Those of engagements whose exclusions one may see."""
        return self.filter(engagement__in=Engagement.objects.where(user, Duty.SEE_EXCLUSIONS))

    def newest_of(self, engagement: Engagement) -> "AgreedList | None":
        """The list that holds now; None before anything was granted."""
        return self.filter(engagement=engagement).order_by("-number").first()


class AgreedList(models.Model):
    """The waivers of an engagement after a decision: what that and every earlier one granted, by its hash.

    Grants are never taken back, so that the requests up to a number make the same list for ever.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    waivers = models.PositiveIntegerField()
    at = models.DateTimeField()

    objects: ClassVar[Any] = AgreedLists.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["engagement", "number"], name="an_agreed_list_a_number"),
            models.UniqueConstraint(fields=["engagement", "sha256"], name="an_agreed_list_a_hash"),
        ]

    def __str__(self) -> str:
        return f"agreed list {self.number}"


class ExclusionRequests(models.QuerySet["ExclusionRequest"]):
    """Requests, narrowed to those somebody may see."""

    def visible_to(self, user: User) -> "ExclusionRequests":
        """Those of engagements whose exclusions one may see."""
        return self.filter(engagement__in=Engagement.objects.where(user, Duty.SEE_EXCLUSIONS))


class ExclusionRequest(models.Model):
    """A request that records of a level's month be left out by one of the contract's exclusions.

    `choice` says how the records were named; they are gathered once, from the facts of `store_version` by the contract
    of `contract_sha256`, and stay those records whatever is loaded later. `duty_day` is the missed duty that a relief
    rests on; nobody asked for such a one, the contract did.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="exclusion_requests")
    level = models.CharField(max_length=100)
    month_on = models.DateField()
    clause = models.CharField(max_length=100)
    clause_text = models.CharField(max_length=300, blank=True)
    reason = models.TextField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    choice = models.JSONField()
    contract_sha256 = models.CharField(max_length=64)
    store_version = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.GATHERING)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    fault = models.TextField(blank=True)
    count = models.PositiveIntegerField(default=0)
    already_out = models.PositiveIntegerField(default=0)
    duty_day = models.ForeignKey(DutyDay, on_delete=models.PROTECT, null=True, blank=True, related_name="reliefs")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    agreed_in = models.ForeignKey(AgreedList, on_delete=models.PROTECT, null=True, blank=True, related_name="requests")

    objects: ClassVar[Any] = ExclusionRequests.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["engagement", "-asked_at"], name="requests_of_an_engagement")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, decided_at__isnull=False) | (~Q(state__in=DECIDED) & Q(decided_at=None)),
                name="a_decision_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.GRANTED, State.PARTLY], agreed_in__isnull=False)
                | (~Q(state__in=[State.GRANTED, State.PARTLY]) & Q(agreed_in=None)),
                name="what_is_granted_stands_in_a_list",
            ),
            models.UniqueConstraint(
                fields=["duty_day", "level", "month_on"],
                condition=Q(state__in=OPEN),
                name="one_open_relief_a_level_and_month",
            ),
        ]

    def __str__(self) -> str:
        return f"exclusion {self.pk}"

    @property
    def month(self) -> str:
        """The month as addresses have it."""
        return f"{self.month_on:%Y-%m}"

    @property
    def is_open(self) -> bool:
        """Whether something is still to happen."""
        return self.state in OPEN


class RequestedRecord(models.Model):
    """A record that a request is about, as it counted when it was asked for, and what was decided of it."""

    request = models.ForeignKey(ExclusionRequest, on_delete=models.CASCADE, related_name="records")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=500)
    window = models.CharField(max_length=300)
    met = models.BooleanField(null=True)
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=RecordState.choices, default=RecordState.ASKED)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["request", "key"], name="a_record_once_a_request")]
        indexes: ClassVar = [models.Index(fields=["key", "state"], name="requested_records_by_key")]

    def __str__(self) -> str:
        return self.key


class Remark(models.Model):
    """What somebody says about a request."""

    request = models.ForeignKey(ExclusionRequest, on_delete=models.CASCADE, related_name="remarks")
    text = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"remark {self.pk}"


class EvidenceFile(models.Model):
    """A file given as evidence, byte for byte."""

    request = models.ForeignKey(ExclusionRequest, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Effect(models.Model):
    """What granting some records of a request would do, computed once for the same inputs.

    `keys_sha256` identifies the records; `told` is the level and the money with and without them.
    """

    request = models.ForeignKey(ExclusionRequest, on_delete=models.CASCADE, related_name="effects")
    keys_sha256 = models.CharField(max_length=64)
    keys = models.JSONField()
    contract_sha256 = models.CharField(max_length=64)
    store_version = models.PositiveIntegerField()
    waivers_sha256 = models.CharField(max_length=64, blank=True)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    told = models.JSONField(null=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "keys_sha256", "contract_sha256", "store_version", "waivers_sha256"],
                name="an_effect_once_for_the_same_inputs",
            )
        ]

    def __str__(self) -> str:
        return f"effect {self.pk}"
