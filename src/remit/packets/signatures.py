"""Who vouches for a packet: Ed25519 keys, their files, and signatures over a manifest's exact bytes (RFC 8032)."""

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from remit.packets.faults import packet_problem

_KIND = "remit-ed25519"
_PUBLIC_BYTES = 32
_PREFIX = "SHA256:"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key by its 32 bytes: what the other side is given, once, on a way it trusts."""

    raw: bytes

    @property
    def written(self) -> str:
        """The key as one word of text."""
        return base64.b64encode(self.raw).decode()

    @property
    def fingerprint(self) -> str:
        """A short name of the key, to be read aloud: `SHA256:` and its digest, as ssh writes them."""
        return _PREFIX + base64.b64encode(hashlib.sha256(self.raw).digest()).decode().rstrip("=")

    def line(self, name: str) -> str:
        """The key's file: kind, key and whose it is."""
        return f"{_KIND} {self.written} {name}".rstrip() + "\n"

    def vouches_for(self, message: bytes, signature: bytes) -> bool:
        """Whether a signature over a message was made with this key's private half."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key; it never appears in what is printed."""

    private: Ed25519PrivateKey

    def __repr__(self) -> str:
        return f"SigningKey({self.public.fingerprint})"

    @property
    def public(self) -> PublicKey:
        raw = self.private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return PublicKey(raw)

    def sign(self, message: bytes) -> bytes:
        """The signature, 64 bytes; the same for the same message."""
        return self.private.sign(message)

    def derived(self, purpose: str) -> bytes:
        """Another secret of the same owner's, for one purpose, from which the key can't be told."""
        raw = self.private.private_bytes(
            serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
        )
        return hmac.digest(raw, f"remit {purpose}".encode(), "sha256")


def make_key(path: Path) -> SigningKey:
    """Make a private key in a file that its owner alone can read.

    Raises FileExistsError where there is a file already: a key that is overwritten can vouch for nothing any more.
    """
    key = SigningKey(Ed25519PrivateKey.generate())
    written = key.private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    # Made beside its place and linked there: nobody reads half a key, and no other key is taken away.
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(written)
            file.flush()
            os.fsync(file.fileno())
        os.link(fresh, path)
    finally:
        fresh.unlink()
    return key


def read_key(path: Path) -> SigningKey:
    """A private key from its file. Raises ProblemsFound where it holds none."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise packet_problem(str(path), "holds no private key of Ed25519", "make one with: remit keys make FILE")
    return SigningKey(key)


def read_public_key(text: str) -> PublicKey | None:
    """A public key from its word or its file's line; None where the text is none."""
    words = text.split()
    word = words[1] if len(words) > 1 and words[0] == _KIND else (words or [""])[0]
    try:
        raw = base64.b64decode(word, validate=True)
    except (binascii.Error, ValueError):
        return None
    # The word must be the only way to write the key: two texts for one key would be two names of it.
    return PublicKey(raw) if len(raw) == _PUBLIC_BYTES and PublicKey(raw).written == word else None


def is_fingerprint(text: str) -> bool:
    """Whether a text is the fingerprint of some key."""
    digest = text.removeprefix(_PREFIX)
    if digest == text:
        return False
    try:
        return len(base64.b64decode(digest + "=", validate=True)) == hashlib.sha256().digest_size
    except (binascii.Error, ValueError):
        return False
