"""Pages that do what a page of the product must not, beside the product's own."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DatabaseError, connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path

from casework import urls
from casework.access.requests import StaffRequest
from casework.cases import actions
from casework.cases.models import Case, Task

handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
RAISES: dict[int, Exception] = {
    400: SuspiciousOperation(), 403: PermissionDenied(), 404: Http404(), 500: RuntimeError(),
}  # fmt: skip
meanwhile: list[Callable[[], None]] = []  # what happens between two statements of a page


def ask(statement: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0] if cursor.description else None


def write(request: StaffRequest, status: int, pk: UUID | None = None) -> HttpResponse:
    """Writes a case and into the session, then answers so, or fails so."""
    actions.open_case(request.actor, names={}, language=f"test {status}")
    request.session["mark"] = status
    if status in RAISES and pk is None:
        raise RAISES[status]
    return HttpResponse(status=status)


def who(request: StaffRequest) -> JsonResponse:
    """Who asks, as Python and as the database know it, and what is seen."""
    ids = {"membership": request.membership and request.membership.pk, "kind": request.actor.kind}
    database = {"claim": ask("SELECT ctx.claim()"), "member": ask("SELECT ctx.membership_id()")}
    memberships = [one.organization.short_name for one in request.memberships]
    return JsonResponse(ids | database | {"cases": ask("SELECT count(*) FROM cases_case"), "places": memberships})


def between(request: StaffRequest) -> JsonResponse:
    """What is seen before and after something has happened elsewhere."""
    before = ask("SELECT count(*) FROM cases_case")
    for happen in meanwhile:
        happen()
    return JsonResponse({"before": before, "after": ask("SELECT count(*) FROM cases_case")})


def between_refused(request: StaffRequest) -> HttpResponse:
    for happen in meanwhile:
        happen()
    raise Http404


def overlooked(request: StaffRequest) -> HttpResponse:
    """Catches what the database said, and goes on as if nothing were."""
    actions.open_case(request.actor, names={}, language="test overlooked")
    try:
        ask("SELECT 1 / 0")
    except DatabaseError:
        return HttpResponse("fine")
    return HttpResponse("unreachable")


def late(request: StaffRequest) -> HttpResponse:
    """What is wrong shows at the commit only."""
    case = actions.open_case(request.actor, names={}, language="test late")
    ask("SET CONSTRAINTS ALL DEFERRED")
    nobody, me = uuid4(), request.actor.member
    Task(organization_id=case.organization_id, case=case, text="Call", assignee_id=nobody, made_by_id=me).save()
    return HttpResponse("fine")


def generated() -> Iterator[bytes]:
    yield str(ask("SELECT count(*) FROM cases_case")).encode()


def body(request: StaffRequest, kind: str) -> HttpResponseBase:
    """An answer whose body is made in this way."""
    actions.open_case(request.actor, names={}, language=f"test {kind}")
    made: dict[str, Callable[[], HttpResponseBase]] = {
        "stream": lambda: StreamingHttpResponse(generated()),
        "generated-file": lambda: FileResponse(generated()),
        "open-file": lambda: FileResponse(Path(__file__).open("rb")),  # noqa: SIM115 (the answer closes it)
        "memory": lambda: FileResponse(io.BytesIO(b"made before")),
        "list": lambda: StreamingHttpResponse([b"made before"]),
        "rendered": lambda: render(request, "errors/404.html"),
    }
    return made[kind]()


def session(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"mark": request.session.get("mark"), "cases": list(seen(request))})


def seen(request: Any) -> Iterator[str]:
    for case in Case.objects.visible_to(request.actor).select_related("person"):
        if case.person.language.startswith("test"):
            yield case.person.language


urlpatterns = [
    path("t/write/<int:status>/", write, name="t_write"),
    path("t/write/<int:status>/<uuid:pk>/", write, name="t_write_one"),
    path("t/who/", who, name="t_who"),
    path("t/door/", who, name="account_t"),
    path("t/between/", between, name="t_between"),
    path("t/between-refused/", between_refused, name="t_between_refused"),
    path("t/overlooked/", overlooked, name="t_overlooked"),
    path("t/late/", late, name="t_late"),
    path("t/body/<slug:kind>/", body, name="t_body"),
    path("t/session/", session, name="t_session"),
    *urls.urlpatterns,
]
