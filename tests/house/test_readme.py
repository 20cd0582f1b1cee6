"""The tables of README.md are those of the code."""

from deploy.readme import README, filled


def test_the_tables_of_the_readme_are_current() -> None:
    text = README.read_text(encoding="utf-8")
    assert filled(text) == text, "A role, an act or the cast changed: run `make readme`."
