"""The family's pages. Whoever may be signed in on the browser that asks counts for nothing."""

import functools
import hmac
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.access import limits
from casework.access.requests import sent_too_much
from casework.docket.ics import written
from casework.documents.actions import Brought
from casework.documents.checking import Patience, check
from casework.portal import cards, handing, inbound, links, window, words
from casework.portal.models import Said
from casework.portal.rules import DOCUMENTS
from casework.portal.window import Visitor

ELSEWHERE = "https://www.weather.gov/"  # where a quick exit leads: nothing that anybody has to explain
FORGET = '"cache", "cookies", "storage"'
SENT, SHUT, TOO_OFTEN = 302, 403, 429
NO_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'  # TwiML: nothing is texted back from here
LONGEST_WORD = 1000
TOLD = {Said.NEWS, Said.WRONG}
RECEIPT = re.compile(r"[0-9A-F]{6}")
LOCATOR = "https://locator.ice.gov/"  # the official one
COURTS, COURT_LINE = "acis.eoir.justice.gov", "1-800-898-7180"  # EOIR's dates of hearings
KNOWN_AGE = 180 * 24 * 60 * 60
View = Callable[..., HttpResponse]


def in_words(view: View) -> View:
    """A page in one of the languages that have words; it is kept by nobody."""

    @login_not_required
    @functools.wraps(view)
    def spoken(request: HttpRequest, language: str, **more: Any) -> HttpResponse:
        if not words.known(language):
            raise Http404
        answer = view(request, words.of(language), **more)
        answer.headers["Cache-Control"] = "no-store"
        # The address of the door has a token in it; a form on any other answer needs its Origin, which would be null.
        shut = request.method == "POST" and "token" in more
        answer.headers["Referrer-Policy"] = "no-referrer" if shut else "same-origin"
        return answer

    return spoken


@login_not_required
@require_safe
def any_front(request: HttpRequest) -> HttpResponse:
    """Leads to the front page in the first language that the browser asks for and that has words."""
    wished = [one.partition(";")[0].strip().lower() for one in request.headers.get("Accept-Language", "").split(",")]
    found = [code for one in wished for code in words.ready() if one == code or one.split("-")[0] == code.split("-")[0]]
    answer = redirect("family_front", found[0] if found else "en")
    answer.headers["Vary"] = "Accept-Language"
    return answer


@in_words
@require_safe
def front(request: HttpRequest, spoken: words.Words) -> HttpResponse:
    """For those without a link: whom to call, the first 48 hours, the official look-up."""
    offices = window.offices(spoken.code)
    courts = {"courts": COURTS, "courts_link": f"https://{COURTS}/", "court_line": COURT_LINE}
    context = {"offices": offices, "locator": LOCATOR, **courts}
    return _show(request, spoken, "front.html", 200, others=_others("family_front", words.ready()), **context)


@in_words
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, spoken: words.Words, token: str) -> HttpResponse:
    """Asks for the PIN, whatever the address says; a link that opens nothing and a wrong PIN get one answer."""
    if request.method != "POST":
        return _show(request, spoken, "door.html", 200, others=_others("family_door", words.ready(), token))
    hashed = links.hashed(token[: window.LONGEST + 1])
    tried = limits.pin(request, hashed, _mark(request, hashed))
    key = window.enter(token, request.POST.get("pin", "").strip()[:20]) if tried else None
    if tried is None or key is None:
        return _neutral(request, spoken, again=True)
    tried.give_back()
    answer = redirect("family_page", spoken.code)
    _give(answer, settings.FAMILY_COOKIE_NAME, key, None)
    _give(answer, settings.FAMILY_MARK_NAME, links.mark(hashed), KNOWN_AGE)
    return answer


@in_words
@require_safe
def page(request: HttpRequest, spoken: words.Words) -> HttpResponse:
    """What is published for whoever opened the link, or the answer that everybody else gets."""
    of = window.visitor(_key(request), opens=True)
    seen = window.look(of) if of else None
    if of is None or seen is None:
        return _neutral(request, spoken)
    return _page(request, spoken, of, seen, spoken.say("from", organization=of.organization))


@in_words
@require_http_methods(["GET", "HEAD", "POST"])
def tasks(request: HttpRequest, spoken: words.Words) -> HttpResponse:
    """Takes what is ticked, and what is not any more, of all that the page shows."""
    of = window.visitor(_key(request))
    if of is None:
        return _neutral(request, spoken)
    if request.method == "POST":
        if not limits.family_ticks(str(of.link_id)):
            seen = window.look(of)
            if seen is None:
                return _neutral(request, spoken)
            return _page(request, spoken, of, seen, cards.call_us(of.phone, spoken))  # not 429: the look is kept
        window.tick(of, request.POST.getlist("done"))
    return redirect(f"{reverse('family_page', args=[spoken.code])}#do")


@in_words
@require_safe
def date_file(request: HttpRequest, spoken: words.Words) -> HttpResponse:
    """The next date for the phone's calendar. It says when, and whom to call; not what it is."""
    of = window.visitor(_key(request))
    seen = window.look(of, "window.downloaded") if of else None
    if of is None or seen is None:
        return _neutral(request, spoken)
    now = timezone.now()
    made = cards.dates(seen.content, spoken.say("title"), of.phone, now)
    if not made:
        return redirect("family_page", spoken.code)
    answer = HttpResponse(written("", made, now), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="date.ics"'
    return answer


@in_words
@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest, spoken: words.Words, kind: str) -> HttpResponse:
    """Takes news, or that something is wrong, and gives a receipt."""
    of = window.visitor(_key(request))
    if of is None:
        return _neutral(request, spoken)
    if kind not in TOLD:
        raise Http404
    text = request.POST.get("text", "").strip()[:LONGEST_WORD]
    if request.method != "POST":
        said = _receipt(request, spoken, of)
        return _show(request, spoken, "tell.html", 200, kind=kind, said=said, phone=of.phone)
    if text and limits.family_word(str(of.link_id)):
        receipt = window.tell(of, kind=kind, text=text)
        return redirect(f"{reverse('family_tell', args=[spoken.code, kind])}?sent={receipt}")
    status, wrong = (TOO_OFTEN, cards.call_us(of.phone, spoken)) if text else (200, spoken.say("empty"))
    return _show(request, spoken, "tell.html", status, kind=kind, text=text, wrong=wrong)


@in_words
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest, spoken: words.Words) -> HttpResponse:
    """Takes a document, where the consent covers that, and gives a receipt; else says what to do."""
    of = window.visitor(_key(request))
    if of is None:
        return _neutral(request, spoken)
    if DOCUMENTS not in of.scopes:
        return redirect("family_page", spoken.code)
    if request.method != "POST":
        said = _receipt(request, spoken, of)
        return _show(request, spoken, "hand_in.html", 200, said=said, phone=of.phone)
    status, said = _sent(request, spoken, of)
    if status == SENT:
        return redirect(f"{reverse('family_hand_in', args=[spoken.code])}?sent={said}")
    return _show(request, spoken, "hand_in.html", status, wrong=said)


def _sent(request: HttpRequest, spoken: words.Words, of: Visitor) -> tuple[int, str]:
    """SENT and the receipt of what came; else the answer's status, and what to do."""
    file = request.FILES.get("file")
    if file is None:
        return 200, spoken.say("file_large" if sent_too_much(request, handing.MOST_BYTES) else "file_none")
    if not limits.family_file(str(of.link_id)) or not handing.has_room(of, file.size or 0):
        return TOO_OFTEN, cards.call_us(of.phone, spoken)
    content, name = file.read(), str(file.name)
    checked = check(content, name, Patience().for_one())
    if checked.reason:
        return 200, spoken.say(handing.why(checked.reason))
    return SENT, handing.hand_in(of, Brought(content, name, checked))


@in_words
@require_safe
def leave(request: HttpRequest, spoken: words.Words) -> HttpResponse:
    """Ends the session and leads away; the browser forgets what it kept of these pages."""
    if key := _key(request):
        window.leave(key)
    answer = redirect(ELSEWHERE)
    answer.delete_cookie(settings.FAMILY_COOKIE_NAME, samesite="Lax")
    answer.headers["Clear-Site-Data"] = FORGET
    return answer


@login_not_required
@csrf_exempt
@require_POST
def texts_inbound(request: HttpRequest) -> HttpResponse:
    """Where the provider of texts says what was texted back. The answer is the same whatever that was."""
    signature = request.headers.get("X-Twilio-Signature", "")
    if settings.SMS_PROVIDER != "twilio" or not inbound.is_signed(request.get_full_path(), request.POST, signature):
        return HttpResponse(status=SHUT)
    inbound.hear(request.POST.dict())
    return HttpResponse(NO_ANSWER, content_type="text/xml")


def office(of: Visitor) -> cards.Office:
    return cards.Office(of.organization, of.phone, of.hours, of.time_zone)


def offered(of: Visitor) -> tuple[str, ...]:
    """The languages that the organization shows, of those that have words; English always."""
    return tuple(one for one in words.ready() if one == "en" or one in of.languages)


def _page(
    request: HttpRequest, spoken: words.Words, of: Visitor, seen: window.Seen, lede: str
) -> HttpResponse:  # fmt: skip
    made = cards.of(seen.content, office(of), spoken, timezone.now())
    others = _others("family_page", offered(of))
    tell_after = "do" if any(one.key == "do" for one in made) else "who"
    context = {"cards": made, "lede": lede, "sends": DOCUMENTS in of.scopes, "tell_after": tell_after}
    return _show(request, spoken, "page.html", 200, others=others, **context)


def _receipt(request: HttpRequest, spoken: words.Words, of: Visitor) -> str:
    """What is said after something was sent; empty before."""
    sent = request.GET.get("sent", "")
    return spoken.say("sent_text", number=sent, organization=of.organization) if RECEIPT.fullmatch(sent) else ""


def _others(name: str, codes: tuple[str, ...], *more: str) -> list[tuple[str, str, str]]:
    """Each language: its code, its own name, where the same page is in it."""
    return [(one, words.of(one).name, reverse(name, args=[one, *more])) for one in codes]


def _show(request: HttpRequest, spoken: words.Words, template: str, status: int, **context: Any) -> HttpResponse:
    context |= {"spoken": spoken, "w": spoken.words}
    return render(request, f"portal/{template}", context, status=status)


def _neutral(request: HttpRequest, spoken: words.Words, *, again: bool = False) -> HttpResponse:
    """Whatever was wrong: the same words, and where they stand in other languages; at the door the way back to it."""
    return _show(request, spoken, "neutral.html", SHUT, others=_others("family_page", words.ready()), again=again)


def _key(request: HttpRequest) -> str:
    return request.COOKIES.get(settings.FAMILY_COOKIE_NAME, "")


def _give(answer: HttpResponse, name: str, value: str, age: int | None) -> None:
    answer.set_cookie(
        name, value, max_age=age, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )  # fmt: skip


def _mark(request: HttpRequest, hashed_token: str) -> str:
    given, right = request.COOKIES.get(settings.FAMILY_MARK_NAME, ""), links.mark(hashed_token)
    return right if hmac.compare_digest(given.encode(), right.encode()) else ""
