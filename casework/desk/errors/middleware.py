"""What any page may meet, and says in one way."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from casework.desk.errors.views import page
from casework.vault.keys import FileShredded

GONE = 410


class ShreddedFile:
    """Says that a file was shredded, to whoever would write in it: nothing is saved."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return page(request, GONE) if isinstance(exception, FileShredded) else None
