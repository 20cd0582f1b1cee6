"""The addresses that make one person of two files: of a case's person and another one of the same organization."""

import uuid
from typing import Any

from casework.access.acts import sealed_detail
from casework.access.doors import window
from casework.audit.actions import What
from casework.audit.models import Entry
from casework.people.models import Person
from casework.vault import keys
from tests.matrix.cells import NOT_THERE, Address, Answer, Expect, led, page
from tests.matrix.expectations import canaries_of_case, sight
from tests.matrix.of_cases import about_case, form, of_case
from tests.matrix.world import CASES, PLANTED, Principal, World

LINE = uuid.uuid5(uuid.NAMESPACE_OID, "a merge of two people")
# Which file is merged into that of a case: by organization, the first one that is not the case's own.
OTHERS = {"NLA": ("taken", "plain"), "SC": ("from_south", "south"), "RRH": ("hotline", "junes"), "CO": ("closed",)}


def addresses() -> list[Address]:
    """Whom it may be, the comparison, and the way back. A look at the other file stands on its own ground."""
    return [
        about_case(
            "merge_with",
            page(of_case("person.merged", offered)) | {"POST": of_case("person.merged", offered)},
            data=lambda *_: {"which": "nobody"},
            about_case=False,
        ),
        about_case(
            "merge_person",
            page(of_case("person.merged", with_other(compared))) | {"POST": of_case("person.merged", with_other(done))},
            kwargs=both,
            data=chosen,
            about_case=False,
        ),
        form(
            "undo_merge",
            "person.parted",
            post=of_case("person.parted", undone),
            prepare=merged_before,
            kwargs=lambda world, case: {"pk": world.cases[case].pk, "line": LINE},
            about_case=False,
        ),
    ]


def other(case: str) -> str:
    """The case of the other file; that of the case itself, where the organization has no other."""
    return next((one for one in OTHERS[CASES[case][0]] if one != case), case)


def with_other(answer: Expect) -> Expect:
    """404 for whoever may not know of the other person."""
    return lambda principal, case: answer(principal, case) if sight(principal, other(case)).tier else NOT_THERE


def offered(principal: Principal, case: str) -> Answer:
    """Whom one sees of the organization, since all have one A-number here."""
    home = CASES[case][0]
    others = [one for one in CASES if CASES[one][0] == home and one != case and sight(principal, one).tier]
    verbs = ("case.viewed", *["person.listed"] * bool(others))
    return Answer(200, verbs=verbs, shows=frozenset(canaries_of_case(case, 0)))


def compared(principal: Principal, case: str) -> Answer:
    seen = canaries_of_case(case, 0) | canaries_of_case(other(case), 0)
    return Answer(200, verbs=("case.viewed", "person.compared"), shows=frozenset(seen))


def done(principal: Principal, case: str) -> Answer:
    """Merged, with the other file's custody set aside; of a restricted case, compared and nothing else."""
    if CASES[case][2]:
        return compared(principal, case)
    verbs = ("case.viewed", "person.compared", "person.merged", "person.merged", "custody.set_aside")
    return led("caseload", *verbs)


def undone(principal: Principal, case: str) -> Answer:
    """Apart again, for whoever sees both."""
    if not sight(principal, other(case)).tier:
        return led("caseload", "case.viewed", changes=False)
    return led("caseload", "case.viewed", "person.parted", "person.parted")


def both(world: World, case: str) -> dict[str, Any]:
    return {"pk": world.cases[case].pk, "other": world.cases[other(case)].person_id}


def chosen(world: World, principal: Principal, case: str) -> dict[str, Any]:
    mine = world.cases[case].person_id
    fields = ("keep_given_names", "keep_first_surname", "keeps")
    return {"version": 1, "other_version": 1} | dict.fromkeys(fields, mine)


def merged_before(world: World, principal: Principal, case: str) -> None:
    """The other file was merged into this one."""
    row, loser = world.cases[case], world.cases[other(case)].person_id
    about = What(row.organization_id, "people.person", row.person_id, file_id=row.person_id)
    with window("matrix"):
        Person.objects.filter(pk__in=(row.person_id, loser)).update(merged_into=row.person_id)
    keys.forget()
    Entry.objects.create(
        pk=LINE, organization_id=row.organization_id, actor_kind="duty", verb="person.merged", object_id=row.person_id,
        object_type=about.type, file_id=row.person_id, request_id=PLANTED,
        detail=sealed_detail({"loser": loser, "who": "Somebody"}, about, LINE),
    )  # fmt: skip
    keys.forget()
