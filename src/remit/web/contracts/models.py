"""Versions of an engagement's contract, the files each consists of, and who approved it for which side."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from remit.web.accounts.models import Engagement, User
from remit.web.accounts.roles import Duty, Side

CONTRACT_NAME = "contract.yaml"
"""The name the contract itself has in every version."""

_SIDES = [(str(side), str(side)) for side in Side]


class State(models.TextChoices):
    """Where a version stands: only one of an engagement is agreed, and only one lies on the table."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    AGREED = "agreed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class Versions(models.QuerySet["Version"]):
    """Versions, narrowed to what somebody may see."""

    def visible_to(self, user: User) -> "Versions":
        """All that was proposed in engagements whose contract one may read, and what one's own side drafts.

        A draft is its side's own paper: the other side learns of it when it is proposed.
        """
        readable = Engagement.objects.where(user, Duty.SEE_CONTRACT)
        drafting = Engagement.objects.where(user, Duty.DRAFT_CONTRACT)
        ours = Q(side=Side.CLIENT, engagement__client_id=user.organisation_id)
        ours |= Q(side=Side.PROVIDER, engagement__provider_id=user.organisation_id)
        return self.filter(Q(engagement__in=readable, number__isnull=False) | (Q(engagement__in=drafting) & ours))

    def of(self, engagement: Engagement) -> "Versions":
        """Those of one engagement that both sides have seen, the newest first."""
        return self.filter(engagement=engagement, number__isnull=False).order_by("-number")

    def drafts_of(self, engagement: Engagement) -> "Versions":
        """The drafts of one engagement, the newest first."""
        return self.filter(engagement=engagement, state=State.DRAFT).order_by("-pk")

    def agreed_of(self, engagement: Engagement) -> "Version | None":
        """The version in force between the two sides; None before the first is agreed."""
        return self.filter(engagement=engagement, state=State.AGREED).first()


class Version(models.Model):
    """One version of a contract: its exact files, and where it stands between the two sides.

    A draft has no number and can be changed by its side; `revision` counts its changes, so that two people writing at
    once can't overwrite each other. It gets its number when it is proposed and is never changed again: `sha256` is then
    the hash of its files (`ContractVersions.sha256`), which every settlement made by it bears.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="contract_versions")
    number = models.PositiveIntegerField(null=True, blank=True)
    side = models.CharField(max_length=10, choices=_SIDES)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    note = models.TextField(blank=True)
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    sha256 = models.CharField(max_length=64, blank=True)
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    objects: ClassVar[Any] = Versions.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["engagement", "number"], name="one_version_a_number"),
            models.UniqueConstraint(
                fields=["engagement"], condition=Q(state=State.AGREED), name="one_agreed_version_an_engagement"
            ),
            models.UniqueConstraint(
                fields=["engagement"], condition=Q(state=State.PROPOSED), name="one_proposed_version_an_engagement"
            ),
            models.CheckConstraint(
                condition=Q(number=None, proposed_at=None, state__in=[State.DRAFT, State.WITHDRAWN])
                | (Q(number__isnull=False, proposed_at__isnull=False) & ~Q(state=State.DRAFT) & ~Q(sha256="")),
                name="proposed_versions_have_numbers",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}" if self.number is not None else f"draft {self.pk}"

    @property
    def is_draft(self) -> bool:
        """Whether its side still writes it."""
        return self.state == State.DRAFT


class Document(models.Model):
    """A file of a version, byte for byte as it was given: the contract, or an amendment beside it."""

    class Kind(models.TextChoices):
        """What a file is."""

        CONTRACT = "contract"
        AMENDMENT = "amendment"

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=100)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "name"], name="one_document_a_name"),
            models.UniqueConstraint(
                fields=["version"], condition=Q(kind="contract"), name="one_contract_document_a_version"
            ),
        ]

    def __str__(self) -> str:
        return self.place

    @property
    def place(self) -> str:
        """Where the file lies in the folder that the command line reads: amendments stand beside the contract."""
        return self.name if self.kind == self.Kind.CONTRACT else f"amendments/{self.name}"


class Approval(models.Model):
    """One side's yes to a version, given by one person; nobody can say it for both."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="approvals")
    side = models.CharField(max_length=10, choices=_SIDES)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "side"], name="one_approval_a_side"),
            models.UniqueConstraint(fields=["version", "by"], name="one_approval_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.side}: {self.by_id}"


class Reminder(models.Model):
    """A reminder of a key date that was sent, so that each is sent once."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=200)
    on = models.DateField()
    days_before = models.PositiveIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["engagement", "what", "on", "days_before"], name="one_reminder_a_key_date_and_distance"
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} on {self.on}, {self.days_before} days before"
