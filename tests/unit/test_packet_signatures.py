"""Keys and signatures: made once, never overwritten, read from their files, told by a fingerprint."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from remit.packets.signatures import SigningKey, is_fingerprint, make_key, read_key, read_public_key
from remit.terms.problems import ProblemsFound

# RFC 8032, section 7.1, test 2.
SECRET = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def _published() -> SigningKey:
    return SigningKey(Ed25519PrivateKey.from_private_bytes(SECRET))


def test_a_signature_is_the_published_one() -> None:
    key = _published()
    assert key.public.raw.hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    assert key.sign(b"\x72") == SIGNATURE
    assert key.public.vouches_for(b"\x72", SIGNATURE)


def test_another_message_or_signature_is_not_vouched_for() -> None:
    public = _published().public
    assert not public.vouches_for(b"\x73", SIGNATURE)
    assert not public.vouches_for(b"\x72", SIGNATURE[:-1])
    assert not public.vouches_for(b"\x72", bytes([SIGNATURE[0] ^ 1]) + SIGNATURE[1:])


def test_a_key_is_made_for_its_owner_alone_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "key"
    key = make_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_key(path).public == key.public
    with pytest.raises(FileExistsError):
        make_key(path)
    assert read_key(path).public == key.public
    assert [one.name for one in tmp_path.iterdir()] == ["key"]


def test_a_key_does_not_appear_where_it_is_printed(tmp_path: Path) -> None:
    assert repr(_published()) == f"SigningKey({_published().public.fingerprint})"


def test_secrets_for_other_purposes_differ_and_stay_the_same() -> None:
    key = _published()
    assert key.derived("pseudonyms") == _published().derived("pseudonyms")
    assert len({key.derived("pseudonyms"), key.derived("something else"), SECRET}) == 3


@pytest.mark.parametrize("content", [b"", b"hello", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_file_without_a_key_is_told_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    with pytest.raises(ProblemsFound, match="holds no private key of Ed25519; make one with: remit keys make"):
        read_key(path)


def test_a_key_of_another_kind_is_no_key_here(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(
        X25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    with pytest.raises(ProblemsFound):
        read_key(path)


def test_a_public_key_is_read_as_it_is_written() -> None:
    public = _published().public
    assert read_public_key(public.written) == public
    assert read_public_key(public.line("Northwind, BPO office")) == public
    for text in ("", "remit-ed25519", "ssh-ed25519 AAAA", public.written[:-4], public.written + " x y", "é" * 44):
        assert read_public_key(text) in (None, public)
    assert read_public_key(public.written[:-1]) is None
    # The last letter holds two bits that say nothing: with others there, it would be a second name of the same key.
    assert read_public_key(public.written[:-2] + chr(ord(public.written[-2]) + 1) + "=") is None


def test_a_fingerprint_is_known_by_its_form() -> None:
    assert is_fingerprint(_published().public.fingerprint)
    assert not any(
        is_fingerprint(text) for text in ("", "SHA256:", "SHA256:abc", "MD5:00", _published().public.written)
    )
