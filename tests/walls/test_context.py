"""How the application tells the database who asks, and takes it back."""

import hashlib
import hmac
import re
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.access import context
from casework.access.actor import NOBODY, Actor, duty, signed_in
from casework.access.context import acting, broken, forgotten, on_duty, session, sign, speak, token
from casework.access.models import Membership, User
from casework.vault.cipher import signing_key
from tests.conftest import as_application, as_owner
from tests.walls.cast import Ground
from tests.walls.lines import Line

WORDS = st.text(st.characters(exclude_characters=".\0", exclude_categories=["Cs"]), min_size=1, max_size=80)
ANYTHING = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=300)


@pytest.fixture(scope="package")
def definer(ground: Ground) -> Iterator[Line]:
    """A connection that may ask what the application may not."""
    line = Line(ground, "owner")
    line.connection.execute("RESET ROLE")
    line.connection.execute("SET ROLE casework_definer")
    yield line
    line.connection.close()


@pytest.fixture(scope="package")
def verified(definer: Line) -> Callable[[str], Any]:
    """What the database makes of a token."""

    def ask(made: str) -> Any:
        return definer.run("SELECT ctx.verified(%(made)s)", made=made)[0]

    return ask


@pytest.fixture(scope="package")
def pid(definer: Line) -> int:
    return definer.connection.info.backend_pid


@pytest.fixture(scope="package")
def signature(definer: Line) -> Callable[[str], Any]:
    """As the database computes it."""
    hashed = "sha256(outer_pad || sha256(inner_pad || convert_to(%(body)s::text, 'UTF8')))"

    def ask(body: str) -> Any:
        return definer.run(f"SELECT encode({hashed}, 'hex') FROM ctx.key", body=body)[0]

    return ask


@settings(max_examples=200, deadline=None)
@given(body=ANYTHING)
def test_the_database_computes_the_same_signature_as_python(signature: Callable[[str], Any], body: str) -> None:
    assert signature(body) == hmac.new(signing_key("context"), body.encode(), hashlib.sha256).hexdigest()


@settings(max_examples=200, deadline=None)
@given(parts=st.tuples(WORDS, WORDS, WORDS), seconds=st.integers(5, 10**9))
def test_what_is_signed_is_read_back_part_by_part(
    verified: Callable[[str], Any], pid: int, parts: tuple[str, str, str], seconds: int
) -> None:
    assert verified(sign(*parts, seconds, pid)) == list(parts)


@pytest.fixture(scope="module")
def made(pid: int) -> str:
    return sign("staff", uuid.UUID(int=1), uuid.UUID(int=2), 3600, pid)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_token_with_any_one_character_changed_is_refused(
    verified: Callable[[str], Any], made: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(made) - 1))
    other = data.draw(st.characters(exclude_characters=["\0", made[at]], exclude_categories=["Cs"]))
    with pytest.raises(Exception, match="context refused"):
        verified(made[:at] + other + made[at + 1 :])


@settings(max_examples=200, deadline=None)
@given(guess=ANYTHING)
def test_no_text_is_a_token_by_chance(verified: Callable[[str], Any], guess: str) -> None:
    if guess == "":
        assert verified(guess) is None
        return
    with pytest.raises(Exception, match="context refused"):
        verified(guess)


TOKENS: dict[str, tuple[Callable[[], str], str]] = {
    "staff": (
        lambda: token(Actor("staff", user_id=uuid.UUID(int=2), membership_id=uuid.UUID(int=1))),
        r"staff\.[0-9a-f-]{36}\.[0-9a-f-]{36}\.\d{1,10}\.\d{10}\.[0-9a-f]{64}",
    ),
    "signed in": (lambda: token(signed_in(uuid.UUID(int=2))),
        r"user\.-\.[0-9a-f-]{36}\.\d{1,10}\.\d{10}\.[0-9a-f]{64}"),
    "nobody": (lambda: token(NOBODY), r"nobody\.-\.-\.\d{1,10}\.\d{10}\.[0-9a-f]{64}"),
    "on duty": (lambda: token(duty("door")), r"duty\.door\.-\.\d{1,10}\.\d{10}\.[0-9a-f]{64}"),
    "on duty for somebody": (
        lambda: token(duty("door", uuid.UUID(int=2))), r"duty\.door\.[0-9a-f-]{36}\.\d{1,10}\.\d{10}\.[0-9a-f]{64}",
    ),
    "session": (
        lambda: sign("session", "a" * 40, None, 60), r"session\.a{40}\.-\.\d{1,10}\.\d{10}\.[0-9a-f]{64}",
    ),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("kind", TOKENS)
def test_a_token_has_six_parts_of_known_lengths(kind: str) -> None:
    make, shape = TOKENS[kind]
    made = make()
    assert re.fullmatch(shape, made)
    parts = made.split(".")
    assert int(parts[3]) == connection.connection.info.backend_pid
    assert 0 <= time.time() + context.REQUEST_SECONDS - int(parts[4]) <= 1 + (kind == "session") * 240


def who() -> Any:
    """Whom the database answers: the membership, the errand, or the user."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(ctx.membership_id()::text, ctx.duty(), ctx.user_id()::text)")
        return cursor.fetchone()[0]


def browser() -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.session_key()")
        return cursor.fetchone()[0]


def fail() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1/0")


def overlook() -> None:
    with pytest.raises(DatabaseError):
        fail()
    assert broken()
    raise KeyError


@pytest.fixture
def ada(cast: dict[str, User]) -> Actor:
    membership = Membership.objects.get(user=cast["attorney"])
    return Actor("staff", user_id=membership.user_id, membership_id=membership.pk)


@pytest.fixture
def cleo(cast: dict[str, User]) -> Actor:
    membership = Membership.objects.get(user=cast["clinic"])
    return Actor("staff", user_id=membership.user_id, membership_id=membership.pk)


def of(actor: Actor) -> str:
    return str(actor.membership_id)


@pytest.mark.django_db
def test_blocks_nest_and_each_gives_back_what_was_before(ada: Actor, cleo: Actor) -> None:
    heard = []
    with as_application():
        with acting(ada):
            heard.append(who())
            with acting(cleo):
                heard.append(who())
                with on_duty("sweep"):
                    heard.append(who())
                heard.append(who())
            heard.append(who())
            with acting(signed_in(cleo.user_id or uuid.uuid4())):
                heard.append(who())
            with acting(NOBODY):
                heard.append(who())
            heard.append(who())
        heard.append(who())
    user = str(cleo.user_id)
    assert heard == [of(ada), of(cleo), "sweep", of(cleo), of(ada), user, None, of(ada), None]


@pytest.mark.django_db
def test_an_exception_leaves_the_block_as_quietly(ada: Actor, cleo: Actor) -> None:
    with as_application(), acting(ada):
        with pytest.raises(KeyError), acting(cleo):
            raise KeyError
        assert (who(), broken()) == (of(ada), False)
        with pytest.raises(KeyError), acting(cleo), transaction.atomic():
            raise KeyError
        assert who() == of(ada)
        with pytest.raises(KeyError), transaction.atomic(), acting(cleo):
            raise KeyError
        assert who() == of(ada)


@pytest.mark.django_db
def test_a_failed_statement_inside_a_savepoint_of_the_block(ada: Actor, cleo: Actor) -> None:
    with as_application(), acting(ada):
        with acting(cleo):
            with pytest.raises(DatabaseError), transaction.atomic():
                fail()
            assert (who(), broken()) == (of(cleo), False)
        assert who() == of(ada)


@pytest.mark.django_db
def test_a_failed_statement_ends_with_the_savepoint_around_the_block(ada: Actor, cleo: Actor) -> None:
    with as_application(), acting(ada):
        with pytest.raises(DatabaseError), transaction.atomic(), acting(cleo):
            fail()
        assert (who(), broken()) == (of(ada), False)


@pytest.mark.django_db
def test_a_failed_statement_that_is_overlooked_is_known(ada: Actor, cleo: Actor) -> None:
    with as_application(), acting(ada):
        with pytest.raises(KeyError), transaction.atomic(), acting(cleo):
            overlook()
        assert (who(), broken()) == (of(ada), False)


@pytest.mark.django_db
def test_an_inner_block_that_broke_its_transaction_gives_nothing_back_itself(ada: Actor, cleo: Actor) -> None:
    """The roll-back of the savepoint around both does."""
    with as_application(), acting(ada):
        with pytest.raises(DatabaseError), transaction.atomic(), acting(cleo), on_duty("sweep"):
            fail()
        assert who() == of(ada)


@pytest.mark.django_db
def test_the_session_of_a_browser_is_named_beside_the_actor(ada: Actor) -> None:
    with as_application(), acting(ada):
        with session("a" * 40):
            with session("b" * 40):
                assert (who(), browser()) == (of(ada), "b" * 40)
            assert browser() == "a" * 40
        assert (who(), browser()) == (of(ada), None)


@pytest.mark.django_db
def test_what_was_forgotten_for_a_request_counts_again_afterwards(ada: Actor, cleo: Actor) -> None:
    with as_application(), acting(ada), session("a" * 40):
        with forgotten():
            assert (who(), browser()) == (None, None)
            speak(cleo)
            assert who() == of(cleo)
        assert (who(), browser()) == (of(ada), "a" * 40)


@pytest.mark.django_db(transaction=True)
class TestWithoutATransactionAround:
    @pytest.fixture
    def ada(self, transactional_db: None) -> Actor:
        with as_owner():
            membership = Membership.objects.get(user__email="ada@north.example")
        return Actor("staff", user_id=membership.user_id, membership_id=membership.pk)

    def test_a_block_is_a_transaction_and_leaves_nobody(self, ada: Actor) -> None:
        with acting(ada):
            assert (who(), connection.in_atomic_block) == (of(ada), True)
        assert (who(), browser(), connection.in_atomic_block) == (None, None, False)
        with on_duty("sweep") as actor, session("a" * 40):
            assert (who(), browser(), actor.duty) == ("sweep", "a" * 40, "sweep")
        assert (who(), browser()) == (None, None)

    def test_an_exception_or_a_failed_statement_leaves_nobody_and_nothing_broken(self, ada: Actor) -> None:
        with pytest.raises(KeyError), acting(ada):
            raise KeyError
        with pytest.raises(DatabaseError), acting(ada):
            fail()
        assert (who(), broken(), connection.in_atomic_block) == (None, False, False)

    def test_a_block_in_a_transaction_gives_back_before_the_commit(self, ada: Actor) -> None:
        with transaction.atomic():
            with acting(ada):
                assert who() == of(ada)
            assert who() is None

    def test_what_is_told_by_speaking_lasts_until_the_commit(self, ada: Actor) -> None:
        with transaction.atomic():
            speak(ada)
            with transaction.atomic():
                assert who() == of(ada)
            assert who() == of(ada)
        assert who() is None

    def test_what_runs_after_the_commit_is_nobody(self, ada: Actor) -> None:
        heard = []
        with acting(ada):
            transaction.on_commit(lambda: heard.append(who()))
        assert heard == [None]

    def test_a_token_is_of_its_own_connection(self, ada: Actor) -> None:
        before = token(ada)
        connection.close()
        with transaction.atomic():
            speak(ada)
            assert who() == of(ada)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('ctx.token', %s, true)", [before])
            with pytest.raises(DatabaseError, match="context refused"), transaction.atomic():
                who()

    def test_a_token_runs_out_with_the_next_transaction(self, ada: Actor) -> None:
        with pytest.raises(DatabaseError, match="context expired"), acting(ada, seconds=-1):
            who()

    def test_an_unknown_membership_is_nobody_in_particular(self, ada: Actor) -> None:
        other = Actor("staff", user_id=ada.user_id, membership_id=uuid.uuid4())
        with acting(other):
            assert who() == str(ada.user_id)
