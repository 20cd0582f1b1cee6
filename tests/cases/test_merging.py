"""Two files of one human being: merged, seen as one by whoever sees both, and put apart again."""

import pytest

from casework.access.models import User
from casework.cases import merging
from casework.cases.models import Case
from tests.cases.planting import again, open_case, speaking

pytestmark = pytest.mark.django_db
Cast = dict[str, User]


def test_two_files_are_one_person_and_apart_again(cast: Cast) -> None:
    one = open_case(cast["attorney"], given_names="Rosa", first_surname="Tzul")
    two = open_case(cast["attorney"], given_names="Rosa María", first_surname="Tzul", second_surname="Pérez")
    with speaking(cast["attorney"]) as actor:
        first, second = again(actor, one), again(actor, two)
        line = merging.merge(actor, first, survivor=first.person, loser=second.person, taken=["given_names"])
    with speaking(cast["attorney"]) as actor:
        for case in (again(actor, one), again(actor, two)):
            assert (case.whose.pk, case.whose.full_name) == (one.person_id, "Rosa María Tzul Pérez")
            assert case.whose.aliases == ["Rosa Tzul"]
        merging.part(actor, again(actor, two), line_id=line)
    with speaking(cast["attorney"]) as actor:
        assert [again(actor, case).whose.full_name for case in (one, two)] == ["Rosa Tzul", "Rosa María Tzul Pérez"]
        assert again(actor, one).whose.aliases == []
        assert Case.objects.visible_to(actor).filter(person__merged_into__isnull=False).count() == 0
