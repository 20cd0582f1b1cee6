"""What the doors cannot hold by themselves: SQL by hand, querysets nobody opened, open tables that lead further."""

import ast
import re
from collections.abc import Iterator

from django.apps import apps
from django.db import models

from casework.access.doors import GuardedModel
from tests.house.rooms import sources

GUARDED: list[type[models.Model]] = [model for model in apps.get_models() if issubclass(model, GuardedModel)]
NAMES = {model.__name__ for model in GUARDED}
# Files that speak SQL: they call functions of the database, which ask who speaks, or set who does.
SQL_BY_HAND = {
    "casework/access/cache.py",
    "casework/access/checks.py",
    "casework/access/coalition.py",
    "casework/access/context.py",
    "casework/access/delegation.py",
    "casework/access/heads.py",
    "casework/access/invitations.py",
    "casework/access/lock.py",
    "casework/access/members.py",
    "casework/access/once.py",
    "casework/access/organizations.py",
    "casework/access/walls.py",
    "casework/audit/chain.py",
    "casework/cases/access.py",
    "casework/cases/actions/glance.py",
    "casework/cases/actions/ground.py",
    "casework/cases/actions/shares.py",
    "casework/cases/closing.py",
    "casework/cases/merging.py",
    "casework/cases/references.py",
    "casework/custody/actions.py",
    "casework/custody/checks.py",
    "casework/documents/actions.py",
    "casework/docket/coverage.py",
    "casework/docket/feeds.py",
    "casework/docket/jobs.py",
    "casework/docket/nearest.py",
    "casework/docket/reminder_health.py",
    "casework/docket/reminders.py",
    "casework/intake/actions/answers.py",
    "casework/intake/actions/batches.py",
    "casework/intake/actions/conflicts.py",
    "casework/intake/conflicts.py",
    "casework/intake/actions/handovers.py",
    "casework/intake/actions/imports.py",
    "casework/intake/calls.py",
    "casework/intake/incidents.py",
    "casework/intake/jobs.py",
    "casework/intake/offers.py",
    "casework/intake/writing.py",
    "casework/people/search.py",
    "casework/portal/handing.py",
    "casework/portal/inbound.py",
    "casework/portal/messages.py",
    "casework/portal/publishing.py",
    "casework/portal/tries.py",
    "casework/portal/window.py",
    "casework/retention/actions.py",
    "casework/retention/jobs.py",
    "casework/retention/kept.py",
    "casework/vault/keys.py",
    "casework/vault/rotation.py",
}
# Files that look past the doors: they compute them, plant the demo, or keep in step what follows from a row in hand.
WINDOWS = {
    "casework/access/doors.py",
    "casework/cases/demo.py",
    "casework/cases/reach.py",
    "casework/custody/agreement.py",
    "casework/custody/demo.py",
    "casework/directory/demo.py",
    "casework/docket/agreement.py",
    "casework/docket/demo.py",
    "casework/documents/demo.py",
    "casework/intake/demo.py",
    "casework/intake/demo_calls.py",
    "casework/intake/demo_handovers.py",
    "casework/people/models/contacts.py",
    "casework/people/models/person.py",
    # the operator's, as the owner of the tables
    "casework/access/management/commands/open_seals.py",
    "casework/access/management/commands/rotate_keys.py",
    "casework/people/actions.py",
    "casework/people/management/commands/shred_file.py",
}
# Files that say which part of an actor's reach a list takes.
PARTS_OF_REACH = {"casework/cases/models/case.py", "casework/intake/actions/handovers.py"}
# Tables that point at protected ones without being protected by the doors: the grants, from which the doors are made,
# and families' sessions, which the errand that answers families reaches alone.
OPEN_TABLES_THAT_POINT_AT_PROTECTED_ONES = {
    "CaseGroupObjectPermission.content_object",
    "CaseUserObjectPermission.content_object",
    "FamilySession.link",
}
OPENS = {"visible_to", "ours", "mine", "shared_with"}


def nodes(kind: type[ast.AST], pattern: str = "**/*.py") -> Iterator[tuple[str, ast.AST]]:
    for path, tree in sources(pattern):
        for node in ast.walk(tree):
            if isinstance(node, kind):
                yield path, node


def called(node: ast.AST) -> str:
    """The last name of what a call calls."""
    function = getattr(node, "func", None)
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def callers(*names: str) -> set[str]:
    return {path for path, node in nodes(ast.Call) if called(node) in names}


def test_sql_by_hand_stands_where_it_is_listed() -> None:
    assert callers("cursor") <= SQL_BY_HAND
    desk = {path for path in callers("cursor") if path.startswith("casework/desk/")}
    assert desk == set()


def test_nobody_writes_sql_into_a_queryset() -> None:
    """Nor makes a manager or a query that is not the guarded one."""
    names = ("raw", "extra", "RawSQL", "RawQuerySet", "QuerySet", "Query", "Manager")
    assert callers(*names) == set()


def test_windows_are_opened_where_they_are_listed() -> None:
    assert callers("window") == WINDOWS


def test_a_part_of_the_reach_is_chosen_where_it_is_listed() -> None:
    """`visible_to(actor, rows)` believes what it is told."""
    with_rows = {
        path
        for path, node in nodes(ast.Call)
        if called(node) == "visible_to" and isinstance(node, ast.Call) and len(node.args) + len(node.keywords) > 1
    }
    assert with_rows <= PARTS_OF_REACH


def test_managers_of_protected_rows_are_opened_at_once() -> None:
    """`Case.objects` is followed by the word that opens it, or handed to `open_one`."""
    unopened = []
    for path, tree in sources():
        if path in WINDOWS:
            continue
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}:
                if ast.unparse(node.value).split(".")[-1] not in NAMES:
                    continue
                parent = parents[node]
                opened = isinstance(parent, ast.Attribute) and parent.attr in OPENS
                if not opened and called(parent) != "open_one":
                    unopened.append(f"{path}:{node.lineno}")
    assert unopened == []


def test_open_tables_that_point_at_protected_ones_are_listed() -> None:
    pointing = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model not in GUARDED
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField) and field.related_model in GUARDED
    }
    assert pointing == OPEN_TABLES_THAT_POINT_AT_PROTECTED_ONES


def test_no_open_table_leads_to_a_protected_one_by_name() -> None:
    """Neither down, as from an organization to its cases, nor along the keys listed above."""
    down = {
        f"{model.__name__}.{field.name}"
        for model in GUARDED
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model not in GUARDED
        if not field.remote_field.hidden
    }
    assert down == set()
    names = {name.split(".")[1] for name in OPEN_TABLES_THAT_POINT_AT_PROTECTED_ONES}
    joined = re.compile(rf"^({'|'.join(names)})__(?!id$)")
    words = [(path, node.value) for path, node in nodes(ast.Constant) if isinstance(node, ast.Constant)]
    keywords = [(path, node.arg) for path, node in nodes(ast.keyword) if isinstance(node, ast.keyword)]
    assert [(path, word) for path, word in words + keywords if isinstance(word, str) and joined.match(word)] == []
    selected = [
        path
        for path, node in nodes(ast.Call)
        if called(node) in {"select_related", "prefetch_related"}
        and isinstance(node, ast.Call)
        and names & {argument.value for argument in node.args if isinstance(argument, ast.Constant)}
    ]
    assert selected == []
