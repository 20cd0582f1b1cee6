"""One connection of the application's own role, and what came of each attempt on it."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

from casework.access import context
from tests.walls.cast import Ground

SPEAK = "SELECT set_config(%s, %s, true)"
SECONDS = 300


@dataclass
class Line:
    """A connection and the ground it leads to. Each attempt is a transaction that is taken back."""

    ground: Ground
    role: str = "app"
    connection: "psycopg.Connection[Any]" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        address = {"app": self.ground.app, "owner": self.ground.admin, "migrate": self.ground.migrate}[self.role]
        self.connection = psycopg.connect(address, cursor_factory=psycopg.ClientCursor, autocommit=True)
        if self.role == "owner":
            self.connection.execute("SET ROLE casework_owner")

    def token(self, who: str, seconds: int = SECONDS) -> str:
        """The token that the application would sign for somebody on this connection."""
        return context.sign(*self.ground.token_of(who), seconds, pid=self.connection.info.backend_pid)

    def session_token(self, browser: str) -> str:
        return context.sign("session", self.ground.names[browser], None, SECONDS, self.connection.info.backend_pid)

    def say(self, token: str, setting: str = "ctx.token") -> None:
        """For the rest of the transaction."""
        self.connection.execute(SPEAK, [setting, token])

    def speak(self, who: str) -> None:
        """As somebody; "silent" says nothing, and "ada_in_ada_browser" also names the browser's session."""
        who, _, browser = who.partition("_in_")
        if who != "silent":
            self.say(self.token(who))
        if browser:
            self.say(self.session_token(browser), "ctx.session")

    @contextmanager
    def as_(self, who: str) -> Iterator["Line"]:
        """A transaction in which somebody speaks, taken back at the end."""
        with self.connection.transaction(force_rollback=True):
            if self.role == "app":
                self.speak(who)
            yield self

    def run(self, statement: str, **values: Any) -> Any:
        """The rows of the last statement as names (a single column as a list), or the number of rows it changed."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement, {**self.ground.names, **values})
            while cursor.nextset():
                pass
            if cursor.description is None:
                return max(cursor.rowcount, 0)
            rows = [
                tuple(self.ground.name(one) if isinstance(one, uuid.UUID) else one for one in row) for row in cursor
            ]
            return [row[0] if len(row) == 1 else row for row in rows]

    def settled(self, statement: str, **values: Any) -> Any:
        """As `run`, with the checks that would wait for the commit."""
        found = self.run(statement, **values)
        self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return found

    def attempt(self, who: str, statement: str, **values: Any) -> Any:
        """What came of it: rows, their number, or the SQLSTATE of a refusal."""
        try:
            with self.as_(who):
                return self.settled(statement, **values)
        except psycopg.Error as error:
            return error.sqlstate

    def attempt_here(self, statement: str) -> Any:
        """As `attempt`, in the present transaction, which a refusal leaves broken."""
        try:
            return self.run(statement)
        except psycopg.Error as error:
            return error.sqlstate

    def copied(self, statement: str) -> str:
        """What COPY ... TO STDOUT hands out."""
        with self.connection.cursor() as cursor, cursor.copy(statement, self.ground.names) as copy:
            return b"".join(bytes(part) for part in copy).decode()
