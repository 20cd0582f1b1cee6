"""The addresses of documents: of each case the one that volunteers may read, too."""

import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from casework.access.acts import sealed_detail
from casework.access.doors import window
from casework.audit.actions import What
from casework.audit.models import Entry
from casework.documents.models import Document, File
from casework.vault import keys
from tests.matrix.cells import Address, Answer, Expect, always, page
from tests.matrix.expectations import canaries_of_documents, may, sight
from tests.matrix.forms import Data
from tests.matrix.of_cases import about_case, done, form, header_shown, of_case
from tests.matrix.world import CASES, PLANTED, Principal, World, canary

LINE = uuid.uuid5(uuid.NAMESPACE_OID, "a change of a document")


def addresses() -> list[Address]:
    """One screen or form a line."""
    return [
        about_case(
            "case_documents",
            page(of_case("case.viewed", listed)) | {"POST": of_case("document.added", done("document.added"))},
            data=brought,
        ),
        about_case("document", page(of_case("document.viewed", seen("document.viewed"))), kwargs=of_document),
        about_case(
            "add_version",
            page(of_case("document.version_added", looked)) | {
                "POST": of_case("document.version_added", done("document.version_added"))
            },
            kwargs=of_document, data=brought,
        ),
        about_case(
            "change_document",
            page(of_case("document.changed", header_shown))
            | {"POST": of_case("document.changed", done("document.changed"))},
            kwargs=of_document, data=lambda *_: {"name": "Letter", "kind": "letter", "tier": 1, "version": 1},
        ),
        about_case(
            "change_document",
            page(of_case("document.changed", header_shown)) | {"POST": of_case("document.changed", raised)},
            kwargs=of_document, prepare=as_planted, data=raising,
        ),
        form("withdraw_document", "document.withdrawn", kwargs=of_document),
        form("restore_document", "document.restored", kwargs=of_document, prepare=withdrawn),
        form("refuse_document", "document.refused", kwargs=of_document, prepare=sent_by_a_family),
        form(
            "check_document", "document.checked", kwargs=of_document, prepare=waiting,
            post=of_case("document.checked", done("document.checked")),
        ),
        form(
            "undo_document", "document.changed", prepare=changed_before,
            kwargs=lambda world, key: of_document(world, key) | {"line": LINE},
        ),
        about_case(
            "download_document", page(of_case("document.downloaded", left("document.downloaded"))), kwargs=of_file
        ),
        about_case(
            "document_picture", page(of_case("document.previewed", left("document.previewed"))),
            kwargs=lambda world, key: of_file(world, key) | {"number": 1},
        ),
    ]  # fmt: skip


def of_document(world: World, key: str) -> dict[str, Any]:
    return {"pk": world.cases[key].pk, "document": world.documents[key].document_id}


def of_file(world: World, key: str) -> dict[str, Any]:
    return of_document(world, key) | {"file": world.documents[key].pk}


def looked(principal: Principal, case: str) -> Answer:
    return Answer(302, to=reverse("caseload"), verbs=("case.viewed",))


def listed(principal: Principal, case: str) -> Answer:
    seen = canaries_of_documents(case, sight(principal, case).tier)
    return Answer(200, verbs=("case.viewed",), shows=frozenset(seen))


def seen(verb: str) -> Expect:
    """The one of the lowest tier, which everybody may read who sees the case."""
    return lambda _principal, case: Answer(
        200, verbs=("case.viewed", verb), shows=frozenset(canaries_of_documents(case, 1))
    )


def left(verb: str) -> Expect:
    return always(Answer(200, verbs=("case.viewed", verb)))


def raised(principal: Principal, case: str) -> Answer:
    """Who may read it is counsel's to say; a volunteer's form has no such field, and nothing is different."""
    may_say = may(principal, "document.tier_changed", case)
    verbs = ("case.viewed", *(["document.tier_changed"] if may_say else []))
    return Answer(302, to=reverse("caseload"), verbs=verbs, changes=may_say)


def as_planted(world: World, principal: Principal, case: str) -> None:
    """It stands as it was brought: read by everybody on the case."""


def raising(world: World, principal: Principal, case: str) -> Data:
    return {"name": canary(CASES[case][0], case, "D1"), "kind": "letter", "tier": 2, "version": 1}


def brought(world: World, principal: Principal, case: str) -> Data:
    """A picture of a kind that is not taken: whether it is, no other process has to find out."""
    return {"kind": "letter", "tier": 1, "chosen": SimpleUploadedFile("a.gif", b"GIF89a")}


def withdrawn(world: World, principal: Principal, case: str) -> None:
    with window("matrix"):
        Document.objects.filter(pk=world.documents[case].document_id).update(withdrawn=True)


def waiting(world: World, principal: Principal, case: str) -> None:
    """Its check has not ended; its first bytes are of no kind that is taken."""
    with window("matrix"):
        File.objects.filter(pk=world.documents[case].pk).update(state="quarantined")


def sent_by_a_family(world: World, principal: Principal, case: str) -> None:
    with window("matrix"):
        File.objects.filter(pk=world.documents[case].pk).update(state="quarantined", source="family")


def changed_before(world: World, principal: Principal, case: str) -> None:
    """Somebody said that it is a letter, and it stands."""
    row = world.cases[case]
    pk = world.documents[case].document_id
    about = What(row.organization_id, "documents.document", pk, case_id=row.pk, file_id=row.person_id)
    told = {"changes": {"kind": ("evidence", "letter")}, "version": 1, "name": canary(CASES[case][0], case, "D1")}
    keys.forget()
    Entry.objects.create(
        pk=LINE, organization_id=row.organization_id, actor_kind="duty", verb="document.changed", object_id=pk,
        object_type=about.type, case_id=row.pk, file_id=row.person_id, request_id=PLANTED,
        detail=sealed_detail(told, about, LINE),
    )  # fmt: skip
    keys.forget()
