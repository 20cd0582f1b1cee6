"""Sealed values: AES-256-GCM under a key derived from the root key for one purpose.

An envelope is version (1 byte), key id (4 bytes), nonce (12 bytes), ciphertext with tag. A context such as
`message|<id>` names purpose and place: the purpose is the label of the derived key (HKDF-SHA256, RFC 5869), the whole
is the associated data. A value moved to another context does not open.
"""

import base64
import binascii
import hashlib
import os
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

VERSION = b"\x01"
KEY_BYTES, ID_BYTES, NONCE_BYTES = 32, 4, 12
HEADER_BYTES = len(VERSION) + ID_BYTES + NONCE_BYTES


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
