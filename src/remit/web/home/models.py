"""When somebody last looked at the first page, so that it can say what changed since."""

from typing import Any, ClassVar

from django.db import models

from remit.web.accounts.models import User


class LastLooks(models.QuerySet["LastLook"]):
    """Looks, narrowed to one's own."""

    def visible_to(self, user: User) -> "LastLooks":
        """One's own."""
        return self.filter(user=user)


class LastLook(models.Model):
    """A person's latest look (`latest_at`) and the end of the one before (`before_at`): what came since is news."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    latest_at = models.DateTimeField()
    before_at = models.DateTimeField()

    objects: ClassVar[Any] = LastLooks.as_manager()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.latest_at}"
