"""Lines of the audit as an administrator reads them, on the page and in the file."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.access import names, verbs
from casework.access.actor import Actor
from casework.access.models import Colleague, Role
from casework.audit.models import Entry
from casework.cases import audit_search, reach

MEMBER, USER, ROUTE = "access.membership", "access.user", "route:"


@dataclass(frozen=True)
class Row:
    """One line. `organization` is that of somebody from elsewhere; `case` a reference or the short form of an id.

    `written_as` is what a colleague was called then, where it is not what they are called now.
    `opens` is the id of a case that the reader may open, `about` what else the line is about, in words, `file` the
    short id of the person.
    """

    line: Entry
    name: str
    written_as: str
    roles: str
    organization: str
    says: str
    ground: str
    case: str
    opens: uuid.UUID | None
    about: str
    file: str
    fields: list[str]


def rows(actor: Actor, lines: Sequence[Entry]) -> list[Row]:
    """These lines, with the names that the reader may know."""
    known = audit_search.references(actor, [_case_of(line) for line in lines])
    members = [line.object_id for line in lines if line.object_type == MEMBER]
    colleagues = dict(Colleague.objects.filter(pk__in=members).values_list("pk", "name")) if members else {}
    people = names.present([one for line in lines for one in (line.user_id, _user_of(line))])
    return [_row(actor, line, known, colleagues | people) for line in lines]


def _row(actor: Actor, line: Entry, known: dict[uuid.UUID, str], people: dict[Any, str]) -> Row:
    case = _case_of(line)
    foreign = line.actor_organization_id not in {None, actor.organization}
    stands = line.actor_organization_id
    there = reach.of(actor).organizations.get(stands) if stands and foreign else None
    written = line.actor_name or (_("Casework itself") if line.actor_kind == "duty" else _("Somebody not signed in"))
    name, written_as = names.both(written, line.user_id, people)
    return Row(
        line,
        name=name,
        written_as=written_as,
        roles=", ".join(str(Role(role).label) for role in line.roles),
        organization=(there.name if there else _("Another organization")) if foreign else "",
        says=verbs.says(line.verb),
        ground=verbs.ground(line.basis, line.verb),
        case=known.get(case) or audit_search.short(case) if case else "",
        opens=case if case in known else None,
        about=_about(line, people),
        file=audit_search.short(line.file_id),
        fields=[verbs.field(name) for name in line.fields],
    )


def _case_of(line: Entry) -> uuid.UUID | None:
    """The case of a line; of a refusal, the id that was in the address of a case."""
    refused = line.object_type.startswith(ROUTE) and "case" in line.object_type
    return line.case_id or (line.object_id if refused else None)


def _user_of(line: Entry) -> uuid.UUID | None:
    """Whose account a line is about that somebody else wrote: the product at its door, for one."""
    return line.object_id if line.object_type == USER and line.object_id != line.user_id else None


def _about(line: Entry, people: dict[Any, str]) -> str:
    if line.object_type == MEMBER or _user_of(line):
        return people.get(line.object_id, "")
    if line.object_ids and line.verb.endswith(".listed"):
        many = len(line.object_ids)
        return ngettext("%(count)s row", "%(count)s rows", many) % {"count": many}
    return line.object_type.removeprefix(ROUTE) if line.object_type.startswith(ROUTE) else ""


def table(found: Iterable[Row]) -> list[list[str]]:
    """The lines as cells of a file, below their heads; times in the reader's zone."""
    heads = [
        _("Time"), _("Name"), _("Organization"), _("Roles"), _("What"), _("Verb"), _("Ground"), _("Case"), _("Person"),
        _("About"), _("Fields"), _("Line"), _("Request"),
    ]  # fmt: skip
    return [heads, *map(_cells, found)]


def _cells(row: Row) -> list[str]:
    line = row.line
    return [
        timezone.localtime(line.at).isoformat(timespec="seconds"),
        f"{row.name} ({row.written_as})" if row.written_as else row.name,
        row.organization, row.roles, row.says, line.verb, row.ground, row.case, row.file, row.about,
        ", ".join(row.fields), str(line.pk), line.request_id,
    ]  # fmt: skip
