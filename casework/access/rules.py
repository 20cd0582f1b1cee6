"""Pure decisions about accounts: no Django, no clock, no query."""

from enum import StrEnum

FEW_CODES = 3


class AccountNeed(StrEnum):
    """Something about a person's own account that only that person can mend, gravest first."""

    ONE_SECOND_FACTOR = "one_second_factor"
    NO_RECOVERY_CODES = "no_recovery_codes"
    FEW_RECOVERY_CODES = "few_recovery_codes"


def account_needs(*, second_factors: int, recovery_codes: int) -> tuple[AccountNeed, ...]:
    """What needs the person, from two counts: apps and passkeys, unused recovery codes.

    Other live sessions are no need, however many: a person with two devices is not to be asked every morning.
    """
    found = {
        AccountNeed.ONE_SECOND_FACTOR: second_factors == 1,
        AccountNeed.NO_RECOVERY_CODES: recovery_codes == 0,
        AccountNeed.FEW_RECOVERY_CODES: 0 < recovery_codes < FEW_CODES,
    }
    return tuple(need for need, stands in found.items() if stands)
