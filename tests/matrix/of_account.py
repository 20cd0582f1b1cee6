"""The addresses of one's own account, of signing in, of the sample pages: nothing of a case is ever there."""

from typing import Any

from casework.access.sessions import hashed
from tests.matrix.cells import METHODS, NONE, NOT_THERE, OK, Address, Answer, Expect, led
from tests.matrix.world import PRINCIPALS, Principal, World, canary

# What each gets for GET, HEAD, POST and PUT: signed in | without a second factor | not signed in. A number is the
# status, a name where the answer leads, "!" that it changes something; one word stands for all four methods. "page" is
# looked at only, "same" is as for those who are signed in, "@" begins a line for those who have a passkey.
TABLE = """
profile                     200 405 profile! 405      | mfa_index | account_login
sessions                    200 405 405 405           | mfa_index | account_login
end_session                 sessions sessions sessions 405 | mfa_index | account_login
end_other_sessions          sessions sessions sessions 405 | mfa_index | account_login
session_state               200 405 200 405           | same      | same
lock_session                today today today 405     | same      | account_login
unlock                      today today 200 405       | same      | today today 200 405
unlock_passkey              today today 200 405       | same      | account_login
account_logout              200 405 signed_out! 405   | same      | account_login 405 account_login 405
signed_out                  today 405 405 405         | same      | 200 405 405 405
choose_language             today 405 today! 405      | same      | today 405 today 405
demo_enter                  404 405 404 405           | same      | same
account_login               today                     | mfa_index | 200
account_inactive            page                      | mfa_index | page
account_signup              today                     | mfa_index | 200
account_reauthenticate      mfa_reauthenticate        | 403       | account_login
account_email               200 200 account_email! account_email | mfa_index | account_login
account_email_verification_sent page                  | mfa_index | page
account_change_password     account_set_password      | mfa_index | account_login
account_set_password        200 200 mfa_index! 200    | mfa_index | account_login
account_reset_password      200 200 account_reset_password_done! 200 | same | same
account_reset_password_done page                      | same      | same
account_reset_password_from_key 200                   | same      | same
account_reset_password_from_key_done page             | same      | same
account_confirm_login_code  today                     | mfa_index | account_login
account_confirm_email       200 200 404 405           | same      | same
mfa_index                   page                      | same      | account_login
mfa_activate_totp           mfa_deactivate_totp       | 200       | account_login
mfa_add_webauthn            200                       | 200       | account_login
mfa_deactivate_totp         200                       | mfa_index | account_login
@mfa_deactivate_totp        200 200 mfa_index! mfa_index! | mfa_index | account_login
replace_totp                200                       | mfa_index | account_login
mfa_view_recovery_codes     mfa_generate_recovery_codes mfa_generate_recovery_codes 405 405 | mfa_index | account_login
mfa_generate_recovery_codes 200 200 mfa_view_recovery_codes! mfa_view_recovery_codes! | mfa_index | account_login
mfa_download_recovery_codes 404                       | mfa_index | account_login
mfa_authenticate            today                     | mfa_index | account_login
mfa_reauthenticate          200                       | 403       | account_login
mfa_reauthenticate_webauthn mfa_reauthenticate        | 403       | account_login
@mfa_reauthenticate_webauthn 200 200 account_login account_login | 403 | account_login
mfa_login_webauthn          today                     | mfa_index | account_login
mfa_list_webauthn           page                      | mfa_index | account_login
styleguide                  page                      | mfa_index | page
styleguide_account          page                      | mfa_index | page
styleguide_error            page                      | mfa_index | page
styleguide_portal           page                      | mfa_index | page
styleguide_paper            page                      | mfa_index | page
"""
# The lines that sessions leave in the audit, by what follows.
VERBS: dict[tuple[str, str, str], tuple[str, ...]] = {
    ("account_set_password", "POST", "mfa_index!"): ("password.changed",),
    ("mfa_deactivate_totp", "PUT", "mfa_index!"): ("factor.removed",),
    ("mfa_generate_recovery_codes", "PUT", "mfa_view_recovery_codes!"): ("factor.replaced",),
    ("account_login", "POST", "200"): ("signin.refused",),
    ("mfa_deactivate_totp", "POST", "mfa_index!"): ("factor.removed",),
    ("mfa_generate_recovery_codes", "POST", "mfa_view_recovery_codes!"): ("factor.replaced",),
    ("profile", "POST", "profile!"): ("profile.renamed",),
    ("account_logout", "POST", "signed_out!"): ("session.ended",),
    ("end_other_sessions", "POST", "sessions!"): ("session.ended",),
    ("lock_session", "POST", "today"): ("session.locked",),
}
ACCOUNT = ("profile.", "password.", "factor.")
COLUMN_OF = {"live": 0, "ended": 0, "no factor": 1, "unknown": 2}  # by the principal's state
WITH_PASSKEY = ("ada", "cleo")
KWARGS: dict[str, dict[str, Any]] = {
    "demo_enter": {"key": "attorney"},
    "account_confirm_email": {"key": "abc"},
    "account_reset_password_from_key": {"uidb36": "abc", "key": "abc"},
    "styleguide_error": {"status": 404},
}
NEW_PASSWORD = "three lamps above the harbor"
CLEOS_ADDRESS = f"{canary('SC', 'cleo', 'email')}@office.example"
DATA: dict[str, dict[str, str]] = {
    "profile": {"name": "Somebody", "language": "en", "time_zone": "America/Phoenix"},
    "choose_language": {"language": "es"},
    "account_login": {"login": CLEOS_ADDRESS, "password": "not the password"},
    "account_signup": {"email": "new@example.org", "password1": NEW_PASSWORD},
    "account_email": {"email": "new@example.org", "action_add": ""},
    "account_set_password": {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    "account_reset_password": {"email": CLEOS_ADDRESS},
}
SLOW = {"styleguide_paper": frozenset({"ada", "ned", "rae", "anonymous"})}  # a second each, and asks for nobody
Columns = list[list[str]]


def addresses() -> list[Address]:
    """All of them."""
    rows: dict[str, dict[bool, Columns]] = {}
    for line in TABLE.strip().splitlines():
        name, _, rest = line.partition(" ")
        rows.setdefault(name.strip("@"), {})[name.startswith("@")] = _columns(rest)
    return [*(_address(name, lines) for name, lines in rows.items()), _passkey("edit"), _passkey("remove")]


def _columns(rest: str) -> Columns:
    """The answers to the four methods, in each of the three states."""
    columns = [column.replace("page", "200 200 405 405").split() for column in rest.split("|")]
    columns = [columns[0] if column == ["same"] else column for column in columns]
    return [column * len(METHODS) if len(column) == 1 else column for column in columns]


def _address(name: str, lines: dict[bool, Columns]) -> Address:
    return Address(
        name,
        {method: _expect(name, lines, place) for place, method in enumerate(METHODS)},
        relations=("own", "another's") if name == "end_session" else (NONE,),
        kwargs=lambda *_: KWARGS.get(name, {}),
        data=_session if name == "end_session" else lambda *_: DATA.get(name, {}),
        gates=frozenset(),
        among=SLOW.get(name, frozenset(PRINCIPALS)),
    )


def _expect(name: str, lines: dict[bool, Columns], place: int) -> Expect:
    def expect(principal: Principal, relation: str) -> Answer:
        columns = lines.get(principal.key in WITH_PASSKEY, lines[False])
        word = columns[COLUMN_OF[principal.state]][place]
        if name == "end_other_sessions" and principal.person and word == "sessions" and METHODS[place] == "POST":
            word += "!"  # June has two browsers
        if name == "end_session" and relation == "own" and word == "sessions" and place == METHODS.index("POST"):
            word = "account_logout"
        to, changes = word.strip("!"), word.endswith("!")
        typed = frozenset({canary("SC", "cleo", "email")} if name == "account_login" else ())  # comes back in the form
        verbs = VERBS.get((name, METHODS[place], word), ())
        verbs = _in_each_book(verbs, principal)
        if name == "account_set_password" and principal.person and changes:
            verbs += ("session.ended",)  # her other browser
        return Answer(int(to), verbs=verbs, tells=typed) if to.isdigit() else led(to, *verbs, changes=changes)

    return expect


def _in_each_book(verbs: tuple[str, ...], principal: Principal) -> tuple[str, ...]:
    """What concerns an account stands in the book of each of its organizations: June has two."""
    return tuple(verb for verb in verbs for _ in range(2 if principal.person and verb.startswith(ACCOUNT) else 1))


def _session(world: World, principal: Principal, relation: str) -> dict[str, Any]:
    others = "cleo" if principal.key != "cleo" else "ada"
    cookies = world.cookies.get(principal.key if relation == "own" else others)
    return {"session": hashed(cookies["session"].value) if cookies and "session" in cookies else ""}


def _passkey(what: str) -> Address:
    """Renames or removes a passkey: one's own; another's is not there."""

    def only_the_owner(answer: Answer) -> Expect:
        return lambda principal, owner: answer if owner == principal.key else NOT_THERE

    look, removed = only_the_owner(OK), ("factor.removed",) if what == "remove" else ()
    return Address(
        f"mfa_{what}_webauthn",
        {"GET": look, "HEAD": look, "POST": only_the_owner(led("mfa_list_webauthn", *removed))}
        | ({"PUT": look} if what == "edit" else {}),
        WITH_PASSKEY,
        lambda world, owner: {"pk": world.passkeys[owner].pk},
        data=lambda *_: {"name": "Blue key"},
    )
