"""Sharing cases: to oneself, too long, too far, in somebody else's name, to nobody who could receive."""

from typing import Any

import pytest

from tests.walls.attempts import REFUSED, Attempt, each, outcome
from tests.walls.lines import Line

FOREIGN_KEY, NO_SUCH_ROW = "23503", "23502"
MONTH = "now() + interval '29 days'"


def to_person(
    case: str, giver: str, receiver: str, *, to: str = "south", of: str = "north", permission: str = "view_case",
    until: str = MONTH, counsel: str = "false",
) -> str:  # fmt: skip
    return (
        "INSERT INTO cases_caseuserobjectpermission (content_object_id, organization_id, to_organization_id, user_id,"
        " permission_id, granted_by_id, granted_by_name, counsel_tier, created_at, expires_at) VALUES"
        f" (%({case})s, %({of})s, %({to})s, %({receiver}_user)s, %({permission})s, %({giver})s, '', {counsel}, now(),"
        f" {until})"
    )


def to_group(
    case: str, giver: str, *, group: str = "", to: str = "south", of: str = "north", permission: str = "view_case",
    until: str = MONTH, counsel: str = "false",
) -> str:  # fmt: skip
    return (
        "INSERT INTO cases_casegroupobjectpermission (content_object_id, organization_id, to_organization_id, group_id,"
        " permission_id, granted_by_id, granted_by_name, counsel_tier, created_at, expires_at) VALUES"
        f" (%({case})s, %({of})s, %({to})s, %({group or to}_group)s, %({permission})s, %({giver})s, '', {counsel},"
        f" now(),"
        f" {until})"
    )


NEVER = "sue ed fay ian cora ada_signed_in nobody silent door operator"
YEAR, LONGER = "now() + interval '365 days'", "now() + interval '367 days'"
GRANTS = [
    Attempt("share with a person", to_person("north_own", "ada", "cleo"), f"ben vic nia cleo omar {NEVER}", "ada"),
    Attempt("share with an organization", to_group("north_own", "ada"), f"ben vic nia cleo omar {NEVER}", "ada"),
    Attempt("share a foreign case with oneself", to_person("south_own", "ada", "ada", to="north", of="south"),
            "ada ben tomas", "owner"),
    Attempt("share a foreign case with one's organization", to_group("south_own", "ada", to="north", of="south"),
            "ada ben tomas", "owner"),
    Attempt("share a foreign case onwards", to_person("south_own", "ada", "june", to="hotline", of="south"),
            "ada tomas", "owner"),
    Attempt("share a foreign case as one's own", to_person("south_own", "ada", "june", to="hotline"), "ada", "owner",
            gives=FOREIGN_KEY),
    Attempt("share in the name of its owner", to_person("south_own", "cleo", "ada", to="north", of="south"),
            "ada ben omar", "cleo"),
    Attempt("share one's own case with oneself", to_person("north_own", "ada", "ada", to="north"), "ada", "owner"),
    Attempt("share one's own case with one's organization", to_group("north_own", "ada", to="north"), "ada", "owner"),
    Attempt("in somebody else's name", to_person("north_own", "ben", "cleo"), "ada tomas vic", "ben"),
    Attempt("a volunteer's case", to_person("north_intake", "vic", "cleo"), "vic", "owner"),
    Attempt("as an administrator", to_person("north_own", "nia", "cleo"), "nia", "owner"),
    Attempt("a restricted case", to_person("north_closed", "ben", "cleo"), "ben", "owner"),
    Attempt("a restricted case by its team", to_person("north_closed", "ada", "cleo"), "ben tomas", "ada"),
    Attempt("a case one was on", to_person("north_left", "ben", "cleo"), "ben", "owner"),
    Attempt("a case elsewhere in an organization that goes by assignment",
            to_person("hotline_own", "june", "cleo", of="hotline"), "june", "owner"),
    Attempt("a case in an organization that goes by assignment",
            to_person("hotline_own", "ruth", "cleo", of="hotline"), "june hana", "ruth"),
    Attempt("for a year", to_person("north_own", "ada", "cleo", until=YEAR), "ben", "ada"),
    Attempt("for more than a year", to_person("north_own", "ada", "cleo", until=LONGER), "ada", "owner"),
    Attempt("for ever", to_person("north_own", "ada", "cleo", until="'infinity'"), "ada", "owner"),
    Attempt("without an end", to_person("north_own", "ada", "cleo", until="NULL"), "ada", "owner", gives=NO_SUCH_ROW),
    Attempt("until now", to_person("north_own", "ada", "cleo", until="now()"), "ada", "owner"),
    Attempt("until yesterday", to_group("north_own", "ada", until="now() - interval '1 day'"), "ada", "owner"),
    Attempt("to an organization for more than a year", to_group("north_own", "ada", until=LONGER), "ada", "owner"),
    Attempt("counsel tier by its team", to_person("north_own", "ada", "cleo", counsel="true"), "ben tomas", "ada"),
    Attempt("counsel tier without being on the case", to_person("north_own", "ben", "cleo", counsel="true"), "ben",
            "owner"),
    Attempt("counsel tier to an organization", to_group("north_own", "tomas", counsel="true"), "tomas", "owner"),
    Attempt("share on", to_person("south_shared", "ada", "june", to="hotline", of="south"), "ben tomas vic", "ada"),
    Attempt("share on to an organization", to_group("south_shared", "ada", to="hotline", of="south"), "ben omar",
            "ada"),
    Attempt("share on to oneself", to_person("south_shared", "ada", "ada", to="north", of="south",
            permission="view_case"),
            "ada", "owner", gives="23505"),
    Attempt("share on to a colleague", to_person("south_shared", "ada", "ben", to="north", of="south"), "ada", "owner"),
    Attempt("share on to one's organization for longer",
            to_group("south_shared", "ada", to="north", of="south", permission="share_case"), "ada", "owner"),
    Attempt("share back", to_person("south_shared", "ada", "cleo", to="south", of="south"), "ada", "owner"),
    Attempt("share on for longer than one has it",
            to_person("south_shared", "ada", "june", to="hotline", of="south", until="now() + interval '31 days'"),
            "ada", "owner"),
    Attempt("share on for as long as one's organization may read it",
            to_group("south_shared", "ada", to="hotline", of="south", until="now() + interval '299 days'"),
            "ada ben", "owner"),
    Attempt("share on the counsel tier that came only with reading",
            to_person("south_shared", "ada", "june", to="hotline", of="south", counsel="true"), "ada", "owner"),
    Attempt("share on a case shared for viewing", to_person("south_viewed", "ada", "june", to="hotline", of="south"),
            "ada", "owner"),
    Attempt("share on a case shared for changing", to_person("south_changed", "ben", "june", to="hotline", of="south"),
            "ben", "owner"),
    Attempt("share on by an expired share", to_person("south_expired", "ada", "june", to="hotline", of="south"),
            "ada", "owner"),
    Attempt("share on by a volunteer's share", to_person("south_misled", "vic", "june", to="hotline", of="south"),
            "vic", "owner", gives="23505"),
    Attempt("share on by an administrator's share", to_group("south_misled", "nia", to="hotline", of="south"),
            "nia", "owner"),
    Attempt("share on from another of one's organizations",
            to_group("south_misled", "june_north", to="hotline", of="south"), "june_north", "owner"),
    Attempt("share on what a closed organization shared", to_group("over_shared", "ada", to="hotline", of="over"),
            "ada", "owner"),
    Attempt("to somebody who is not there", to_person("north_own", "ada", "june", to="south"), "ada", "owner"),
    Attempt("to an administrator", to_person("north_own", "ada", "omar"), "ada", "owner"),
    Attempt("to a volunteer", to_person("north_own", "ada", "hana", to="hotline"), "ada", "owner"),
    Attempt("to somebody who has left", to_person("south_own", "cleo", "ed", to="north", of="south"), "cleo", "owner"),
    Attempt("to somebody suspended", to_person("south_own", "cleo", "sue", to="north", of="south"), "cleo", "owner"),
    Attempt("to somebody who has not begun", to_person("south_own", "cleo", "fay", to="north", of="south"), "cleo",
            "owner"),
    Attempt("to an account that is closed", to_person("south_own", "cleo", "ian", to="north", of="south"), "cleo",
            "owner"),
    Attempt("to somebody who is", to_person("south_own", "cleo", "ben", to="north", of="south"), "ada omar", "cleo"),
    Attempt("to a closed organization", to_group("north_own", "ada", to="over"), "ada", "owner"),
    Attempt("to a closed organization's member", to_person("north_own", "ada", "cora", to="over"), "ada", "owner"),
    Attempt("to another organization's group", to_group("north_own", "ada", group="hotline"), "ada", "owner"),
    Attempt("to one's own group in another's name", to_group("north_own", "ada", group="north"), "ada", "owner"),
    Attempt("a permission of another table", to_person("north_own", "ada", "cleo", permission="foreign_permission"),
            "ada", "owner"),
    Attempt("a permission to delete", to_person("north_own", "ada", "cleo", permission="delete_case"), "ada", "owner"),
    Attempt("a permission to share", to_person("north_own", "ada", "cleo", permission="share_case"), "ben vic", "ada"),
    Attempt("prolong one's grant", "UPDATE cases_caseuserobjectpermission SET expires_at = now() + interval '1 year'",
            "ada cleo tomas silent", "owner", gives=19),
    Attempt("prolong by a conflict", to_person("south_viewed", "cleo", "ada", to="north", of="south")
            + " ON CONFLICT (user_id, permission_id, content_object_id) DO UPDATE SET expires_at = now()",
            "cleo ada", "owner"),
    Attempt("tick the counsel tier later", "UPDATE cases_casegroupobjectpermission SET counsel_tier = true",
            "ada cleo silent", "owner", gives=3),
    Attempt("hand a grant to another", "UPDATE cases_caseuserobjectpermission SET user_id = %(ben_user)s",
            "ada vic", "owner", gives="23505"),
    Attempt("end a foreign grant", "DELETE FROM cases_caseuserobjectpermission WHERE content_object_id ="
            " %(south_viewed)s",
            f"ada ben omar june {NEVER}", "cleo", then=0),
    Attempt("end a share one may pass on", "DELETE FROM cases_casegroupobjectpermission"
            " WHERE content_object_id = %(south_shared)s", "ada ben vic", "cleo", then=0),
    Attempt("end all grants", "DELETE FROM cases_casegroupobjectpermission", "ada vic nia silent", "cleo", then=0,
            gives=3),
    Attempt("guardian's generic grants", "INSERT INTO guardian_userobjectpermission (object_pk, content_type_id,"
            " permission_id, user_id) SELECT %(south_own)s::text, content_type_id, id, %(ada_user)s FROM"
                " auth_permission"
            " WHERE codename = 'view_case'", "ada tomas door", "owner"),
    Attempt("guardian's generic grants, read", "SELECT count(*) FROM guardian_groupobjectpermission", "ada silent",
            "owner", gives=[0]),
    Attempt("a permission of one's own making", "INSERT INTO auth_permission (name, content_type_id, codename)"
            " SELECT 'x', content_type_id, 'x' FROM auth_permission WHERE codename = 'view_case'", "ada operator",
                "owner"),
    Attempt("a group renamed", "UPDATE auth_group SET name = 'x' WHERE id = %(south_group)s", "ada omar", "owner"),
    Attempt("permissions of a group", "INSERT INTO auth_group_permissions (group_id, permission_id)"
            " VALUES (%(north_group)s, %(view_case)s)", "ada tomas", "owner"),
]  # fmt: skip


@each(*GRANTS)
def test_sharing(attempt: Attempt, who: str, line: Line, owner: Line) -> None:
    assert outcome(attempt, who, line, owner) == (attempt.then, attempt.gives)


SELF = [
    ("to oneself", to_person("south_own", "ada", "ada", to="north", of="south", permission="share_case")),
    ("to one's organization", to_group("south_own", "ada", to="north", of="south", permission="change_case")),
]


@pytest.mark.parametrize(("name", "statement"), SELF)
def test_a_refused_grant_opens_nothing(line: Line, owner: Line, name: str, statement: str) -> None:
    seen = "SELECT id FROM cases_case WHERE id = %(south_own)s"
    with line.as_("ada"):
        line.run("SAVEPOINT one")
        assert line.attempt_here(statement) == REFUSED
        line.run("ROLLBACK TO SAVEPOINT one")
        assert line.run(seen) == []


OPENED: dict[str, tuple[str, str, list[Any]]] = {  # shared, receiver, and what the receiver then sees of the case
    "view": (to_person("north_own", "ada", "cleo"), "cleo", ["north_own_note1", "north_own_note2"]),
    "view with counsel tier": (
        to_person("north_own", "ada", "cleo", counsel="true"), "cleo",
        ["north_own_note1", "north_own_note2", "north_own_note3"],
    ),
    "to an organization": (to_group("north_own", "ada"), "cleo", ["north_own_note1", "north_own_note2"]),
    "to an organization whose administrator asks": (to_group("north_own", "ada"), "omar", []),
    "to an organization that goes by assignment": (
        to_group("north_own", "ada", to="hotline"), "ruth", ["north_own_note1", "north_own_note2"],
    ),
    "to an organization whose volunteer asks": (to_group("north_own", "ada", to="hotline"), "hana", []),
    "to June in the hotline, who now acts elsewhere": (
        to_person("south_own", "cleo", "june", to="hotline", of="south"), "june_north", [],
    ),
    "only the right to change, without the right to view": (
        to_person("north_own", "ada", "cleo", permission="change_case"), "cleo", [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("opened", OPENED)
def test_a_grant_opens_just_its_case(line: Line, opened: str) -> None:
    statement, receiver, notes = OPENED[opened]
    giver = "cleo" if "south_own" in statement else "ada"
    listed = "SELECT id FROM cases_note ORDER BY id"
    with line.as_(giver):
        line.run(statement)
        line.speak(receiver)
        after = line.run(listed)
        line.run("SELECT set_config('ctx.token', '', true)")
    before = line.attempt(receiver, listed)
    assert sorted(set(after) - set(before)) == notes
    assert set(before) - set(after) == set()


def test_revoking_closes_at_once_what_was_passed_on_too(line: Line) -> None:
    seen = "SELECT id FROM cases_case WHERE id = %(south_shared)s"
    with line.as_("ada"):
        line.run(to_person("south_shared", "ada", "june", to="hotline", of="south"))
        line.speak("june")
        assert line.run(seen) == ["south_shared"]
        line.speak("cleo")
        revoked = "DELETE FROM cases_caseuserobjectpermission WHERE content_object_id = %(south_shared)s AND user_id = "
        assert line.run(revoked + "%(ada_user)s") == 3
        line.speak("ada")
        assert line.run(seen) == ["south_shared"]  # from the share with Ada's organization
        line.run("SELECT ctx.settle_shares(%(south_shared)s)")
        line.speak("june")
        assert line.run(seen) == []


def test_settling_takes_away_and_never_gives(line: Line, owner: Line) -> None:
    listed = (
        "SELECT content_object_id, to_organization_id, permission_id, expires_at, counsel_tier"
        " FROM cases_case{}objectpermission WHERE expires_at > now() ORDER BY 1, 2, 3, 4"
    )
    for kind in ("user", "group"):
        before = line.attempt("cleo", listed.format(kind))
        for who in ("hana", "silent", "nobody", "operator", "cleo"):
            settled = "".join(f"SELECT ctx.settle_shares(%({case})s); " for case in ("south_shared", "south_viewed"))
            with line.as_(who):
                line.run(settled)
                line.speak("cleo")
                assert line.run(listed.format(kind)) == before
