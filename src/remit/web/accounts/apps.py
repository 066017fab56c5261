"""The accounts room as Django knows it."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, organisations, engagements, roles, tokens."""

    name = "remit.web.accounts"
    label = "accounts"
