"""What the family's page costs beside an empty view, and whether what is shut answers alike whatever shut it."""

import math
import random
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path
from django.utils import timezone

from benchmarks.audit import reader
from casework.access.context import acting
from casework.access.doors import window as suspended
from casework.cases import actions
from casework.people import consents, contacts
from casework.portal import links, window
from casework.portal.links import Made
from casework.portal.models import FamilyLink

TRIES = 500
Row = Callable[..., None]


@login_not_required
def empty(request: HttpRequest) -> HttpResponse:
    """Nothing, behind the same session, context and audit line."""
    of = window.visitor(request.COOKIES.get(settings.FAMILY_COOKIE_NAME, ""), opens=True)
    assert of is not None
    with acting(of.actor):
        window.note(of, "window.viewed")
    return HttpResponse()


urlpatterns = [path("empty/", empty), path("", include("casework.urls"))]


def figures(row: Row, median_ms: Callable[..., float]) -> None:
    """Prints the page in two languages beside the empty view, and medians of 500 wrong tries of each kind."""
    made = invited()
    client = Client()
    client.post(f"/f/es/{made.token}/", {"pin": made.pin})
    with override_settings(ROOT_URLCONF="benchmarks.family"):
        beside = median_ms(lambda: client.get("/empty/"))
        row("empty view, same session, context, audit", beside)
        for language in ("es", "ar"):
            page = median_ms(lambda language=language: client.get(f"/p/{language}/"))
            row(f"family's page, {language}", page, beside, f"{beside / page:.0%} of its throughput")
    shut(row)


def shut(row: Row) -> None:
    """By turns in random order; the limits of wrong tries are emptied before each."""
    standing, other, old, revoked, expired = (invited() for _ in range(5))
    ada, now = reader(), timezone.now()
    with acting(ada):
        links.revoke(ada, revoked.link)
        again = links.renew(ada, old.link, consent=old.link.consent, language="es", ends_at=now + timedelta(days=9))
    with suspended("a benchmark"), acting(ada):
        rows = FamilyLink.objects.filter(pk=expired.link.pk)
        rows.update(ends_at=expired.link.made_at + timedelta(microseconds=1))
    wrong = f"{(int(standing.pin) + 1) % 10**6:06d}"
    tries = {
        "wrong PIN": (standing.token, wrong), "PIN of another link": (standing.token, other.pin + "0"),
        "revoked": (revoked.token, revoked.pin), "expired": (expired.token, expired.pin),
        "replayed after a renewal": (old.token, old.pin), "new address, old PIN": (again.token, again.pin + "0"),
        "guessed": ("A" * 43, standing.pin), "too long": ("A" * 900, standing.pin),
    }  # fmt: skip
    order = list(tries) * TRIES
    random.shuffle(order)
    times: dict[str, list[float]] = {name: [] for name in tries}
    bodies = set()
    for name in order:
        caches["default"].clear()
        token, pin = tries[name]
        began = time.perf_counter()
        answer: Any = Client().post(f"/f/es/{token}/", {"pin": pin})
        times[name].append((time.perf_counter() - began) * 1000)
        bodies.add((answer.status_code, answer.content))
    medians = {name: statistics.median(found) for name, found in times.items()}
    for name, median in medians.items():
        row(f"shut: {name}", median, note=f"± {_error(times[name]):.1f} ms")
    row("shut: farthest medians apart", max(medians.values()) - min(medians.values()), note=f"{len(bodies)} answer")


def _error(times: list[float]) -> float:
    """The standard error of their median, as if they were spread about it normally: what chance alone moves it by."""
    low, _median, high = statistics.quantiles(times, n=4)
    return 1.2533 * (high - low) / 1.349 / math.sqrt(len(times))


def invited() -> Made:
    """A mother with a link."""
    ada, now = reader(), timezone.now()
    with acting(ada):
        case = actions.open_case(ada, names={"given_names": "Yesenia"})
        rosa = contacts.add(ada, case.person, values={"name": "Rosa"})
        consent = consents.give(
            ada, case.person, contact=rosa, subjects=("custody", "hearings", "next_steps"), how="phone",
            given_at=now - timedelta(minutes=1),
        )  # fmt: skip
        made: Made = links.invite(ada, case, consent=consent, language="es", ends_at=now + timedelta(days=9))
    return made
