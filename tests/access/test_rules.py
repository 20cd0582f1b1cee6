import pytest

from casework.access.rules import AccountNeed, account_needs

ONE, NONE, FEW = AccountNeed


@pytest.mark.parametrize(
    ("second_factors", "recovery_codes", "needs"),
    [
        (2, 10, ()),
        (1, 10, (ONE,)),
        (2, 0, (NONE,)),
        (2, 1, (FEW,)),
        (2, 2, (FEW,)),
        (2, 3, ()),
        (1, 0, (ONE, NONE)),
        (1, 2, (ONE, FEW)),
    ],
)
def test_account_needs(second_factors: int, recovery_codes: int, needs: tuple[AccountNeed, ...]) -> None:
    assert account_needs(second_factors=second_factors, recovery_codes=recovery_codes) == needs
