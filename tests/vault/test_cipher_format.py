"""What was written once opens in every later version: the bytes of envelopes, computed here a second time."""

import base64
import hashlib
import os
import uuid
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from casework.vault.cipher import (
    HEADER_BYTES,
    OWN_HEADER_BYTES,
    Key,
    SealBroken,
    create_key_file,
    key_of,
    root_key,
    seal,
    signing_key,
    unseal,
)

ROOT = bytes(range(32))
KEY = Key(uuid.UUID("0189c5b2-7d2a-4d3e-9c1b-0a1b2c3d4e5f"), bytes(range(32, 64)))


@pytest.fixture(autouse=True)
def _known_root_key(settings: Settings) -> None:
    settings.VAULT_ROOT_KEY = base64.b64encode(ROOT).decode()


def derived(info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=info).derive(ROOT)


def test_an_envelope_under_the_root_key() -> None:
    envelope = seal(b"secret", "session|of|somebody")
    assert envelope[:5] == b"\x01" + hashlib.sha256(b"casework key id" + ROOT).digest()[:4]
    key, nonce = AESGCM(derived(b"casework session")), envelope[5:17]
    assert key.decrypt(nonce, envelope[17:], b"session|of|somebody") == b"secret"
    assert HEADER_BYTES == 17


def test_an_envelope_under_a_key_of_its_own() -> None:
    envelope = KEY.seal(b"secret", "person|name")
    assert envelope[:17] == b"\x02" + KEY.id.bytes
    place = f"person|name|{KEY.id}".encode()
    assert AESGCM(KEY.secret).decrypt(envelope[17:29], envelope[29:], place) == b"secret\x80" + bytes(25)
    assert (OWN_HEADER_BYTES, key_of(envelope)) == (29, KEY.id)


def test_what_was_sealed_long_ago_opens() -> None:
    old = base64.b64decode("ARYB66QAAAAAAAAAAAAAAAAUCtGN5k/O501y+FzSol+OZkb7vfT1")
    assert unseal(old, "session|1") == b"secret"
    own = base64.b64decode(
        "AgGJxbJ9Kk0+nBsKGyw9Tl8AAAAAAAAAAAAAAACQS4Ir8SvkWchZ5EJmvw9gbDR3BqEpBYyyPyym7PGf9tSg3Q2mHiD+Z9geoZRhBjo="
    )
    assert KEY.unseal(own, "person|name") == b"secret"


def test_what_was_not_padded_does_not_open() -> None:
    bare = base64.b64decode("AgGJxbJ9Kk0+nBsKGyw9Tl8AAAAAAAAAAAAAAACQS4Ir8SsJptGJYjPeMvTAmjTzpR5P")
    with pytest.raises(SealBroken):
        KEY.unseal(bare, "person|name")


def test_a_signing_key_is_derived_for_its_purpose_and_for_nothing_sealed() -> None:
    assert signing_key("heads") == derived(b"casework signing heads")
    assert len({signing_key("heads"), signing_key("tokens"), derived(b"casework heads"), ROOT}) == 4


def test_nothing_has_an_envelope_too() -> None:
    """The shortest there is: a header and a tag. One without the tag is cut."""
    assert unseal(seal(b"", "a"), "a") == b""
    assert KEY.unseal(KEY.seal(b"", "a"), "a") == b""
    with pytest.raises(SealBroken):
        unseal(seal(b"", "a")[:HEADER_BYTES], "a")
    with pytest.raises(SealBroken):
        KEY.unseal(KEY.seal(b"", "a")[:OWN_HEADER_BYTES], "a")


@pytest.mark.parametrize("cut", [0, 1, 16, 17, OWN_HEADER_BYTES - 1])
def test_a_cut_header_names_no_key(cut: int) -> None:
    with pytest.raises(SealBroken):
        key_of(KEY.seal(b"secret", "a")[:cut])


def test_a_header_alone_names_its_key_and_opens_nothing() -> None:
    header = KEY.seal(b"secret", "a")[:OWN_HEADER_BYTES]
    assert key_of(header) == KEY.id
    with pytest.raises(SealBroken):
        KEY.unseal(header, "a")


def test_an_envelope_of_the_root_key_names_no_other() -> None:
    with pytest.raises(SealBroken):
        key_of(seal(b"a long secret, longer than a header", "a"))
    with pytest.raises(SealBroken):
        unseal(KEY.seal(b"secret", "a"), "a")


def test_another_key_does_not_open_it_nor_the_same_one_under_another_name() -> None:
    envelope = KEY.seal(b"secret", "a")
    twin = Key(uuid.uuid4(), KEY.secret)
    with pytest.raises(SealBroken):
        twin.unseal(envelope, "a")
    with pytest.raises(SealBroken):
        twin.unseal(envelope[:1] + twin.id.bytes + envelope[17:], "a")
    with pytest.raises(SealBroken):
        Key(KEY.id, os.urandom(32)).unseal(envelope, "a")


@pytest.mark.parametrize(
    "root",
    ["x", "!" + base64.b64encode(ROOT).decode()]
    + [base64.b64encode(bytes(length)).decode() for length in (0, 4, 31, 33)],
)
def test_a_root_key_of_another_shape_is_said(settings: Settings, root: str) -> None:
    settings.VAULT_ROOT_KEY = root
    with pytest.raises(ImproperlyConfigured, match="32 bytes in base64"):
        root_key()


def test_the_key_file_holds_one_line_and_its_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "one" / "two" / "root.key"
    assert create_key_file(path)
    line = path.read_bytes()
    assert line == base64.b64encode(base64.b64decode(line)) + b"\n"
    second = path.with_name("second.key")
    assert create_key_file(second)
    assert second.read_bytes() != line
