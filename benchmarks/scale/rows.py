"""The rows of one case as the product would have written them, as lines for COPY.

A row is named by its model and says what differs from the model's defaults; sealed columns are sealed by the model's
own fields, under the key of the person's file. Instants count from the day on which the database was begun.
"""

import json
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.names.people import Somebody, somebody
from benchmarks.names.stock import CULTURES, DRAWN
from benchmarks.scale import plan
from benchmarks.seed import key
from casework.audit import chain
from casework.audit.models import Entry, Link
from casework.cases.models import Assignment, Case, Closing, Note, Task
from casework.custody import rules as custody
from casework.custody.models import CourtOnFile, Stay, Stint
from casework.docket.models import Deadline, Hearing, Proceeding
from casework.people import tokens
from casework.people.models import Contact, NameToken, PartyToken, Person, PhoneToken
from casework.people.models.person import TOKEN_BYTES
from casework.vault import keys
from casework.vault.cipher import KEY_BYTES, Key
from casework.vault.fields import SealedField
from casework.vault.models import FileKey

MODELS: tuple[Any, ...] = (
    FileKey, Person, NameToken, Case, Assignment, Contact, PhoneToken, PartyToken, Stay, Stint, CourtOnFile, Proceeding,
    Hearing, Deadline, Note, Task, Closing, Entry, Link,
)  # fmt: skip
LANGUAGE = {
    "spanish": ("SP", "MX"), "mayan": ("QUI", "GT"), "haitian": ("CRE", "HA"), "south_asian": ("PUN", "IN"),
    "arabic": ("AR", "MR"), "chinese": ("MAN", "CH"), "russian": ("RUS", "RS"),
}  # fmt: skip
DAY, MICROSECOND = timedelta(days=1), timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
YEARS = 4 * 365  # over which cases were opened
NOTES = (
    "Spoke with {first} by telephone for twenty minutes. Afraid of going back because of threats to the family; will"
    " write down the dates before the next call.",
    "{contact} called: the sponsor's lease and pay stubs are ready and will be brought on Thursday.",
    "Visit at the facility. Went through the Notice to Appear line by line; entry date is disputed.",
    "Left a message with the deportation officer about the missing medical records.",
)
TITLES = (
    "Filing of the application",
    "Evidence and witness list",
    "Brief on the particular social group",
    "Bond packet",
)
TASKS = ("Ask the sponsor for the lease", "Order the A-file", "Call the interpreter", "Look over the declaration")
CELLS: dict[type, Callable[[Any], str]] = {
    str: lambda one: one,  # none of ours has a tab, a line's end or a backslash
    uuid.UUID: lambda one: f"{one.int:032x}",  # a sixth of the time of its own text
    bytes: lambda one: f"\\\\x{one.hex()}",
    bool: lambda one: "t" if one else "f",
    datetime: datetime.isoformat, date: date.isoformat, time: time.isoformat,
    list: lambda one: f"{{{','.join(map(str, one))}}}",
    dict: json.dumps,
    type(None): lambda _one: "\\N",
}  # fmt: skip


def cell(value: Any) -> str:
    """A value as COPY reads it."""
    return CELLS.get(type(value), str)(value)


class Table:
    """Lines of one table."""

    def __init__(self, model: Any, at: datetime) -> None:
        fields = [one for one in model._meta.concrete_fields if one.get_internal_type() != "BigAutoField"]
        self.name, self.columns = model._meta.db_table, [one.column for one in fields]
        self._at = {one.column: number for number, one in enumerate(fields)}
        self._sealed = {one.column: one for one in fields if isinstance(one, SealedField)}
        self._version = 1 if "version" in self._at else 0
        self._blank = [cell(_usual(one, at)) for one in fields]
        self.lines: list[str] = []

    def add(self, under: Key | None = None, **given: Any) -> None:
        """One row; what stands sealed is given in clear, with the key."""
        cells = self._blank.copy()
        for column, value in given.items():
            sealed = self._sealed.get(column)
            if sealed is not None:
                assert under is not None
                cells[self._at[column]] = cell(sealed.sealed_under(under, value, given["id"], self._version).blob)
            else:
                cells[self._at[column]] = value if type(value) is str else cell(value)
        self.lines.append("\t".join(cells))


def _usual(one: Any, at: datetime) -> Any:
    """What stands in a row that does not say."""
    if isinstance(one, SealedField) or one.primary_key:
        return None
    if getattr(one, "auto_now_add", False):
        return at
    found = one.get_default()
    return json.dumps(found) if one.get_internal_type() == "JSONField" else found


for _name in ("_said", "_heard", "_french", "_skeleton", "_plainest", "latin"):
    # Invented people share their words: what one word sounds like is found once.
    setattr(tokens, _name, lru_cache(100_000)(getattr(tokens, _name)))


@lru_cache(200_000)
def of_name(name: str) -> frozenset[str]:
    return frozenset(tokens.of_name(name))


@lru_cache(200_000)
def of_two(one: str, other: str) -> frozenset[str]:
    return frozenset(tokens.across((one, other)))


@dataclass
class Organization:
    """One of them while its cases are made: keys that are in hand, and the end of its chain of audit lines."""

    n: int
    over: Key
    secret: bytes
    number: int = 0
    hash: bytes = b""
    _tokens: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.id = key(f"organization {self.n}")

    def token(self, form: str) -> bytes:
        """As `NameToken.of`."""
        found = self._tokens.get(form)
        if found is None:
            found = self._tokens[form] = keys.indexed(self.secret, "name", form)[:TOKEN_BYTES]
        return found


class Maker:
    """Makes the rows of cases, table by table."""

    def __init__(self, base: datetime, own: int) -> None:
        self.base, self.own = base, own
        self.tables = {model: Table(model, base) for model in MODELS}

    def add(self, model: Any, under: Key | None = None, **given: Any) -> None:
        self.tables[model].add(under, **given)

    def case(self, of: Organization, i: int) -> None:
        """Everything about case `i` of the organization."""
        _Case(self, of, i).write()


class _Case:
    def __init__(self, maker: Maker, of: Organization, i: int) -> None:
        self.maker, self.of, self.i, self.base = maker, of, i, maker.base
        self.draw = Random(of.n << 32 | i)
        culture = self.draw.choices(CULTURES, [DRAWN[one] for one in CULTURES])[0]
        self.who = somebody(self.draw, culture)
        self.relative = somebody(self.draw, culture)
        self.language, self.country = LANGUAGE[culture]
        self.name = f"{of.n}.{i}"
        self.id, self.person = key(f"case {self.name}"), key(f"person {self.name}")
        member = plan.lead(of.n, i, maker.own)
        self.lead, self.user = key(f"member {of.n}.{member}"), key(f"user {of.n}.{member}")
        self.lead_name = f"Member {of.n}.{member}"
        chance = self.draw.random()
        self.stage = "closed" if chance < 0.33 else "enquiry" if chance < 0.36 else "active"
        days = self.draw.randrange(21) if self.stage == "enquiry" else self.draw.randrange(5, YEARS)
        self.opened = self.base - timedelta(days, self.draw.randrange(86_400), self.draw.randrange(1_000_000))
        self.key = Key(uuid.uuid4(), os.urandom(KEY_BYTES))
        self.court = self.draw.choice(plan.courts())
        self.glance: dict[str, Any] = {}
        self.ids = tuple(map(str, (of.id, self.lead, self.user, self.person, self.id)))

    def add(self, model: Any, what: str = "", **given: Any) -> None:
        """A row, by default with an id of its own."""
        given.setdefault("id", key(f"{model._meta.db_table} {what}{self.name}"))
        self.maker.add(model, self.key, organization_id=self.of.id, **given)

    def write(self) -> None:
        wrapped = self.of.over.seal(self.key.secret, keys.wrapping(self.key.id, self.person))
        self.add(FileKey, id=self.key.id, file_id=self.person, organization_key_id=self.of.over.id, wrapped=wrapped)
        self.people()
        self.custody()
        self.docket()
        self.papers()
        self.add(
            Case, id=self.id, person_id=self.person, stage=self.stage, opened_at=self.opened, opened_by_id=self.lead,
            stage_since=self.opened, matters=[self.draw.choice(["bond", "removal_defense", "habeas"])],
            reference="" if self.stage == "enquiry" else f"O{self.of.n}-{self.opened.year}-{self.i + 1:04d}",
            restricted=self.draw.random() < 0.025, scope="all", **self.glance,
        )  # fmt: skip
        self.add(
            Assignment, case_id=self.id, membership_id=self.lead, role="lead", starts_at=self.opened,
            made_by_id=self.lead,
        )  # fmt: skip
        self.audited("case.opened", self.opened, fields=["person", "assignment"])
        self.audited("case.stage_changed", self.opened + timedelta(hours=2), fields=["stage"])
        self.audited("case.viewed", self.opened + timedelta(days=1))

    # --- Who they are

    def people(self) -> None:
        who, draw = self.who, self.draw
        a_number = f"{draw.randrange(20_000_000, 240_000_000):09d}" if draw.random() < 0.7 else ""
        index = keys.indexed(self.of.secret, "people_person|a_number", a_number) if a_number else None
        self.add(
            Person, id=self.person, given_names=who.given, first_surname=who.first, birth_date=who.born,
            **({"second_surname": who.second} if who.second else {}), **({"a_number": a_number} if a_number else {}),
            a_number_index=index, a_number_missing="" if a_number else "unknown", country_of_birth=self.country,
            nationalities=[self.country], language=self.language, gender="woman" if draw.random() < 0.15 else "man",
            opened_by_id=self.lead, created_at=self.opened,
        )  # fmt: skip
        self.tokens(NameToken, _forms(who))
        full, contact = " ".join(self.relative.words), key(f"people_contact {self.name}")
        number = f"+1213{draw.randrange(2_000_000, 9_999_999)}"
        phones = [{"number": number, "call": True, "text": True, "voicemail": False, "note": ""}]
        self.add(
            Contact, person_id=self.person, name=full, phones=phones, relationship="sister", language=self.language,
            added_by_id=self.lead, added_at=self.opened,
        )  # fmt: skip
        of_party = f"{contact}\t1\t"
        self.tokens(PartyToken, tokens.of_name(full) | tokens.whole(full), of_party)
        line = f"{self.of.id}\t{self.person}\t{of_party}\\\\x{keys.indexed(self.of.secret, 'phone', number).hex()}"
        self.maker.tables[PhoneToken].lines.append(f"{uuid.uuid4()}\t{line}")

    def tokens(self, model: Any, forms: set[str] | frozenset[str], of_party: str = "") -> None:
        """Lines as `Table.add` makes them, thirty of a person: each is the same but for its id and its token."""
        begin = f"\t{self.of.id}\t{self.person}\t{of_party}\\\\x"
        ids, token = os.urandom(16 * len(forms)).hex(), self.of.token
        self.maker.tables[model].lines += [
            f"{ids[32 * at : 32 * at + 32]}{begin}{one.hex()}" for at, one in enumerate({token(form) for form in forms})
        ]

    # --- Where they are

    def custody(self) -> None:
        draw, closed = self.draw, self.stage == "closed"
        if draw.random() < 0.1:
            return
        stay, began = key(f"stay {self.name}"), self.opened - timedelta(hours=draw.randrange(4, 200))
        ended = began + timedelta(days=draw.randrange(1, 5)) if closed else None
        confirmed = ended or max(began, self.base - timedelta(hours=draw.randrange(1, 400)))
        lost = not closed and draw.random() < 0.01
        first, place = draw.choice(plan.facilities()), draw.choice(plan.facilities())
        moved = None if closed or draw.random() < 0.6 or confirmed == began else began + (confirmed - began) / 2
        kind = "not_located" if lost else "facility"
        stints: list[tuple[datetime, datetime | None, str, plan.Somewhere]] = [(began, ended, kind, place)]
        if moved:
            stints = [(began, moved, "facility", first), (moved, None, kind, place)]
        for at, (starts, ends, what, where) in enumerate(stints):
            self.add(
                Stint, f"{at} ", person_id=self.person, stay_id=stay, kind=what, time_zone=where.time_zone,
                facility_id=where.key if what == "facility" else None, starts_at=starts, ends_at=ends, source="locator",
                confirmed_at=confirmed, confirmed_by_name=self.lead_name, recorded_by_id=self.lead, recorded_at=starts,
            )  # fmt: skip
        due = None if closed else custody.next_check(confirmed_at=confirmed, stages=[self.stage], kind=kind)
        self.add(
            Stay, id=stay, person_id=self.person, began_at=began, ended_at=ended, reason="bond" if closed else "",
            confirmed_at=confirmed, next_check_at=due,
        )  # fmt: skip
        since = (ended or stints[-1][0]).astimezone(_zone(place.time_zone)).date()
        self.glance |= {"custody": "released" if closed else "detained", "place_since": since, "place_as_of": confirmed}
        if not closed:
            here = kind == "facility"
            self.glance |= {
                "facility_key": place.key if here else "", "place": place.name if here else "", "place_kind": kind,
            }  # fmt: skip

    # --- What is before the court

    def docket(self) -> None:
        draw, active = self.draw, self.stage == "active"
        if self.stage == "enquiry":
            return
        entered: dict[str, Any] = {"case_id": self.id, "recorded_by_id": self.lead, "recorded_at": self.opened}
        self.add(
            Proceeding, **entered, kind="removal", court_id=self.court.key, docket_number=f"A{self.name}",
            nta_served_on=self.opened.date(),
        )  # fmt: skip
        self.add(
            CourtOnFile, case_id=self.id, court_id=self.court.key, since=self.opened.date(), order="Notice to Appear",
            set_by_id=self.lead, set_by_name=self.lead_name, set_at=self.opened,
        )  # fmt: skip
        if draw.random() < 0.5:
            self.hearing("past ", entered, -draw.randrange(4, 400), state="held", outcome="continued")
        if active and draw.random() < 0.6:
            starts = self.hearing("", entered, draw.randrange(1, 200))
            self.glance |= {"next_hearing_at": starts, "next_hearing_zone": self.court.time_zone}
        if active and draw.random() < 0.45:
            day = self.base.date() + timedelta(days=draw.randrange(1, 210))
            self.deadline("", entered, day)
            self.glance["next_deadline_on"] = day
        if draw.random() < 0.3:
            day = self.base.date() - timedelta(days=draw.randrange(1, 300))
            self.deadline("done ", entered, day, state="done", ended_at=self.base - DAY, ended_by_name=self.lead_name)

    def hearing(self, what: str, entered: dict[str, Any], days: int, **given: Any) -> datetime:
        on = self.base.date() + timedelta(days=days)
        on += timedelta(days=max(0, on.weekday() - 4) and 7 - on.weekday())
        at = time(self.draw.randrange(8, 16), self.draw.choice((0, 30)))
        starts = datetime.combine(on, at, _zone(self.court.time_zone)).astimezone(UTC)
        self.add(
            Hearing, what, **entered, proceeding_id=key(f"docket_proceeding {self.name}"), kind="master", medium="V",
            court_id=self.court.key, on=on, at=at, time_zone=self.court.time_zone, starts_at=starts, minutes=30,
            appearing_id=self.lead, **given,
        )  # fmt: skip
        return starts

    def deadline(self, what: str, entered: dict[str, Any], day: date, **given: Any) -> None:
        self.add(
            Deadline, what, **entered, title=self.draw.choice(TITLES), basis="order", due_on=day, keep_on=day,
            safe_on=day, paper="Scheduling order", time_zone=self.court.time_zone, touched_at=self.opened, **given,
        )  # fmt: skip

    # --- What the office wrote

    def papers(self) -> None:
        draw = self.draw
        for number in range(draw.choice((0, 1, 2, 2, 3, 4))):
            text = draw.choice(NOTES).format(first=self.who.given, contact=self.relative.given)
            self.add(
                Note, f"{number} ", case_id=self.id, tier=draw.choice((1, 2, 2, 2, 3)), text=text, kind="call",
                author_id=self.lead, author_name=self.lead_name,
                written_at=self.opened + timedelta(days=3 * number, hours=draw.randrange(24)),
            )  # fmt: skip
        if draw.random() < 0.3:
            closed = self.stage == "closed"
            over: dict[str, Any] = {"done_at": self.base - DAY, "done_by_id": self.lead} if closed else {}
            self.add(
                Task, case_id=self.id, text=draw.choice(TASKS), assignee_id=self.lead, made_by_id=self.lead,
                due_on=self.base.date() + timedelta(days=draw.randrange(-5, 40)), made_at=self.opened, **over,
            )  # fmt: skip
        if self.stage == "closed":
            self.add(
                Closing, case_id=self.id, code="Ib", released="bond", removed="no", closed_on=self.base.date() - DAY,
                days_detained=self.draw.randrange(2, 200), made_by_id=self.lead, made_at=self.base - DAY,
            )  # fmt: skip

    def audited(self, verb: str, at: datetime, fields: list[str] | None = None) -> None:
        """A line and its place in the chain, as `ctx.audit_chain` computes it."""
        of, line = self.of, uuid.uuid4()
        self.maker.add(
            Entry, id=line, at=at, organization_id=of.id, actor_kind="staff", actor_id=self.lead,
            actor_organization_id=of.id, actor_name=self.lead_name, user_id=self.user, roles=["attorney"],
            basis="assigned", verb=verb, object_type="cases.case", object_id=self.id, case_id=self.id,
            file_id=self.person, fields=fields or [],
        )  # fmt: skip
        own, member, user, person, case = self.ids
        parts = (
            str(line), str((at - EPOCH) // MICROSECOND), own, "staff", member, own, self.lead_name, user,
            '["attorney"]', "assigned", verb, "cases.case", case, "[]", case, person, "1",
            _compact(tuple(fields or ())), None, "",
        )  # fmt: skip
        of.number += 1
        of.hash = chain.linked(of.hash, of.id, of.number, chain.digest(parts))
        self.maker.add(Link, organization_id=of.id, number=of.number, entry_id=line, hash=of.hash)


def _forms(who: Somebody) -> set[str]:
    """As `NameToken.of_person`."""
    names = (who.given, who.first, who.second)
    joined = of_two(who.given, who.first) | of_two(who.first, who.second) if who.second else of_two(*names[:2])
    twice = tokens.across(names) if len({*who.words}) < len(who.words) else frozenset[str]()
    found = set(joined | twice | tokens.of_dates([who.born]) | tokens.whole(" ".join(names)))
    return found.union(*map(of_name, names))


@cache
def _compact(fields: tuple[str, ...]) -> str:
    return json.dumps(fields, separators=(",", ":"))


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
