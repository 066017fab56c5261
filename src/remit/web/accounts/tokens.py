"""Tokens, by which a program acts for a person: shown once, narrowed to duties, at most a year long, revocable."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import ApiToken, Engagement, User
from remit.web.accounts.roles import Duty, may
from remit.web.shared.audit import Told, record
from remit.web.shared.refusals import NotAllowed, Refusal

LONGEST = timedelta(days=366)
MOST_LIVE = 50
"""How many live tokens a person may have."""

_START = "remit_"
_PREFIX_LENGTH = 12
_COARSE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A token as its person asks for it; without an engagement it opens every one of the person's."""

    name: str
    scopes: Collection[Duty]
    expires_at: datetime
    engagement: Engagement | None = None


def hash_of(key: str) -> str:
    """What is kept of a key. It is 256 random bits: a plain digest can't be guessed back."""
    return hashlib.sha256(key.encode()).hexdigest()


def duties_of(user: User, engagement: Engagement | None = None) -> list[Duty]:
    """What a person may hand on to a token: the duties of the role there, or of any role anywhere."""
    found = Engagement.objects.visible_to(user)
    if engagement is not None:
        found = found.filter(pk=engagement.pk)
    mine = [user.role_in(one) for one in found.select_related("client", "provider")]
    return [duty for duty in Duty if any(may(role, duty) for role in mine)]


@transaction.atomic
def issue(asked: Asked, *, by: Actor, at: datetime) -> tuple[ApiToken, str]:
    """A new token and its key, which is shown this once and kept nowhere.

    Raises NotAllowed for a program: a token that could make tokens would never end. Raises Refusal for a duty the
    person has not, for an end that has passed or is more than a year away, and for one token too many.
    """
    if by.scopes is not None:
        raise NotAllowed("A token can't make tokens.", "Sign in to make one.")
    _check(asked, by.person, at)
    key = _START + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=by.person,
        name=asked.name.strip(),
        prefix=key[:_PREFIX_LENGTH],
        key_hash=hash_of(key),
        scopes=sorted(str(duty) for duty in asked.scopes),
        engagement=asked.engagement,
        created_at=at,
        expires_at=asked.expires_at,
    )
    after = {"name": token.name, "scopes": token.scopes, "expires_at": token.expires_at, "prefix": token.prefix}
    record(Told("accounts.token_issued", token, token.engagement_id, after=after), by=by, at=at)
    return token, key


def _check(asked: Asked, user: User, at: datetime) -> None:
    if not asked.name.strip():
        raise Refusal("A token needs a name.", "Name the program that will use it.")
    if not asked.scopes:
        raise Refusal("A token needs at least one thing it may do.")
    if not at < asked.expires_at <= at + LONGEST:
        raise Refusal("A token ends within a year from now.", "Choose a date between tomorrow and a year from now.")
    beyond = set(asked.scopes) - set(duties_of(user, asked.engagement))
    if beyond:
        raise Refusal(f"You can't hand on what you may not do yourself: {', '.join(sorted(beyond))}.")
    if user.tokens.filter(revoked_at=None, expires_at__gt=at).count() >= MOST_LIVE:
        raise Refusal(f"You have {MOST_LIVE} live tokens.", "Revoke one you no longer use.")


@transaction.atomic
def revoke(token: ApiToken, *, by: Actor, at: datetime) -> None:
    """Take a token back: from the next request on it opens nothing. One's own, or as an administrator anybody's."""
    if token.user_id != by.person_id:
        by.must_administer()
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
        raise Refusal("That token was revoked already.")
    token.revoked_at = at
    record(Told("accounts.token_revoked", token, token.engagement_id, after={"name": token.name}), by=by, at=at)


def found_by(key: str, at: datetime) -> ApiToken | None:
    """The live token of a key, its last use noted to the minute; None for any other key, or a person deactivated."""
    if not key.startswith(_START):
        return None
    token: ApiToken | None = ApiToken.objects.select_related("user").filter(key_hash=hash_of(key)).first()
    if token is None or not token.is_live(at) or not token.user.is_active:
        return None
    if token.last_used_at is None or at - token.last_used_at >= _COARSE:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at.replace(second=0, microsecond=0))
    return token
