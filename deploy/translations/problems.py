"""What is missing or wrong in the catalogs."""

import gettext
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib

from deploy.translations import lists
from deploy.translations.catalogs import ROOT, SOURCE_LANGUAGE, catalogs, key_of
from deploy.translations.source import Key, SourceError, Text, texts

# Placeholders of both kinds, a percent sign on its own (which would end in an error), and tags.
MARKUP = re.compile(
    r"%\(\w*\)[-#0-9.]*[a-zA-Z]?|%%|%[-0-9.]*[a-zA-Z]|%|\{[\w.]*(?:![rsa])?(?::[^{}]*)?\}|</?[a-zA-Z][^>]*>"
)
WORD = re.compile(r"[^\W\d_]+")
MANY_NUMBERS = range(201)
FEW_WORDS = 3


def markup(text: str) -> Counter[str]:
    """What a translation must carry over unchanged. A number may be named more than once, or less."""
    found = Counter(MARKUP.findall(text))
    return Counter({part: 1 if part.startswith("%(") or part == "%%" else count for part, count in found.items()})


def edges(text: str) -> tuple[str, str]:
    """The blanks and line ends around a text."""
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def numbers_of_forms(rule: str) -> list[int]:
    """How many numbers each plural form serves, by the `Plural-Forms` of a catalog. Raises ValueError."""
    match = re.fullmatch(r"nplurals=(\d+);\s*plural=(.+?);?", rule)
    if match is None:
        raise ValueError(f"Plural-Forms is {rule!r}")
    form_of = gettext.c2py(match[2])
    served = Counter(form_of(number) for number in MANY_NUMBERS)
    return [served[form] for form in range(int(match[1]))]


def wrong_forms(entry: polib.POEntry, served: list[int]) -> Iterator[str]:
    """What is wrong with the plural forms of an entry."""
    forms = [entry.msgstr_plural.get(form, "") for form in range(len(served))]
    if not all(forms) or len(entry.msgstr_plural) != len(served):
        yield f"untranslated: {sum(map(bool, forms))} of {len(served)} plural forms"
        return
    one, more = markup(entry.msgid), markup(entry.msgid_plural)
    # A form for one number only ("one case") need not say it.
    alone = [one, more] if one != more else [one, *(one - Counter([part]) for part in one if part.startswith("%("))]
    for text, numbers in zip(forms, served, strict=True):
        if markup(text) not in (alone if numbers == 1 else [more]):
            yield f"placeholders differ: {text!r}"
        if edges(text) != edges(entry.msgid_plural):
            yield f"blanks or line ends around it differ: {text!r}"


def wrong_text(entry: polib.POEntry, locale: str) -> Iterator[str]:
    """What is wrong with the one translation of an entry."""
    if not entry.msgstr:
        yield "untranslated"
        return
    if markup(entry.msgstr) != markup(entry.msgid):
        yield f"placeholders differ: {entry.msgstr!r}"
    if edges(entry.msgstr) != edges(entry.msgid):
        yield f"blanks or line ends around it differ: {entry.msgstr!r}"
    long = len(WORD.findall(MARKUP.sub(" ", entry.msgid))) > FEW_WORDS
    if long and locale != SOURCE_LANGUAGE and entry.msgstr == entry.msgid and entry.msgid not in lists.SAME:
        yield "the same as in English"


def wrong_in(catalog: polib.POFile, locale: str, found: dict[Key, Text]) -> Iterator[tuple[str, str]]:
    """Each string with something wrong in one catalog, and what."""
    served = numbers_of_forms(catalog.metadata.get("Plural-Forms", ""))
    seen: set[Key] = set()
    for entry in catalog:
        text = found.get(key_of(entry))
        if entry.obsolete or text is None:
            yield entry.msgid, "no longer in the source"
            continue
        if key_of(entry) in seen:
            yield entry.msgid, "stands twice"
        seen.add(key_of(entry))
        if (text.plural or "") != entry.msgid_plural:
            yield entry.msgid, "its plural changed in the source"
            continue
        if entry.fuzzy:
            yield entry.msgid, "fuzzy"
        for problem in wrong_forms(entry, served) if text.plural else wrong_text(entry, locale):
            yield entry.msgid, problem
    for key in found.keys() - seen:
        yield key[1], "missing from the catalog"


def problems(root: Path = ROOT) -> list[str]:
    """Everything that keeps a page of the tree at `root` from being shown whole in each language."""
    try:
        found = texts(root)
    except SourceError as error:
        return [str(error)]
    listed = []
    for locale, path in catalogs(root):
        name = path.relative_to(root).as_posix()
        try:
            wrong = list(wrong_in(polib.pofile(str(path)), locale, found))
        except (OSError, ValueError) as error:
            listed.append(f"{name}: {error}")
            continue
        listed += sorted(f"{name}: {single!r}: {problem}" for single, problem in wrong)
    return listed
