"""The parts, and a page of each surface, with invented content. Not there in production."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from casework.desk.styleguide.forms import SampleForm, SignInSample
from casework.desk.styleguide.samples import ARABIC, ENGLISH, published
from casework.documents import pdf
from casework.portal import cards, words

PHOENIX = ZoneInfo("America/Phoenix")
THEMES = ("light", "dark")
ERRORS = (400, 403, 404, 410, 500)
View = Callable[..., HttpResponse]


def sample_page(view: View) -> View:
    """Open to everybody in the demo and in tests; elsewhere 404."""

    @require_safe
    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not (settings.DEMO or settings.MODE == "test"):
            raise Http404
        return view(request, **kwargs)

    return guarded


@sample_page
def styleguide(request: HttpRequest) -> HttpResponse:
    direction = "rtl" if request.GET.get("dir") == "rtl" else "ltr"
    sample = ARABIC if direction == "rtl" else ENGLISH
    hearing = datetime(2026, 11, 23, 13, 0, tzinfo=PHOENIX)
    context = chosen(request, direction) | {
        "sample": sample,
        "tabs": [(name, "#ways", "page" if place == 1 else "") for place, name in enumerate(sample["tabs"])],
        "hearing": hearing,
        "midnight": hearing.replace(hour=0, minute=30),
        "moved": timezone.now() - timedelta(hours=5),
        "form": SampleForm(auto_id="empty_%s"),
        "wrong": SampleForm(data={"name": sample["name"], "email": "ada@", "place": "work"}, auto_id="wrong_%s"),
    }
    return render(request, "desk/styleguide/index.html", context)


def chosen(request: HttpRequest, direction: str) -> dict[str, Any]:
    """The direction and theme asked for, and the addresses that ask for the others."""
    theme = request.GET.get("theme", "")
    theme = theme if theme in THEMES else ""

    def address(direction: str, theme: str) -> str:
        return f"?{urlencode({'dir': direction, 'theme': theme})}"

    return {
        "direction": direction,
        "theme": theme,
        "directions": [(name, address(name, theme), name == direction) for name in ("ltr", "rtl")],
        "themes": [(name or "system", address(direction, name), name == theme) for name in ("", *THEMES)],
    }


@sample_page
def account(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/styleguide/account.html", {"fields": SignInSample()})


@sample_page
def portal(request: HttpRequest) -> HttpResponse:
    """The family's page as its own room makes it."""
    spoken = words.of("ar" if request.GET.get("dir") == "rtl" else "en")
    office = cards.Office("North Legal Aid", "+1 213 555 0119", {"0": ["09:00", "17:00"]}, "America/Los_Angeles")
    now = timezone.now()
    context = {
        "spoken": spoken, "w": spoken.words, "cards": cards.of(published(now), office, spoken, now), "sends": True,
        "lede": spoken.say("from", organization=office.organization), "tell_after": "do",
    }  # fmt: skip
    return render(request, "portal/page.html", context)


@sample_page
def error(request: HttpRequest, status: int) -> HttpResponse:
    """An error page, as it looks when it is needed, but with status 200."""
    if status not in ERRORS:
        raise Http404
    context = {"request_id": "5f0c7d2e9a41", "stale_form": "stale" in request.GET}
    return HttpResponse(render_to_string(f"errors/{status}.html", context))


@sample_page
def paper(request: HttpRequest) -> HttpResponse:
    """The sample paper as a PDF."""
    made = pdf.from_template(
        "paper/sample.html",
        {},
        title="Sample paper",
        language=get_language() or settings.LANGUAGE_CODE,
        organization="North Legal Aid",
        printed_on=timezone.localdate(),
    )
    return HttpResponse(made, content_type="application/pdf")
