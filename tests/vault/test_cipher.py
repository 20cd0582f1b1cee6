import base64
import os
import stat
import uuid
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from casework.vault.cipher import HEADER_BYTES, Key, SealBroken, create_key_file, root_key, seal, unseal


@given(st.binary(max_size=2000), st.text(max_size=40))
def test_what_was_sealed_opens_for_the_same_purpose(value: bytes, purpose: str) -> None:
    assert unseal(seal(value, purpose), purpose) == value


def test_two_seals_of_one_value_differ_and_neither_shows_it() -> None:
    value = b"Yesenia Xochiquetzal Cuautle Tlahuel"
    first, second = seal(value, "name"), seal(value, "name")
    assert first != second
    assert value not in first + second


@given(st.binary(max_size=200), st.integers(0, 40))
def test_what_a_file_s_key_sealed_comes_back_whatever_it_ends_with(value: bytes, zeros: int) -> None:
    key = Key(uuid.uuid4(), os.urandom(32))
    for whole in (value, value + bytes(zeros), value + b"\x80" + bytes(zeros)):
        assert key.unseal(key.seal(whole, "x"), "x") == whole


def test_the_length_of_a_name_does_not_show() -> None:
    key = Key(uuid.uuid4(), os.urandom(32))
    lengths = [len(key.seal(b"x" * length, "x")) for length in (0, 1, 7, 31, 32, 63, 64)]
    assert [length - lengths[0] for length in lengths] == [0, 0, 0, 0, 32, 32, 64]


@pytest.mark.parametrize("position", [0, 1, 5, HEADER_BYTES - 1, HEADER_BYTES, -1])
def test_a_changed_byte_anywhere_does_not_open(position: int) -> None:
    envelope = bytearray(seal(b"secret", "totp"))
    envelope[position] ^= 1
    with pytest.raises(SealBroken):
        unseal(bytes(envelope), "totp")


@pytest.mark.parametrize("length", [0, 1, 5, HEADER_BYTES - 1, HEADER_BYTES, HEADER_BYTES + 5])
def test_a_cut_envelope_does_not_open(length: int) -> None:
    with pytest.raises(SealBroken):
        unseal(seal(b"secret", "totp")[:length], "totp")


def test_a_value_moved_to_another_purpose_does_not_open() -> None:
    with pytest.raises(SealBroken):
        unseal(seal(b"secret", "totp"), "session")


def test_another_root_key_opens_nothing(settings: Settings) -> None:
    envelope = seal(b"secret", "totp")
    settings.VAULT_ROOT_KEY = base64.b64encode(os.urandom(32)).decode()
    with pytest.raises(SealBroken):
        unseal(envelope, "totp")


@pytest.mark.parametrize("value", ["", "x", "not base64 !", base64.b64encode(b"short").decode()])
def test_a_missing_or_damaged_root_key_is_said_and_not_worked_around(settings: Settings, value: str) -> None:
    settings.VAULT_ROOT_KEY = value
    with pytest.raises(ImproperlyConfigured):
        root_key()


def test_the_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "root.key"
    assert create_key_file(path) is True
    content = path.read_bytes()
    assert len(base64.b64decode(content)) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert create_key_file(path) is False
    assert path.read_bytes() == content
