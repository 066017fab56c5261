"""How people come in: nobody signs up by themselves, whoever is invited does."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by password; seats come by invitation alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account without an invitation."""
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-in by an organisation's own identity provider: for people who have a seat already."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """An identity provider vouches for who somebody is, not for a seat."""
        return False
