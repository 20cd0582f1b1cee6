"""The whole job in Chromium, as each person does it: from a call at night to a closed case, and who looked."""

import re
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.test import Client
from django.utils import timezone
from playwright.sync_api import FilePayload, Locator, Page, expect

from casework.access.doors import window
from casework.access.models import User
from casework.cases.models import Case
from casework.docket import reminders
from casework.notifications import actions as outbox
from casework.notifications.models import Message, State
from casework.portal import words
from tests.browser.conftest import Opener, sign_in
from tests.browser.test_family import SMALL
from tests.browser.test_intake_walk import as_one, looked_at, named_and_decided, taken_and_offered, taken_over
from tests.clock import local_day
from tests.conftest import as_application
from tests.desk.test_paper import laid_out
from tests.portal.planting import serve_in
from tests.programs import pypdf as filled

NAME = "Zenobia Quetzalmazin"
WIDE = 1280


@pytest.mark.django_db(transaction=True)
def test_the_story(open_page: Opener, live: str) -> None:
    with transaction.atomic():
        serve_in(*words.ready())
    taken_and_offered(as_one(open_page, live, "hana@hotline.example", WIDE))
    ada = as_one(open_page, live, "ada@north.example", WIDE)
    ada.set_default_timeout(60_000)  # pages of paper are drawn while one waits
    taken_over(ada)
    case = re.findall(r"/cases/[0-9a-f-]{36}/", ada.url)[0]
    named_and_decided(ada)
    taken_to_the_detention_centre(ada, case)
    accepted(ada)
    moved(ada, case)
    heard(ada, case)
    counted(ada, case)
    says_again_who_she_is(ada, "ada@north.example", live)
    cleo = open_page(expected={"404 (Not Found)"})
    sign_in(cleo, User.objects.get(email="cleo@south.example"), live)
    shared_with_a_colleague_for_a_while(ada, cleo, case)
    link, pin = invited(ada, case)
    for language in ("es", "ar"):
        read_by_the_family(open_page(java_script_enabled=False, **SMALL), link, pin, language)
    reminded(ada, case)
    closed(ada, case)
    seen(ada, case)


def says_again_who_she_is(page: Page, email: str, live: str) -> None:
    """As within five minutes of a passkey: sharing a case and giving a link ask for that."""
    client, user = Client(), User.objects.get(email=email)
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live}])


def box(page: Page, name: str) -> Locator:
    return page.locator(f"main [name='{name}']")


def taken_to_the_detention_centre(page: Page, case: str) -> None:
    """A form with two sections is made, filled in by a program that did not make it, and what it says is taken over."""
    intake = case.replace("/cases/", "/intake/")
    page.goto(intake)
    page.get_by_role("link", name="On paper").click()
    looked_at(page)
    for section in ("Who the person is", "Where the person is now"):
        page.get_by_label(section, exact=True).check()
    page.get_by_role("button", name="Make the form").click()
    expect(page.get_by_role("heading", name="The form is being made")).to_be_visible()
    made = page.url.partition("?")[0]  # it looks again by itself
    with window("looking"):
        row = Case.objects.get(pk=case.split("/")[2])
    laid_out(row)
    form = page.request.get(made)
    assert form.headers["content-type"] == "application/pdf"
    back = filled(form.body(), {
        "a_number": "A099-887-766", "country_of_birth": "Guatemala", "place_of_birth": "Chajul, El Quiché",
        "held_at": "Adelanto ICE Processing Center",
    })  # fmt: skip
    page.goto(f"{intake}paper/")
    upload: FilePayload = {"name": "form.pdf", "mimeType": "application/pdf", "buffer": back}
    page.get_by_label("The form that came back").set_input_files(upload)
    page.get_by_role("button", name="Upload and look at it").click()
    expect(page.get_by_text("Chajul, El Quiché")).to_be_visible()
    looked_at(page)
    page.get_by_role("button", name="Take over what is ticked").click()
    expect(page.get_by_text("4 answers were taken over.")).to_be_visible()
    expect(page.get_by_text("Nothing on it is left to take over.")).to_be_visible()
    page.goto(case)


def accepted(page: Page) -> None:
    page.get_by_role("link", name="Accept the case").first.click()
    expect(page.get_by_label("Lead attorney").locator("option:checked")).to_contain_text("Ada Quispe")
    page.get_by_role("button", name="Accept and write all of this").click()
    expect(page.get_by_text("Accepted. The reference is")).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("Adelanto ICE Processing Center")


def moved(page: Page, case: str) -> None:
    """The court on file stays as it is until somebody changes it; what hangs on the place is said before and after."""
    page.goto(f"{case}custody/court/")
    box(page, "court").select_option("adelanto")
    box(page, "since").fill(local_day().isoformat())
    box(page, "order").fill("Notice to appear")
    page.get_by_role("button", name="Save the court").click()
    page.goto(case)
    page.get_by_role("link", name="Record a move").first.click()
    page.get_by_label("A detention facility").check()
    page.get_by_label("Name, town or ICE code").fill("Mesa Verde")
    page.get_by_label("ICE locator").check()
    expect(page.locator("#follows")).to_contain_text("Habeas court")
    expect(page.locator("#will-open + ul")).not_to_contain_text("Confirm by phone")
    page.get_by_role("button", name="Record the move").click()
    expect(page.get_by_text("Recorded.").first).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("Mesa Verde ICE Processing Center")
    expect(page.get_by_role("main")).to_contain_text("Adelanto Immigration Court")
    looked_at(page)
    page.goto(f"{case}tasks/")
    still = page.locator("ul.rows").first
    expect(still).to_contain_text("Ask Mesa Verde ICE Processing Center about visits, legal calls and mail")
    expect(still).not_to_contain_text("Ask Adelanto ICE Processing Center about visits, legal calls and mail")


def heard(page: Page, case: str) -> None:
    """A bond hearing is entered, put off to a day that is over by now, and held; bond is set."""
    page.goto(case)
    page.get_by_role("link", name="Add a hearing").first.click()
    page.get_by_label("Bond hearing").check()
    expect(box(page, "court").locator("option:checked")).to_contain_text("Adelanto")
    box(page, "day").fill((local_day() + timedelta(days=8)).isoformat())
    box(page, "clock").fill("09:30")
    page.get_by_label("Video").check()
    page.get_by_role("button", name="Enter the hearing").click()
    expect(page.get_by_text("Recorded.").first).to_be_visible()
    looked_at(page)
    page.get_by_role("link", name="Adjourned").first.click()
    page.get_by_label("Reason").select_option(label="02 · PREPARATION--ALIEN/ATTORNEY/REPRESENTATIVE")
    page.get_by_label("Next hearing on").fill((local_day() - timedelta(days=1)).isoformat())
    page.get_by_label("At, on the clock of the court").fill("08:30")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("1 hearing has passed and needs its outcome.")).to_be_visible()
    page.get_by_role("link", name="Held").first.click()
    looked_at(page)
    page.get_by_label("Decided", exact=True).check()
    page.get_by_label("Bond set", exact=True).check()
    box(page, "amount").fill("7500")
    page.get_by_label("Oral, at the hearing").check()
    page.get_by_label("Decided on").fill((local_day() - timedelta(days=1)).isoformat())
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("Nothing is counted yet from:")).to_be_visible()
    looked_at(page)


def counted(page: Page, case: str) -> None:
    """From the decision to its dates is one click; the appeal is kept with the dates of both readings."""
    page.get_by_role("link", name="Bond decision of the immigration judge").first.click()
    row = page.get_by_label("Keep: Appeal of bond (custody) decision to the BIA")
    expect(row).to_be_visible()
    looked_at(page)
    row.check()
    page.get_by_role("button", name="Keep what is ticked").click()
    expect(page.locator(".facts")).not_to_contain_text("Next deadline\nNone on file")
    expect(page.get_by_text("An attorney must confirm").first).to_be_visible()


def shared_with_a_colleague_for_a_while(page: Page, cleo: Page, case: str) -> None:
    assert cleo.goto(case).status == 404  # type: ignore[union-attr]
    page.goto(f"{case}share/")
    box(page, "organization").select_option(label="South Clinic (Law school clinic)")
    page.get_by_label("All its attorneys and paralegals").check()
    page.get_by_label("Read it, and change nothing").check()
    page.get_by_label("The person has agreed to this").check()
    page.get_by_role("button", name="Go on: read what they will see").click()
    page.get_by_role("button", name="Share with South Clinic").click()
    cleo.goto(case)
    expect(cleo.get_by_role("heading", level=1)).to_have_text(NAME)
    looked_at(cleo)
    page.goto(f"{case}access/")
    page.get_by_role("button", name=re.compile("^End")).first.click()
    page.get_by_role("dialog").get_by_role("button", name="End the share").click()
    expect(page.get_by_text("The share is ended.").first).to_be_visible()
    assert cleo.goto(case).status == 404  # type: ignore[union-attr]


def invited(page: Page, case: str) -> tuple[str, str]:
    """A contact, what she may be told, and the link with its PIN."""
    page.goto(f"{case}people/")
    page.get_by_role("link", name="Add a contact").click()
    box(page, "name").fill("Rosa Quetzalmazin")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Write down a consent").click()
    box(page, "whom").select_option(label="Rosa Quetzalmazin")
    for subject in ("Where the person is held", "Hearings: when", "Next steps in the case"):
        page.get_by_label(subject).check()
    page.get_by_label("Said on the phone").check()
    page.get_by_role("button", name="Write it down").click()
    page.get_by_role("link", name="Links to the family's page").click()
    giving = page.get_by_role("region", name="Give a contact a link")
    giving.get_by_label("The consent it stands on").select_option(index=1)
    giving.get_by_role("radio", name=re.compile("Español")).check()
    page.get_by_role("button", name="Make link and PIN").click()
    expect(page.get_by_role("button", name="Print the card")).to_be_visible()
    said = page.get_by_role("main").inner_text()
    [link], [pin] = re.findall(r"https?://[^/\s]+(/f/\S+)", said), re.findall(r"PIN\s+(\d{6})", said)
    looked_at(page)
    return link, pin


def read_by_the_family(page: Page, link: str, pin: str, language: str) -> None:
    """On a small phone without a script, in two languages of one link."""
    spoken = words.of(language)
    page.goto(re.sub(r"^/f/[a-z-]+/", f"/f/{language}/", link))
    page.get_by_label(spoken.words["pin"]).fill(pin)
    page.get_by_role("button", name=spoken.words["open"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(spoken.words["heading"])
    expect(page.locator("html")).to_have_attribute("dir", spoken.direction)
    expect(page.get_by_text("Mesa Verde").first).to_be_visible()


def reminded(page: Page, case: str) -> None:
    """A hearing of tomorrow is near enough that the reminder goes out with the worker's next round."""
    page.goto(f"{case}docket/hearings/new/")
    page.get_by_label("Master calendar hearing").check()
    box(page, "day").fill((local_day() + timedelta(days=1)).isoformat())
    box(page, "clock").fill("09:30")
    page.get_by_role("button", name="Enter the hearing").click()
    expect(page.get_by_text("Recorded.").first).to_be_visible()
    mail.outbox.clear()
    with transaction.atomic(), as_application():
        reminders.plan(timezone.now())
        reminders.hand_over_due(timezone.now())
    with window("looking"):
        queued = list(Message.objects.filter(state=State.QUEUED, kind="letters/hearing_reminder"))
    with transaction.atomic(), as_application():
        for message in queued:
            outbox.send(str(message.pk))
    told = [one for one in mail.outbox if one.to == ["ada@north.example"]]
    assert told
    assert [one for one in told if "Quetzalmazin" in f"{one.subject} {one.body}"] == []
    page.goto(f"{case}docket/")
    page.get_by_role("link", name="Vacated").first.click()
    page.get_by_role("button", name="Take it off the calendar").click()
    expect(page.get_by_text("Recorded.").first).to_be_visible()


def closed(page: Page, case: str) -> None:
    page.goto(case)
    page.get_by_role("link", name="Close").first.click()
    looked_at(page)
    box(page, "code").select_option(label="H: decision of an agency")
    page.get_by_label("Drop the tasks that are open").check()
    page.get_by_label("I have looked at what is still open").check()
    page.get_by_role("button", name="Close the case").click()
    expect(page.get_by_text("Closed").first).to_be_visible()


def seen(page: Page, case: str) -> None:
    """Who looked: the attorney, the colleague of the other organization, and the family at its window."""
    page.goto(f"{case}looks/")
    expect(page.get_by_role("main")).to_contain_text("Ada Quispe")
    expect(page.get_by_role("main")).to_contain_text("By a share: reading")
    looked_at(page)
    page.goto(f"{case}family/")
    expect(page.get_by_role("main")).not_to_contain_text("Never opened")
    expect(page.get_by_role("main")).to_contain_text("Rosa Quetzalmazin")
