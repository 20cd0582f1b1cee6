"""What the source alone does not tell. Each entry has its reason."""

# Strings of other packages that our catalogs answer for, under the reason why their own will not do.
ALSO: dict[str, tuple[str, ...]] = {
    "A label of allauth that its Spanish leaves in English.": ("Passwordless",),
    "An error of allauth whose Spanish is too familiar.": ("Please select only one.",),
}

# Texts of four words and more that are rightly the same in another language.
SAME: frozenset[str] = frozenset()
