"""The addresses of imports: whoever brought one meets it alone, until it is done."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.matrix.cells import NO, NOT_THERE, OK, Address, Answer, Expect, always, page
from tests.matrix.expectations import may, sees_import
from tests.matrix.world import IMPORTS, Principal, World, canary

UPLOADED = "import.uploaded"


def addresses() -> list[Address]:
    """The list, and each step of one."""
    return [
        Address("imports", page(for_counsel(listed)) | {"POST": for_counsel(always(back(UPLOADED)))}, data=file),
        Address("import_template", page(for_counsel(always(OK)))),
        one("import", page(of_import(shown, others=shown))),
        one(
            "import_columns",
            page(of_import(when_draft(shown))) | {"POST": of_import(when_draft(always(done("import.prepared"))))},
            data=columns,
        ),
        form("correct_import", when_draft(always(done("import.prepared"))), data=lambda *_: {"version": 1}),
        form("start_import", when_draft(always(done("import.started")))),
        one(
            "undo_import",
            page(of_import(when_done(always(Answer(200, verbs=("import.viewed",))))))
            | {"POST": of_import(when_done(always(done("import.undo_asked"))))},
        ),
        form("drop_import", when_draft(always(done("import.dropped")))),
    ]


def one(name: str, answers: dict[str, Expect], **more: Any) -> Address:
    """An address that names an import."""
    return Address(name, answers, tuple(IMPORTS), lambda world, key: {"pk": world.imports[key].pk}, **more)


def form(name: str, expect: Expect, **more: Any) -> Address:
    """A form on the page of an import, to which whoever comes without one is led."""
    return one(name, page(always(Answer(302, to="/imports/"))) | {"POST": of_import(expect)}, **more)


def back(*verbs: str) -> Answer:
    return Answer(302, to="/imports/", verbs=verbs, changes=True)


def done(verb: str) -> Answer:
    return back("import.viewed", verb)


def for_counsel(expect: Expect) -> Expect:
    return lambda principal, key: expect(principal, key) if may(principal, UPLOADED) else NO


def of_import(expect: Expect, others: Expect | None = None) -> Expect:
    """For whoever brought it; `others` for counsel who see that it was. Nobody else knows of it."""

    def answer(principal: Principal, key: str) -> Answer:
        if not sees_import(principal, key):
            return NOT_THERE
        return expect(principal, key) if principal.key == IMPORTS[key][1] else (others or always(NO))(principal, key)

    return answer


def _in_state(wanted: str) -> Callable[[Expect], Expect]:
    """What an address does in one state; in the others it leads to the page of the import."""

    def only(expect: Expect) -> Expect:
        def answer(principal: Principal, key: str) -> Answer:
            if IMPORTS[key][2] == wanted:
                return expect(principal, key)
            return Answer(302, to="/imports/", verbs=("import.viewed",))

        return answer

    return only


when_draft, when_done = _in_state("draft"), _in_state("done")


def listed(principal: Principal, relation: str) -> Answer:
    seen = {canary(IMPORTS[key][0], key, "file") for key in IMPORTS if sees_import(principal, key)}
    return Answer(200, verbs=("import.viewed",) if seen else (), shows=frozenset(seen))


def shown(principal: Principal, key: str) -> Answer:
    """The name of the file, or (while it waits) what stands in it."""
    what = "cell" if IMPORTS[key][2] == "draft" else "file"
    return Answer(200, verbs=("import.viewed",), shows=frozenset({canary(IMPORTS[key][0], key, what)}))


def file(world: World, principal: Principal, relation: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("people.csv", b"First name,Last name\nRosa,Tzul\n")}


def columns(world: World, principal: Principal, relation: str) -> dict[str, Any]:
    return {"version": 1, "column_0": "given_names", "stage": "enquiry", "source": "other"}
