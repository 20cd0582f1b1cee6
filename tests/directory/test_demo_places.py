"""The demo's notes: written once, about places that are in the directory, by people who are in the cast."""

import pytest

from casework.access.doors import window
from casework.directory import demo
from casework.directory.models import ErrorReport, PlaceNote

pytestmark = pytest.mark.django_db


def test_a_second_run_changes_nothing() -> None:
    lines = list(demo.load())
    assert (len(lines), lines[0]) == (demo.size(), "ADLNTCA, NLA")
    with window("the owner looks"):
        first = set(PlaceNote.objects.values_list("pk", "text", "version")) | set(ErrorReport.objects.values_list("pk"))
    assert list(demo.load()) == lines
    with window("the owner looks"):
        again = set(PlaceNote.objects.values_list("pk", "text", "version")) | set(ErrorReport.objects.values_list("pk"))
    assert (again, len(first)) == (first, demo.size())
