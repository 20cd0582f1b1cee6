"""What the source alone does not tell. Each entry has its reason."""

# Strings of other packages that people see here, under the reason why their own catalog will not do.
ALSO: dict[str, tuple[str, ...]] = {}

# Longer texts which are rightly the same in another language.
SAME: frozenset[str] = frozenset()
