"""What is uploaded stays in memory, never in a temporary file; how much of it, the route says."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler


class InMemory(MemoryFileUploadHandler):
    """Keeps files of a request up to `FILE_UPLOAD_MAX_MEMORY_SIZE` in all, and nothing of a larger one.

    The routes in `LARGE_UPLOADS` take more, from somebody who acts in an organization: else anybody could fill the
    memory.
    """

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *more: Any, **named: Any) -> None:  # noqa: N803
        self.activated = content_length <= self._most()

    def _most(self) -> int:
        match = getattr(self.request, "resolver_match", None)
        member = getattr(self.request, "membership", None) is not None
        known: dict[str, int] = settings.LARGE_UPLOADS if match and member else {}
        return known.get(getattr(match, "url_name", "") or "", int(settings.FILE_UPLOAD_MAX_MEMORY_SIZE))
