"""The error pages. None asks the database, so that they still stand when it does not."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def page(request: HttpRequest, status: int) -> HttpResponse:
    context = {"request_id": request.META.get("casework.request_id", "")}
    return HttpResponse(render_to_string(f"errors/{status}.html", context), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long, or came from somewhere else: 403, with words of its own."""
    context = {"request_id": request.META.get("casework.request_id", ""), "stale_form": True}
    return HttpResponse(render_to_string("errors/403.html", context), status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return page(request, 500)
