"""A file that is brought as a form: whether it is one, whose it is, and what stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.cases import reach
from casework.cases.models import Case
from casework.documents import actions as documents
from casework.documents import apart, checking, looks, returned, wording
from casework.documents.actions import Brought
from casework.documents.looks import Listed
from casework.documents.models import Document, DocumentKind, File, FileSource
from casework.documents.returned import Fields
from casework.intake.answers import Given, may_answer
from casework.intake.models import Packet
from casework.intake.paper import boxes, reading
from casework.intake.paper.reading import Returned
from casework.intake.questions import lists

AMERICAN = "mdy"


@dataclass(frozen=True)
class Read:
    """A form beside what is known. `withheld` counts answers that are not the reader's to take over."""

    returned: Returned
    packet: Packet | None
    withheld: int

    @property
    def is_older(self) -> bool:
        origin = self.returned.origin
        return origin is not None and origin.version < lists.intake().version


def keep(actor: Actor, case: Case, file: Any) -> Document:
    """Keeps the file as a document of the case. Raises ValidationError, which says what is wrong and what to do."""
    content, name = file.read(), str(file.name)
    there = looks.same(actor, case, content)
    if there is not None and there.document.kind == DocumentKind.INTAKE_FORM:
        return there.document
    checked = checking.check(content, name, checking.Patience().for_one())
    if not checked.ended:
        raise ValidationError(_("Checking the file takes too long. Print it to a new PDF, and upload that."))
    if checked.reason:
        raise ValidationError(f"{wording.why(checked.reason)} {wording.what_to_do(checked.reason)}")
    if not checked.pages:
        raise ValidationError(_("A form is a PDF, a scan or a photograph. Keep other files among the documents."))
    tier, title = _judged(actor, case, content)
    brought = Brought(content, name, checked, FileSource.PAPER)
    kept: File = documents.add(actor, case, brought=brought, kind=DocumentKind.INTAKE_FORM, tier=tier, title=title)
    return kept.document


def _judged(actor: Actor, case: Case, content: bytes) -> tuple[int, str]:
    """Who may read it and what it is called. Raises ValidationError for a form of something else or somebody else."""
    highest = reach.of(actor).writes_up_to(case)
    try:
        fields = returned.fields(content)
    except apart.NotRead as error:
        raise ValidationError(
            _("The fields of the form could not be read. Print it to a new PDF, and upload that.")
        ) from error
    if not fields.names:
        return min(2, highest), _("Intake form on paper")
    origin = reading.origin(fields)
    if origin is None:
        raise ValidationError(_("This is not a form of this intake. Keep it among the documents of the case."))
    if not origin.is_blank and not Packet.objects.visible_to(actor).filter(case=case, code=origin.code).exists():
        raise ValidationError(_("This form was printed for another case. Open that case, and upload it there."))
    if origin.version > lists.intake().version:
        raise ValidationError(_("This form is of newer questions than these. Nothing was read."))
    tier = max(
        [one.tier for one in lists.intake() if boxes.known_names([one], fields.values) - {boxes.FORM}], default=1
    )
    if tier > highest:
        raise ValidationError(_("It has answers that are for counsel. Ask an attorney or paralegal to upload it."))
    return tier, _("Intake form %(code)s") % {"code": origin.code}


def fields_of(actor: Actor, file: File) -> Fields:
    """What stands in the fields of a file that was kept; none where they cannot be read. Raises looks.DoesNotOpen."""
    try:
        return returned.fields(looks.content(actor, file))
    except apart.NotRead:
        return Fields()


def compare(actor: Actor, case: Case, fields: Fields, last: Mapping[str, Given]) -> Read:
    """What paper says beside what is known."""
    every = list(lists.intake())
    asked = [one for one in every if may_answer(actor, case, one)]
    origin = reading.origin(fields)
    packet = Packet.objects.visible_to(actor).filter(case=case, code=origin.code if origin else "").first()
    spoken = packet.languages if packet else []
    order = AMERICAN if spoken and "es" not in spoken and "en" in spoken else ""
    read = reading.returned(fields, asked, last, order=order)
    others = boxes.known_names([one for one in every if one not in asked], fields.values) - {boxes.FORM}
    unknown = [(name, value) for name, value in read.unknown if name not in others]
    kept = Returned(read.origin, read.proposed, unknown, read.is_form)
    return Read(kept, packet, len({name.split(boxes.IN)[0] for name in others}))


def section_of(actor: Actor, case: Case | None, listed: Listed, keys: list[str]) -> str:
    """The section with which typing begins."""
    return keys[0]
