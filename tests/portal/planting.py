"""A mother with a link, for the tests of this room: through the acts, under the database's walls."""

from datetime import timedelta
from typing import Any

from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from casework.access.doors import window
from casework.access.models import Organization, User
from casework.cases.models import Case
from casework.people import consents, contacts
from casework.people.models import Contact
from casework.portal import links
from casework.portal.links import Made
from casework.portal.models import FamilyLink, Publication
from tests.cases.planting import NORTH, again, speaking

ALL = ("custody", "hearings", "next_steps", "documents")


def mother(user: User, case: Case, name: str = "Rosa") -> Contact:
    with speaking(user) as actor:
        return contacts.add(actor, again(actor, case).person, values={"name": name, "relationship": "Mother"})


def invite(user: User, case: Case, contact: Contact | None = None, *, subjects: Any = ALL, **more: Any) -> Made:
    """A link for the mother, who is told all unless `subjects` says otherwise."""
    contact = contact or mother(user, case)
    with speaking(user) as actor:
        here = again(actor, case)
        of = Contact.objects.visible_to(actor).get(pk=contact.pk)
        consent = consents.give(
            actor, here.person, contact=of, subjects=subjects, how="phone",
            given_at=timezone.now() - timedelta(minutes=1),
        )  # fmt: skip
        given: dict[str, Any] = {"language": "es", "ends_at": timezone.now() + timedelta(days=90)} | more
        return links.invite(actor, here, consent=consent, **given)


def provisional(user: User, case: Case) -> Made:
    """A link that an attorney gives before anybody has reached the person."""
    contact = mother(user, case)
    with speaking(user) as actor:
        here = again(actor, case)
        of = Contact.objects.visible_to(actor).get(pk=contact.pk)
        consent = consents.give_provisionally(actor, here.person, contact=of, reason="They live together")
        ends = timezone.now() + timedelta(days=90)
        return links.invite(actor, here, consent=consent, language="es", ends_at=ends)


def door(made: Made, language: str = "es") -> str:
    return f"/f/{language}/{made.token}/"


def entered(made: Made, language: str = "es") -> Client:
    """A browser that has shown link and PIN."""
    client = Client()
    answer = client.post(door(made, language), {"pin": made.pin})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/p/{language}/")
    return client


def text(client: Client, language: str = "es") -> str:
    answer = client.get(f"/p/{language}/")
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def shown(made: Made) -> dict[str, Any]:
    """What stands in the projection, whoever asks."""
    with window("looking"):
        content: dict[str, Any] = Publication.objects.get(link=made.link).content
    return content


def standing(made: Made) -> FamilyLink:
    with window("looking"):
        row: FamilyLink = FamilyLink.objects.get(pk=made.link.pk)
    return row


def serve_in(*languages: str, organization: str = NORTH) -> None:
    Organization.objects.filter(name=organization).update(languages=list(languages))


def forget_tries() -> None:
    caches["default"].clear()
