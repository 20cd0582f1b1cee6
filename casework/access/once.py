"""A form that comes twice is done once: somebody pressed twice, or a browser sent again what it had sent.

Each page that is made has a token of its own in its forms, so what has the same token, address and content is one
sending. Whoever sends it again, within the hour, is led to where the first one led; while that is still being done, the
second waits for it. Both stand in one transaction with what the form does: what was rolled back may be sent again, and
so may what led nowhere, because something in it was wrong.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from casework.access import context
from casework.access.requests import ALSO_AT_THE_DOOR, AT_THE_DOOR
from casework.vault.cipher import signing_key

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 (a field's name)
LED = 302
BEGIN = """
    INSERT INTO access_cacheentry AS c (key, value, expires_at) VALUES (%s, '""', now() + interval '1 hour')
    ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, expires_at = EXCLUDED.expires_at
    WHERE c.expires_at <= now() RETURNING key
"""
BEFORE = "SELECT value #>> '{}' FROM access_cacheentry WHERE key = %s"
DONE = "UPDATE access_cacheentry SET value = %s WHERE key = %s"
FORGET = "DELETE FROM access_cacheentry WHERE key = %s"


class Once:
    """Stands behind everything that may answer in the place of a view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        key = getattr(request, "sending", "")
        if key and response.status_code < 500 and not context.broken() and not connection.needs_rollback:
            to = response.headers.get("Location", "") if response.status_code == LED and not response.cookies else ""
            _ask(DONE, json.dumps(to), key) if to else _ask(FORGET, key)
        return response

    def process_view(self, request: Any, view: object, args: object, kwargs: object) -> HttpResponse | None:
        name = request.resolver_match.url_name or ""
        at_the_door = name.startswith(AT_THE_DOOR) or name in ALSO_AT_THE_DOOR
        if request.method != "POST" or TOKEN not in request.POST or request.htmx or at_the_door:
            return None
        key = _key(request)
        if _ask(BEGIN, key) is None and (before := _ask(BEFORE, key)):
            return redirect(before)
        request.sending = key
        return None


def _ask(sql: str, *values: str) -> str | None:
    """In the request's own transaction, other than everything else in the cache."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def _key(request: HttpRequest) -> str:
    """Names the sending without telling what is in it."""
    mac = hmac.new(signing_key("sendings"), request.get_full_path().encode(), hashlib.sha256)
    mac.update(str(request.user.pk).encode())
    for name, values in sorted(request.POST.lists()):
        mac.update(json.dumps([name, values]).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            mac.update(json.dumps([name, file.name, hashlib.sha256(file.read()).hexdigest()]).encode())
            file.seek(0)
    return f"sending:{mac.hexdigest()[:40]}"
