"""The addresses of the conflict check of a case. What it finds, and what is told of it, is tested in tests/intake."""

import uuid
from typing import Any

from django.urls import reverse

from tests.matrix import forms
from tests.matrix.cells import NOT_THERE, Address, Answer, always, page
from tests.matrix.of_cases import about_case, done, form, header_shown, of_case
from tests.matrix.world import World

NOBODYS = uuid.uuid5(uuid.NAMESPACE_OID, "a decision that nobody made")
SENT = {"about": "unseen", "unseen-outcome": "none", "unseen-reason": "They say so"}


def addresses() -> list[Address]:
    """The page, the check; a decision about what is open and about nothing; taking back one, and one nobody made."""
    led_back = always(Answer(302, to=reverse("caseload"), verbs=("case.viewed",)))
    return [
        about_case("case_conflicts", page(of_case("conflict.checked", header_shown))),
        form("check_conflicts", "conflict.checked", post=of_case("conflict.checked", done("conflict.checked"))),
        about_case(
            "decide_conflict",
            page(of_case("conflict.checked", led_back)) | {"POST": of_case("conflict.decided", header_shown)},
            data=lambda *_: SENT,
        ),
        about_case(
            "decide_conflict",
            page(of_case("conflict.checked", led_back))
            | {"POST": of_case("conflict.decided", done("conflict.decided"))},
            data=lambda *_: SENT,
            prepare=forms.found_somebody,
        ),
        form(
            "undo_conflict",
            "conflict.undone",
            prepare=forms.decided,
            kwargs=lambda world, case: {"pk": world.cases[case].pk, "decision": forms.DECISION},
        ),
        form("undo_conflict", "conflict.undone", post=of_case("conflict.undone", always(NOT_THERE)), kwargs=of_nobody),
    ]


def of_nobody(world: World, case: str) -> dict[str, Any]:
    return {"pk": world.cases[case].pk, "decision": NOBODYS}
