"""Every write about paper: making a form for a case, and taking answers over from one that came back."""

from collections.abc import Sequence

from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.cases.models import Case
from casework.intake.actions.answers import Said, save_answers
from casework.intake.models import Answer, Batch, Packet, Source
from casework.intake.paper.printing import Order


@act("packet.made")
def make_packet(
    actor: Actor, case: Case, *, order: Order, filled: bool, batch: Batch | None = None
) -> Happened[Packet]:  # fmt: skip
    """Writes down that a form is made for a case, under a code of its own, perhaps with those of others."""
    packet = Packet(
        organization_id=case.organization_id, case=case, set_version=order.version, sections=list(order.sections),
        languages=list(order.languages), asked_by=order.asked_by, highest=order.highest, off=list(order.off),
        filled=filled, batch=batch, printed_by_id=actor.member, printed_by_name=actor.name[:150],
    )  # fmt: skip
    packet.save(force_insert=True)
    told = {"code": packet.code, "sections": packet.sections, "languages": packet.languages, "filled": filled}
    return Happened(packet, thing=packet, fields=("packet",), told=told)


def take_over(actor: Actor, case: Case, said: Sequence[Said]) -> list[Answer]:
    """Saves what somebody accepted of a form that came back. Raises as `save_answer`."""
    return save_answers(actor, case, said, source=Source.PAPER)
