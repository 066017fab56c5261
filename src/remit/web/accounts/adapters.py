"""How people come in: nobody signs up by themselves, whoever is invited does; each way in leaves its entry."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.http import HttpRequest, HttpResponseForbidden
from django.template.loader import render_to_string

from remit.web.accounts import traces
from remit.web.accounts.models import User
from remit.web.accounts.reset_links import reset_address
from remit.web.accounts.saml import in_words
from remit.web.shared.requests import address_of

_TOLD_OF = {
    "mfa/email/totp_activated": "accounts.authenticator_app_added",
    "mfa/email/totp_deactivated": "accounts.authenticator_app_removed",
    "mfa/email/recovery_codes_generated": "accounts.recovery_codes_made",
    "mfa/email/webauthn_added": "accounts.passkey_added",
    "mfa/email/webauthn_removed": "accounts.passkey_removed",
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by password; seats come by invitation alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account without an invitation."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The same address as everywhere else: that of the caller, not of the proxy before the site."""
        return address_of(request) or "0.0.0.0"  # noqa: S104  # told, not bound

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuses where too many attempts failed, and says so in the trail."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            traces.tell_locked(request, str(credentials.get("email", "")))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password, or an address nobody has."""
        traces.tell_failed("accounts.sign_in_failed", request, str(credentials.get("email", "")))

    def login(self, request: HttpRequest, user: User) -> None:
        """A person is in: after the password, the second factor or the identity provider."""
        super().login(request, user)
        traces.tell_signed_in(request, user)

    def set_password(self, user: User, password: str) -> None:
        """Changed by oneself, or by a link sent to one's address; every other session ends with it."""
        super().set_password(user, password)
        traces.tell("accounts.password_changed", self.request, user)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tells the person by mail, and the trail, that the way in has changed."""
        if template_prefix in _TOLD_OF:
            traces.tell(_TOLD_OF[template_prefix], self.request, user)
        super().send_notification_mail(template_prefix, user, context, email)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """At the site's own address, whatever host the request named."""
        return reset_address(key)

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """A mail as text and as the same words in HTML."""
        mail: EmailMessage = super().render_mail(
            template_prefix, email, {**context, "site_url": settings.SITE_URL}, headers
        )
        if isinstance(mail, EmailMultiAlternatives) and not mail.alternatives:
            page = render_to_string("accounts/mail/page.html", {"subject": mail.subject, "text": mail.body})
            mail.attach_alternative(page, "text/html")
        return mail


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-in by an organisation's own identity provider: for people who have a seat already."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """An identity provider vouches for who somebody is, not for a seat."""
        tried = ", ".join(one.email for one in sociallogin.email_addresses)
        traces.tell_failed("accounts.sign_on_refused", request, tried, provider=_id_of(sociallogin))
        return False

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """An answer that is not believed: the trail tells the reason, the page what can be done."""
        told = extra_context if extra_context is not None else {}
        reason = str(told.get("saml_last_error_reason") or exception or error or "")
        traces.tell_sign_on_failed(request, provider.app.provider_id, reason)
        told["sentence"] = in_words(reason)
        told["name"] = provider.app.name

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Only signing in: an account elsewhere is never tied to a seat, so that none can be slipped in."""
        if sociallogin.state.get("process") not in (None, "login"):
            raise ImmediateHttpResponse(HttpResponseForbidden())

    def authenticate_by_email(self, sociallogin: Any) -> tuple[User, str] | None:
        """The person of a verified address in a domain that this provider vouches for; nobody else."""
        domains = [domain.lower() for domain in sociallogin.provider.app.settings["domains"]]
        for address in sociallogin.email_addresses:
            if not address.verified or address.email.rpartition("@")[2].lower() not in domains:
                continue
            user = User.objects.filter(email__iexact=address.email, is_active=True).first()
            if user is not None:
                keep_address(user)
                return user, user.email
        return None


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The second factor: named after the site, whatever host the request named."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys are bound to the site's host."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": "Remit"}


def keep_address(user: User) -> None:
    """A seat's address was proved when its invitation was accepted: the framework must not ask for it again."""
    kept = EmailAddress.objects.get_or_create(user=user, email=user.email.lower(), defaults={"primary": True})[0]
    if not kept.verified:
        EmailAddress.objects.filter(pk=kept.pk).update(verified=True)


def _id_of(sociallogin: Any) -> str:
    return str(sociallogin.provider.app.provider_id)
