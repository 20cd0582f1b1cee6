"""A file that is brought as a form: whether it is one, whose it is, and what stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access.actor import Actor
from casework.access.models import Organization
from casework.cases import reach
from casework.cases.models import Case
from casework.documents import actions as documents
from casework.documents import apart, checking, looks, returned, wording
from casework.documents.actions import Brought
from casework.documents.models import Document, DocumentKind, File, FileSource
from casework.documents.returned import Fields
from casework.intake.answers import Given, may_answer
from casework.intake.models import Packet
from casework.intake.paper import boxes, printing, reading
from casework.intake.paper.printing import BLANK, NotYet, Order
from casework.intake.paper.reading import Returned
from casework.intake.questions import lists

AMERICAN = "mdy"
READ_SECONDS = 24 * 60 * 60  # for which square codes are kept, which say nothing of anybody
OTHER_CASE = gettext_lazy("This form was printed for another case. Open that case, and upload it there.")


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
        if any(not _is_of(actor, case, one.code) for one in returned.squares(content)):
            raise ValidationError(OTHER_CASE)
        return min(2, highest), _("Intake form on paper")
    origin = reading.origin(fields)
    if origin is None:
        raise ValidationError(_("This is not a form of this intake. Keep it among the documents of the case."))
    if not _is_of(actor, case, origin.code):
        raise ValidationError(OTHER_CASE)
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


def _is_of(actor: Actor, case: Case, code: str) -> bool:
    return code == BLANK or Packet.objects.visible_to(actor).filter(case=case, code=code).exists()


def order_of(packet: Packet, organization: Organization) -> Order:
    return Order(
        packet.set_version, tuple(packet.sections), tuple(packet.languages), packet.asked_by, packet.highest,
        tuple(packet.off), organization.name,
    )  # fmt: skip


def sections_by_page(actor: Actor, case: Case, file: File) -> dict[int, list[str]]:
    """Which sections stand on which page of a scan or photograph, as its square codes say, by the pages of the form.

    Nothing where there is no code, or the form is not laid out any more. Raises looks.DoesNotOpen.
    """
    key = f"squares-{file.pk}"
    read: list[list[Any]] | None = cache.get(key)
    if read is None:
        read = [[one.at, one.code, one.page] for one in returned.squares(looks.content(actor, file))]
        cache.set(key, read, READ_SECONDS)
    packets = {one.code: one for one in Packet.objects.visible_to(actor).filter(case=case)}
    found: dict[int, list[str]] = {}
    for at, code, page in sorted(read, key=lambda one: int(one[2])):
        if code in packets and (on := _sections(order_of(packets[code], case.organization)))[page - 1 : page]:
            found[at] = on[page - 1]
    return found


def _sections(order: Order) -> list[list[str]]:
    try:
        return printing.sections_on(printing.blank(order))
    except NotYet:
        return []
