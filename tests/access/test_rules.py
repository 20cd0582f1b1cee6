import pytest

from casework.access.rules import AccountNeed, account_needs

ONE, NONE, FEW, OTHERS = AccountNeed


@pytest.mark.parametrize(
    ("second_factors", "recovery_codes", "other_sessions", "needs"),
    [
        (2, 10, 0, ()),
        (1, 10, 0, (ONE,)),
        (2, 0, 0, (NONE,)),
        (2, 1, 0, (FEW,)),
        (2, 2, 0, (FEW,)),
        (2, 3, 0, ()),
        (3, 10, 1, (OTHERS,)),
        (1, 0, 4, (ONE, NONE, OTHERS)),
        (1, 2, 1, (ONE, FEW, OTHERS)),
    ],
)
def test_account_needs(
    second_factors: int, recovery_codes: int, other_sessions: int, needs: tuple[AccountNeed, ...]
) -> None:
    found = account_needs(second_factors=second_factors, recovery_codes=recovery_codes, other_sessions=other_sessions)
    assert found == needs
