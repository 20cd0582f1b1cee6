"""Forms for a whole visit: chosen at a facility, made by the worker, printed from one file, gone after a day."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import page
import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from casework.access.doors import window
from casework.access.models import User
from casework.audit.models import Entry
from casework.cases import actions as of_cases
from casework.cases import person as people
from casework.cases.models import Case
from casework.documents import returned
from casework.intake import actions, batches, jobs
from casework.intake.batches import Wanted
from casework.intake.models import KEPT_HOURS, Batch, BatchPart, BatchState, Packet
from casework.intake.paper import printing
from casework.vault.models import FileKey
from tests.cases.planting import again, open_case, speaking
from tests.conftest import as_application
from tests.custody.planting import ADELANTO, at, book
from tests.desk.test_caseload import text
from tests.desk.test_paper import brought, photographed
from tests.intake.bringing import work

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
PAGE = f"/intake/visit/{ADELANTO}/"


def held(cast: Cast, *names: str) -> list[Case]:
    """People of Ada's who are held in one place."""
    cases = [open_case(cast["attorney"], given_names=name, first_surname="Tzul") for name in names]
    with speaking(cast["attorney"]) as ada:
        for case in cases:
            book(ada, case, at(ADELANTO), "2026-10-01")
    return cases


def asked(client: Client, cases: list[Case], **chosen: Any) -> str:
    """The address of the forms that somebody has asked for."""
    given = {"people": [str(one.pk) for one in cases], "language": "en", "second": "", "sections": ["ending"]}
    answer = client.post(PAGE, given | chosen)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def newest() -> Batch:
    with window("looking"):
        found: Batch = Batch.objects.latest("made_at")
    return found


def made(client: Client, user: User, cases: list[Case], **chosen: Any) -> str:
    address = asked(client, cases, **chosen)
    work(user, newest(), task=jobs.make_batch)
    return address


def restrict(cast: Cast, case: Case) -> None:
    with speaking(cast["attorney"]) as ada:
        of_cases.restrict(ada, again(ada, case))


def packets() -> list[Packet]:
    with window("looking"):
        return list(Packet.objects.select_related("case__person").order_by("printed_at"))


def lines(verb: str) -> list[Any]:
    return list(Entry.objects.filter(verb=verb).order_by("at").values_list("actor_name", "case_id", "fields"))


def test_forms_for_a_visit_are_one_file_in_which_each_has_a_code_of_their_own(cast: Cast, enter: Enter) -> None:
    ada = enter("attorney")
    marta, elias = held(cast, "Marta", "Elías")
    ada.post(f"/intake/{elias.pk}/identity/", {"place_of_birth-seen": "0", "place_of_birth": "Nebaj", "minor-seen": "0",
                                               "minor": "adult"})  # fmt: skip
    assert "Intake forms for a visit" in text(ada, f"/directory/facilities/{ADELANTO}/")
    address = made(ada, cast["attorney"], [elias, marta], sections=["identity"], filled="on")
    assert "2 forms for a visit" in text(ada, address)
    file = ada.get(f"{address}forms.pdf")
    assert (file["Content-Type"], file["Content-Disposition"]) == (
        "application/pdf",
        'attachment; filename="forms.pdf"',
    )
    codes = {one.case.whose.given_names: one.code for one in packets()}
    sheets = [one.extract_text() for one in PdfReader(io.BytesIO(file.content)).pages]
    assert [(name in sheets[0], code in sheets[0]) for name, code in codes.items()] == [(True, True)] * 2
    found: dict[str, list[int]] = {}
    for square in returned.squares(file.content):
        found.setdefault(square.code, []).append(square.at)
    numbers = {code: sorted(pages) for code, pages in found.items()}
    assert set(numbers) == set(codes.values())
    assert {first % 2 for first, *_rest in numbers.values()} == {1}  # each begins on the front of a sheet
    whose = {name: "".join(sheets[at - 1] for at in numbers[code]) for name, code in codes.items()}
    assert {name: ("Nebaj" in said, name in said) for name, said in whose.items()} == {
        "Elías": (True, True), "Marta": (False, True),
    }  # fmt: skip
    assert "Nebaj" not in sheets[0]
    both = [("Ada Quispe", one.pk) for one in (elias, marta)]
    assert [(who, case) for who, case, _fields in lines("packet.made")] == both
    assert lines("packet.printed") == [(*one, ["a_number"]) for one in both]


def test_the_file_has_no_fields_and_breaks_no_rule(cast: Cast, enter: Enter) -> None:
    ada, cases = enter("attorney"), held(cast, "Marta", "Elías")
    content = ada.get(f"{made(ada, cast['attorney'], cases, second='es')}forms.pdf").content
    assert [one.rule_id for one in page.validate_pdf_bytes(content, profile="ua1").failures] == []
    with pikepdf.open(io.BytesIO(content)) as opened:
        assert opened.check_pdf_syntax() == []
        assert "/AcroForm" not in opened.Root
        assert [one for one in opened.pages if "/Annots" in one] == []
        assert len(opened.pages) == newest().pages
    assert returned.fields(content).names == frozenset()


def test_a_page_of_the_file_comes_back_to_its_case(cast: Cast, enter: Enter) -> None:
    ada, (marta, elias) = enter("attorney"), held(cast, "Marta", "Elías")
    content = ada.get(f"{made(ada, cast['attorney'], [marta, elias])}forms.pdf").content
    codes = {str(one.case_id): one.code for one in packets()}
    first = min(one.at for one in returned.squares(content) if one.code == codes[str(elias.pk)])
    photo = photographed(content, first - 1)
    assert "This form was printed for another case." in brought(ada, marta, photo, "photo.jpg").content.decode()
    assert "The square codes say which pages these are" in brought(ada, elias, photo, "photo.jpg").content.decode()


def test_who_may_not_be_seen_any_more_when_the_forms_are_made_is_left_out(cast: Cast, enter: Enter) -> None:
    ben, (marta, elias) = enter("paralegal"), held(cast, "Marta", "Elías")
    address = asked(ben, [marta, elias])
    restrict(cast, elias)
    work(cast["paralegal"], newest(), task=jobs.make_batch)
    said = text(ben, address)
    assert ("1 form for a visit" in said, "1 person was left out" in said) == (True, True)
    assert ("Marta" in said, "Elías" in said) == (True, False)
    sheets = " ".join(one.extract_text() for one in PdfReader(io.BytesIO(ben.get(f"{address}forms.pdf").content)).pages)
    assert ("Marta" in sheets, "Elías" in sheets) == (True, False)
    assert [(who, case) for who, case, _fields in lines("packet.made")] == [("Ben Okoye", marta.pk)]


def test_where_nobody_is_left_it_says_so(cast: Cast, enter: Enter) -> None:
    ben, cases = enter("paralegal"), held(cast, "Marta")
    address = asked(ben, cases)
    restrict(cast, cases[0])
    work(cast["paralegal"], newest(), task=jobs.make_batch)
    assert "Nobody of those who were chosen has a form that you may print now." in text(ben, address)
    assert (ben.get(f"{address}forms.pdf").status_code, packets()) == (302, [])


def test_a_file_with_somebody_whom_one_does_not_see_any_more_does_not_open(cast: Cast, enter: Enter) -> None:
    ben, (marta, elias) = enter("paralegal"), held(cast, "Marta", "Elías")
    address = made(ben, cast["paralegal"], [marta, elias])
    with speaking(cast["paralegal"]) as actor, window("the walls alone"):
        assert BatchPart.objects.count() > 0
        assert batches.content(actor, newest())[:5] == b"%PDF-"
    restrict(cast, elias)
    said = text(ben, address)
    assert "You do not see everybody any more whose form is in the file" in said
    assert "Elías" not in said
    assert ben.get(f"{address}forms.pdf")["Location"] == address
    assert lines("packet.printed") == []
    with speaking(cast["paralegal"]), window("the walls alone"):
        assert BatchPart.objects.count() == 0


def test_nobody_else_knows_of_it(cast: Cast, enter: Enter) -> None:
    address = made(enter("attorney"), cast["attorney"], held(cast, "Marta"))
    for key in ("paralegal", "admin", "volunteer", "clinic"):
        client = enter(key)
        assert [client.get(one).status_code for one in (address, f"{address}forms.pdf")] == [404, 404]
        assert client.post(f"{address}drop/").status_code == 404
    assert [enter(key).get(PAGE).status_code for key in ("volunteer", "admin")] == [403, 403]
    with speaking(cast["paralegal"]), window("the walls alone"):
        assert (Batch.objects.count(), BatchPart.objects.count()) == (0, 0)


def test_while_they_are_made_the_page_says_how_far_without_a_look(cast: Cast, enter: Enter) -> None:
    ada, cases = enter("attorney"), held(cast, "Marta", "Elías")
    address = asked(ada, cases)
    response = ada.get(address)
    assert response.headers["Refresh"] == "3; url=?again=1"
    assert "0 of 2" in response.content.decode()
    looks = Entry.objects.filter(verb="batch.viewed").count()
    assert ada.get(f"{address}?again=1").headers["Refresh"] == "3; url=?again=1"
    assert Entry.objects.filter(verb="batch.viewed").count() == looks == 1
    assert asked(ada, cases[:1]) == address  # whoever presses twice gets one
    work(cast["attorney"], newest(), task=jobs.make_batch)
    assert ada.get(f"{address}?again=1")["Location"] == address
    assert "2 forms for a visit" in text(ada, address)
    assert len(packets()) == 2


def test_what_was_cancelled_is_not_made(cast: Cast, enter: Enter) -> None:
    ada, cases = enter("attorney"), held(cast, "Marta")
    address = asked(ada, cases)
    assert ada.post(f"{address}drop/")["Location"] == address
    work(cast["attorney"], newest(), task=jobs.make_batch)
    assert "The forms are gone" in text(ada, address)
    assert (packets(), newest().state) == ([], BatchState.DROPPED)
    assert "Nothing of it is there any more." in ada.post(f"{address}drop/", follow=True).content.decode()


def test_what_is_cancelled_in_the_middle_leaves_nothing(cast: Cast, enter: Enter) -> None:
    asked(enter("attorney"), held(cast, "Marta", "Elías"))
    done: list[int] = []

    def cancelled(so_far: int) -> None:
        done.append(so_far)
        if so_far == 1:
            with window("looking"):
                Batch.objects.update(state=BatchState.DROPPED)

    with speaking(cast["attorney"]) as ada:
        batch = Batch.objects.visible_to(ada).get()
        for _case, order in batches.orders(ada, batch):
            printing.lay_out(order)
        actions.make_batch(ada, batch, cancelled)
    assert done == [0, 1]
    assert packets() == []
    with window("looking"):
        assert BatchPart.objects.count() == 0


def test_forms_that_cannot_be_laid_out_say_so(cast: Cast, enter: Enter) -> None:
    ada = enter("attorney")
    address = asked(ada, held(cast, "Marta"))
    with speaking(cast["attorney"]) as actor:  # nobody has laid it out
        actions.make_batch(actor, Batch.objects.visible_to(actor).get(), lambda _: None)
    assert "The form could not be laid out." in text(ada, address)
    assert packets() == []


def test_a_second_run_finds_them_made(cast: Cast, enter: Enter) -> None:
    made(enter("attorney"), cast["attorney"], held(cast, "Marta"))
    work(cast["attorney"], newest(), task=jobs.make_batch)
    assert len(packets()) == 1


def test_nothing_is_made_for_a_member_who_does_not_count_any_more(cast: Cast, enter: Enter) -> None:
    asked(enter("paralegal"), held(cast, "Marta"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE access_membership SET suspended_at = now() WHERE user_id = %s", [cast["paralegal"].pk])
    work(cast["paralegal"], newest(), task=jobs.make_batch)
    assert (packets(), newest().state) == ([], BatchState.RUNNING)


def test_the_choice_says_what_is_wrong_with_it(cast: Cast, enter: Enter) -> None:
    ada = enter("attorney")
    assert "Nobody of yours is on file in this place" in text(ada, PAGE)
    cases = held(cast, "Marta")
    empty = {"language": "en", "second": "", "sections": ["ending"]}
    assert "Choose somebody." in ada.post(PAGE, empty).content.decode()
    stranger = open_case(cast["attorney"], given_names="Zoila")
    said = ada.post(PAGE, empty | {"people": [str(stranger.pk)]}).content.decode()
    assert "Somebody is not on the list any more." in said
    wanted = Wanted(ADELANTO, "Adelanto", cases * (batches.MOST + 1), ["ending"], ["en"], filled=False)
    with speaking(cast["attorney"]) as actor, pytest.raises(ValidationError, match="At most 60 at once"):
        actions.start_batch(actor, wanted=wanted)
    assert ada.get("/intake/visit/NOWHERE/").status_code == 404


def test_who_wants_no_contact_is_not_ticked(cast: Cast, enter: Enter) -> None:
    marta, elias = held(cast, "Marta", "Elías")
    with speaking(cast["attorney"]) as ada:
        case = again(ada, elias)
        people.change(ada, case, values={"no_contact": True}, seen=case.whose.version)
    html = enter("attorney").get(PAGE).content.decode()
    ticked = {one: "checked" in tag for tag in re.findall(r"<input[^>]*>", html)
              for one in re.findall(r'name="people" value="([^"]+)"', tag)}  # fmt: skip
    assert ticked == {str(marta.pk): True, str(elias.pk): False}
    assert "Elías Tzul (do not contact)" in html


def test_the_file_goes_after_a_day_by_itself(cast: Cast, enter: Enter) -> None:
    ada = enter("attorney")
    address = made(ada, cast["attorney"], held(cast, "Marta"))
    with as_application():
        assert actions.sweep_batches() == 0
    with window("looking"):
        Batch.objects.update(ended_at=timezone.now() - timedelta(hours=KEPT_HOURS, minutes=10))
        assert BatchPart.objects.count() > 0
    with speaking(cast["attorney"]), window("the walls alone"):
        assert BatchPart.objects.count() == 0  # on the minute, whenever the worker comes
    assert "The forms are gone" in text(ada, address)
    assert ada.get(f"{address}forms.pdf")["Location"] == address
    with as_application():
        assert actions.sweep_batches() == 1
    with window("looking"):
        assert (BatchPart.objects.count(), FileKey.objects.filter(file_id=newest().pk).count()) == (0, 0)
    assert list(Entry.objects.filter(verb="batch.dropped").values_list("object_id", "actor_kind", "basis")) == [
        (newest().pk, "duty", "operator")
    ]
    assert len(packets()) == 1  # the paper is still known when it comes back


def test_what_came_to_nothing_is_told(cast: Cast, enter: Enter) -> None:
    ada = enter("attorney")
    address = asked(ada, held(cast, "Marta"))
    with window("looking"):
        Batch.objects.update(made_at=timezone.now() - timedelta(hours=3))
    with as_application():
        actions.sweep_batches()
    assert "The work came to nothing. Ask for the forms again." in text(ada, address)


def test_a_file_that_is_deleted_by_hand_is_gone_with_its_key(cast: Cast, enter: Enter) -> None:
    ada = enter("attorney")
    address = made(ada, cast["attorney"], held(cast, "Marta"))
    with window("looking"):
        assert FileKey.objects.filter(file_id=newest().pk).count() == 1
    assert "Nothing of it is kept." in ada.post(f"{address}drop/", follow=True).content.decode()
    with window("looking"):
        assert (BatchPart.objects.count(), FileKey.objects.filter(file_id=newest().pk).count()) == (0, 0)
