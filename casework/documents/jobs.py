"""The worker's side of documents: files whose check took longer than somebody waits."""

import uuid

from django.utils import translation
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from casework.access.actor import Actor, staff
from casework.access.context import JOB_SECONDS, acting
from casework.access.models import Membership, User
from casework.documents import actions, again
from casework.documents.models import File, FileState


@app.task(name=actions.CHECK, retry=RetryStrategy(max_attempts=3, wait=10))
def check(actor: str, file_id: str, user_id: str, object_id: str = "") -> None:
    """Checks a file in quarantine as the member who brought it, who is found as a request finds them.

    A second run finds it checked.
    """
    asked = Actor("staff", user_id=uuid.UUID(user_id), membership_id=uuid.UUID(actor))
    with acting(asked, JOB_SECONDS):
        place = Membership.objects.live().filter(pk=actor).select_related("organization").first()
        person = User.objects.filter(pk=user_id).first()
        if place is None or person is None:
            return
        who = staff(place, person.name)
        rows = File.objects.visible_to(who).select_related("case", "document")
        file = rows.filter(pk=file_id, state=FileState.QUARANTINED).first()
        if file is not None:
            with translation.override(person.language):
                again.check(who, file)
