"""What may be put in place of a token, and what it gives: nothing, or a refusal (42501)."""

import hashlib
import hmac
from collections.abc import Callable

import psycopg
import pytest

from casework.access import context
from casework.vault.cipher import signing_key
from tests.walls.cast import Ground
from tests.walls.lines import SECONDS, Line

CASES = "SELECT id FROM cases_case"
ADA = ["north_closed", "north_free", "north_intake", "north_own", "south_changed", "south_shared", "south_viewed"]
REFUSED, NO_SUCH_TEXT = "42501", "22P02"


def told(line: Line, token: str, statement: str = CASES, setting: str = "ctx.token") -> object:
    """What somebody with this token reads, or the SQLSTATE of the refusal; and what Ada reads with a right one."""
    right = line.attempt("ada", CASES)
    assert sorted(right) == ADA
    try:
        with line.as_("silent"):
            line.say(token, setting)
            return line.run(statement)
    except psycopg.Error as error:
        return error.sqlstate


def pid(line: Line) -> int:
    return line.connection.info.backend_pid


def signed(line: Line, body: str, key: bytes | None = None) -> str:
    """Signed as the application would, or with another key."""
    return f"{body}.{hmac.new(key or signing_key('context'), body.encode(), hashlib.sha256).hexdigest()}"


def edited(part: int, value: str) -> Callable[[Line], str]:
    """Ada's token with one part exchanged and the signature left as it is."""

    def edit(line: Line) -> str:
        parts = line.token("ada").split(".")
        parts[part] = value if value not in line.ground.names else str(line.ground.names[value])
        return ".".join(parts)

    return edit


FORGED: dict[str, Callable[[Line], str]] = {
    "another membership": edited(1, "cleo"),
    "another user": edited(2, "cleo_user"),
    "another kind": edited(0, "duty"),
    "another backend in the text": edited(3, "1"),
    "a later expiry": edited(4, "99999999999"),
    "an empty signature": edited(5, ""),
    "zeros as the signature": edited(5, "0" * 64),
    "signature in capitals": lambda line: line.token("ada").upper(),
    "signed with an empty key": lambda line: signed(line, line.token("ada").rpartition(".")[0], b"\0"),
    "signed with the root key's other label": lambda line: signed(
        line, line.token("ada").rpartition(".")[0], signing_key("message")
    ),
    "a hash without a key": lambda line: ".".join(
        [body := line.token("ada").rpartition(".")[0], hashlib.sha256(body.encode()).hexdigest()]
    ),
    "no signature": lambda line: line.token("ada").rpartition(".")[0],
    "two signatures": lambda line: line.token("ada") + "." + line.token("ada").rpartition(".")[2],
    "a space behind": lambda line: line.token("ada") + " ",
    "a space before": lambda line: " " + line.token("ada"),
    "two tokens": lambda line: line.token("ada") + "." + line.token("cleo"),
    "an id alone": lambda line: str(line.ground.names["cleo"]),
    "a word": lambda _: "cleo",
    "five dots": lambda _: ".....",
    "an SQL literal": lambda _: "' OR true --",
    "null as a word": lambda _: "NULL",
    "very long": lambda _: "x" * 100_000,
    "not ASCII": lambda _: "stäff.–.–.1.1.1",
    "of another connection": lambda line: context.sign(*line.ground.token_of("cleo"), SECONDS, pid=pid(line) + 1),
    "of no connection": lambda line: context.sign(*line.ground.token_of("cleo"), SECONDS, pid=0),
    "expired a second ago": lambda line: line.token("cleo", -1),
    "expired long ago": lambda line: line.token("cleo", -1_000_000),
}
DAMAGED: dict[str, Callable[[Line], str]] = {
    "no expiry": lambda line: signed(line, f"staff.x.y.{pid(line)}."),
    "a membership and no user": lambda line: context.sign("staff", line.ground.names["ada"], None, SECONDS, pid(line)),
    "no membership": lambda line: context.sign("staff", None, line.ground.names["ada_user"], SECONDS, pid(line)),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_is_refused(line: Line, name: str) -> None:
    assert told(line, FORGED[name](line)) == REFUSED


@pytest.mark.parametrize("name", DAMAGED)
def test_a_token_that_was_signed_with_a_part_missing_stops_the_statement(line: Line, name: str) -> None:
    assert told(line, DAMAGED[name](line)) == NO_SUCH_TEXT


OTHERS: dict[str, Callable[[Line], str]] = {
    "empty": lambda _: "",
    "nobody": lambda line: line.token("nobody"),
    "a signed-in user without a membership": lambda line: line.token("ada_signed_in"),
    "a browser's session": lambda line: line.session_token("ada_browser"),
    "an errand that nobody knows": lambda line: context.sign("duty", "everything", None, SECONDS, pid=pid(line)),
    "a kind that nobody knows": lambda line: context.sign(
        "root", line.ground.names["ada"], line.ground.names["ada_user"], SECONDS, pid=pid(line)
    ),
    "Ada's membership with Cleo's user": lambda line: context.sign(
        "staff", line.ground.names["ada"], line.ground.names["cleo_user"], SECONDS, pid=pid(line)
    ),
    "a membership that is not there": lambda line: context.sign(
        "staff", line.ground.names["south"], line.ground.names["ada_user"], SECONDS, pid=pid(line)
    ),
}


@pytest.mark.parametrize("made", OTHERS.values(), ids=OTHERS)
def test_a_right_token_of_another_sort_opens_no_case(line: Line, made: Callable[[Line], str]) -> None:
    assert told(line, made(line)) == []


def test_the_signature_of_a_word_with_a_dot_is_no_other_token(line: Line) -> None:
    """A subject with dots in it would move the parts: such a token has more than six and is refused."""
    subject = f"{line.ground.names['cleo']}.{line.ground.names['cleo_user']}"
    assert told(line, context.sign("staff", subject, None, SECONDS, pid=pid(line))) == REFUSED


def test_a_token_in_the_place_of_a_session_names_no_session(line: Line) -> None:
    own = "SELECT session_key FROM access_session"
    key = line.ground.names["ada_browser"]
    assert told(line, line.session_token("ada_browser"), own, "ctx.session") == [key]
    assert told(line, line.token("ada"), own, "ctx.session") == []
    lookalike = context.sign("staff", key, line.ground.names["ada_user"], SECONDS, pid=pid(line))
    assert told(line, lookalike, own, "ctx.session") == []
    assert told(line, "x", own, "ctx.session") == REFUSED


def test_a_session_in_the_place_of_a_token_names_nobody(line: Line) -> None:
    assert told(line, line.session_token("ada_browser"), "SELECT ctx.user_id()") == [None]
    assert told(line, line.token("ada"), "SELECT ctx.user_id()") == ["ada_user"]


@pytest.mark.parametrize(
    "attempt",
    [
        "SELECT * FROM ctx.key",
        "SELECT inner_pad FROM ctx.key",
        "COPY ctx.key TO STDOUT",
        "SELECT ctx.verified(current_setting('ctx.token'))",
        "SELECT ctx.verified(%(forged)s)",
        "SELECT ctx.mine_of(%(cleo)s)",
        "SELECT ctx.wide_of(%(cleo)s)",
        "SELECT ctx.granted_of(%(cleo)s, 'view_case', true)",
        "SELECT * FROM ctx.member()",
        "SELECT * FROM ctx.live",
        "SELECT ctx.finish_factor_reset(%(south_reset)s)",
        "SELECT ctx.must_administer()",
        "UPDATE ctx.raised SET hash = 'x'",
        "INSERT INTO ctx.key VALUES (false, 'x', 'x')",
        "DELETE FROM ctx.raised",
        "CREATE FUNCTION ctx.planted() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER FUNCTION ctx.claim() SECURITY INVOKER",
        "CREATE OR REPLACE FUNCTION ctx.user_id() RETURNS uuid LANGUAGE sql AS $$ SELECT NULL::uuid $$",
        "DROP FUNCTION ctx.claim()",
        "GRANT EXECUTE ON FUNCTION ctx.verified(text) TO PUBLIC",
    ],
)
def test_what_signs_and_what_answers_for_others_is_out_of_reach(line: Line, attempt: str) -> None:
    assert line.attempt("ada", attempt, forged=line.token("cleo")) == REFUSED


def test_every_kind_of_token_is_told_apart(line: Line, ground: Ground) -> None:
    asked = "SELECT ctx.user_id(), ctx.membership_id(), ctx.duty()"
    told_by = {who: line.attempt(who, asked)[0] for who in ("ada", "ada_signed_in", "nobody", "door", "silent", "sue")}
    assert told_by == {
        "ada": ("ada_user", "ada", None),
        "ada_signed_in": ("ada_user", None, None),
        "nobody": (None, None, None),
        "door": (None, None, "door"),
        "silent": (None, None, None),
        "sue": ("sue_user", None, None),
    }
