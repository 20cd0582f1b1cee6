"""Two who accept one intake at the same moment: one does, the other hears that it waits for nobody any more."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connections, transaction

from casework.access.context import acting
from casework.access.doors import window
from casework.access.versions import ChangedMeanwhile
from casework.audit.models import Entry
from casework.cases.models import Assignment, Case
from casework.intake import actions
from casework.intake.acceptance import standing
from casework.intake.actions import accepting
from casework.people.models import Contact
from tests.conftest import as_owner
from tests.custody.test_at_once import actor_of, membership
from tests.intake.acceptance.planting import CALL, said

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_who_accept_at_once_one_does(transactional_db: None) -> None:
    """Each has read the same plan; the reference, the lead and the contact stand once."""
    vic = actor_of("vic@north.example")
    with transaction.atomic(), acting(vic):
        case = actions.begin_intake(vic, said(CALL))
    gate, came = threading.Barrier(2), list[str]()

    def accepts(email: str) -> None:
        actor, lead = actor_of(email), membership("ada@north.example")
        try:
            with transaction.atomic(), acting(actor):
                row = Case.objects.visible_to(actor).get(pk=case.pk)
                seal = standing.read(actor, row).seal
                gate.wait(timeout=30)
                accepting.accept(actor, row, lead=lead, choices={}, seal=seal)
            came.append("accepted")
        except (ValidationError, ChangedMeanwhile) as error:
            came.append(getattr(error, "code", "") or "changed")
        finally:
            connections.close_all()

    both = [threading.Thread(target=accepts, args=(one,)) for one in ("ada@north.example", "ben@north.example")]
    for one in both:
        one.start()
    for one in both:
        one.join(timeout=60)
    assert sorted(came) == ["accepted", "stage"]
    with as_owner(), window("looking"):
        now = Case.objects.get(pk=case.pk)
        assert (now.stage, bool(now.reference)) == ("active", True)
        assert Assignment.objects.filter(Assignment.live(), case=case, role="lead").count() == 1
        assert Contact.objects.filter(person_id=case.person_id, removed_at=None).count() == 1
        assert Entry.objects.filter(verb="intake.accepted", case_id=case.pk).count() == 1
