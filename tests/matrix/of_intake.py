"""The addresses of the intake: drafts, the first call, its sections, each answer, and what an organization asks."""

import uuid
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile

from casework.desk.intake.views import SALT
from tests.matrix.cells import NO, NOT_THERE, OK, Address, Answer, always, led, page, posted
from tests.matrix.expectations import canaries_of_case, may
from tests.matrix.forms import CASE_LINE
from tests.matrix.of_cases import about_case, header_shown, if_allowed, of_case, shown
from tests.matrix.of_documents import of_document
from tests.matrix.world import CASES, Principal, World

MADE = "packet.made"
SAVED, SEEN = "answer.saved", "screening.viewed"


def addresses() -> list[Address]:
    """One screen or form a line."""
    begun = led("intakes", "case.opened", SAVED, "call.logged")
    kept = Answer(200, verbs=("case.viewed", SAVED), changes=True)
    return [
        Address("intakes", page(if_allowed("case.opened", OK))),
        Address(
            "new_intake", page(if_allowed("case.opened", OK)) | {"POST": if_allowed("case.opened", begun)}, data=first
        ),
        about_case("intake", page(of_case(SAVED, header_shown))),
        about_case(
            "intake_part",
            page(of_case(SAVED, called))
            | {"POST": of_case(SAVED, always(Answer(302, to="/intake/", verbs=("case.viewed", SAVED), changes=True)))},
            kwargs=lambda world, key: {"pk": world.cases[key].pk, "part": "first-call"},
            data=said,
        ),
        Address(
            "answer",
            posted("intakes", of_case(SAVED, always(kept))),
            tuple(CASES),
            data=lambda world, principal, key: said(world, principal, key)
            | {"only": "caller_name", "part": "first-call", "case": world.cases[key].pk},
            about_case=True,
        ),
        Address("blank_form", page(if_allowed("case.opened", OK))),
        about_case(
            "intake_paper",
            page(of_case(MADE, header_shown))
            | {"POST": of_case(MADE, always(Answer(302, to="/intake/", verbs=("case.viewed", MADE), changes=True)))},
            data=lambda *_: {"language": "en", "sections": ["incident"]},
        ),
        about_case("packet", page(of_case("packet.printed", always(NOT_THERE))), kwargs=nothing),
        about_case(
            "return_form",
            page(of_case(SAVED, always(Answer(302, to="/intake/", verbs=("case.viewed",)))))
            | {"POST": of_case(SAVED, header_shown)},
            data=lambda *_: {"file": SimpleUploadedFile("a.gif", b"GIF89a")},
        ),
        about_case(
            "review_form",
            page(of_case(SAVED, reviewed))
            | {"POST": of_case(SAVED, always(Answer(302, to="/intake/", verbs=("case.viewed", "document.viewed"))))},
            kwargs=of_document, data=lambda *_: {},
        ),
        about_case("screening", page(of_case(SEEN, screened))),
        about_case("case_intake", page(of_case("case.viewed", shown))),
        about_case(
            "answer_history",
            page(of_case("case.viewed", called)),
            kwargs=lambda world, key: {"pk": world.cases[key].pk, "key": "caller_name"},
        ),
        Address(
            "intake_settings",
            page(if_allowed("questions.chosen", OK))
            | {"POST": if_allowed("questions.chosen", led("intake_settings", "questions.chosen"))},
            data=lambda *_: {"on": ["incident"], "version": "0"},
        ),
        Address(
            "undo_intake_settings",
            posted("intake_settings", lambda principal, _: NOT_THERE if may(principal, "questions.chosen") else NO),
            kwargs=lambda *_: {"line": CASE_LINE},
        ),
    ]  # fmt: skip


def first(world: World, principal: Principal, relation: str) -> dict[str, Any]:
    member = world.memberships.get(principal.key)
    start = [str(uuid.uuid4()), str(member.pk if member else None)]
    return {"start": signing.dumps(start, salt=SALT), "caller_name-seen": "0", "caller_name": "Rosa"}


def said(world: World, principal: Principal, case: str) -> dict[str, Any]:
    return {"caller_name-seen": "1", "caller_name": "Rosa"}


def called(principal: Principal, case: str) -> Answer:
    """The person, and the answer of the first tier that was planted."""
    return Answer(200, verbs=("case.viewed",), shows=frozenset(canaries_of_case(case, 1)))


def screened(principal: Principal, case: str) -> Answer:
    return Answer(200, verbs=("case.viewed", SEEN), shows=frozenset(canaries_of_case(case, 0)))


def nothing(world: World, key: str) -> dict[str, Any]:
    return {"pk": world.cases[key].pk, "packet": uuid.uuid5(uuid.NAMESPACE_OID, "no form")}


def reviewed(principal: Principal, case: str) -> Answer:
    """A paper without fields, with the questions of the first section beside it."""
    return Answer(200, verbs=("case.viewed", "document.viewed"), shows=frozenset(canaries_of_case(case, 0)))
