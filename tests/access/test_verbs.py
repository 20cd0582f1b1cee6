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


def test_what_each_ground_is_called() -> None:
    words = {
        "assigned": "On the team",
        "organization": "Of the organization",
        "none": "",
        "copy": "As a copy of what was handed over",
        "share": "By a share",
        "share:view": "By a share: reading",
        "share:change": "By a share: reading and writing notes",
        "share:share": "By a share: reading, writing notes, sharing on",
        "idle": "Not used for a while",
        "by hand": "By the person",
        "signed out": "Signed out",
        "age": "12 hours were over",
        "elsewhere": "From another browser",
        "by mail": "By a link in a mail",
        "family": "With link and PIN",
        "403": "403",  # of an act, not of a refusal
    }
    assert {basis: verbs.ground(basis) for basis in words} == words
    assert {basis: verbs.ground(basis, "case.opened") for basis in words} == words


def test_why_something_was_refused() -> None:
    words = {
        "400": "The request was not complete",
        "403": "Not allowed",
        "404": "Not there, or not theirs to see",
        "password": "Wrong password",
        "code": "Wrong code",
        "passkey": "Wrong passkey",
        "unlock": "At the lock of a session",
        "again": "Asked again who they are",
        "limit": "Too many attempts",
        "418": "418",
    }
    assert {verb: {basis: verbs.ground(basis, verb) for basis in words} for verb in verbs.REFUSALS} == dict.fromkeys(
        verbs.REFUSALS, words
    )


def test_fields_are_named_as_people_read_them() -> None:
    """Also one of the docket, which says its table first; one without words says itself without its underscores."""
    names = ("totp", "hearing.cancelled_at", "cancelled_at", "a_new_one", "hearing.a_new_one")
    assert [verbs.field(one) for one in names] == [
        "Authenticator app", "Cancelled", "Cancelled", "a new one", "a new one",
    ]  # fmt: skip
    assert [name for name in verbs.FIELDS if verbs.field(name) != str(verbs.FIELDS[name])] == []
