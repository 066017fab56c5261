"""The deadlines room as Django knows it."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from remit.web.accounts.navigation import Group, Link
from remit.web.accounts.roles import Duty


class DeadlinesConfig(AppConfig):
    """Everything that is due in an engagement, as each subject's `deadlines` tell it."""

    name = "remit.web.deadlines"
    label = "deadlines"
    navigation: ClassVar = (Link(_("Deadlines"), "deadlines:listed", Duty.SEE_ENGAGEMENT, Group.CONTRACT, 30),)
