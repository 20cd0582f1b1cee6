"""Answers: who writes and sees which, two people on one draft, and what stands."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from casework.access.actor import Actor
from casework.access.context import acting
from casework.access.doors import window
from casework.access.models import User
from casework.cases.models import Assignment, Case, Stage
from casework.intake import actions
from casework.intake.actions import Said
from casework.intake.answers import Given, answers_of, for_rules, history_of, last_of
from casework.intake.models import Answer as Stored
from casework.intake.questions.conditions import DECLINED, NOT_KNOWN, Answer
from tests.access.membership import actor_of, audit, do, place
from tests.conftest import as_application

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
FIRST, SECOND, THIRD = "incident_place", "last_entry_place", "fear_story"  # of each tier one


def said(key: str, value: Any, seen: int = 0, state: str = "known") -> Said:
    return Said(key, Answer(value, state), seen)


def draft(user: User) -> Case:
    """A draft that this member has begun."""
    case: Case = do(actor_of(user), actions.begin_intake, [said(FIRST, "Alameda St")])
    return case


def saves(user: User, case: Case, one: Said) -> Any:
    """Saves it as this member, who opens the case anew."""
    return do(actor_of(user), lambda actor: actions.save_answer(actor, as_met(actor, case), one))


def as_met(actor: Actor, case: Case) -> Case:
    found: Case = Case.objects.visible_to(actor).get(pk=case.pk)
    return found


def standing(user: User, case: Case) -> dict[str, Given]:
    found: dict[str, Given] = do(actor_of(user), lambda actor: answers_of(actor, as_met(actor, case)))
    return found


def values(user: User, case: Case) -> dict[str, Any]:
    return {key: one.value if one.state == "given" else one.state for key, one in standing(user, case).items()}


def join(cast: Cast, case: Case, *keys: str) -> None:
    roles = {"attorney": "lead", "paralegal": "paralegal", "volunteer": "volunteer"}
    with window("planting"):
        for key in keys:
            member = place(cast[key])
            Assignment.objects.create(
                organization=case.organization, case=case, membership=member, role=roles[key], made_by=member,
            )  # fmt: skip


def moved(case: Case, **columns: Any) -> None:
    with window("planting"):
        Case.objects.filter(pk=case.pk).update(**columns)


def test_what_was_saved_while_somebody_typed_on_is_one_in_its_history(cast: Cast) -> None:
    """Each save stays a row; another hand, another value or another day is told by itself."""
    case = draft(cast["volunteer"])
    for value in ("Three", "Three vans", "Three vans came", "Two vans came"):
        saves(cast["volunteer"], case, said("incident_what", value))
    saves(cast["paralegal"], case, said("incident_what", "Two vans came, at six", seen=4))
    vic = actor_of(cast["volunteer"])
    history = do(vic, lambda actor: history_of(actor, as_met(actor, case), "incident_what"))
    assert [one.value for one in history] == ["Two vans came, at six", "Two vans came", "Three vans came"]
    with window("looking"):
        assert Stored.objects.filter(case=case, key="incident_what").count() == 5


def test_the_first_answer_opens_a_person_and_a_case(cast: Cast) -> None:
    case = draft(cast["volunteer"])
    with window("looking"):
        [on_it] = Assignment.objects.filter(case=case)
    assert (case.stage, case.reference, case.person.given_names) == (Stage.ENQUIRY, "", "")
    assert (on_it.membership_id, on_it.role) == (place(cast["volunteer"]).pk, "volunteer")
    assert values(cast["volunteer"], case) == {FIRST: "Alameda St"}
    assert [line[:2] for line in audit()][-3:] == [
        ("case.opened", ["person", "assignment"]), ("answer.saved", [FIRST]), ("call.logged", ["call"]),
    ]  # fmt: skip


def test_an_intake_begins_with_an_answer(cast: Cast) -> None:
    with pytest.raises(ValueError, match="begins with an answer"):
        do(actor_of(cast["volunteer"]), actions.begin_intake, [Said(FIRST, None)])


def test_each_answer_is_a_row_and_the_last_one_stands(cast: Cast) -> None:
    vic = cast["volunteer"]
    case = draft(vic)
    for one in (
        said(FIRST, None, 1, NOT_KNOWN), said(FIRST, None, 2, DECLINED), said(FIRST, None, 3, DECLINED),
        said("household_size", 0), Said(FIRST, None, 3), Said("caller_name", None),
    ):  # fmt: skip
        saves(vic, case, one)
    assert values(vic, case) == {"household_size": 0}
    history = do(actor_of(vic), lambda actor: history_of(actor, as_met(actor, case), FIRST))
    assert [(one.number, one.state, one.value) for one in history] == [
        (4, "empty", None), (3, "declined", None), (2, "not_known", None), (1, "given", "Alameda St"),
    ]  # fmt: skip
    assert do(actor_of(vic), lambda actor: last_of(actor, as_met(actor, case))).keys() == {FIRST, "household_size"}


def test_who_answered_when_and_from_what(cast: Cast) -> None:
    vic = cast["volunteer"]
    case = draft(vic)
    [one] = standing(vic, case).values()
    assert (one.by, one.name, one.source, one.tier, one.number, one.set_version, one.others) == (
        place(vic).pk, vic.name, "screen", 1, 1, 1, (),
    )  # fmt: skip
    assert for_rules({"a": one}) == {"a": Answer("Alameda St")}


def test_two_people_on_one_draft_see_both_answers(cast: Cast) -> None:
    vic, ada = cast["volunteer"], cast["attorney"]
    case = draft(vic)
    saves(vic, case, said("caller_language", "es", 0))
    saves(ada, case, said("caller_language", "quc", 0))  # she had opened the page before he answered
    for reader in (vic, ada):
        one = standing(reader, case)["caller_language"]
        assert (one.value, one.name, [(two.value, two.name) for two in one.others]) == (
            "quc", ada.name, [("es", vic.name)],
        )  # fmt: skip
    saves(vic, case, said("caller_language", "quc", 2))  # he saw both, and says which
    assert [(one.value, one.others) for one in [standing(ada, case)["caller_language"]]] == [("quc", ())]


def test_the_same_answer_twice_is_one_and_ones_own_hurry_is_no_disagreement(cast: Cast) -> None:
    vic, ada = cast["volunteer"], cast["attorney"]
    case = draft(vic)
    saves(vic, case, said("caller_language", "e", 0))
    saves(vic, case, said("caller_language", "es", 0))
    assert saves(ada, case, said("caller_language", "es", 0)) is None
    one = standing(ada, case)["caller_language"]
    assert (one.value, one.number, one.others) == ("es", 2, ())


def test_whoever_took_a_draft_has_its_second_tier_until_it_is_decided(cast: Cast) -> None:
    vic, ada = cast["volunteer"], cast["attorney"]
    case = draft(vic)
    join(cast, case, "attorney")
    saves(vic, case, said(SECOND, "Tijuana"))
    saves(ada, case, said(THIRD, "afraid"))
    assert values(vic, case) == {FIRST: "Alameda St", SECOND: "Tijuana"}
    assert set(values(ada, case)) == {FIRST, SECOND, THIRD}
    assert set(values(cast["paralegal"], case)) == {FIRST, SECOND}
    for stage, reference in [
        ("active", "NLA-1"),
        ("declined", ""),
        ("referred", ""),
        ("offered", ""),
        ("screening", "X"),
    ]:
        moved(case, stage=stage, reference=reference)
        assert values(vic, case) == {FIRST: "Alameda St"}
        with pytest.raises(PermissionDenied):
            saves(vic, case, said(SECOND, "Nogales", 1))
    moved(case, stage="screening", reference="")
    assert set(values(vic, case)) == {FIRST, SECOND}


@pytest.mark.parametrize(
    ("who", "key"),
    [("volunteer", THIRD), ("volunteer", "qualifying"), ("paralegal", THIRD), ("clinic", FIRST), ("admin", FIRST)],
)
def test_what_is_not_theirs_to_ask(cast: Cast, who: str, key: str) -> None:
    case = draft(cast["volunteer"])
    actor = actor_of(cast[who], "SC" if who == "clinic" else "NLA")
    with pytest.raises(PermissionDenied):
        do(actor, actions.save_answer, case, said(key, "x"))


def test_a_question_that_is_none_is_refused(cast: Cast) -> None:
    case = draft(cast["volunteer"])
    for key in ("nonsense", "entry_on"):  # the second is asked of each in a list
        with pytest.raises(KeyError, match=key):
            saves(cast["volunteer"], case, said(key, "x"))


def test_nobody_sees_or_writes_into_a_foreign_or_restricted_draft(cast: Cast) -> None:
    case = draft(cast["volunteer"])
    moved(case, restricted=True)
    with window("looking"):
        found = Case.objects.select_related("person").get(pk=case.pk)
    for who, place_of in (("paralegal", "NLA"), ("clinic", "SC"), ("hotline", "RRH")):
        assert do(actor_of(cast[who], place_of), answers_of, found) == {}


def test_what_stands_is_read_in_one_query(cast: Cast, django_assert_num_queries: Callable[[int], Any]) -> None:
    case = draft(cast["volunteer"])
    for at in range(3):
        saves(cast["volunteer"], case, said("caller_name", f"Elena {at}", at))
    ada = actor_of(cast["attorney"])
    with as_application(), acting(ada):
        met = as_met(ada, case)
        assert met.person.given_names == ""  # as a page has it, and its keys
        with django_assert_num_queries(2):  # the answers, the key of the file
            assert len(answers_of(ada, met)) == 2
