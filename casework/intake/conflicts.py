"""The conflict check as its readers see it: how it stands, whom it found, and who asks about whom.

Whoever meets somebody who was found anyway sees them with what agrees. Of everybody else it is told that there is a
possible match, and who is to be asked; how many they are is told to nobody.
"""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext as _

from casework.access import acts, queue
from casework.access.actor import Actor
from casework.access.models import Colleague
from casework.audit import actions as audit
from casework.cases.models import Case, Task
from casework.intake import reasons, terms
from casework.intake.actions import conflicts as acts_on_conflicts
from casework.intake.models import Answer, Candidate, CheckState, ConflictCheck, ConflictDecision, Role
from casework.intake.reasons import Known
from casework.intake.sought import Source
from casework.people.models import AdverseParty, Contact, Person

SEARCHED, ASKED = "conflicts.searched", "intake.conflict_asked"
SURELY, LIKELY = 95, 82
MOST_NAMES = 8


@dataclass(frozen=True)
class Unseen:
    """Somebody whom the reader does not see may be meant; `ask` is the name of who can tell, `whom` the membership."""

    is_open: bool
    whom: uuid.UUID | None = None
    ask: str = ""


@dataclass(frozen=True)
class Standing:
    """How the check of a case stands. `ran_by` is a name, empty for somebody whom the organization does not know."""

    state: CheckState
    ran_at: datetime | None = None
    ran_by: str = ""
    waits: bool = False
    unseen: Unseen | None = None

    @property
    def words(self) -> str:
        return str(self.state.label)

    @property
    def stops(self) -> bool:
        """Whether a case is not to be accepted as it stands."""
        return self.state in {CheckState.NOT_RUN, CheckState.OPEN, CheckState.CONFLICT}

    @property
    def tone(self) -> str:
        """Of the badge: red for a conflict, amber for what needs somebody, green for what is settled."""
        tones = {CheckState.OPEN: "amber", CheckState.CONFLICT: "red", CheckState.NOT_RUN: ""}
        return tones.get(self.state, "green")


@dataclass(frozen=True)
class Decided:
    """A decision with the names of who made it, who was asked, and who took it back."""

    row: ConflictDecision
    by: str
    asked: str = ""
    withdrawn_by: str = ""
    about: str = ""  # whom, where the reader sees them


@dataclass(frozen=True)
class Hit:
    """Somebody who was found, with what it was compared with. `rows` are the files of one human being."""

    rows: tuple[Candidate, ...]
    asked: str
    name: str
    person: Person
    cases: tuple[Case, ...]
    lines: tuple[reasons.Line, ...]
    decided: Decided | None = None
    kind: str = ""  # of a contact or an adverse party

    @property
    def role(self) -> Role:
        return Role(self.rows[0].role)

    @property
    def whom_role(self) -> Role:
        return Role(self.rows[0].whom_role)

    @property
    def score(self) -> int:
        return max(one.score for one in self.rows)

    @property
    def says(self) -> str:
        """The score in words."""
        return surely(self.score)

    @property
    def is_open(self) -> bool:
        return not all(one.is_settled for one in self.rows)

    @property
    def versions(self) -> dict[uuid.UUID, int]:
        return {one.pk: one.version for one in self.rows}

    @property
    def key(self) -> str:
        """Names the hit on a form."""
        return self.rows[0].pk.hex

    @property
    def may_merge(self) -> bool:
        """Whether these are two files that can become one."""
        return self.role == self.whom_role == Role.PERSON


@dataclass(frozen=True)
class Asked:
    """Somebody's check found the person of this case: who asks, since when, and for which case, where one sees it."""

    by: str
    at: datetime
    case: Case | None


@dataclass(frozen=True)
class Words:
    """What a check of words found: hits that the actor meets, and who is to be asked about others, if anybody."""

    hits: tuple["WordHit", ...] = ()
    unseen: Unseen | None = None


@dataclass(frozen=True)
class WordHit:
    """Somebody in the files like the words. `lines` say in what."""

    person: Person
    name: str
    role: Role
    score: int
    lines: tuple[reasons.Line, ...]
    cases: tuple[Case, ...]

    @property
    def says(self) -> str:
        return surely(self.score)


@dataclass
class _Found:
    """Rows behind the hits, each fetched once."""

    people: dict[uuid.UUID, Person] = field(default_factory=dict)
    parties: dict[uuid.UUID, Contact | AdverseParty] = field(default_factory=dict)
    cases: dict[uuid.UUID, list[Case]] = field(default_factory=dict)


def standing(actor: Actor, case: Case) -> Standing:
    """How the check of a case stands, for whoever sees the case in its own organization."""
    row = ConflictCheck.objects.visible_to(actor).filter(case=case).first()
    if row is None:
        return Standing(CheckState.NOT_RUN)
    names = _names([row.ran_by_id])
    return Standing(
        CheckState(row.state), row.ran_at, names.get(row.ran_by_id, ""), row.waits, _unseen(case)
    )  # fmt: skip


def at_a_glance(actor: Actor, case: Case) -> tuple[CheckState, bool]:
    """How the check of a case stands, in a word, and whether anybody answered a question, in one query."""
    check = ConflictCheck.objects.visible_to(actor).filter(case=OuterRef("pk")).values("state")
    answers = Answer.objects.visible_to(actor).filter(case=OuterRef("pk"))
    state, answered = Case.objects.visible_to(actor).values_list(Subquery(check), Exists(answers)).get(pk=case.pk)
    return CheckState(state or CheckState.NOT_RUN), answered


def open_among(actor: Actor, cases: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these cases whose check waits for a decision, in one query."""
    rows = ConflictCheck.objects.visible_to(actor).filter(case_id__in=cases, state=CheckState.OPEN)
    return set(rows.values_list("case_id", flat=True)) if cases else set()


def hits(actor: Actor, case: Case) -> list[Hit]:
    """Whom the check found, as far as the actor meets them: the open ones first, then the surest."""
    rows = list(Candidate.objects.visible_to(actor).filter(case=case, gone_at=None).order_by("-score", "pk"))
    asked = {one.id: one for one in terms.sources(actor, case)} if rows else {}
    found = _fetched(actor, [(one.whom_id, one.party) for one in rows])
    decided = {one.row.pk: one for one in decisions(actor, case)} if any(one.decision_id for one in rows) else {}
    groups: dict[Any, list[Candidate]] = {}
    for row in rows:
        if row.source in asked and row.whom_id in found.people and (row.party is None or row.party in found.parties):
            groups.setdefault((row.source, row.party or found.people[row.whom_id].survivor.pk), []).append(row)
    made = [_hit(some, asked[some[0].source], found, decided) for some in groups.values()]
    return sorted(made, key=lambda one: (not one.is_open, -one.score, one.name))


def decisions(actor: Actor, case: Case, about: Iterable[Hit] = ()) -> list[Decided]:
    """What was decided, the latest first, with those about whom, where the actor meets them."""
    rows = list(ConflictDecision.objects.visible_to(actor).filter(case=case).order_by("-made_at", "pk"))
    names = _names(pk for row in rows for pk in (row.made_by_id, row.asked_id, row.withdrawn_by_id))
    whom = {one.decision_id: hit.name for hit in about for one in hit.rows}
    return [
        Decided(
            row, names.get(row.made_by_id, ""), names.get(row.asked_id, ""), names.get(row.withdrawn_by_id, ""),
            whom.get(row.pk, ""),
        )
        for row in rows
    ]  # fmt: skip


def asked_about(actor: Actor, case: Case) -> list[Asked]:
    """Who asks about somebody of this case whom they do not see, for its attorneys and paralegals: until it is done."""
    rows = Task.objects.visible_to(actor).filter(case=case, rule=ASKED, done_at=None).order_by("made_at", "pk")
    tasks = list(rows)
    if not tasks:
        return []
    names = _names(one.made_by_id for one in tasks)
    checks = ConflictCheck.objects.visible_to(actor).select_related("case").in_bulk([one.cause for one in tasks])
    return [
        Asked(names.get(one.made_by_id, ""), one.made_at, checks[one.cause].case if one.cause in checks else None)
        for one in tasks
    ]


def check_words(
    actor: Actor, names: Sequence[str], *, a_number: str = "", days: Sequence[date] = (), country: str = ""
) -> Words:
    """Searches the actor's organization for words that stand in no case of it yet, such as those of an offer.

    It is counted and written down as a search is; whoever is to be asked about somebody whom the actor does not see is
    told so in their case. Raises PermissionDenied, and `actions.conflicts.TooManyChecks`.
    """
    acts.may(actor, SEARCHED)
    acts_on_conflicts.count(actor)
    asked = Known(tuple(name for name in names if name.strip())[:MOST_NAMES], tuple(days), a_number, country)
    rows: dict[tuple[uuid.UUID, uuid.UUID | None], tuple[str, int]] = {}
    whom: uuid.UUID | None = None
    for name in asked.names or ("",):
        one = terms.of_words(actor.organization, name, terms.Beside(asked.days, a_number, country=country))
        for pk, party, role, score, ask in run(one):
            if pk is None:
                whom = whom or ask
            elif rows.get((pk, party), ("", 0))[1] < score:
                rows[pk, party] = (role, score)
    _note(actor, asked)
    if whom:
        queue.put_in([acts_on_conflicts.ASK], {"actor": str(actor.member), "object_id": str(actor.member)})
    found = _fetched(actor, list(rows))
    made = [_word_hit(asked, key, of, found) for key, of in rows.items() if key[0] in found.people]
    unseen = Unseen(True, whom, _names([whom]).get(whom, "")) if whom else None
    return Words(tuple(sorted(made, key=lambda one: -one.score)), unseen)


def surely(score: int) -> str:
    """A score in words."""
    return _("Very likely") if score >= SURELY else _("Likely") if score >= LIKELY else _("Possible")


def label(what: str) -> str:
    """What a line of a comparison is about."""
    labels = {
        "name": _("Name"),
        "born": _("Birth date"),
        "a_number": _("A-number"),
        "country": _("Country of birth"),
        "phone": _("Phone"),
    }
    return labels[what]


def in_words(says: reasons.Says) -> str:
    """What a line of a comparison says."""
    return {
        reasons.Says.SAME: _("Same"),
        reasons.Says.ORDER: _("Same, parts in another order"),
        reasons.Says.ALIAS: _("Same by another name on file"),
        reasons.Says.WITHIN: _("Same, one has more names"),
        reasons.Says.SOUNDS: _("Sounds like it"),
        reasons.Says.SPELLED: _("Spelled nearly so"),
        reasons.Says.PARTLY: _("In part"),
        reasons.Says.SWAPPED: _("Day and month swapped"),
        reasons.Says.YEAR: _("One year apart"),
        reasons.Says.NEAR: _("Differs by one digit"),
        reasons.Says.OTHER: _("Contradicts"),
        reasons.Says.NOT_KNOWN: _("Not known to both"),
    }[says]


def _unseen(case: Case) -> Unseen | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT is_open, whom FROM ctx.unseen_conflicts(%s)", [case.pk])
        row = cursor.fetchone()
    return Unseen(row[0], row[1], _names([row[1]]).get(row[1], "")) if row else None


def run(one: terms.Tokens) -> list[tuple[uuid.UUID | None, uuid.UUID | None, str, int, uuid.UUID | None]]:
    """Whom the organization has like these: the person, the party, the role, the score; of others, whom to ask."""
    forms, bits = list(one.forms), list(one.forms.values())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT whom, party, whom_role, score, ask"
            " FROM ctx.check_words(%s, %s::bytea[], %s::bigint[], %s, %s::bytea[], %s)",
            [one.words, forms, bits, one.born, list(one.numbers), one.country],
        )
        rows: list[Any] = cursor.fetchall()
    return rows


def _note(actor: Actor, asked: Known) -> None:
    line, about = uuid.uuid4(), audit.What(actor.organization, Case._meta.label_lower)
    parts = {"names": asked.names, "birth_date": asked.days, "a_number": asked.a_number}
    told = {"tokens": acts_on_conflicts.told(actor.organization, [*asked.names])}
    audit.write(
        acts.who(actor), SEARCHED, about, fields=tuple(name for name, part in parts.items() if part),
        basis="organization", detail=acts.sealed_detail(told, about, line), entry_id=line,
    )  # fmt: skip


def _fetched(actor: Actor, wanted: Sequence[tuple[uuid.UUID, uuid.UUID | None]]) -> _Found:
    if not wanted:
        return _Found()
    ours = {"organization_id": actor.organization}
    people = Person.objects.visible_to(actor).filter(**ours).in_bulk({whom for whom, _party in wanted})
    ids = {party for _whom, party in wanted if party}
    parties: dict[uuid.UUID, Contact | AdverseParty] = {}
    for model in (Contact, AdverseParty) if ids else ():
        parties |= model.objects.visible_to(actor).filter(**ours, removed_at=None).in_bulk(ids)
    found = _Found(people, parties)
    rows = Case.objects.visible_to(actor).filter(person_id__in=people).order_by("-opened_at", "pk")
    for case in rows:
        found.cases.setdefault(case.person_id, []).append(case)
    return found


def _hit(rows: list[Candidate], asked: Source, found: _Found, decided: dict[uuid.UUID, Decided]) -> Hit:
    person = found.people[rows[0].whom_id].survivor
    party = found.parties[rows[0].party] if rows[0].party else None
    files = [found.people[one.whom_id] for one in rows]
    cases = [case for one in files for case in found.cases.get(one.pk, [])]
    mine = Known(asked.names, asked.days, asked.a_number, asked.country, asked.phones)
    parties = party is not None or asked.role != Role.PERSON
    return Hit(
        tuple(rows), next(iter(asked.names), ""), _called(person, party), person, tuple(cases),
        tuple(reasons.lines(mine, _known(files, party), parties=parties)),
        next((decided[one.decision_id] for one in rows if one.decision_id in decided), None),
        str(party.get_kind_display()) if party is not None else "",
    )  # fmt: skip


def _word_hit(asked: Known, key: tuple[uuid.UUID, uuid.UUID | None], of: tuple[str, int], found: _Found) -> WordHit:
    person, party = found.people[key[0]], found.parties.get(key[1]) if key[1] else None
    lines = reasons.lines(asked, _known([person], party), parties=party is not None)
    cases = tuple(found.cases.get(person.pk, []))
    return WordHit(person, _called(person, party), Role(of[0]), of[1], tuple(lines), cases)


def _known(files: Sequence[Person], party: Contact | AdverseParty | None) -> Known:
    if party is not None:
        one = terms.of_party(Role.CONTACT, party)
        return Known(one.names, phones=one.phones)
    one = terms.of_person(files)
    return Known(one.names, one.days, one.a_number, one.country)


def _called(person: Person, party: Contact | AdverseParty | None) -> str:
    name = party.name if party is not None else person.full_name
    return str(name) if name else _("Name not known yet")


def _names(ids: Iterable[uuid.UUID | None]) -> dict[Any, str]:
    wanted = {one for one in ids if one}
    return dict(Colleague.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
