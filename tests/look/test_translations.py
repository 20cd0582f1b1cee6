"""The catalogs: gathered from the source, checked, compiled, and found missing at start."""

import os
from pathlib import Path

import polib
import pytest
from django.core.checks import run_checks
from pytest_django.fixtures import Settings

from casework.look.checks import catalogs_are_compiled
from deploy.translations import SourceError, compile_catalogs, lists, problems, update_catalogs
from deploy.translations.__main__ import main
from deploy.translations.source import texts

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext, npgettext

SAVED = _("Saved.")
LONG = _("One sentence, "
         "in two halves.")
# Translators: the month, not the verb
MONTH = pgettext("month", "May")
MAY = _("May")

def told(count):
    npgettext("court", "%(count)s stay", "%(count)s stays", count)
    return ngettext("%(count)s case", "%(count)s cases", count) % {"count": count}
"""
PAGE = """{% load i18n %}
    <p>{% translate "Next hearing" %} {% trans 'Room' context "court" %} don't extract "this"</p>
        {% blocktranslate trimmed with day=when|date:"j F" %}
          The hearing is
          on {{ day }}.
        {% endblocktranslate %}
  {% blocktranslate count number=rows|length %}{{ number }} row{% plural %}{{ number }} rows{% endblocktranslate %}
  {% include "part.html" with label=_("Call back") only %}
  {# Translators: on a button #}
  {% translate "100% sure" as sure %}
"""
MAIL = """{% load i18n %}{% autoescape off %}{% blocktranslate %}Good morning,

your link: {{ url }}
{% endblocktranslate %}{% endautoescape %}"""
KEYS = {
    (None, "Saved."),
    (None, "One sentence, in two halves."),
    (None, "May"),
    ("month", "May"),
    ("court", "%(count)s stay"),
    (None, "%(count)s case"),
    (None, "Next hearing"),
    ("court", "Room"),
    (None, "The hearing is on %(day)s."),
    (None, "%(number)s row"),
    (None, "Call back"),
    (None, "100%% sure"),
    (None, "Good morning,\n\nyour link: %(url)s\n"),
}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small product of its own, with an English and a Spanish catalog still to be written."""
    monkeypatch.setattr(lists, "ALSO", {})
    monkeypatch.setattr(lists, "SAME", frozenset())
    for name, content in {
        "casework/desk/views.py": PYTHON,
        "templates/desk/page.html": PAGE,
        "templates/mail/link.txt": MAIL,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(content)
    for locale in ("en", "es"):
        (tmp_path / "casework" / "locale" / locale / "LC_MESSAGES").mkdir(parents=True)
    return tmp_path


def catalog(root: Path, locale: str = "es") -> Path:
    return root / "casework" / "locale" / locale / "LC_MESSAGES" / "django.po"


def translate(root: Path, **said: str) -> None:
    """Fills the Spanish catalog: what is `said` for a text's first word, else `es:` and the text."""
    book = polib.pofile(str(catalog(root)), wrapwidth=-1)
    for entry in book:
        own = said.get(entry.msgid.split()[0].strip(".,"))
        if entry.msgid_plural:
            entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, own or f"es:{entry.msgid_plural}")
        else:
            entry.msgstr = own or f"es:{entry.msgid}"
    book.save()


def only_problem(root: Path) -> str:
    (problem,) = problems(root)
    return problem


def test_strings_are_found_wherever_they_stand(tree: Path) -> None:
    found = texts(tree)
    assert set(found) == KEYS
    assert found[None, "%(number)s row"].plural == "%(number)s rows"
    assert found["court", "%(count)s stay"].plural == "%(count)s stays"
    assert found["month", "May"].notes == {"the month, not the verb"}
    assert found[None, "100%% sure"].notes == {"on a button"}
    assert found[None, "Saved."].files == {"casework/desk/views.py"}


def test_a_plural_serves_the_same_text_without_one(tree: Path) -> None:
    (tree / "templates" / "a.html").write_text('{% load i18n %}{% translate "%(count)s case" %}')
    (tree / "casework" / "a.py").write_text('gettext("%(count)s case")')
    assert texts(tree)[None, "%(count)s case"].plural == "%(count)s cases"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("casework/a.py", 'ngettext("%(count)s case", "%(count)s files", 2)', "two plurals of '%(count)s case'"),
        ("casework/a.py", 'gettext("never closed', "casework/a.py"),
        ("templates/a.html", "{% blocktranslate %}{% if x %}{% endif %}{% endblocktranslate %}", "templates/a.html"),
    ],
)
def test_source_that_cannot_be_read_is_named(tree: Path, name: str, content: str, said: str) -> None:
    (tree / name).write_text(content)
    with pytest.raises(SourceError, match=r"a\.(py|html)") as raised:
        texts(tree)
    assert said in str(raised.value)
    assert said in only_problem(tree)


def test_english_is_filled_and_spanish_left_to_people(tree: Path) -> None:
    assert update_catalogs(tree) == {"en": (len(KEYS), 0), "es": (len(KEYS), 0)}
    english = {(e.msgctxt, e.msgid): e for e in polib.pofile(str(catalog(tree, "en")))}
    assert english[None, "Saved."].msgstr == "Saved."
    assert english[None, "%(number)s row"].msgstr_plural == {0: "%(number)s row", 1: "%(number)s rows"}
    spanish = polib.pofile(str(catalog(tree)))
    assert spanish.translated_entries() == []
    assert spanish.find("%(count)s case").msgstr_plural == {0: "", 1: "", 2: ""}
    assert spanish.metadata["Plural-Forms"].startswith("nplurals=3;")
    assert [problem for problem in problems(tree) if "/en/" in problem] == []


def test_catalogs_differ_only_where_the_source_does(tree: Path) -> None:
    """No dates, no line numbers, one order: a string that moves or is joined by another touches nothing else."""
    update_catalogs(tree)
    before = catalog(tree).read_text()
    page = tree / "templates" / "desk" / "page.html"
    page.write_text("<hr>\n" * 9 + page.read_text())
    update_catalogs(tree)
    assert catalog(tree).read_text() == before
    page.write_text(page.read_text() + '{% translate "Lawyer" %}')
    update_catalogs(tree)
    added = '#: templates/desk/page.html\nmsgid "Lawyer"\nmsgstr ""\n\n'
    assert catalog(tree).read_text().replace(added, "") == before
    singles = [entry.msgid for entry in polib.pofile(str(catalog(tree)))]
    assert singles == sorted(singles)


def test_what_was_translated_stays_while_its_text_stands(tree: Path) -> None:
    update_catalogs(tree)
    translate(tree)
    reworded = polib.pofile(str(catalog(tree, "en")))
    reworded.find("Saved.").msgstr = "Kept."
    reworded.save()
    views = tree / "casework" / "desk" / "views.py"
    views.write_text(PYTHON.replace("One sentence", "A sentence").replace("%(count)s cases", "%(count)s open cases"))
    assert update_catalogs(tree) == {"en": (1, 1), "es": (1, 1)}
    assert polib.pofile(str(catalog(tree, "en"))).find("Saved.").msgstr == "Kept."
    spanish = polib.pofile(str(catalog(tree)))
    assert spanish.find("Saved.").msgstr == "es:Saved."
    assert spanish.find("A sentence, in two halves.").msgstr == ""
    assert spanish.find("%(count)s case").msgstr_plural == {0: "", 1: "", 2: ""}
    assert spanish.obsolete_entries() == spanish.fuzzy_entries() == []


def test_a_complete_catalog_has_no_problem(tree: Path) -> None:
    update_catalogs(tree)
    translate(tree)
    assert problems(tree) == []


def test_what_was_never_extracted_is_missing(tree: Path) -> None:
    update_catalogs(tree)
    translate(tree)
    (tree / "casework" / "a.py").write_text('gettext("New")')
    assert [problem.split(": ", 1) for problem in problems(tree)] == [
        ["casework/locale/en/LC_MESSAGES/django.po", "'New': missing from the catalog"],
        ["casework/locale/es/LC_MESSAGES/django.po", "'New': missing from the catalog"],
    ]


@pytest.mark.parametrize(
    ("changed", "to", "problem"),
    [
        ('msgstr "es:Saved."', 'msgstr ""', "'Saved.': untranslated"),
        ('msgstr[2] "es:%(number)s rows"', 'msgstr[2] ""', "2 of 3 plural forms"),
        ('msgstr[2] "es:%(number)s rows"\n', "", "2 of 3 plural forms"),
        ('msgid "Saved."', '#, fuzzy\nmsgid "Saved."', "'Saved.': fuzzy"),
        ('msgid "Saved."', 'msgid "Gone."\nmsgstr "x"\n\nmsgid "Saved."', "'Gone.': no longer in the source"),
        ('msgid "Saved."', '#~ msgid "Gone."\n#~ msgstr "x"\n\nmsgid "Saved."', "'Gone.': no longer in the source"),
        ('msgid "Saved."', 'msgid "Saved."\nmsgstr "x"\n\nmsgid "Saved."', "'Saved.': stands twice"),
        ('msgid_plural "%(number)s rows"', 'msgid_plural "%(number)s lines"', "its plural changed in the source"),
        ("Plural-Forms: nplurals=3", "Plural-Forms: three", "Plural-Forms is 'three"),
        ('msgid "Saved."', 'message "Saved."', "yntax error"),
    ],
)
def test_each_fault_of_a_catalog_is_named(tree: Path, changed: str, to: str, problem: str) -> None:
    update_catalogs(tree)
    translate(tree)
    content = catalog(tree).read_text()
    assert content.count(changed) == 1
    catalog(tree).write_text(content.replace(changed, to))
    assert problem in only_problem(tree)


@pytest.mark.parametrize(
    ("word", "said", "problem"),
    [
        ("The", "La audiencia es el %(dia)s.", "placeholders differ"),
        ("The", "La audiencia es el %(day).", "placeholders differ"),
        ("The", "La audiencia es el {day}.", "placeholders differ"),
        ("Saved", "Guardado al 100 %.", "placeholders differ"),
        ("Saved", "<b>Guardado.</b>", "placeholders differ"),
        ("100%%", "100 % seguro", "placeholders differ"),
        ("%(number)s", "una fila", "placeholders differ"),
        ("Good", "Buenos días,\n\nsu enlace: %(url)s", "blanks or line ends around it differ"),
        ("Saved", "Guardado. ", "blanks or line ends around it differ"),
        ("One", "One sentence, in two halves.", "the same as in English"),
    ],
)
def test_a_translation_that_would_break_a_page_is_named(tree: Path, word: str, said: str, problem: str) -> None:
    update_catalogs(tree)
    translate(tree, **{word: said})
    assert all(problem in line for line in problems(tree))
    assert problems(tree)


def test_a_text_may_be_listed_as_rightly_the_same(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    update_catalogs(tree)
    translate(tree, One="One sentence, in two halves.")
    monkeypatch.setattr(lists, "SAME", frozenset({"One sentence, in two halves."}))
    assert problems(tree) == []


def test_strings_of_other_packages_may_be_listed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "ALSO", {"English in its own catalog": ("Passwordless",)})
    update_catalogs(tree)
    entry = polib.pofile(str(catalog(tree))).find("Passwordless")
    assert (entry.comment, entry.msgstr) == ("English in its own catalog", "")


@pytest.mark.parametrize("single", ["One row of {{ name }}", "{{ n }} row of {{ name }}"])
def test_a_form_for_one_alone_need_not_say_the_number(tree: Path, single: str) -> None:
    page = "{% blocktranslate count n=n %}SINGLE{% plural %}{{ n }} rows of {{ name }}{% endblocktranslate %}"
    page = page.replace("SINGLE", single)
    (tree / "templates" / "desk" / "page.html").write_text(page)
    update_catalogs(tree)
    translate(tree)
    book = polib.pofile(str(catalog(tree)))
    (entry,) = [entry for entry in book if " row of " in entry.msgid]
    said = {0: "Una fila de %(name)s", 1: "%(n)s de filas de %(name)s", 2: "%(n)s filas de %(name)s"}
    entry.msgstr_plural = said
    book.save()
    assert problems(tree) == []
    entry.msgstr_plural = said | {0: "Una fila"}
    book.save()
    assert "'Una fila'" in only_problem(tree)
    entry.msgstr_plural = said | {1: "Un millón de filas de %(name)s"}
    book.save()
    assert "'Un millón de filas de %(name)s'" in only_problem(tree)


def test_compiled_when_missing_or_older(tree: Path) -> None:
    update_catalogs(tree)
    translate(tree)
    assert compile_catalogs(tree) == 2
    assert compile_catalogs(tree) == 0
    compiled = catalog(tree).with_suffix(".mo")
    assert polib.mofile(str(compiled)).find("Saved.").msgstr == "es:Saved."
    os.utime(compiled, (1, 1))
    assert compile_catalogs(tree) == 1
    assert sorted(file.name for file in compiled.parent.iterdir()) == ["django.mo", "django.po"]


def test_a_catalog_not_compiled_stops_the_start(tree: Path, settings: Settings) -> None:
    assert catalogs_are_compiled() == []
    settings.LOCALE_PATHS = [tree / "casework" / "locale"]
    assert {error.id for error in run_checks(tags=["translation"])} == {"look.E001"}
    update_catalogs(tree)
    compile_catalogs(tree)
    assert catalogs_are_compiled() == []
    os.utime(catalog(tree).with_suffix(".mo"), (1, 1))
    (error,) = catalogs_are_compiled()
    assert (error.id, error.hint) == ("look.E002", "run make translations")


def test_the_commands_say_what_they_did(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def told(command: str) -> tuple[int, list[str]]:
        code = main([command, "--root", str(tree)])
        return code, capsys.readouterr().out.splitlines()

    count = len(KEYS)
    assert told("extract") == (0, [f"en: {count} new, 0 gone", f"es: {count} new, 0 gone"])
    code, lines = told("check")
    assert (code, len(lines), lines[-1]) == (1, count + 1, f"{count} to mend")
    translate(tree)
    assert told("check") == (0, ["Every string is translated."])
    assert told("compile") == (0, ["2 written"])
    (tree / "casework" / "a.py").write_text('gettext("never closed')
    code, lines = told("extract")
    assert code == 1
    assert lines[0].startswith("casework/a.py: ")
