"""Every part of a line stands where it was put; what nobody gave is empty."""

import uuid
from typing import Any

import pytest
import structlog
from django.db import ProgrammingError, connection
from django.test.utils import CaptureQueriesContext

from casework.access.models import Membership, User
from casework.audit.actions import What, Who, write
from casework.audit.chain import verify
from casework.audit.models import Entry

pytestmark = pytest.mark.django_db
WRITTEN_BY_THE_DATABASE = {"id", "at", "roles", "actor_name"}


def parts(entry: Entry) -> dict[str, Any]:
    found = {name: getattr(entry, name) for name in (field.name for field in Entry._meta.concrete_fields)}
    found["detail"] = found["detail"] and bytes(found["detail"])
    return {name: value for name, value in found.items() if name not in WRITTEN_BY_THE_DATABASE}


def test_all_that_was_given_stands(cast: dict[str, User]) -> None:
    nia = Membership.objects.get(user=cast["admin"])
    line, organization, row, case, file, first, second = (uuid.uuid4() for _ in range(7))
    with structlog.contextvars.bound_contextvars(request_id="0123456789ab"):
        write(
            Who("staff", nia.pk, nia.organization_id, nia.user_id, ("attorney",)),
            "case.changed",
            What(organization, "cases.case", row, (first, second), case, file, 3),
            fields=("stage", "reference"),
            basis="assigned",
            detail=b"sealed",
            entry_id=line,
        )
    entry = Entry.objects.get(pk=line)
    assert parts(entry) == {
        "organization_id": organization,
        "actor_kind": "staff",
        "actor_id": nia.pk,
        "actor_organization_id": nia.organization_id,
        "user_id": nia.user_id,
        "basis": "assigned",
        "verb": "case.changed",
        "object_type": "cases.case",
        "object_id": row,
        "object_ids": [first, second],
        "case_id": case,
        "file_id": file,
        "tier": 3,
        "fields": ["stage", "reference"],
        "detail": b"sealed",
        "request_id": "0123456789ab",
    }
    # what the database knows better
    assert (entry.actor_name, entry.roles) == (cast["admin"].name, nia.roles)


def test_what_nobody_gave_is_empty() -> None:
    before = set(Entry.objects.values_list("pk", flat=True))
    with structlog.contextvars.bound_contextvars():
        structlog.contextvars.unbind_contextvars("request_id")
        write(Who("nobody", None, None, None, ()), "refused", What(None))
    entry = Entry.objects.exclude(pk__in=before).get()
    assert parts(entry) == {
        "organization_id": None,
        "actor_kind": "nobody",
        "actor_id": None,
        "actor_organization_id": None,
        "user_id": None,
        "basis": "",
        "verb": "refused",
        "object_type": "",
        "object_id": None,
        "object_ids": [],
        "case_id": None,
        "file_id": None,
        "tier": 1,
        "fields": [],
        "detail": None,
        "request_id": "",
    }
    assert (entry.actor_name, entry.roles) == ("", [])


@pytest.mark.django_db(transaction=True)
def test_the_audit_is_read_as_it_stood_at_one_moment() -> None:
    """The application's role, which may not read it, comes as far as saying so."""
    with CaptureQueriesContext(connection) as asked, pytest.raises(ProgrammingError, match="permission denied"):
        verify()
    said = [query["sql"] for query in asked.captured_queries if query["sql"].startswith("SET TRANSACTION")]
    assert said == ["SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"]
