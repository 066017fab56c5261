"""The contracts room as Django knows it."""

from typing import ClassVar

from django.apps import AppConfig

from remit.web.accounts.navigation import Link
from remit.web.accounts.roles import Duty


class ContractsConfig(AppConfig):
    """Versions of the contract, their files and approvals."""

    name = "remit.web.contracts"
    label = "contracts"
    navigation: ClassVar = [Link("Contract", "contracts:overview", Duty.SEE_CONTRACT, order=20)]
