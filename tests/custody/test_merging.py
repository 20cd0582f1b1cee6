"""Where somebody is and was, when two files turn out to be of the same person."""

from datetime import UTC, datetime

import pytest

from casework.access.doors import window
from casework.access.models import User
from casework.audit.models import Entry
from casework.cases import actions as cases
from casework.cases import merging
from casework.cases.models import Case
from casework.custody import actions, agreement, checks, looks, rules, undoing
from casework.custody.models import Method, Outcome, Stay
from tests.cases.planting import NORTH, again, member, open_case, refused, speaking
from tests.cases.test_merging import merge, part
from tests.custody.planting import ADELANTO, EL_PASO, at, book, move, on

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
CHOOSE = {"keeps": ["Both files say where the person was at one time. Choose which counts."]}


@pytest.fixture
def two(cast: Cast) -> tuple[Case, Case]:
    return open_case(cast["attorney"], given_names="Rosa"), open_case(cast["attorney"], given_names="Rosita")


def places(cast: Cast, case: Case) -> list[str]:
    """Facilities of all stays that count, in their order."""
    with speaking(cast["attorney"]) as actor:
        case = again(actor, case)
        return [str(one.facility_id) for stay in looks.stays(actor, case) for one in looks.stints(actor, stay)]


def glances(cast: Cast, *of: Case) -> list[tuple[str, str]]:
    with speaking(cast["attorney"]) as actor:
        found = [again(actor, case) for case in of]
        return [(case.facility_key, case.custody) for case in found]


def booked(cast: Cast, case: Case, key: str, day: str) -> None:
    with speaking(cast["attorney"]) as actor:
        book(actor, again(actor, case), at(key), day)


def test_where_only_one_file_knows_it_both_cases_show_it(cast: Cast, two: tuple[Case, Case]) -> None:
    booked(cast, two[1], ADELANTO, "2026-10-01")
    line = merge(cast["attorney"], *two)
    assert glances(cast, *two) == [(ADELANTO, "detained")] * 2
    assert [places(cast, case) for case in two] == [[ADELANTO]] * 2
    assert agreement.wrong() == []
    part(cast["attorney"], two[0], line)
    assert glances(cast, *two) == [("", ""), (ADELANTO, "detained")]
    assert agreement.wrong() == []


def test_of_two_open_stays_one_is_chosen_and_the_other_comes_back(cast: Cast, two: tuple[Case, Case]) -> None:
    booked(cast, two[0], ADELANTO, "2026-10-01")
    booked(cast, two[1], EL_PASO, "2026-10-03")
    assert refused(lambda: merge(cast["attorney"], *two)) == CHOOSE
    assert Entry.objects.filter(verb=merging.MERGED).count() == 0
    line = merge(cast["attorney"], *two, keeps=two[1])
    assert [places(cast, case) for case in two] == [[EL_PASO]] * 2
    assert glances(cast, *two) == [(EL_PASO, "detained")] * 2
    assert agreement.wrong() == []
    part(cast["attorney"], two[1], line)
    assert glances(cast, *two) == [(ADELANTO, "detained"), (EL_PASO, "detained")]
    assert [places(cast, case) for case in two] == [[ADELANTO], [EL_PASO]]
    assert agreement.wrong() == []


def test_stays_at_other_times_stand_together(cast: Cast, two: tuple[Case, Case]) -> None:
    booked(cast, two[0], ADELANTO, "2026-09-01")
    with speaking(cast["attorney"]) as actor:
        actions.release(actor, again(actor, two[0]), reason="bond", since=on("2026-09-20"))
    booked(cast, two[1], EL_PASO, "2026-10-03")
    merge(cast["attorney"], *two)
    assert places(cast, two[0]) == [ADELANTO, EL_PASO]


def test_a_move_is_recorded_from_either_case_and_taken_back_from_the_other(cast: Cast, two: tuple[Case, Case]) -> None:
    booked(cast, two[1], ADELANTO, "2026-10-01")
    merge(cast["attorney"], *two)
    with speaking(cast["attorney"]) as actor:
        done = move(actor, again(actor, two[0]), at(EL_PASO), "2026-10-05")
        assert done.stint is not None
        assert done.stint.person_id == two[1].person_id
    assert glances(cast, *two) == [(EL_PASO, "detained")] * 2
    with speaking(cast["attorney"]) as actor:
        undoing.undo(actor, again(actor, two[1]), line_id=done.line)
    assert glances(cast, *two) == [(ADELANTO, "detained")] * 2


def test_nobody_is_booked_in_twice(cast: Cast, two: tuple[Case, Case]) -> None:
    booked(cast, two[1], ADELANTO, "2026-10-01")
    merge(cast["attorney"], *two)
    words = {"": ["The person is held already. Record a move."]}
    assert refused(lambda: booked(cast, two[0], EL_PASO, "2026-10-05")) == words


def test_custody_that_was_recorded_since_keeps_the_merge(cast: Cast, two: tuple[Case, Case]) -> None:
    booked(cast, two[0], ADELANTO, "2026-10-01")
    booked(cast, two[1], EL_PASO, "2026-10-03")
    line = merge(cast["attorney"], *two, keeps=two[1])
    with speaking(cast["attorney"]) as actor:
        actions.release(actor, again(actor, two[0]), reason="bond", since=on("2026-10-20"))
    booked(cast, two[0], ADELANTO, "2026-11-01")
    said = refused(lambda: part(cast["attorney"], two[0], line))
    assert said == {"": ["This cannot be undone any more: Ada Quispe recorded something since. Correct it instead."]}
    assert [places(cast, case) for case in two] == [[EL_PASO, ADELANTO]] * 2


def test_a_look_up_is_one_card_and_recorded_from_either_case(cast: Cast, two: tuple[Case, Case]) -> None:
    booked(cast, two[0], ADELANTO, "2026-10-01")
    booked(cast, two[1], EL_PASO, "2026-10-03")
    merge(cast["attorney"], *two, keeps=two[1])
    with speaking(cast["attorney"]) as actor:  # what stays is of a case that is over
        over = again(actor, two[1])
        cases.move(actor, over, to="declined", reason="capacity", seen=over.version)
    _due()
    with speaking(cast["attorney"]) as actor:
        (card,) = checks.cards(actor)
        assert (card.person_id, card.person and card.person.full_name) == (two[1].person_id, "Rosa")
        case = again(actor, two[0])
        stay = looks.open_stay(actor, case)
        assert stay is not None
        checks.record(actor, case, stay=stay, method=Method.LOCATOR, outcome=Outcome.SAME)
        assert checks.cards(actor) == []


def _due() -> None:
    with window("the test"):
        Stay.objects.filter(withdrawn=False).update(next_check_at="2026-10-10T12:00:00Z")


def test_a_restricted_file_tells_no_place_to_the_cases_of_the_other(cast: Cast, two: tuple[Case, Case]) -> None:
    booked(cast, two[1], ADELANTO, "2026-10-01")
    merge(cast["attorney"], *two)
    with speaking(cast["attorney"]) as actor:
        cases.restrict(actor, again(actor, two[1]))
    assert glances(cast, *two) == [("", ""), (ADELANTO, "detained")]
    assert agreement.wrong() == []
    with speaking(cast["attorney"]) as actor:
        cases.unrestrict(actor, again(actor, two[1]))
    assert glances(cast, *two) == [(ADELANTO, "detained")] * 2


def test_somebody_who_sees_one_file_records_there_and_both_are_shown(cast: Cast, two: tuple[Case, Case]) -> None:
    booked(cast, two[1], ADELANTO, "2026-10-01")
    merge(cast["attorney"], *two)
    with speaking(cast["attorney"]) as actor:
        membership = member(cast["volunteer"], NORTH)
        cases.assign(actor, again(actor, two[0]), membership=membership, role="volunteer")
    with speaking(cast["volunteer"]) as actor:
        assert looks.stays(actor, again(actor, two[0])) == []
        book(actor, again(actor, two[0]), at(EL_PASO), "2026-10-05")
    assert places(cast, two[1]) == [ADELANTO, EL_PASO]
    assert glances(cast, *two) == [(EL_PASO, "detained")] * 2


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ((1, 3), (2, 4), True), ((1, 3), (3, 4), False), ((3, 4), (1, 3), False), ((1, None), (9, None), True),
        ((1, 3), (3, None), False), ((1, None), (0, 1), False), ((2, 2), (1, None), False), ((1, 9), (2, 3), True),
    ],
)  # fmt: skip
def test_what_is_at_one_time(one: tuple[int, int | None], other: tuple[int, int | None], found: bool) -> None:
    def at_day(span: tuple[int, int | None]) -> tuple[datetime, datetime | None]:
        start, end = (None if day is None else datetime(2026, 10, day + 1, tzinfo=UTC) for day in span)
        assert start is not None
        return start, end

    assert rules.overlap(at_day(one), at_day(other)) is found
    assert rules.overlap(at_day(other), at_day(one)) is found
