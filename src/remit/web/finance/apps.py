"""The finance room as Django knows it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy, gettext_noop

from remit.web.accounts.navigation import Group, Link
from remit.web.accounts.roles import Duty


class FinanceConfig(AppConfig):
    """Invoices and pro-formas are its records."""

    name = "remit.web.finance"
    label = "finance"
    today = "remit.web.finance.today.tell"
    navigation: ClassVar = (Link(gettext_noop("Invoices"), "finance:invoices", Duty.SEE_MONEY, Group.MONEY, 10),)
    deeds: ClassVar[Mapping[str, Any]] = {
        "finance.invoice_received": gettext_lazy("received an invoice"),
        "finance.invoice_matched": gettext_lazy("matched an invoice"),
        "finance.line_decided": gettext_lazy("decided a line of an invoice"),
        "finance.noted": gettext_lazy("wrote a note on an invoice"),
        "finance.forecast_asked": gettext_lazy("asked for a forecast to the year's end"),
        "finance.pro_forma_asked": gettext_lazy("asked for a pro-forma"),
    }

    def ready(self) -> None:
        """Make the room's background work known to the worker."""
        from remit.web.finance import work  # noqa: F401
