"""Forms for many people as one file: in front the list of who gets which, then each as its own paper would be."""

import zoneinfo
from collections.abc import Callable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.cases.models import Case
from casework.documents import pdf
from casework.documents.piling import Layout, Pile
from casework.intake.models import Batch, Packet
from casework.intake.paper import printing, saying
from casework.intake.paper.boxes import FORM
from casework.intake.paper.printing import Order
from casework.people import languages


def pile(actor: Actor, batch: Batch, forms: Sequence[tuple[Packet, Order]], told: Callable[[int], None]) -> Pile:
    """The file; `told` is called with how many forms are in it.

    Raises printing.NotYet for what is not laid out, and a PaperError.
    """
    organization = forms[0][0].case.organization
    today = timezone.localdate(timezone=zoneinfo.ZoneInfo(organization.time_zone))
    front = pdf.from_template(
        "paper/visit_forms.html",
        {"place": batch.place, "filled": batch.filled, "rows": [_row(one) for one, _order in forms]},
        title=_("Forms for a visit: %(place)s") % {"place": batch.place},
        language=get_language() or "en", organization=organization.name, printed_on=today,
    )  # fmt: skip
    made, layouts = Pile(front), {order: Layout(printing.blank(order)) for order in {one for _form, one in forms}}
    for done, (one, order) in enumerate(forms):
        told(done)
        values = saying.known(actor, one.case, printing.questions(order)) if batch.filled else {}
        about = printing.about(order, one.code, today)
        made.add(layouts[order], one.code, named=FORM, about=about, values=values)
    told(len(forms))
    return made


def _row(one: Packet) -> dict[str, Any]:
    case: Case = one.case
    person = case.whose
    return {
        "code": one.code,
        "name": person.full_name or _("Name not known yet"),
        "reference": case.reference,
        "language": languages.name_of(person.language) if person.language else "",
        "no_contact": person.wants_no_contact,
    }
