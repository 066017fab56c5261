"""What the audit trail tells of signing in: who came in, who did not, and what changed about how."""

import hashlib

from allauth.account.internal.flows.login import get_authentication_records
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import User
from remit.web.shared.audit import Told, record
from remit.web.shared.moments import now
from remit.web.shared.requests import address_of, request_id

_LOCKED_SECONDS = 15 * 60


def actor_for(request: HttpRequest, user: User | None) -> Actor:
    """A person, or nobody known, at the sign-in pages."""
    return Actor(user=user, via="page", address=address_of(request), request=request_id.get())


def tell(action: str, request: HttpRequest, user: User, **after: str) -> None:
    """An entry about a person's own way in."""
    with transaction.atomic():
        record(Told(action, user, after=after or None), by=actor_for(request, user), at=now())


def tell_signed_in(request: HttpRequest, user: User) -> None:
    """Somebody came in; by what stands in the session: password, second factor, an identity provider."""
    methods = [str(one.get("type") or one["method"]) for one in get_authentication_records(request, user)]
    tell("accounts.signed_in", request, user, by=", ".join(dict.fromkeys(methods)) or "invitation")


def tell_failed(action: str, request: HttpRequest, address: str, **after: str) -> None:
    """Somebody did not come in: no person acts, and the address tried is a personal value that can be masked."""
    meant = User.objects.filter(email__iexact=address).first() or User()
    told = Told(action, meant, after=after or None, personal={"address tried": address})
    with transaction.atomic():
        record(told, by=actor_for(request, None), at=now())


def tell_locked(request: HttpRequest, address: str) -> None:
    """A seat or a caller is locked out; one entry for as long as it lasts, however often it is tried."""
    if _is_news(f"locked {address.lower()} {address_of(request)}"):
        tell_failed("accounts.locked_out", request, address)


def tell_sign_on_failed(request: HttpRequest, provider: str, why: str) -> None:
    """An identity provider's answer was not believed; one entry a caller and reason for a while."""
    if _is_news(f"sign-on {provider} {why} {address_of(request)}"):
        told = Told("accounts.sign_on_failed", User(), after={"provider": provider, "why": why[:300]})
        with transaction.atomic():
            record(told, by=actor_for(request, None), at=now())


def _is_news(what: str) -> bool:
    """Whether it was not told lately: nobody fills the trail by trying again and again."""
    digest = hashlib.sha256(what.encode()).hexdigest()
    return bool(cache.add(f"accounts:told:{digest}", 1, timeout=_LOCKED_SECONDS))
