"""The audit trail's records: entries chained by hash, and the personal values they commit to."""

from typing import Any, ClassVar, Protocol

from django.db import models


class Reader(Protocol):
    """Whoever reads the trail."""

    @property
    def is_administrator(self) -> bool: ...

    def engagement_ids_where(self, duty: str) -> list[int]:
        """The engagements in which the reader's role has a duty."""


class AuditEntries(models.QuerySet["AuditEntry"]):
    """Entries, narrowed to what somebody may read."""

    def visible_to(self, user: Reader) -> "AuditEntries":
        """The entries of engagements whose trail a person may read; an administrator's own are those of none."""
        own = models.Q(engagement_id__in=user.engagement_ids_where("see_audit"))
        return self.filter(own | models.Q(engagement_id=None) if user.is_administrator else own)


class AuditEntry(models.Model):
    """One action as it was done. Nothing refers to it by a foreign key: it outlives what it tells of.

    `hash` covers every other field and the hash of the entry before. Personal values are not in it, but their
    commitments are, so that a value can be masked and the chain still holds.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    action = models.CharField(max_length=100, db_index=True)
    person_id = models.BigIntegerField(null=True, db_index=True)
    role = models.CharField(max_length=40, blank=True)
    via = models.CharField(max_length=40, blank=True)
    request = models.CharField(max_length=64, blank=True)
    engagement_id = models.BigIntegerField(null=True, db_index=True)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    commitments = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects: ClassVar[Any] = AuditEntries.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_id"])]

    def __str__(self) -> str:
        return f"{self.number}: {self.action}"


class PersonalValue(models.Model):
    """A personal value an entry commits to; masking takes away `value` and `salt` and leaves the row."""

    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="personal_values")
    field = models.CharField(max_length=60)
    salt = models.CharField(max_length=32, blank=True)
    value = models.TextField(blank=True)
    is_masked = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["entry", "field"], name="one_value_a_field")]

    def __str__(self) -> str:
        return self.field


class ChainHead(models.Model):
    """The end of the chain, in one row: who appends locks it, so that entries follow each other without a gap."""

    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"head at {self.number}"


class KeptAnswer(models.Model):
    """What the API answered a person's write that came with a key, so that the same one sent again is not done twice.

    `asked` is the SHA-256 of method, address and body.
    """

    person_id = models.BigIntegerField()
    key = models.CharField(max_length=100)
    asked = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(default=0)
    content_type = models.CharField(max_length=100, blank=True)
    headers = models.JSONField(default=dict)
    content = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person_id", "key"], name="one_answer_a_key")]

    def __str__(self) -> str:
        return self.key
