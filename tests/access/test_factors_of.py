"""Whose second factor is meant where a library does not say it."""

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.core import context

from casework.access import factors

ADA, BEN = uuid.UUID(int=1), uuid.UUID(int=2)
NOBODY = r"^Nobody is signed in: say whose second factor it is with `factors\.of`\.$"


def asked(user_id: uuid.UUID | None) -> Any:
    return context.request_context(SimpleNamespace(user=SimpleNamespace(pk=user_id)))


def test_it_is_of_the_person_of_the_block_else_of_whoever_is_signed_in() -> None:
    with asked(ADA):
        assert factors.whose() == ADA
        with factors.of(BEN):
            assert factors.whose() == BEN
            with factors.of(ADA):
                assert factors.whose() == ADA
            assert factors.whose() == BEN
        assert factors.whose() == ADA
    with factors.of(BEN):
        assert factors.whose() == BEN


def test_of_nobody_there_is_none() -> None:
    with pytest.raises(LookupError, match=NOBODY):
        factors.whose()
    with asked(None), pytest.raises(LookupError, match=NOBODY):
        factors.whose()
