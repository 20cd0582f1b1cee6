"""Fields of several lines, of rows of boxes, and of a word from a long list."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from casework.look.rows import LinesField, ListedField, ListedInput, ListedRowsField, RowsField
from casework.look.versions import Theirs, VersionedForm

LIST = {"One": "1", "Two": "2"}


def find(typed: str) -> str:
    try:
        return LIST[typed] if typed else ""
    except KeyError as error:
        raise ValueError(typed) from error


def say(code: str) -> str:
    return next((name for name, one in LIST.items() if one == code), code)


def listed() -> ListedField:
    return ListedField(find=find, say=say, label="Word", widget=ListedInput("words", lambda: list(LIST)))


class Sample(VersionedForm):
    lines = LinesField(required=False, most=2, longest=5)
    word = listed()
    words = ListedRowsField(listed(), blank=1)
    rows = RowsField(
        {"name": forms.CharField(max_length=5, label="Name"), "tick": forms.BooleanField(required=False, label="Tick")},
        blank=1, most=2,
    )  # fmt: skip


STANDING = {"lines": ["a"], "word": "1", "words": ["1"], "rows": [{"name": "x", "tick": True}]}


def sample(typed: str = "", version: int = 1) -> Sample:
    return Sample(version, STANDING, QueryDict(typed) if typed else None)


def test_what_stands_is_shown_as_people_read_it() -> None:
    html = str(sample())
    for part in ('value="One"', '<option value="Two">', ">\na</textarea>", 'name="words-1-code"', 'name="rows-0-name"',
                 'name="rows-1-tick"', 'id="id_rows_0"', 'id="id_rows_0_tick"'):  # fmt: skip
        assert part in html
    assert html.count("checked") == 1


def test_what_is_typed_is_kept_as_lists() -> None:
    form = sample(
        "lines=+b+c%0D%0A%0D%0Ab+c%0D%0Ad&word=Two&words-0-code=Two&words-1-code=Two&rows-0-name=y&rows-1-name="
    )
    assert form.is_valid()
    assert [form.cleaned_data[name] for name in STANDING] == [
        ["b c", "d"], "2", ["2"], [{"name": "y", "tick": False}],
    ]  # fmt: skip


def test_nothing_typed_is_nothing() -> None:
    form = sample("version=1")
    assert form.is_valid()
    assert [form.cleaned_data[name] for name in STANDING] == [[], "", [], []]


@pytest.mark.parametrize(
    ("typed", "field", "says"),
    [
        ("lines=a%0Ab%0Ac", "lines", "At most 2 lines of 5 letters."),
        ("lines=abcdef", "lines", "At most 2 lines of 5 letters."),
        ("word=Six", "word", "This is not in the list. Choose one that is offered."),
        ("words-0-code=One&words-1-code=Six", "words", "2. Word: This is not in the list. Choose one that is offered."),
        ("rows-0-tick=on", "rows", "1. Name: Fill this in."),
        ("rows-0-name=a&rows-1-name=b&rows-2-name=c", "rows", "At most 2 rows."),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_stays_typed(typed: str, field: str, says: str) -> None:
    form = sample(typed)
    assert form.errors.keys() == {field}
    assert form.errors[field] == [says]
    html = str(form)
    assert ('value="Six"' in html) == ("Six" in typed)


def test_rows_that_somebody_else_changed_stay_in_the_page_out_of_sight() -> None:
    form = sample("version=1&rows-0-name=mine&rows-0-tick=on&lines=a&word=One&words-0-code=One", version=2)
    assert form.is_valid()
    form.ask(form.different({"rows": Theirs([], "Ada")}), {"rows": Theirs([], "Ada")})
    html = str(form)
    assert '<input type="hidden" name="rows-0-name" value="mine">' in html
    assert '<input type="hidden" name="rows-0-tick" value="on">' in html
    assert html.count('name="rows-0-name"') == 1


def test_a_field_of_lines_takes_what_is_required() -> None:
    with pytest.raises(ValidationError):
        LinesField().clean("")
