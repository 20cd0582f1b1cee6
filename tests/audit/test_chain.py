"""Each line takes its place in a chain when its transaction ends."""

import pytest
from django.db import connection

from casework.access.actor import staff
from casework.access.context import acting
from casework.access.models import Membership
from casework.audit import chain
from casework.audit.models import Entry, Head, Link
from casework.cases import actions
from tests.conftest import as_owner


def ada():
    with as_owner():
        membership = Membership.objects.select_related("organization").get(user__email="ada@north.example")
    return staff(membership, "Ada")


pytestmark = pytest.mark.django_db(transaction=True)


def test_lines_are_chained_as_python_says() -> None:
    actor = ada()
    with acting(actor):
        case = actions.open_case(actor, names={"given_names": "Rosa", "first_surname": "Ñ"})
        actions.restrict(actor, case)
    with as_owner():
        links = list(Link.objects.filter(organization_id=case.organization_id).order_by("number"))
        lines = Entry.objects.in_bulk([link.entry_id for link in links])
        head = Head.objects.get(pk=case.organization_id)
        before = b""
        for number, link in enumerate(links, 1):
            before = chain.linked(before, case.organization_id, number, chain.digest(lines[link.entry_id]))
            assert (link.number, bytes(link.hash)) == (number, before)
        assert (head.number, bytes(head.hash)) == (len(links), before)
        assert list(chain.faults()) == []


def test_nobody_changes_a_line() -> None:
    actor = ada()
    with acting(actor):
        actions.open_case(actor, names={})
    with pytest.raises(Exception, match="only added"), as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_entry SET verb = 'x'")
