"""Every verb that the rules know, and every ground, has words."""

from casework.access import rules, verbs


def test_every_verb_has_words() -> None:
    assert sorted((rules.ACTS | rules.LOOKS).keys() - verbs.WORDS.keys()) == []
    assert sorted(verbs.ACTS) == sorted(rules.ACTS)


def test_an_unknown_verb_says_itself() -> None:
    assert [verbs.says("case.dreamt"), verbs.says("case.opened")] == ["case.dreamt", "Opened the case"]


def test_grounds_have_words() -> None:
    grounds = [rules.ASSIGNED, rules.ORGANIZATION, *(f"share:{level}" for level in rules.SHARE_LEVELS)]
    assert [one for one in grounds if verbs.ground(one) == one] == []
    assert verbs.ground("403", "refused") == "Not allowed"
    assert verbs.ground("403") == "403"
