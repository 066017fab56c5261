"""Programs that ask the API: a client with a token of a person's, and the addresses of its operations."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.test import Client

from remit.web.accounts.actors import Actor
from remit.web.accounts.api_document import Declared
from remit.web.accounts.models import Engagement, User
from remit.web.accounts.roles import Duty
from remit.web.accounts.tokens import Asked, duties_of, issue
from remit.web.shared.moments import now
from tests.lib.web_pages import ARGUMENTS

ROOT = "/api/v1"


def key_of(user: User, scopes: Iterable[Duty] | None = None, engagement: Engagement | None = None) -> str:
    """A fresh token's key; with everything its person may do unless told otherwise."""
    may_hand_on = duties_of(user, engagement) if scopes is None else list(scopes)
    at = now()
    asked = Asked("nightly export", may_hand_on, at + timedelta(days=30), engagement)
    return issue(asked, by=Actor(user, "page"), at=at)[1]


def program(key: str) -> Client:
    """A client that sends a token, and has no session."""
    return Client(headers={"Authorization": f"Bearer {key}"})


def address_of(declared: Declared, engagement: str) -> str:
    """An operation's address with arguments, in an engagement."""
    given = {**ARGUMENTS, "engagement": engagement}
    return ROOT + re.sub(r"{(?:\w+:)?(\w+)}", lambda found: str(given[found[1]]), declared.path)


def ask(client: Client, declared: Declared, engagement: str) -> Any:
    """An operation asked with nothing in its body."""
    return client.generic(declared.method, address_of(declared, engagement), content_type="application/json")
