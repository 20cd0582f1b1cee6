"""The addresses about a case's person: who is around them, what makes them vulnerable, what they agreed to."""

import uuid
from typing import Any

from casework.access.acts import sealed_detail
from casework.access.doors import window
from casework.audit.actions import What
from casework.audit.models import Entry
from casework.people.models import AdverseParty, Contact
from casework.vault import keys
from tests.clock import local_day
from tests.matrix.cells import Address, Answer, led, page
from tests.matrix.expectations import canaries_of_case, canaries_of_file, sight
from tests.matrix.of_cases import about_case, done, form, header_shown, of_case
from tests.matrix.world import CASES, PLANTED, Principal, World, canary

Data = dict[str, Any]
FEW = frozenset({"ada", "vic", "nia", "cleo", "hana"})  # a paper takes a second
PAPERS = ("plain", "restricted", "taken", "sharing")


def addresses() -> list[Address]:
    """The page, and all that its forms lead to."""
    return [
        about_case("case_people", page(of_case("case.viewed", around_shown))),
        form("flag_person", "person.flagged", data=flags, post=of_case("person.flagged", flagged)),
        form("reach_person", "person.reached"),
        *party("contact"),
        form("reveal_pass_phrase", "contact.revealed", kwargs=ids("contact"), post=of_case(
            "contact.revealed", phrase_shown)),
        *party("adverse"),
        entry("new_consent", "consent.given", data=consent),
        entry("decide_consent", "consent.provisional", data=decision),
        form("revoke_consent", "consent.revoked", kwargs=lambda world, case: {
            "pk": world.cases[case].pk, "consent": world.consents[case].pk}),
        Address(
            "privacy_waiver",
            page(of_case("waiver.printed", header_shown)) | {"POST": of_case("waiver.printed", waiver_printed)},
            PAPERS, lambda world, key: {"pk": world.cases[key].pk}, about_case=True,
            data=lambda *_: {"scope": ["custody"], "language": "en"},
        ),
        about_case("print_consent", page(of_case("consent.printed", printed)), among=FEW),
    ]  # fmt: skip


def party(kind: str) -> list[Address]:
    """The addresses of one kind of people around a person."""
    typed: Any = {"contact": contact, "adverse": adverse}[kind]
    return [
        entry(f"new_{kind}", f"{kind}.added", data=typed),
        entry(f"change_{kind}", f"{kind}.changed", data=typed, kwargs=ids(kind), look=f"{kind}_form"),
        form(f"remove_{kind}", f"{kind}.removed", kwargs=ids(kind)),
        form(f"undo_{kind}", f"{kind}.changed", kwargs=ids(kind, line=line_of(kind)), prepare=changed_before(kind)),
    ]


def entry(name: str, verb: str, *, look: str = "", **more: Any) -> Address:
    """A page with a form about the person."""
    shown = {"": header, "contact_form": contact_form, "adverse_form": adverse_form}[look]
    return about_case(name, page(of_case(verb, shown)) | {"POST": of_case(verb, done(verb))}, **more)


def ids(kind: str, **more: Any) -> Any:
    return lambda world, case: {"pk": world.cases[case].pk, "party": getattr(world, f"{kind}s")[case].pk} | more


def line_of(kind: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"a change of a {kind}")


# --- What is shown


def header(principal: Principal, case: str) -> Answer:
    return Answer(200, verbs=("case.viewed",), shows=frozenset(canaries_of_case(case, 0)))


def around_shown(principal: Principal, case: str) -> Answer:
    """Contacts for all who see the case, adverse parties as far as one's tier, pass phrases for nobody."""
    return Answer(200, verbs=("case.viewed",), shows=frozenset(canaries_of_file(case, sight(principal, case).tier)))


def phrase_shown(principal: Principal, case: str) -> Answer:
    phrase = frozenset({canary(CASES[case][0], case, "phrase")})
    return Answer(200, verbs=("case.viewed", "contact.revealed"), shows=phrase, tells=phrase)


def contact_form(principal: Principal, case: str) -> Answer:
    """The form holds the pass phrase, so that opening it shows that."""
    return phrase_shown(principal, case)


def adverse_form(principal: Principal, case: str) -> Answer:
    return Answer(200, verbs=("case.viewed",), shows=frozenset({canary(CASES[case][0], case, "A2")}))


def printed(principal: Principal, case: str) -> Answer:
    return Answer(200, verbs=("case.viewed", "consent.printed"))


def waiver_printed(principal: Principal, case: str) -> Answer:
    return Answer(200, verbs=("case.viewed", "waiver.printed"))


def flagged(principal: Principal, case: str) -> Answer:
    """A line for each tier in which something differs: of a lower one, counsel's flags stay."""
    lines = 2 if sight(principal, case).tier == 3 else 1
    return led("caseload", "case.viewed", *["person.flagged"] * lines)


# --- What is typed, and what must stand before


def flags(world: World, principal: Principal, case: str) -> Data:
    return {"flags": ["disability"]}


def contact(world: World, principal: Principal, case: str) -> Data:
    return {"kind": "friend", "name": "Somebody new", "position": 2, "version": 1}


def adverse(world: World, principal: Principal, case: str) -> Data:
    return {"kind": "witness", "name": "Somebody new", "tier": 2, "version": 1}


def consent(world: World, principal: Principal, case: str) -> Data:
    return decision(world, principal, case) | {
        "subjects": ["documents"], "how": "phone", "given_on": local_day().isoformat(),
    }  # fmt: skip


def decision(world: World, principal: Principal, case: str) -> Data:
    return {"whom": f"contact:{world.contacts[case].pk}", "reason": "The mother is alone."}


def changed_before(kind: str) -> Any:
    """Somebody has moved the row's number on, and it stands."""

    def prepare(world: World, principal: Principal, case: str) -> None:
        row, model = getattr(world, f"{kind}s")[case], {"contact": Contact, "adverse": AdverseParty}[kind]
        about = What(row.organization_id, model._meta.label_lower, row.pk, file_id=row.person_id)
        told = {"changes": {"kind": ("friend", "other")}, "version": 1}
        with window("matrix"):
            model.objects.filter(pk=row.pk).update(kind="other")
        keys.forget()
        Entry.objects.create(
            pk=line_of(kind), organization_id=row.organization_id, actor_kind="duty", verb=f"{kind}.changed",
            object_id=row.pk, object_type=about.type, file_id=row.person_id, request_id=PLANTED,
            detail=sealed_detail(told, about, line_of(kind)),
        )  # fmt: skip
        keys.forget()

    return prepare
