"""The page about a case's links to the family's page: who has one, what it shows, when it was opened."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from casework.access import acts
from casework.access.actor import Actor
from casework.access.requests import StaffRequest
from casework.cases.models import Case
from casework.desk.case import family_forms, page, telling
from casework.desk.case.family_forms import LetterForm, LinkForm, hour, said
from casework.notifications import actions as delivery
from casework.notifications.models import State
from casework.people.models import Consent, Contact
from casework.portal import cards, links, publishing, tasks, words
from casework.portal import messages as messaging
from casework.portal.models import FamilyLink, FamilyMessage, FamilyNotice, FamilyWord, MessageState

ASKED = {"invite": "family.invited", "renew": "family.renewed", "revoke": "family.revoked",
    "restore": "family.restored", "preview": "family.previewed", "notify": "family.notified",
    "stop": "family.stopped", "ask": "family.asked", "letter": "family.printed"}  # fmt: skip
TROUBLED = {State.FAILED, State.UNKNOWN, State.DROPPED, State.REFUSED}

MOST_WORDS = 50


@dataclass(frozen=True)
class Row:
    """A link as the team sees it; `counts` whether it opens anything now, `restores` whether its end can be undone.

    `between` are the hours in which messages go; `asked` is what they are asked to do, with when it was ticked off.
    """

    link: FamilyLink
    whom: str
    about: list[str]
    language: str
    counts: bool
    over: bool
    restores: bool
    notice: FamilyNotice | None = None
    between: tuple[str, ...] = ()
    asked: list[tuple[str, datetime | None]] = field(default_factory=list)


@dataclass(frozen=True)
class Sent:
    """A message to a contact: when, what it speaks of, how far it came."""

    when: datetime
    whom: str
    what: str
    how_far: str
    why: str
    troubled: bool


@dataclass(frozen=True)
class Ground:
    """What a page of links is made of."""

    ledger: list[Consent]
    contacts: dict[uuid.UUID, Contact]
    citable: list[Consent]


def ground(case: Case) -> Ground:
    ledger, contacts = telling.read(case.whose)
    return Ground(ledger, {one.pk: one for one in contacts}, links.may_be_cited(case, ledger, contacts))


def languages(request: StaffRequest) -> list[str]:
    """Those that the organization has switched on and that have words; English always."""
    on = page.own(request).organization.languages
    return [one for one in words.ready() if one == "en" or one in on]


def form(
    request: StaffRequest, of: Ground, data: Any = None, link: FamilyLink | None = None
) -> LinkForm:  # fmt: skip
    """For a new link, or for one that is made anew: then for that contact alone."""
    citable = [one for one in of.citable if link is None or one.contact_id == link.contact_id]
    initial = {"consent": str(link.consent_id), "language": link.language} if link else {}
    return LinkForm(citable, of.contacts, languages(request), data, initial)


def letter_form(request: StaffRequest, of: Ground, data: Any = None) -> LetterForm:
    return LetterForm(of.citable, of.contacts, languages(request), data)


def show(
    request: StaffRequest, case: Case, *, made: dict[str, Any] | None = None, bound: LinkForm | None = None
) -> HttpResponse:  # fmt: skip
    """`made` is a link with its token and PIN, for whoever has just made it."""
    of, now = ground(case), timezone.now()
    cited = {one.pk: one for one in of.ledger}
    rows, given = [], links.of_case(request.actor, case)
    told_by, do = messaging.standing(request.actor, given), tasks.standing(request.actor, given)
    for one in given:
        consent = cited.get(one.consent_id)
        over = one.ends_at <= now
        counts = one.revoked_at is None and not over and any(one.consent_id == fit.pk for fit in of.citable)
        restores = one.revoked_at is not None and now - one.revoked_at <= links.UNDO
        contact = of.contacts.get(one.contact_id)
        about = [telling.about(subject) for subject in consent.subjects] if consent else []
        whom = contact.name if contact else ""
        notice = told_by.get(one.pk)
        asked = [(text, task.done_at) for task in do.get(one.pk, []) for _, text in family_forms.asked([task.code])]
        between = (hour(notice.from_hour), hour(notice.until_hour)) if notice else ()
        rows.append(Row(one, whom, about, said(one.language), counts, over, restores, notice, between, asked))
    may = {short: acts.allowed(request.actor, verb, case) for short, verb in ASKED.items()}
    context = page.header(request, case)
    context |= {
        "rows": rows, "made": made, "form": bound or form(request, of), "citable": of.citable,
        "letter": letter_form(request, of),
        "said": _said(request, case, of), "sent": _sent(request, case, rows),
        "may": context["may"] | may, "phone": page.own(request).organization.phone,
    }  # fmt: skip
    return render(request, "desk/case/family/page.html", context)


def _said(request: StaffRequest, case: Case, of: Ground) -> list[tuple[FamilyWord, str]]:
    """What families wrote, the newest first, each with the name of the contact whose link it was."""
    words_of = FamilyWord.objects.visible_to(request.actor).filter(case=case).order_by("-told_at")
    whose = {one.pk: one.contact_id for one in links.of_case(request.actor, case)}
    found = []
    for one in words_of[:MOST_WORDS]:
        contact = of.contacts.get(whose.get(one.link_id, one.link_id))
        found.append((one, contact.name if contact else ""))
    return found


def _sent(request: StaffRequest, case: Case, rows: list[Row]) -> list[Sent]:
    """Messages to families, the newest first. Nothing of what they say."""
    planned = FamilyMessage.objects.visible_to(request.actor).filter(case=case).order_by("-due_at", "-planned_at")
    found, whose = list(planned[:MOST_WORDS]), {one.link.pk: one.whom for one in rows}
    outbox = delivery.states(one.message_id for one in found if one.message_id)
    made = []
    for one in found:
        state = outbox.get(one.message_id)
        how_far = state.label if state else one.get_state_display()
        troubled = one.state == MessageState.DROPPED or state in TROUBLED
        why = one.get_why_display() if one.why else ""
        when = one.settled_at or one.due_at
        made.append(Sent(when, whose.get(one.link_id, ""), one.get_kind_display(), str(how_far), str(why), troubled))
    return made


def contact(actor: Actor, link: FamilyLink) -> Contact:
    """Whose link it is."""
    row: Contact = Contact.objects.visible_to(actor).get(pk=link.contact_id)
    return row


def show_preview(request: StaffRequest, case: Case, link: FamilyLink, language: str) -> HttpResponse:
    """What the contact sees, made by the same hands; as it stands now, even where the page is shut at present."""
    organization = page.own(request).organization
    spoken = words.of(language if words.known(language) else link.language)
    office = cards.Office(organization.name, organization.phone, organization.hours, organization.time_zone)
    made = cards.of(publishing.preview(link), office, spoken, timezone.now())
    context = page.header(request, case)
    context |= {
        "cards": made, "shown_in": spoken, "link": link,
        "languages": [(one, words.of(one).name) for one in languages(request)],
    }  # fmt: skip
    return render(request, "desk/case/family/preview.html", context)
