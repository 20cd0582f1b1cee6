"""Two steps to get in, and no way with one."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.converters import UUIDConverter
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from casework.access.middleware import OPEN_WITHOUT_FACTOR
from casework.access.models import Session, User
from tests.access.signing import (
    PASSWORD,
    codes,
    is_signed_in,
    post_code,
    post_password,
    recovery_codes,
    seed,
    sent,
    sign_in,
    with_password,
    without_factor,
)  # fmt: skip

pytestmark = pytest.mark.django_db
SECOND_STEP = "/account/2fa/authenticate/"
SAMPLES = {"pk": 1, "uidb36": "1", "key": "a", "kind": "facilities"}
ROW = "404e4040-4040-4404-8404-404040404040"


def addresses() -> dict[str, str]:
    """A sample address for every name that a page has."""
    resolver = get_resolver()
    found = {}
    for name in resolver.reverse_dict:
        if isinstance(name, str):
            possibilities, _pattern, _defaults, converters = resolver.reverse_dict.getlist(name)[0]
            rows = {one for one, converter in converters.items() if isinstance(converter, UUIDConverter)}
            samples = {one: ROW if one in rows else SAMPLES.get(one, 404) for one in possibilities[0][1]}
            found[name] = reverse(name, kwargs=samples)
    return found


def test_password_and_code_let_one_in(cast: dict[str, User]) -> None:
    client, user = Client(), with_password(cast["attorney"])
    assertRedirects(post_password(client, user.email), SECOND_STEP)
    assert is_signed_in(client) is False
    assertRedirects(post_code(client, SECOND_STEP, seed(user)), "/", fetch_redirect_response=False)
    assert is_signed_in(client) is True


def test_signing_in_gives_the_session_a_new_key(cast: dict[str, User]) -> None:
    client, user = Client(), with_password(cast["attorney"])
    keys = [post_password(client, user.email).wsgi_request.session.session_key]
    keys.append(post_code(client, SECOND_STEP, seed(user)).wsgi_request.session.session_key)
    assert None not in keys
    assert len(set(keys)) == 2
    assert Session.objects.filter(user=user).count() == 1
    assert Session.objects.count() == 1


def test_a_wrong_code_lets_nobody_in_and_says_what_to_do(cast: dict[str, User]) -> None:
    client, user = Client(), with_password(cast["attorney"])
    post_password(client, user.email)
    wrong = {codes(seed(user), periods) for periods in range(-1, 3)}
    code = next(one for one in ("000000", "111111", "222222", "333333", "444444") if one not in wrong)
    assertContains(client.post(SECOND_STEP, {"code": code}), "Wait for the next code")
    assert is_signed_in(client) is False


def test_an_old_code_lets_nobody_in(cast: dict[str, User]) -> None:
    client, user = Client(), with_password(cast["attorney"])
    post_password(client, user.email)
    assertContains(client.post(SECOND_STEP, {"code": codes(seed(user), periods=2)}), "Wait for the next code")


def test_a_code_works_once(cast: dict[str, User]) -> None:
    user = with_password(cast["attorney"])
    clients = [Client(), Client()]
    for client in clients:
        post_password(client, user.email)
    code = codes(seed(user))
    results = [client.post(SECOND_STEP, {"code": code}).status_code for client in clients]
    # Should the code have run out in between, then neither was let in: never both.
    assert results in ([302, 200], [200, 200])
    assert [is_signed_in(client) for client in clients] == [results[0] == 302, False]


def test_a_recovery_code_works_once(cast: dict[str, User]) -> None:
    user = with_password(cast["attorney"])
    code = recovery_codes(user)[3]
    first, second = Client(), Client()
    post_password(first, user.email)
    assertRedirects(first.post(SECOND_STEP, {"code": code}), "/", fetch_redirect_response=False)
    post_password(second, user.email)
    assert second.post(SECOND_STEP, {"code": code}).status_code == 200
    assert [is_signed_in(first), is_signed_in(second)] == [True, False]


def test_a_used_recovery_code_is_told_by_mail_and_on_the_page(cast: dict[str, User]) -> None:
    client, user = Client(), with_password(cast["attorney"])
    code = recovery_codes(user)[3]
    post_password(client, user.email)
    client.post(SECOND_STEP, {"code": code})
    assertContains(client.get(reverse("profile")), "You used a recovery code. 9 are left.")
    (message,) = sent()
    assert (message.to, message.subject) == ([user.email], "A recovery code was used")
    assert "9 of 10 are left." in str(message.body)


def test_a_code_of_the_app_is_told_nobody(cast: dict[str, User]) -> None:
    client = sign_in(with_password(cast["attorney"]))
    assertNotContains(client.get(reverse("profile")), "recovery code")
    assert sent() == []


def test_an_empty_form_gets_the_summary_of_what_is_wrong(client: Client) -> None:
    page = client.post(reverse("account_login"), {})
    assertContains(page, '<div class="errors" role="alert" tabindex="-1">', count=1)
    assertContains(page, '<a href="#id_login">')
    assertContains(page, '<a href="#id_password">')


def test_somebody_whose_session_ended_reads_why_they_are_here(client: Client) -> None:
    why = "You were signed out: the session ended or was ended from another browser."
    address = reverse("account_login")
    assertContains(client.get(address, {"next": "/", "ended": "yes"}), why)
    assertNotContains(client.get(address, {"next": "/"}), why)


def test_a_recovery_code_may_be_typed_as_it_is_printed(cast: dict[str, User]) -> None:
    client, user = Client(), with_password(cast["attorney"])
    code = recovery_codes(user)[0]
    post_password(client, user.email)
    assert client.post(SECOND_STEP, {"code": f"{code[:4]} {code[4:]}"}).status_code == 302


def test_a_password_alone_reaches_no_page(cast: dict[str, User]) -> None:
    """Without a second factor every address leads to the page that adds one, the listed ones excepted."""
    client, user = Client(), without_factor(cast["attorney"])
    post_password(client, user.email)
    reached = set()
    for name, address in addresses().items():
        if name == "account_logout":
            continue
        response = client.get(address)
        if not (response.status_code == 302 and response.headers["Location"] == reverse("mfa_index")):
            reached.add(name)
    assert reached == {name for name in OPEN_WITHOUT_FACTOR if name in addresses()} - {"account_logout"}
    assertContains(client.get(reverse("mfa_index")), "Add a second factor")


def test_a_fragment_asked_for_without_a_second_factor_moves_the_whole_page(cast: dict[str, User]) -> None:
    client, user = Client(), without_factor(cast["attorney"])
    post_password(client, user.email)
    response = client.get("/", headers={"HX-Request": "true"})
    assert (response.status_code, response.headers["HX-Redirect"]) == (200, reverse("mfa_index"))


def test_a_fragment_asked_for_after_the_session_has_ended_leads_back_here(client: Client) -> None:
    current = "http://testserver/account/profile/"
    response = client.get("/", headers={"HX-Request": "true", "HX-Current-URL": current})
    assert response.headers["HX-Redirect"] == "/account/login/?next=%2Faccount%2Fprofile%2F"


def test_between_password_and_code_nothing_opens_but_what_is_open_to_all(cast: dict[str, User]) -> None:
    stranger, halfway = Client(), Client()
    post_password(halfway, with_password(cast["attorney"]).email)
    for name, address in addresses().items():
        if name in {"account_logout", "account_login", "mfa_authenticate", "account_signup", "mfa_login_webauthn"}:
            continue
        expected, found = stranger.get(address), halfway.get(address)
        assert (found.status_code, found.headers.get("Location")) == (
            expected.status_code, expected.headers.get("Location"),
        ), name  # fmt: skip


@pytest.mark.parametrize("email", ["ada@north.example", "nobody@north.example"])
def test_a_wrong_password_tells_nothing_about_the_account(cast: dict[str, User], email: str) -> None:
    with_password(cast["attorney"])
    response = post_password(Client(), email, "not the password at all")
    assertContains(response, "The e-mail address or the password is not right.")
    assert sent() == []


def test_after_five_wrong_passwords_even_the_right_one_must_wait(cast: dict[str, User]) -> None:
    user = with_password(cast["attorney"])
    for _ in range(5):
        assertContains(post_password(Client(), user.email, "wrong and wrong again"), "is not right")
    assertContains(post_password(Client(), user.email), "Wait five minutes")


def test_a_closed_account_stays_closed(cast: dict[str, User]) -> None:
    user = with_password(cast["attorney"])
    browser = sign_in(user)
    user.is_active = False
    user.save()
    assertRedirects(post_password(Client(), user.email), reverse("account_inactive"))
    assert is_signed_in(browser) is False


@pytest.mark.parametrize(
    ("after", "lands"),
    [
        ("/account/profile/", "/account/profile/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("http://testserver.evil.example/", "/"),
    ],
)
def test_signing_in_leads_only_to_ourselves(cast: dict[str, User], after: str, lands: str) -> None:
    client, user = Client(), with_password(cast["attorney"])
    post_password(client, user.email, next=after)
    assert post_code(client, SECOND_STEP, seed(user)).headers["Location"] == lands


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_signs_up(client: Client, cast: dict[str, User], method: str) -> None:
    before = set(User.objects.values_list("pk", "email"))
    data = {"email": "new@north.example", "password1": PASSWORD, "password2": PASSWORD}
    response = getattr(client, method)(reverse("account_signup"), data)
    assertContains(response, "Accounts are made by invitation")
    assert set(User.objects.values_list("pk", "email")) == before
    assert EmailAddress.objects.filter(email="new@north.example").exists() is False
    assert sent() == []


def test_signing_out_makes_the_browser_forget_and_keeps_the_language(cast: dict[str, User]) -> None:
    user = with_password(cast["attorney"])
    user.language = "es"
    user.save()
    client = sign_in(user)
    assertContains(client.get(reverse("account_logout")), 'action="/account/logout/"')
    assert is_signed_in(client) is True
    response = client.post(reverse("account_logout"))
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert response.headers["Cache-Control"] == "no-store"
    assert Session.objects.filter(user=user).count() == 0
    assert {name: response.cookies[name].value for name in ("session", "csrf", "language")} == {
        "session": "", "csrf": "", "language": "es",
    }  # fmt: skip
    assert client.get(response.headers["Location"]).headers["Content-Language"] == "es"


def test_a_session_ends_twelve_hours_after_it_began(cast: dict[str, User]) -> None:
    client = sign_in(with_password(cast["attorney"]))
    session = client.session
    session["began"] -= 12 * 60 * 60
    session.save()
    assert is_signed_in(client) is False
    assert Session.objects.filter(user=cast["attorney"]).count() == 0


def test_the_cast_stands_on_the_sign_in_page_of_a_demo_only(client: Client, cast: dict[str, User]) -> None:
    assertNotContains(client.get(reverse("account_login")), "Ada Quispe")


def test_the_seed_of_an_app_is_not_in_the_clear(cast: dict[str, User]) -> None:
    factor = Authenticator.objects.get(user=cast["attorney"], type=Authenticator.Type.TOTP)
    assert len(seed(cast["attorney"])) == 32
    assert seed(cast["attorney"]) not in str(factor.data)


@pytest.mark.parametrize("answer", ["[]", "7", "{}", '{"id": "x", "response": {"userHandle": 3}}', '{"response": 1}'])
def test_a_passkey_answer_that_no_browser_gives_is_refused_in_words(client: Client, answer: str) -> None:
    address = reverse("mfa_login_webauthn")
    client.get(address, headers={"accept": "application/json", "x-requested-with": "XMLHttpRequest"})
    found = client.post(address, {"credential": answer})
    assert (found.status_code, found.headers["Location"]) == (302, reverse("account_login"))
