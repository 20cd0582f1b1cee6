"""What a new hearing most likely is: the court and the habits of the last hearing there. Everything can be changed."""

from typing import Any

from casework.access.actor import Actor
from casework.cases.models import Assignment, Case, CaseRole
from casework.custody import looks as custody
from casework.custody import places
from casework.custody import rules as custody_rules
from casework.docket import looks, rules
from casework.docket.models.kinds import Interpreter

ENGLISH = "ENG"


def of_new(actor: Actor, case: Case, *, kind: str = "") -> dict[str, Any]:
    """Values by the names of a hearing's fields; the court as its key. A bond hearing is where the person is held."""
    on_file, near = custody.court(actor, case), expected(actor, case)
    there, filed = near.expected_court if near else "", on_file.court_id if on_file else ""
    court = (there or filed) if kind == rules.BOND else (filed or there)
    last = looks.last_at(actor, case, court) if court else None
    spoken = case.whose.language
    asks = Interpreter.NONE if not spoken else Interpreter.NOT_NEEDED if spoken == ENGLISH else Interpreter.COURT
    return {
        "kind": kind,
        "court": court,
        "medium": last.medium if last else "",
        "judge": last.judge if last else "",
        "place": last.place if last else "",
        "language": spoken if spoken != ENGLISH else "",
        "interpreter": last.interpreter if last and last.interpreter else asks,
        "appearing": _lead(actor, case),
    }


def expected(actor: Actor, case: Case) -> custody_rules.Place | None:
    """Where the person is held now, with the court that is expected for it; None for somebody who is not held."""
    stay = custody.open_stay(actor, case)
    return places.of_stint(custody.last_stint(actor, stay)) if stay else None


def _lead(actor: Actor, case: Case) -> Any:
    team = Assignment.objects.visible_to(actor).filter(Assignment.live(), case=case, role=CaseRole.LEAD)
    return team.values_list("membership_id", flat=True).first()
