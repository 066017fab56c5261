"""Where a link to choose a password leads: at the site's own address, whatever host a request named."""

from django.conf import settings
from django.urls import reverse


def reset_address(key: str) -> str:
    """The address of a reset's key."""
    path: str = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return settings.SITE_URL + path.replace("UID-KEY", key)
