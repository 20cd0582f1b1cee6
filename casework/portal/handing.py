"""Documents that a family sends from its phone: checked as all others, kept in quarantine until the team takes them."""

from typing import Any

from django.db import connection

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.context import acting
from casework.cases.actions.tasks import finish_task
from casework.cases.models import Case, Task
from casework.documents import actions, rules
from casework.documents.actions import Brought
from casework.documents.rules import Space
from casework.portal.models import FamilyWord, Said
from casework.portal.window import Visitor

MOST_BYTES = 8 * rules.MEGABYTE  # of a request of somebody who is no member (FILE_UPLOAD_MAX_MEMORY_SIZE)
# The codes of a check, and the word of the page that says what to do; whatever else is wrong, a photograph helps.
WHY = {
    "too_large": "file_large",
    **dict.fromkeys(
        ("gif", "webp", "tiff", "bitmap", "video", "web_page", "old_office", "rtf", "postscript", "program", "archive",
         "unknown", "name_starts", "name_other"), "file_kind",
    ),
}  # fmt: skip
BROKEN = "file_broken"


def why(reason: str) -> str:
    """The word that says why a file is not taken, and what to do."""
    return WHY.get(reason, BROKEN)


def settled(actor: Actor, happened: Happened[Any]) -> None:
    """Ends the task about a document that a family sent, when somebody took it or refused it."""
    document = happened.thing
    words = FamilyWord.objects.visible_to(actor).filter(document_id=document.pk) if document else ()
    for word in words:
        case = Case.objects.visible_to(actor).get(pk=word.case_id)
        if acts.allowed(actor, "task.done", case):
            for task in Task.objects.visible_to(actor).filter(case=case, cause=word.pk, done_at=None):
                finish_task(actor, case, task=task)


def has_room(of: Visitor, more: int) -> bool:
    """Whether so many bytes more are kept of the case."""
    with acting(of.actor), connection.cursor() as cursor:
        cursor.execute("SELECT of_case, of_organization FROM ctx.family_space()")
        row = cursor.fetchone()
    return row is not None and not rules.no_room(Space(*row), more)


def hand_in(of: Visitor, brought: Brought) -> str:
    """Keeps what a family sends, for the team to take or to refuse; the receipt."""
    with acting(of.actor):
        word: FamilyWord = _hand_in(of.actor, of=of, brought=brought)
    return word.receipt


@act("window.handed_in")
def _hand_in(actor: Actor, *, of: Visitor, brought: Brought) -> Happened[FamilyWord]:
    case = Case(pk=of.case_id, organization_id=of.organization_id, person_id=of.file)  # by name: no case is reached
    document = actions.from_family(case, brought=brought, answers=of.made_by)
    word = FamilyWord(
        organization_id=of.organization_id, case_id=of.case_id, link_id=of.link_id, kind=Said.DOCUMENT,
        text=rules.clean_name(brought.name)[: rules.MOST_NAME] or document.name, document_id=document.pk, file=of.file,
    )  # fmt: skip
    word.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.family_told(%s)", [word.pk])
    return Happened(word, thing=word, fields=("document",))
