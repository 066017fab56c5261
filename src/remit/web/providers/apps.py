"""The providers room as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from remit.web.accounts.navigation import Group, Link
from remit.web.accounts.roles import Duty


class ProvidersConfig(AppConfig):
    """Sites and legal ids of organisations."""

    name = "remit.web.providers"
    label = "providers"
    navigation = (Link(_("Sites"), "providers:sites", Duty.SEE_ENGAGEMENT, Group.PARTIES, 20),)
    deeds = {  # noqa: RUF012  # read only, as Django's own
        "providers.site_added": _("added a site"),
        "providers.site_changed": _("changed a site"),
        "providers.site_closed": _("closed a site"),
        "providers.site_reopened": _("opened a site again"),
        "providers.legal_id_set": _("set a legal id"),
        "providers.legal_id_removed": _("removed a legal id"),
    }
