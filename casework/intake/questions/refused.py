"""Why a value is not taken."""

# "order": which is the day and which the month? "shape": no form of ours sends such a thing.
CODES = (
    "long", "day", "order", "short_year", "year", "calendar", "clock", "choice", "number", "least", "most", "money",
    "phone", "email", "zip", "a_number", "country", "language", "court", "code", "rows", "shape",
)  # fmt: skip


class Refused(ValueError):
    """The value is not taken. `code` (one of CODES) says why, `at` where in it: a part, or "2.child_age" in a list."""

    def __init__(self, code: str, at: str = "") -> None:
        super().__init__(code)
        self.code, self.at = code, at
