"""Every word that Python hands to a page can be translated, and is written where `extract` finds it."""

import ast
from collections.abc import Iterator

import pytest

from deploy.translations.source import CALLS
from tests.house.rooms import sources

SAMPLES = ("casework/desk/styleguide/",)
SHOWN = {"empty_label", "error_message", "help_text", "label", "message", "verbose_name", "verbose_name_plural"}
SHOWN_BY_FIELD = {"error_messages", "help_texts", "labels"}
SAYS = ("ValidationError", "add_error")
TONES = {"debug", "error", "info", "success", "warning"}
CHOICES = ("IntegerChoices", "TextChoices")


def name_of(node: ast.expr) -> str:
    """The last part of a name: `ValidationError` of `exceptions.ValidationError`."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def is_words(node: ast.expr) -> bool:
    """Whether this is a text as it stands, with a letter in it."""
    if isinstance(node, ast.JoinedStr):
        return any(is_words(part) for part in node.values)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and any(map(str.isalpha, node.value))


def shown_by_call(call: ast.Call) -> Iterator[ast.expr]:
    """What a call shows: labels of fields, errors, messages."""
    yield from (keyword.value for keyword in call.keywords if keyword.arg in SHOWN)
    name = name_of(call.func)
    if name in SAYS:
        yield from call.args[-1:]
    elif name in TONES and isinstance(call.func, ast.Attribute) and name_of(call.func.value) == "messages":
        yield from call.args[1:2]


def shown_by_class(body: ast.ClassDef) -> Iterator[ast.expr]:
    """What a class shows: the words of choices, and the labels that a form gives field by field."""
    choices = any(name_of(base) in CHOICES for base in body.bases)
    for line in body.body:
        if not isinstance(line, ast.Assign | ast.AnnAssign) or line.value is None:
            continue
        targets = line.targets if isinstance(line, ast.Assign) else [line.target]
        if choices and isinstance(line.value, ast.Tuple):
            yield line.value.elts[-1]
        if isinstance(line.value, ast.Dict) and any(name_of(target) in SHOWN_BY_FIELD for target in targets):
            yield from line.value.values


def out_of_reach(call: ast.Call) -> bool:
    """Whether this asks for the translation of a text that is put together only when it runs."""
    name = name_of(call.func)
    if name not in CALLS:
        return False
    places = CALLS[name] or (1,)
    texts = [call.args[(place if isinstance(place, int) else place[0]) - 1] for place in places]
    return any(isinstance(text, ast.JoinedStr | ast.BinOp | ast.Call) for text in texts)


def untranslated(path: str, tree: ast.AST) -> list[str]:
    """Each text that is shown as it stands, or that no catalog can hold."""
    found = []
    for node in ast.walk(tree):
        shown: list[ast.expr] = []
        if isinstance(node, ast.Call):
            shown += [one for one in shown_by_call(node) if is_words(one)]
            shown += [node] if out_of_reach(node) else []
        elif isinstance(node, ast.ClassDef):
            shown += [one for one in shown_by_class(node) if is_words(one)]
        elif isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names = {alias.asname for alias in node.names if alias.name in CALLS and alias.asname}
            found += [f"{path}:{node.lineno} as {name}" for name in sorted(names - CALLS.keys())]
        found += [f"{path}:{one.lineno} {ast.unparse(one)}" for one in shown]
    return found


def test_every_text_of_the_code_can_be_translated() -> None:
    assert [line for path, tree in sources() if not path.startswith(SAMPLES) for line in untranslated(path, tree)] == []


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("forms.CharField(label='Name')", "'Name'"),
        ("messages.success(request, 'Saved.')", "'Saved.'"),
        ("raise ValidationError(f'Not {day}.', code='day')", "f'Not {day}.'"),
        ("form.add_error('day', 'Too late.')", "'Too late.'"),
        ("class Kind(models.TextChoices):\n  A = 'a', 'First'", "'First'"),
        ("class Form:\n  labels = {'name': 'Name'}", "'Name'"),
        ("_(f'Hello {name}')", "_(f'Hello {name}')"),
        ("gettext('Hello ' + name)", "gettext('Hello ' + name)"),
        ("ngettext('One', 'Two {}'.format(n), n)", "ngettext('One', 'Two {}'.format(n), n)"),
        ("from django.utils.translation import gettext as say", "as say"),
    ],
)
def test_untranslated_code_is_found(code: str, shown: str) -> None:
    (line,) = untranslated("x.py", ast.parse(code))
    assert line.partition(" ")[2] == shown


@pytest.mark.parametrize(
    "code",
    [
        "forms.CharField(label=_('Name'), help_text='')",
        "messages.success(request, ngettext('One', 'Two', n))",
        "logger.info('mail sent'); messages.info(request, text)",
        "raise ValidationError(_('No.'), code='no')",
        "class Kind(models.TextChoices):\n  A = 'a', _('First')",
        "class Form:\n  labels = {'name': _('Name')}",
        "pgettext('month', 'May'); npgettext('court', 'One', 'Two', n); _(label)",
        "from django.utils.translation import gettext as _",
    ],
)
def test_code_that_can_be_translated_passes(code: str) -> None:
    assert untranslated("x.py", ast.parse(code)) == []
