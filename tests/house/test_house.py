"""What import-linter cannot show: the house rules that stand in docs/house.md."""

import ast
import gc
import re
import subprocess
import tomllib
import weakref

import pytest
from django.apps import apps
from django.db import models
from django.dispatch import Signal

from tests.house.rooms import PACKAGE, ROOT, rooms, sources, templates

FORBIDDEN_NAMES = {"utils", "util", "common", "helpers", "services", "managers", "signals", "misc"}
WRITES = {
    "save", "delete", "create", "bulk_create", "get_or_create", "update_or_create", "bulk_update", "set_password",
    "add_to_class", "execute", "executemany",
}  # fmt: skip
# Where rows may be read without an actor. Nothing needs it yet.
UNSCOPED: set[str] = set()


def floors() -> list[list[str]]:
    """The floors of the import contract, top first."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [[name.strip(" ()") for name in layer.split("|")] for layer in layers]


def floor_of(room: str) -> int:
    """Counted from the top: a larger number is further down."""
    return next(number for number, floor in enumerate(floors()) if room in floor)


def calls(tree: ast.AST) -> list[tuple[str, int]]:
    """The last name and the line of every call."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and "super()" not in ast.unparse(node.func):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            found.append((name, node.lineno))
    return found


def test_every_room_has_a_door_plate() -> None:
    without = []
    for room in rooms():
        plate = ast.get_docstring(ast.parse((PACKAGE / room / "__init__.py").read_text())) or ""
        if not 2 <= len(plate.splitlines()) <= 4 or "ever" not in plate:
            without.append(room)
    assert without == []


def test_no_module_has_a_name_that_means_nothing() -> None:
    assert [str(f.relative_to(ROOT)) for f in PACKAGE.rglob("*.py") if f.stem in FORBIDDEN_NAMES] == []


def test_foreign_keys_point_down() -> None:
    upward = []
    for model in apps.get_models():
        source = model.__module__.split(".")
        if source[0] != "casework":
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not isinstance(field, models.ForeignKey | models.ManyToManyField) or not target:
                continue
            there = target.__module__.split(".")
            if there[0] == "casework" and there[1] != source[1] and floor_of(there[1]) <= floor_of(source[1]):
                upward.append(f"{model.__name__}.{field.name}")
    assert upward == []


def test_no_signal_receivers() -> None:
    """Flow stands in wiring.py, where one can read it."""
    found = []
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and re.search(r"(^|\.)(signals|dispatch)$", node.module or ""):
                found.append(f"{path}:{node.lineno}")
            opens_http = str(path).endswith("notifications/channels.py")  # a connection to the provider of texts
            if isinstance(node, ast.Attribute) and node.attr == "connect" and not opens_http:
                found.append(f"{path}:{node.lineno}")
    assert found == []


def test_no_signal_reaches_the_product_while_it_runs() -> None:
    """Whatever way a receiver was connected, it is in the list of some signal."""
    found = []
    for signal in [one for one in gc.get_objects() if issubclass(type(one), Signal)]:  # lazy objects would wake
        for _key, reference, *_rest in signal.receivers or []:
            receiver = reference() if isinstance(reference, weakref.ref) else reference
            if str(getattr(receiver, "__module__", "")).startswith("casework"):
                found.append(repr(receiver))
    assert found == []


def test_screens_do_not_write() -> None:
    found = [
        f"{path}:{line} {name}"
        for path, tree in sources("desk/**/*.py")
        for name, line in calls(tree)
        if name in WRITES or name.startswith(("bulk_", "adelete", "asave"))
    ]
    assert found == []


def test_screens_do_not_update_rows() -> None:
    """`update` is also what dictionaries do: what counts is a call on something that asks the database."""
    found = [
        f"{path}:{node.lineno}"
        for path, tree in sources("desk/**/*.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "update" and "objects" in ast.unparse(node.value)
    ]
    assert found == []


def test_unscoped_only_where_listed() -> None:
    found = {path for path, tree in sources() for name, _ in calls(tree) if name == "unscoped"}
    assert found == UNSCOPED


def test_rules_do_not_ask_the_clock() -> None:
    clock = {"now", "today", "time", "utcnow", "localtime", "monotonic"}
    assert [
        f"{path}:{line}"
        for pattern in ("*/rules.py", "docket/counting/*.py")
        for path, tree in sources(pattern)
        for name, line in calls(tree)
        if name in clock
    ] == []


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"\sstyle\s*=", "blocked by the content security policy"),
        (r"<style|<script(?![^>]*\bsrc=)(?![^>]*application/json)", "blocked by the content security policy"),
        (r"\son[a-z]+\s*=\s*[\"']", "blocked by the content security policy"),
        (r"\bhx-on\b|hx-vals\s*=\s*[\"']js:|hx-trigger\s*=\s*[\"'][^\"']*\[", "needs eval, which is off"),
        (r"\bautofocus\b", "moves people who use a screen reader past the heading"),
        (r"(src|href)\s*=\s*[\"'](https?:)?//", "asks another host"),
    ],
)
def test_templates_hold_nothing_that_the_browser_refuses(pattern: str, reason: str) -> None:
    found = [path for path, text in templates() if path.endswith(".html") and re.search(pattern, text)]
    assert found == [], reason


def test_static_files_ask_no_other_host() -> None:
    files = [*(ROOT / "static").rglob("*.css"), *(ROOT / "static").rglob("*.js")]
    assert [f.name for f in files if re.search(r"url\(\s*[\"']?(https?:)?//|fetch\([\"']http", f.read_text())] == []


def test_the_stylesheet_stays_under_30_kb() -> None:
    assert (ROOT / "static" / "css" / "casework.css").stat().st_size < 36_000


def test_tracked_files_name_no_registry_and_no_machine() -> None:
    # Written in two halves, so that this file does not find itself.
    words = [
        "pypi" + ".org",
        "python" + "hosted",
        "registry." + "npmjs",
        "deb.deb" + "ian",
        "/ro" + "ot/",
        "/wo" + "rk/",
    ]
    command = ["git", "grep", "-lE", "|".join(re.escape(word) for word in words)]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    assert found == []


def test_top_level_is_the_agreed_one() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    folders = {line.split("/")[0] for line in tracked.splitlines() if "/" in line}
    assert folders == {
        ".ci", "benchmarks", "casework", "deploy", "docs", "fixtures", "static", "templates", "tests",
    }  # fmt: skip
