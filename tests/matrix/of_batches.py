"""The addresses of forms for a visit: for counsel; whoever asked for them meets them alone."""

from typing import Any

from tests.matrix.cells import NO, NOT_THERE, Address, Answer, Expect, always, page
from tests.matrix.expectations import may, sight
from tests.matrix.of_directory import NOWHERE, THERE, with_people
from tests.matrix.world import BATCHES, CASES, Principal, World, canary

STARTED = "batch.started"
HERE = "/intake/forms/"


def addresses() -> list[Address]:
    """Asking for them, watching, the file, taking it away."""
    gone = Answer(302, to=HERE, verbs=("batch.viewed", "batch.dropped"), changes=True)
    return [
        Address(
            "visit_forms",
            page(at_a_facility(lambda principal, _: with_people(principal, Answer(200))))
            | {"POST": at_a_facility(asked)},
            (THERE, NOWHERE),
            lambda _, key: {"key": key},
            data=chosen,
        ),
        one("batch", page(of_own(shown))),
        one("batch_file", page(of_own(taken))),
        one("drop_batch", page(always(Answer(302, to=HERE))) | {"POST": of_own(always(gone))}),
    ]


def one(name: str, answers: dict[str, Expect]) -> Address:
    return Address(name, answers, tuple(BATCHES), lambda world, key: {"pk": world.batches[key].pk})


def at_a_facility(expect: Expect) -> Expect:
    def answer(principal: Principal, key: str) -> Answer:
        if not may(principal, STARTED):
            return NO
        return NOT_THERE if key == NOWHERE else expect(principal, key)

    return answer


def of_own(expect: Expect) -> Expect:
    return lambda principal, key: expect(principal, key) if principal.key == BATCHES[key][1] else NOT_THERE


def seen(principal: Principal) -> list[str]:
    """The cases of one's own organization that one sees; all are held in one place."""
    own = [case for case, (home, _team, _restricted) in CASES.items() if home == principal.organization]
    return [case for case in own if sight(principal, case).tier]


def asked(principal: Principal, key: str) -> Answer:
    """Whoever sees nobody there chooses nobody, and is told so."""
    return Answer(302, to=HERE, verbs=(STARTED,), changes=True) if seen(principal) else Answer(200)


def chosen(world: World, principal: Principal, key: str) -> dict[str, Any]:
    people = [str(world.cases[case].pk) for case in seen(principal)]
    return {"people": people, "language": "en", "second": "", "sections": ["incident"]}


def shown(principal: Principal, key: str) -> Answer:
    home, _maker, case = BATCHES[key]
    shows = {canary(home, key, "where"), canary(home, case, "person")}
    return Answer(200, verbs=("batch.viewed", "case.listed"), shows=frozenset(shows))


def taken(principal: Principal, key: str) -> Answer:
    file = canary(BATCHES[key][0], key, "file")
    return Answer(200, verbs=("batch.viewed", "packet.printed"), shows=frozenset({file}))
