"""Every word that a template shows can be translated."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import PurePath

import pytest
from django.template.base import Lexer, Token, TokenType

from tests.house.rooms import templates

SAMPLES = ("templates/desk/styleguide/", "templates/paper/sample.html")
# Names, the same in every language.
NAMES = re.compile(r"\b(Casework)\b")
LETTERS = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"[A-Z][a-z]|[^\W\d_]+ [^\W\d_]+")
SHOWN = {
    "alt",
    "aria-description",
    "aria-label",
    "aria-roledescription",
    "aria-valuetext",
    "label",
    "placeholder",
    "title",
}
SHOWN_ENDINGS = ("-label", "-message", "-text", "-title", "-confirm")
BUTTONS = {"button", "reset", "submit"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SILENT = {"code", "kbd", "samp", "script", "style"}
# A literal in a tag: given to a part as `title="Open cases"`, or to a filter that shows it.
GIVEN = re.compile(r"""\s(?!context=)[a-z_]+=(?P<quote>["'])(?P<text>[A-Z][a-z].*?)(?P=quote)""")
FILTERED = re.compile(r"""\|(?:default|default_if_none|yesno|join):(?P<quote>["'])(?P<text>.*?)(?P=quote)""")
GRAMMAR = re.compile(r"\|pluralize\b")
# Blocks that a base places inside a tag.
ATTRIBUTE_BLOCK = re.compile(r"block \w*(?:class|attributes)")
Found = tuple[int, str]


def literals(token: Token) -> Iterator[Found]:
    """The untranslated literals in one tag or variable."""
    patterns = [FILTERED, GIVEN] if token.token_type == TokenType.BLOCK else [FILTERED]
    for pattern in patterns:
        for match in pattern.finditer(token.contents):
            if SENTENCE.search(match["text"]):
                yield token.lineno or 0, match["text"]
    if GRAMMAR.search(token.contents):
        yield token.lineno or 0, "pluralize"


def outside(text: str) -> Iterator[Token]:
    """The tokens of a template, without what stands between the tags of comments, translations and attributes."""
    closing = ""
    for token in Lexer(text).tokenize():
        name = token.contents.partition(" ")[0] if token.token_type == TokenType.BLOCK else ""
        if closing:
            closing = "" if name == closing else closing
            continue
        if token.token_type != TokenType.COMMENT:
            yield token
        if name in {"blocktranslate", "blocktrans", "comment"} or ATTRIBUTE_BLOCK.fullmatch(token.contents):
            closing = f"end{name}"


def page_of(text: str) -> str:
    """The template as plain HTML, line for line: no tags, and a digit for each variable."""
    page = ""
    for token in outside(text):
        page += "\n" * ((token.lineno or 1) - 1 - page.count("\n"))
        if token.token_type == TokenType.TEXT:
            page += token.contents
        elif token.token_type == TokenType.VAR:
            page += "x" if page.endswith(("<", "</")) else "0"
    return page


class Reader(HTMLParser):
    """What a reader of the page sees or hears, unless an element says that it is in a language of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Found] = []
        self.open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        foreign = given.get("translate") == "no" or (tag != "html" and "lang" in given) or tag in SILENT
        for name, value in given.items():
            shown = name in SHOWN or (name.startswith("data-") and name.endswith(SHOWN_ENDINGS))
            if shown or (tag == "input" and name == "value" and given.get("type") in BUTTONS):
                self.take(value)
        if tag not in VOID:
            self.open.append((tag, foreign))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        places = [place for place, (name, _) in enumerate(self.open) if name == tag]
        if places:
            del self.open[places[-1] :]

    def handle_data(self, data: str) -> None:
        if not any(foreign for _, foreign in self.open):
            self.take(data)

    def take(self, text: str, line: int = 0) -> None:
        if LETTERS.search(NAMES.sub("", text)):
            self.found.append((line or self.getpos()[0], " ".join(text.split())))


def untranslated(path: str, text: str) -> list[str]:
    """Each visible text of a template that stands outside the tags for translation, with its line."""
    reader = Reader()
    if PurePath(path).suffix == ".txt":
        for number, line in enumerate(page_of(text).splitlines(), 1):
            reader.take(line, number)
    else:
        reader.feed(page_of(text))
        reader.close()
    in_tags = [found for token in outside(text) if token.token_type != TokenType.TEXT for found in literals(token)]
    return [f"{path}:{line} {shown}" for line, shown in sorted([*reader.found, *in_tags])]


def test_every_visible_text_can_be_translated() -> None:
    found = [
        line for path, text in templates() if not path.startswith(SAMPLES) and path.endswith((".html", ".txt"))
        for line in untranslated(path, text)
    ]  # fmt: skip
    assert found == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\n<p>Next hearing</p>", "2 Next hearing"),
        ('<input\n placeholder="Name">', "1 Name"),
        ('<a title="{% if x %}Open{% endif %}" href="y">1</a>', "1 Open"),
        ('<input type="submit" value="Save">', "1 Save"),
        ('<button data-done-text="Copied">{{ x }}</button>', "1 Copied"),
        ("<h1>{% block title %}Cases of {{ name }}{% endblock %}</h1>", "1 Cases of 0"),
        ("{% blocktranslate %}Fine.{% endblocktranslate %}\n<p>Not fine.", "2 Not fine."),
        ('{% include "part.html" with title="Open cases" %}', "1 Open cases"),
        ('{{ x|default:"No date" }}', "1 No date"),
        ("{{ n }} {{ n|pluralize }}", "1 pluralize"),
        ("<p>a &mdash; caf&eacute;</p>", "1 a — café"),
        ('<p><span lang="es">Español</span> only</p>', "1 only"),
        ("{% comment %}\nA note.\n{% endcomment %}\n<td>Court", "4 Court"),
    ],
)
def test_untranslated_text_is_found(text: str, shown: str) -> None:
    assert untranslated("page.html", text) == [f"page.html:{shown}"]


def test_untranslated_mail_is_found() -> None:
    assert untranslated("mail.txt", "{{ x }}\n{% if x %}Hello{% endif %} {{ name }}") == ["mail.txt:2 Hello 0"]
    assert untranslated("mail.txt", '{% translate "Hello" %} {{ name }}\n{{ url }} - Casework') == []


@pytest.mark.parametrize(
    "text",
    [
        '<p title="{% translate \'Open\' %}">{% translate "Next hearing" %}: {{ day|date:"DATE_FORMAT" }}</p>',
        "<p>{% blocktranslate count n=n %}{{ n }} case{% plural %}{{ n }} cases{% endblocktranslate %} · Casework</p>",
        "{# A note. #}{% comment %}A <b>longer</b> one.{% endcomment %}<!-- and one for browsers -->",
        '<html lang="en"><script>let words = 1</script><li><code>A-number</code> <b translate="no">Kreyòl</b></li>',
        "{% block body_class %}desk wide{% endblock body_class %}",
        '<h{{ level }} class="big title">{{ x|default:"submit" }}</h{{ level }}><{{ tag }} class="one two">',
        '{% include "part.html" with label=_("Save") icon="check" kind="one two" %}&nbsp;<meta content="noindex">',
        '<option {% if a == "Open" %}selected{% endif %} value="open">{{ label }}</option>{% url "today" as here %}',
    ],
)
def test_what_is_translated_or_not_shown_passes(text: str) -> None:
    assert untranslated("page.html", text) == []
