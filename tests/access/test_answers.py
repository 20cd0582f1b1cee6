"""What answers have in common: nothing is kept by the browser, and what is not there looks always the same."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.urls.converters import UUIDConverter

from casework.access.models import Invitation, Membership, User
from tests.access.test_accounts_sign_in import addresses
from tests.cases.planting import SOUTH, open_case

pytestmark = pytest.mark.django_db
Enter = Callable[[str], Client]


def test_no_answer_to_somebody_who_is_signed_in_is_kept(enter: Enter) -> None:
    client, kept = enter("admin"), []
    for name, address in addresses().items():
        if name != "account_logout" and "no-store" not in client.get(address).headers.get("Cache-Control", ""):
            kept.append(name)
    assert kept == []


def looks(client: Client, address: str) -> tuple[Any, ...]:
    """All of an answer but what belongs to this one request, and how often the database was asked."""
    with CaptureQueriesContext(connections["default"]) as asked:
        answer = client.get(address)
    body = re.sub(r'(csrfmiddlewaretoken" value=)"\w+"', r"\1", answer.content.decode())
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
    return answer.status_code, body, headers, answer.cookies.output(), len(asked)


def with_ids() -> list[tuple[str, str]]:
    """Every page whose address names one row, by the name of that part."""
    resolver, found = get_resolver(), []
    for name in resolver.reverse_dict:
        if isinstance(name, str):
            possibilities, _pattern, _defaults, converters = resolver.reverse_dict.getlist(name)[0]
            ids = [one for one in possibilities[0][1] if isinstance(converters.get(one), UUIDConverter)]
            if len(ids) == 1 == len(possibilities[0][1]):
                found.append((name, ids[0]))
    return found


def test_the_unknown_the_foreign_and_the_misspelt_look_the_same(enter: Enter, cast: dict[str, User]) -> None:
    """Where a row is asked for, the database is asked as often for one that is not there as for a foreign one."""
    foreign = {
        "pk": open_case(cast["clinic"], SOUTH).pk,
        "membership_id": Membership.objects.get(user=cast["clinic_admin"]).pk,
    }
    client, lawyer, compared = enter("admin"), enter("attorney"), 0
    for each in (client, lawyer):
        each.get("/")  # the first request of a session writes it
    nowhere = looks(lawyer, "/cases/nothing-here/")
    for name, part in with_ids():
        if part not in foreign:
            continue
        asks = lawyer if part == "pk" and name != "settle_report" else client
        one = looks(asks, reverse(name, kwargs={part: uuid.uuid4()}))
        other = looks(asks, reverse(name, kwargs={part: foreign[part]}))
        if one[0] == 302:  # it takes forms only, and leads to a page that names the row
            continue
        assert one == other, name
        assert one[:4] == nowhere[:4], name
        compared += 1
    assert compared >= 5
    assert Invitation.objects.count() == 0
