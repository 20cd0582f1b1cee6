"""Papers for families, in the words of their page: the card with a link, and the letter for whoever has no phone."""

import uuid
from typing import Any

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.access import acts
from casework.access.doors import open_one
from casework.access.models import Organization
from casework.access.requests import StaffRequest
from casework.cases.models import Case
from casework.desk.case import family_page, page
from casework.desk.case.family_views import link_of
from casework.desk.case.views import posted
from casework.documents import pdf
from casework.documents.editions import VERSIONS
from casework.portal import cards, links, publishing, words
from casework.portal.words import Words

LETTER, CARD = "paper/family_letter.html", "paper/family_card.html"
PRINTED = "family.printed"


@posted
def print_card(request: StaffRequest, case: Case, link: uuid.UUID) -> HttpResponse:
    """The card with the address and its QR code, for whoever still has the address before them; never with the PIN."""
    acts.may(request.actor, "family.invited", case)
    found, token = link_of(request, case, link), request.POST.get("token", "")
    if links.hashed(token) != found.token_hash:
        messages.error(request, _("The address is not known any more. Make the link anew to print its card."))
        return redirect("case_family", case.pk)
    address, organization = links.address(found.language, token), page.own(request).organization
    spoken = words.of(found.language)
    drawn = segno.make_qr(address, error="m").svg_inline(
        scale=4, dark="#000", light="#fff", title=spoken.say("card_scan"), lineclass=None, svgclass=None
    )  # fmt: skip
    context = {
        "address": address, "qr": mark_safe(drawn),  # noqa: S308 (lines and colours, and words of ours)
        "call": spoken.say("card_call", phone=organization.phone) if organization.phone else "",
        "until": spoken.say("card_until", day=spoken.day(timezone.localdate(found.ends_at))),
    }  # fmt: skip
    return _paper(CARD, context, spoken, organization, title="card_title")


@require_safe
def family_letter(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """What the contact of a consent may be told at this moment, and nothing else; by mail or by hand.

    It names neither the person nor the contact, since nobody knows who opens it.
    """
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, PRINTED, case)
    form = family_page.letter_form(request, family_page.ground(case), request.GET)
    content = publishing.for_letter(case, form.cited) if form.is_valid() else {}
    if not content:
        messages.error(request, _("Choose a consent that is in force, and a language."))
        return redirect("case_family", pk)
    acts.note_look(request.actor, case, PRINTED)
    spoken, organization = words.on_paper(form.cleaned_data["language"]), page.own(request).organization
    office = cards.Office(organization.name, organization.phone, organization.hours, organization.time_zone)
    context = {
        "text": spoken.say("letter_text", day=spoken.day(timezone.localdate())),
        "cards": cards.of(content, office, spoken, timezone.now()),
    }  # fmt: skip
    return _paper(LETTER, context, spoken, organization, title="letter_title")


def _paper(
    template: str, context: dict[str, Any], spoken: Words, organization: Organization, *, title: str
) -> HttpResponse:  # fmt: skip
    today = timezone.localdate()
    context |= {
        "w": spoken.words, "edition": spoken.say("version", number=VERSIONS[template]),
        "printed": spoken.say("printed", day=spoken.day(today)),
    }  # fmt: skip
    made = pdf.from_template(
        template, context, title=spoken.say(title), language=spoken.code, organization=organization.name,
        printed_on=today,
    )  # fmt: skip
    name = template.rpartition("_")[2].removesuffix(".html")
    return HttpResponse(
        made, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    )
