"""Where one is signed in, and ending it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from pytest_django.asserts import assertContains, assertRedirects

from casework.access.models import Session, User
from casework.access.sessions import hashed
from tests.access.signing import is_signed_in, sign_in, with_password

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"


def another(user: User, user_agent: str = IPHONE) -> Client:
    """Another browser in which the person is signed in."""
    client = Client(headers={"user-agent": user_agent})
    client.force_login(user)
    client.get(reverse("profile"))
    return client


def key(client: Client) -> str:
    return hashed(client.session.session_key or "")


def test_the_list_names_browsers_and_marks_this_one(cast: dict[str, User]) -> None:
    client = sign_in(with_password(cast["attorney"]), user_agent=FIREFOX)
    another(cast["attorney"])
    page = client.get(reverse("sessions")).content.decode()
    assert page.index("Firefox on Linux") < page.index("This browser") < page.index("Safari on iPhone")
    assert str(client.session.session_key) not in page


def test_a_row_says_when_its_session_began_and_was_last_used(cast: dict[str, User]) -> None:
    client = another(cast["attorney"])
    now = timezone.localtime(timezone=ZoneInfo(cast["attorney"].time_zone))
    Session.objects.update(created_at=now.replace(hour=16, minute=2), seen_at=now - timedelta(minutes=2, seconds=5))
    words = " ".join(strip_tags(client.get(reverse("sessions")).content.decode()).split())
    assert words.partition("Signed in today")[2].startswith(" at 4:02 pm, last used 2 minutes ago")


def test_ending_all_the_others_asks_once(cast: dict[str, User]) -> None:
    client, _other = another(cast["attorney"]), another(cast["attorney"])
    page = client.get(reverse("sessions"))
    assertContains(page, 'href="#end-others" data-opens="end-others"')
    assertContains(page, '<dialog class="dialog" id="end-others"')


def test_ending_one_signs_out_that_browser_only(cast: dict[str, User]) -> None:
    client, gone, stays = (another(cast["attorney"]) for _ in range(3))
    response = client.post(reverse("end_session"), {"session": key(gone)}, follow=True)
    assertContains(response, "That browser is signed out.")
    answer = gone.get("/")
    assertRedirects(answer, "/account/login/?next=/&ended=yes")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert [is_signed_in(one) for one in (client, gone, stays)] == [True, False, True]
    assertRedirects(gone.get("/"), "/account/login/?next=/")


def test_ending_the_others_keeps_this_one(cast: dict[str, User]) -> None:
    client, *others = (another(cast["attorney"]) for _ in range(3))
    colleague = another(cast["paralegal"])
    response = client.post(reverse("end_other_sessions"), follow=True)
    assertContains(response, "2 other browsers are signed out.")
    assertContains(response, "You are signed in on this browser only.")
    assert [is_signed_in(one) for one in (client, *others, colleague)] == [True, False, False, True]


def test_nobody_ends_the_session_of_somebody_else(cast: dict[str, User]) -> None:
    client, colleague = another(cast["attorney"]), another(cast["paralegal"])
    client.post(reverse("end_session"), {"session": key(colleague)})
    client.post(reverse("end_other_sessions"))
    assert is_signed_in(colleague) is True


def test_ending_this_very_session_leads_to_signing_out(cast: dict[str, User]) -> None:
    client = another(cast["attorney"])
    assertRedirects(client.post(reverse("end_session"), {"session": key(client)}), reverse("account_logout"))
    assert is_signed_in(client) is True


@pytest.mark.parametrize("name", ["end_session", "end_other_sessions"])
def test_a_session_is_ended_by_post_only(cast: dict[str, User], name: str) -> None:
    client, other = another(cast["attorney"]), another(cast["attorney"])
    assertRedirects(client.get(reverse(name), {"session": key(other)}), reverse("sessions"))
    assert is_signed_in(other) is True


def test_pages_of_signed_in_people_are_stored_nowhere(cast: dict[str, User]) -> None:
    assert another(cast["attorney"]).get(reverse("sessions")).headers["Cache-Control"] == "no-store"


def test_a_form_without_its_token_is_refused(cast: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast["attorney"])
    assert client.post(reverse("end_other_sessions")).status_code == 403
    assert Session.objects.filter(user=cast["attorney"]).count() == 1
