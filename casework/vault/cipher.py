"""Sealed values: AES-256-GCM (NIST SP 800-38D), under a key derived from the root key or under a key of one's own.

An envelope is version (1 byte), key id, nonce (12 bytes), ciphertext with tag. A context such as `message|<id>` names
purpose and place; it is the associated data, so that a value moved to another context does not open. Version 1 stands
for keys derived from the root key, with the context's first word as the label (HKDF-SHA256, RFC 5869), version 2 for
the keys of organizations and files, whose id is a UUID. What a version 2 holds is padded (ISO/IEC 7816-4) to a multiple
of 32 bytes, so that its length does not tell how long a name is.
"""

import base64
import binascii
import hashlib
import os
import uuid
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

VERSION, OWN_VERSION = b"\x01", b"\x02"
KEY_BYTES, ID_BYTES, NONCE_BYTES = 32, 4, 12
HEADER_BYTES = len(VERSION) + ID_BYTES + NONCE_BYTES
OWN_ID_BYTES = 16
OWN_HEADER_BYTES = len(OWN_VERSION) + OWN_ID_BYTES + NONCE_BYTES
BLOCK_BYTES, END = 32, b"\x80"


class SealBroken(ValueError):
    """The value was cut, changed, moved, or sealed under another root key. Nothing of it is shown."""


def root_key() -> bytes:
    """The installation's root key. Raises ImproperlyConfigured when it is missing or not 32 bytes in base64."""
    try:
        key = base64.b64decode(settings.VAULT_ROOT_KEY, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured("The vault's root key is missing or damaged: it must be 32 bytes in base64.")
    return key


def key_id(root: bytes) -> bytes:
    """Four bytes that name a root key without telling it."""
    return hashlib.sha256(b"casework key id" + root).digest()[:ID_BYTES]


@cache
def _derived(root: bytes, purpose: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=None, info=f"casework {purpose}".encode()).derive(root))


def _key(root: bytes, context: str) -> AESGCM:
    return _derived(root, context.partition("|")[0])


def seal(value: bytes, context: str) -> bytes:
    """Encrypts `value` for a context, such as `session|<row>`."""
    root, nonce = root_key(), os.urandom(NONCE_BYTES)
    return VERSION + key_id(root) + nonce + _key(root, context).encrypt(nonce, value, context.encode())


def unseal(envelope: bytes, context: str) -> bytes:
    """Opens what `seal` made for the same context. Raises SealBroken for anything else."""
    root = root_key()
    if len(envelope) < HEADER_BYTES or envelope[: 1 + ID_BYTES] != VERSION + key_id(root):
        raise SealBroken(context)
    nonce = envelope[1 + ID_BYTES : HEADER_BYTES]
    try:
        return _key(root, context).decrypt(nonce, envelope[HEADER_BYTES:], context.encode())
    except InvalidTag as error:
        raise SealBroken(context) from error


@dataclass(frozen=True)
class Key:
    """A key of an organization or a file, in clear and in memory only."""

    id: uuid.UUID
    secret: bytes = field(repr=False)

    def seal(self, value: bytes, context: str) -> bytes:
        """Encrypts `value` for a context; the key's id is part of what it is bound to."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, _padded(value), self._bound(context))
        return OWN_VERSION + self.id.bytes + nonce + sealed

    def unseal(self, envelope: bytes, context: str) -> bytes:
        """Opens what `seal` made with this key for the same context. Raises SealBroken for anything else."""
        if key_of(envelope) != self.id:
            raise SealBroken(context)
        nonce = envelope[OWN_HEADER_BYTES - NONCE_BYTES : OWN_HEADER_BYTES]
        try:
            padded = self._cipher.decrypt(nonce, envelope[OWN_HEADER_BYTES:], self._bound(context))
        except InvalidTag as error:
            raise SealBroken(context) from error
        value = padded.rstrip(b"\0")
        if not value.endswith(END):
            raise SealBroken(context)
        return value.removesuffix(END)

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self.secret)

    def _bound(self, context: str) -> bytes:
        return f"{context}|{self.id}".encode()


def _padded(value: bytes) -> bytes:
    length = len(value) + len(END)
    return value + END + bytes(-length % BLOCK_BYTES)


def key_of(envelope: bytes) -> uuid.UUID:
    """The key that a value names. Raises SealBroken for what is no envelope of version 2."""
    if len(envelope) < OWN_HEADER_BYTES or envelope[:1] != OWN_VERSION:
        raise SealBroken("no envelope")
    return _id(envelope[1 : 1 + OWN_ID_BYTES])


@lru_cache(maxsize=1024)  # the columns of a row name one key
def _id(raw: bytes) -> uuid.UUID:
    return uuid.UUID(bytes=raw)


def signing_key(purpose: str) -> bytes:
    """32 bytes for HMAC-SHA256, derived from the root key for one purpose; the root key does not follow from them."""
    return _signing_key(root_key(), purpose)


@cache
def _signing_key(root: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"casework signing {purpose}".encode()).derive(root)


def create_key_file(path: Path) -> bool:
    """Writes a new root key, readable by its owner alone. True when made; an existing file is left as it is."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(os.urandom(KEY_BYTES)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return True
