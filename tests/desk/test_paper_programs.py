"""The same intake on screen, and on paper that four programs have filled in and saved: the records are equal."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.desk.test_intake import answers, begun
from tests.desk.test_paper import brought, made
from tests.programs import PROGRAMS

pytestmark = pytest.mark.django_db
Enter = Callable[[str], Client]
TEXT = "王小明，四川 مرحبا ਪੰਜਾਬੀ Nguyễn <b> =1+1"
LINES = "Two vans.\nThey said \\(nothing)."
PARTS: dict[str, dict[str, Any]] = {
    "identity": {
        "person_name": {"given_names": "María José", "first_surname": "Núñez"}, "a_number": "A012-345-678",
        "birth_date": "1990-03-04", "minor": "adult", "country_of_birth": "Guatemala", "place_of_birth": TEXT,
        "own_phone": "(213) 555-0143", "own_email": "maria@example.org", "gender": "declined",
    },
    "incident": {
        "incident_at": {"day": "2026-11-02", "clock": "6:40"}, "incident_now": "no", "incident_what": LINES,
        "agencies": ["ice", "hsi"], "officers_count": "12", "location_type": "street",
    },
}  # fmt: skip
ROWS = {"citizenship": ["Guatemala", "Mexico"]}


def on_screen() -> dict[str, dict[str, Any]]:
    """What a browser sends of each section."""
    posted: dict[str, dict[str, Any]] = {}
    for part, given in PARTS.items():
        sent = posted.setdefault(part, {})
        for key, value in given.items():
            sent[f"{key}-seen"] = "0"
            sent |= {f"{key}-0-{one}": text for one, text in value.items()} if isinstance(value, dict) else {key: value}
    rows = {f"citizenships-{at}": "1" for at in range(2)}
    rows |= {f"citizenships-{at}-citizenship": one for at, one in enumerate(ROWS["citizenship"])}
    posted["identity"] |= rows | {"citizenships-seen": "0", "birth_date_other-seen": "0"}
    posted["identity"]["birth_date_other-state"] = "not_known"
    return posted


def in_fields() -> dict[str, str]:
    """What somebody types into the fields of the form."""
    found = {"birth_date_other__not_known": "on"}
    found |= {f"citizenships__{at}__citizenship": one for at, one in enumerate(ROWS["citizenship"], start=1)}
    for key, value in (one for given in PARTS.values() for one in given.items()):
        if isinstance(value, dict):
            found |= {f"{key}__{one}": text for one, text in value.items()}
        elif isinstance(value, list):
            found |= {f"{key}__{one}": "on" for one in value}
        else:
            found[key] = value
    return found


def test_screen_and_paper_of_four_programs_give_equal_records(enter: Enter) -> None:
    vic = enter("volunteer")
    typed = begun(vic)
    for part, sent in on_screen().items():
        vic.post(f"/intake/{typed.pk}/{part}/", sent)
    known = answers(typed)
    assert len(known) == 18
    for name, program in PROGRAMS.items():
        case = begun(vic)
        saved = program(made(vic, case, sections=list(PARTS)), in_fields())
        review = brought(vic, case, saved)
        vic.post(review.redirect_chain[-1][0], {"take": list(known)})
        assert answers(case) == known, name
