"""The contracts room as Django knows it."""

from importlib import import_module
from typing import ClassVar

from django.apps import AppConfig

from remit.web.accounts.navigation import Group, Link
from remit.web.accounts.roles import Duty


class ContractsConfig(AppConfig):
    """Versions of the contract, their files and approvals.

    `contract_agreed` names what is done when a version comes in force; any subject above may declare its own.
    """

    name = "remit.web.contracts"
    label = "contracts"
    navigation: ClassVar = [Link("Contract", "contracts:overview", Duty.SEE_CONTRACT, Group.CONTRACT, 10)]
    deadlines = "remit.web.contracts.deadlines.key_dates"
    today = "remit.web.contracts.today.today"
    contract_agreed = "remit.web.contracts.reminders.remind_of"

    def ready(self) -> None:
        """Make the room's background work known to the worker."""
        import_module("remit.web.contracts.reminders")
