"""Jobs in words: what each kind is called on a page."""

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop

_KINDS: dict[str, str] = {"jobs.mail": gettext_noop("Send a mail")}


def call(words: Mapping[str, str]) -> None:
    """A subject says what its kinds of job are called; in its AppConfig's `ready`."""
    _KINDS.update(words)


def title_of(kind: str) -> str:
    """A kind in the reader's words; its own name where nobody said."""
    return gettext(_KINDS[kind]) if kind in _KINDS else kind
