"""A file in quarantine is looked at once more, with more patience."""

from casework.access.actor import Actor
from casework.cases.models import Case
from casework.documents import actions, checking, looks
from casework.documents.models import Document, File, FileState


def check(actor: Actor, file: File) -> None:
    """Checks it, and writes what was found. One that does not open, or that was checked meanwhile, stays as it is."""
    case = Case.objects.visible_to(actor).get(pk=file.case_id)
    document = Document.objects.visible_to(actor).select_related("case").get(pk=file.document_id)
    found = checking.check(looks.content(actor, file), file.name)
    held = File.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).select_related("case")
    waiting = held.filter(pk=file.pk, state=FileState.QUARANTINED).first()
    if waiting is not None:
        actions.settle(actor, case, document=document, file=waiting, checked=found)
