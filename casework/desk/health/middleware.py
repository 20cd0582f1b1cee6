"""Health answers come before everything else."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from casework.desk.health import views


class Health:
    """Answers /healthz and /readyz without session, log or host name, so that a lost database stalls neither."""

    answers = {"/healthz": views.healthz, "/readyz": views.readyz}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answers.get(request.path_info, self.get_response)(request)
