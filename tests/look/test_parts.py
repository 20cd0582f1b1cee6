"""Template tags, fields and the sheet that all pages wear."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation
from django.utils.html import strip_tags

from casework.look.forms import Chips

PHOENIX, LOS_ANGELES = ZoneInfo("America/Phoenix"), ZoneInfo("America/Los_Angeles")
HEARING = datetime(2026, 11, 23, 13, 0, tzinfo=PHOENIX)
SHEET = settings.BASE_DIR / "static" / "css" / "casework.css"


@pytest.fixture(autouse=True)
def reader_in_los_angeles() -> Iterator[None]:
    with timezone.override(LOS_ANGELES):
        yield


def said(source: str, **context: object) -> str:
    """The words of a template, without tags and with plain blanks."""
    return " ".join(strip_tags(Template(source).render(Context(context))).replace("\xa0", " ").split())


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "1:00 pm Phoenix, 12:00 here"), ("es", "1:00 p. m. Phoenix, 12:00"), ("ar", "1:00 م فينكس, 12:00")],
)
def test_moment_shows_both_clocks(language: str, words: str) -> None:
    with translation.override(language):
        assert said("{% moment value zone='America/Phoenix' %}", value=HEARING).startswith(words)


def test_moment_shows_one_clock_where_they_agree() -> None:
    summer = datetime(2026, 7, 1, 8, 30, tzinfo=PHOENIX)
    assert said("{% moment value zone='America/Phoenix' %}", value=summer) == "8:30 am"
    assert said("{% moment value %}", value=HEARING) == "12:00 pm"


def test_moment_names_the_half_and_the_day_where_they_differ() -> None:
    noon = HEARING.replace(hour=12, minute=30)
    assert said("{% moment value zone=zone %}", value=noon, zone=PHOENIX) == "12:30 pm Phoenix, 11:30 am here"
    night = HEARING.replace(hour=0, minute=30)
    assert said("{% moment value zone=zone %}", value=night, zone=PHOENIX) == "12:30 am Phoenix, Sun 11:30 pm here"


def test_moment_in_full_with_a_place_of_its_own() -> None:
    words = said("{% moment value zone='America/Denver' place='El Paso' show='full' %}", value=HEARING)
    assert words == "Mon, Nov 23, 1:00 pm El Paso, 12:00 here"


def test_moment_is_read_by_machines() -> None:
    html = Template("{% moment value zone='America/Phoenix' %}").render(Context({"value": HEARING.astimezone(UTC)}))
    assert '<time datetime="2026-11-23T13:00:00-07:00">' in html


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Monday, November 23"), ("es", "lunes 23 de noviembre"), ("ht", "Monday, November 23"),
     ("zh-hans", "2026年11月23日星期一")],
)  # fmt: skip
def test_day(language: str, words: str) -> None:
    with translation.override(language):
        assert said("{% day value %}", value=HEARING) == words


def test_day_belongs_to_the_reader() -> None:
    assert said("{% day value short=True year=True %}", value=HEARING.replace(hour=0)) == "Sun, Nov 22, 2026"
    assert said("{% day value %}", value=date(2026, 11, 23)) == "Monday, November 23"


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=40), "40 minutes ago"),
        (timedelta(hours=1, minutes=50), "1 hour ago"),
        (timedelta(hours=31), "31 hours ago"),
        (timedelta(days=7), "7 days ago"),
        (-timedelta(minutes=5), "in 5 minutes"),
        (-timedelta(days=12), "in 12 days"),
    ],
)
def test_ago(gone: timedelta, words: str) -> None:
    assert said("{% ago value now=now %}", value=HEARING - gone, now=HEARING) == words


@pytest.mark.parametrize(("days", "words"), [(0, "today"), (1, "yesterday"), (-1, "tomorrow"), (-12, "in 12 days")])
def test_ago_of_a_date(days: int, words: str) -> None:
    value = HEARING.date() - timedelta(days=days)
    assert said("{% ago value now=now %}", value=value, now=HEARING) == words


def test_a_number_never_shows_more_than_it_is_given() -> None:
    html = Template("{% a_number '417' %}").render(Context())
    assert "417" in html
    assert "<form" not in html
    assert 'action="/r/"' in Template("{% a_number '417' reveal='/r/' %}").render(Context())


def test_languages_are_named_by_themselves_and_come_back() -> None:
    request = RequestFactory().get("/styleguide/?dir=rtl")
    html = Template("{% language_switch %}").render(Context({"request": request, "csrf_token": "x"}))
    assert 'lang="es"' in html
    assert "Español" in html
    assert 'name="next" value="/styleguide/?dir=rtl"' in html


class CallForm(forms.Form):
    name = forms.CharField(label="Name", help_text="Both surnames.")
    place = forms.ChoiceField(label="Where?", choices=[("home", "Home"), ("unknown", "Not known")], widget=Chips)
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    agreed = forms.BooleanField(label="Agreed")


class Ids(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.named: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.ids += [found["id"]] if "id" in found else []
        self.named |= set(found.get("aria-describedby", "").split()) | {found.get("for", "")} - {""}
        if found.get("href", "").startswith("#"):
            self.named.add(found["href"][1:])


@pytest.mark.parametrize("data", [None, {}])
def test_everything_a_field_refers_to_is_there_once(data: dict[str, str] | None) -> None:
    page = Ids(str(CallForm(data)))
    assert page.named - {""} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_errors_stand_in_the_summary_and_at_the_field() -> None:
    html = str(CallForm({"name": "Ana"}))
    assert '<a href="#id_place_0">Where? Choose one.</a>' in html
    assert '<a href="#id_agreed">Agreed: Tick this to go on.</a>' in html
    assert 'id="id_agreed_error"' in html
    assert "(optional)" in html
    assert 'value="Ana"' in html


@pytest.mark.parametrize("status", [400, 403, 404, 410, 500])
def test_error_pages_need_nothing(status: int) -> None:
    html = render_to_string(f"errors/{status}.html")
    assert "<h1>" in html
    assert re.findall(r"<script[^>]*>", html) == ['<script src="/static/js/casework.js" defer>']
    assert ("data-back hidden" in html) is (status in {400, 403, 410})


def test_no_style_or_script_stands_in_a_template() -> None:
    forbidden = re.compile(
        r"\sstyle=|<style|\son(?!e=)[a-z]+=|hx-on|js:|<script(?![^>]*\ssrc=)(?![^>]*application/json)"
    )
    found = [
        f"{path.name}: {match[0]}"
        for folder in ("base", "parts", "errors", "desk", "django")
        for path in (settings.BASE_DIR / "templates" / folder).rglob("*.html")
        for match in forbidden.finditer(path.read_text())
    ]
    assert found == []


def test_the_sheet_stays_small_and_asks_nobody_else() -> None:
    sheet = SHEET.read_text()
    assert len(sheet.encode()) < 36_000
    assert {match[1] for match in re.finditer(r"url\(([^)]*)\)", sheet)} == {'"../img/chevron.svg"'}
    assert "@import" not in sheet
