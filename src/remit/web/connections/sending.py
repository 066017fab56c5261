"""Sending a message to an address that somebody gave us: signed, once looked up, and nowhere inside our own network.

The address is resolved once and the connection goes to exactly what was checked, so that a name that changes its mind
in between leads nowhere. Redirections are not followed. Whatever the other side does, it is over after ten seconds: the
worker has other work.
"""

import base64
import hashlib
import hmac
import http.client
import ipaddress
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from remit.web.shared.refusals import Refusal

SECRET_START = "whsec_"  # noqa: S105  # how every secret of the standard begins
LONGEST_URL = 500
_SECONDS = 10
_CONNECT_SECONDS = 5


class Undelivered(Exception):
    """No answer came; the text says why."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back: a status, and how long it took; `fault` where none came."""

    status: int | None
    milliseconds: int
    fault: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether the receiver took the message."""
        return self.status is not None and 200 <= self.status < 300


def new_secret() -> str:
    """256 random bits as the standard writes them."""
    return SECRET_START + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of a message by standardwebhooks.com: HMAC-SHA256 of `id.timestamp.body`."""
    key = base64.b64decode(secret.removeprefix(SECRET_START))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def check_url(url: str) -> SplitResult:
    """An address in its parts. Raises Refusal for one we don't send to, whatever its name stands for."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refusal("This is no address.", "Give one like https://example.org/hooks.") from None
    schemes = ("https", "http") if settings.WEBHOOKS_MAY_BE_PRIVATE else ("https",)
    if parts.scheme not in schemes:
        raise Refusal("A webhook's address begins with https://.", "What is sent must not be read on its way.")
    is_odd = parts.username is not None or parts.password is not None or parts.fragment or port == 0
    if (
        not parts.hostname
        or is_odd
        or len(url) > LONGEST_URL
        or not url.isascii()
        or not url.isprintable()
        or " " in url
    ):
        raise Refusal("This is no address we can send to.", "Give host and path, without name, password or #.")
    return parts


def send(url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
    """Post a message. Every fault of the network is told in the answer; none is raised."""
    began = time.monotonic()
    try:
        status, fault = _post(check_url(url), body, headers), ""
    except (OSError, http.client.HTTPException, Undelivered, UnicodeError) as error:
        status, fault = None, f"{str(error) or type(error).__name__}"[:300]
    except Refusal as refusal:
        status, fault = None, refusal.sentence
    return Answered(status, round((time.monotonic() - began) * 1000), fault)


def _post(parts: SplitResult, body: bytes, headers: Mapping[str, str]) -> int:
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connection = _Pinned(_address_of(host, port), host, port, is_secure=parts.scheme == "https")
    timer = threading.Timer(_SECONDS, connection.cut)
    timer.daemon = True
    timer.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, {"User-Agent": f"Remit/{settings.VERSION}", **headers})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        said = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise Undelivered(f"no answer within {_SECONDS} s" if connection.is_cut else said) from error
    finally:
        timer.cancel()
        connection.close()


def _address_of(host: str, port: int) -> str:
    """The address a name stands for. Raises Undelivered where one of them is inside our own network."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise Undelivered(f"there is no host {host}") from None
    addresses = [str(one[4][0]) for one in found]
    if not settings.WEBHOOKS_MAY_BE_PRIVATE and not all(_is_public(address) for address in addresses):
        raise Undelivered(f"{host} is an address of a private network, to which nothing is sent")
    return addresses[0]


def _is_public(address: str) -> bool:
    given = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(given, "ipv4_mapped", None) or getattr(given, "sixtofour", None)
    return given.is_global and not given.is_multicast and (inner is None or inner.is_global)


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was looked up before, under the name that was given."""

    def __init__(self, address: str, host: str, port: int, *, is_secure: bool) -> None:
        super().__init__(host, port, timeout=_CONNECT_SECONDS)
        self.address, self.is_secure, self.is_cut = address, is_secure, False
        self.default_port = 443 if is_secure else 80

    def connect(self) -> None:
        """Reach the address; with TLS, the certificate must be the name's."""
        plain = socket.create_connection((self.address, self.port), self.timeout)
        if self.is_secure:
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
        else:
            self.sock = plain

    def cut(self) -> None:
        """End it, whatever is under way."""
        self.is_cut = True
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)
