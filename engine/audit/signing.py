"""Signing and checking anchors: Ed25519 (RFC 8032), keys as 32 bytes or in PEM."""

from __future__ import annotations

from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key


class KeyUnreadable(Exception):
    """A file that holds no public key of the kind that signs anchors."""


class Signer:
    """Signs with one private key."""

    def __init__(self, secret: bytes) -> None:
        """`secret` is 32 random bytes."""
        self._key = Ed25519PrivateKey.from_private_bytes(secret)

    @property
    def public(self) -> str:
        """The public key: 32 bytes in hex."""
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    @property
    def pem(self) -> bytes:
        """The public key as other tools read it, OpenSSL among them."""
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, text: bytes) -> str:
        """The signature: 64 bytes in hex."""
        return self._key.sign(text).hex()


def public_from(pem: bytes) -> str:
    """The public key of a PEM file, in hex. Raises KeyUnreadable."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyUnreadable("It holds no public key in PEM.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise KeyUnreadable("Its key is of another kind: anchors are signed with Ed25519.")
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def is_signed(text: bytes, signature: str, keys: Iterable[str]) -> bool:
    """Whether one of the public keys (hex) made the signature over the text."""
    return any(_fits(text, signature, key) for key in keys)


def _fits(text: bytes, signature: str, key: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), text)
    except (InvalidSignature, ValueError):
        return False
    return True
