"""The installation's own key: made when it is first wanted, kept in the data folder for its owner alone."""

from pathlib import Path

from django.conf import settings

from remit.packets.signatures import SigningKey, is_fingerprint, make_key, read_key, read_public_key


def installation_key() -> SigningKey:
    """The key this site signs packets with."""
    path = Path(settings.DATA) / "packet-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return make_key(path)
        except FileExistsError:
            # Another process was first; its key is the one.
            pass
    return read_key(path)


def public_line() -> str:
    """The public half as its file has it: what the other side keeps."""
    return installation_key().public.line(settings.SITE_URL)


def is_public_key(text: str) -> bool:
    """Whether a text is a public key or the fingerprint of one."""
    return is_fingerprint(text) or read_public_key(text) is not None
