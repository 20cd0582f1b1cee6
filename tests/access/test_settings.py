"""Settings are read in a process of their own, as an installation reads them."""

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.checks.registry import registry
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.test import override_settings
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pytest_django import Settings

from casework.access import checks
from casework.vault.cipher import root_key
from tests.conftest import as_application, become
from tests.house.rooms import ROOT

GOOD = {
    "CASEWORK_MODE": "production",
    "SECRET_KEY": "0123456789abcdefghij" * 3,
    "ALLOWED_HOSTS": "casework.example",
    "PROXY_COUNT": "1",
    "DATABASE_URL": "postgresql://casework_app:x@127.0.0.1:1/casework",
    "EMAIL_HOST": "mail.example",
    "EMAIL_FROM": "Casework <casework@example.org>",
    "VAULT_ROOT_KEY": base64.b64encode(b"k" * 32).decode(),
}


def run(command: list[str], changes: dict[str, str | None]) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "casework.settings"}
    environment |= {name: value for name, value in (GOOD | changes).items() if value is not None}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_a_good_production_is_clean() -> None:
    done = run(["manage.py", "check", "--deploy"], {})
    assert (done.returncode, done.stdout + done.stderr) == (0, "System check identified no issues (1 silenced).\n")


def test_the_demo_needs_nothing_but_a_database() -> None:
    only = {name: None for name in GOOD if name not in {"DATABASE_URL", "VAULT_ROOT_KEY"}}
    done = run(["manage.py", "check"], only | {"CASEWORK_MODE": "demo"})
    assert (done.returncode, done.stdout + done.stderr) == (0, "System check identified no issues (1 silenced).\n")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is not set"),
        ({"DEBUG": "1"}, "DEBUG must be yes or no"),
        ({"PROXY_COUNT": None}, "PROXY_COUNT is not set"),
        ({"PROXY_COUNT": "-1"}, "PROXY_COUNT must be a whole number"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS is not set"),
        ({"DATABASE_URL": None}, "DATABASE_URL is not set"),
        ({"EMAIL_HOST": None}, "EMAIL_HOST is not set"),
        ({"CASEWORK_MODE": "prod"}, "CASEWORK_MODE must be"),
        ({"SECRET_KEY_FILE": "/nowhere"}, "SECRET_KEY or SECRET_KEY_FILE, not both"),
        ({"SECRET_KEY": None, "SECRET_KEY_FILE": "/nowhere"}, "SECRET_KEY_FILE"),
    ],
)
def test_settings_guess_nothing_in_production(changes: dict[str, str | None], said: str) -> None:
    done = run(["-c", "import casework.settings"], changes)
    assert done.returncode == 1
    assert said in done.stderr.splitlines()[-1]


PRODUCTION = {
    "PRODUCTION": True,
    "DEMO": False,
    "DEBUG": False,
    "SECRET_KEY": "0123456789abcdefghij" * 3,
    "PROXY_COUNT": 1,
    "CACHES": {"default": {"BACKEND": "casework.access.cache.SharedCache"}},
    "ALLOWED_HOSTS": ["casework.example"],
    "PUBLIC_URL": "https://casework.example",
}
MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        ({}, []),
        ({"VAULT_ROOT_KEY": ""}, ["access.E001"]),
        ({"VAULT_ROOT_KEY": "damaged"}, ["access.E001"]),
        ({"DEBUG": True}, ["access.E003"]),
        ({"SECRET_KEY": "short"}, ["access.E004"]),
        ({"PROXY_COUNT": 0}, ["access.E005"]),
        ({"PROXY_COUNT": 6}, ["access.E005"]),
        ({"CACHES": MEMORY}, ["access.E006"]),
        ({"ALLOWED_HOSTS": ["*"]}, ["access.E008"]),
        ({"ALLOWED_HOSTS": [".casework.example"]}, ["access.E008"]),
        ({"ALLOWED_HOSTS": []}, ["access.E008"]),
        ({"PUBLIC_URL": "http://casework.example"}, ["access.E009"]),
        ({"PRODUCTION": False, "DEMO": True, "ALLOWED_HOSTS": ["localhost"], "BIND": "127.0.0.1"}, []),
        ({"PRODUCTION": False, "DEMO": True, "ALLOWED_HOSTS": ["localhost"], "BIND": "0.0.0.0"}, ["access.E002"]),  # noqa: S104
        ({"PRODUCTION": False, "DEMO": True, "ALLOWED_HOSTS": ["casework.example"]}, ["access.E002"]),
    ],
)
def test_checks_name_what_is_wrong(changes: dict[str, Any], ids: list[str]) -> None:
    with override_settings(**(PRODUCTION | changes)):
        found = checks.safe_to_serve() + checks.fit_for_production()
    assert [message.id for message in found] == ids
    assert [(str(message.msg), message.hint) for message in found] == [told(one, changes) for one in ids]


WRONG = {
    "access.E002": (
        "The demo, which anybody may enter, would be open to others.",
        "Leave BIND at 127.0.0.1 and ALLOWED_HOSTS empty, or set CASEWORK_MODE=production.",
    ),
    "access.E003": ("DEBUG is on.", "Unset DEBUG: its error pages show code, settings and what people typed."),
    "access.E004": ("SECRET_KEY is too short.", "At least 50 random characters, the same for all workers."),
    "access.E005": (
        "PROXY_COUNT is {PROXY_COUNT}.",
        "PROXY_COUNT is how many proxies of yours stand in front, usually 1, the one that ends TLS. With a wrong"
        " number everybody seems to come from one address, or can choose the address they seem to come from.",
    ),
    "access.E006": (
        "Workers do not share the cache django.core.cache.backends.locmem.LocMemCache.",
        "Use casework.access.cache.SharedCache: limits on wrong passwords and used codes must hold for all workers,"
        " and last.",
    ),
    "access.E008": (
        "ALLOWED_HOSTS is empty or holds a wildcard.",
        "Name each host: whoever chooses the name in a request would choose it in our cookies and pages too.",
    ),
    "access.E009": (
        "PUBLIC_URL is not encrypted.",
        "PUBLIC_URL stands in mails with links that reset passwords: it must begin with https://.",
    ),
}


def told(number: str, changes: dict[str, Any]) -> tuple[str, str]:
    """What a check tells; about the key the vault finds the words."""
    if number != "access.E001":
        return WRONG[number][0].format(**changes), WRONG[number][1]
    with pytest.raises(ImproperlyConfigured) as refused, override_settings(**changes):
        root_key()
    hint = "Run `manage.py create_key` once, or set VAULT_ROOT_KEY or VAULT_ROOT_KEY_FILE."
    return str(refused.value), hint


@pytest.mark.parametrize(("length", "ids"), [(50, []), (49, ["access.E004"])])
def test_a_secret_has_fifty_characters(length: int, ids: list[str]) -> None:
    with override_settings(**(PRODUCTION | {"SECRET_KEY": "s" * length})):
        assert [one.id for one in checks.fit_for_production()] == ids


@pytest.mark.parametrize("proxies", [1, 5])
def test_one_to_five_proxies_stand_in_front(proxies: int) -> None:
    with override_settings(**(PRODUCTION | {"PROXY_COUNT": proxies})):
        assert checks.fit_for_production() == []


def test_every_check_is_known_to_django() -> None:
    """Each under the tag by which the server's start, or the command about databases, asks for it."""
    known: list[Any] = list(registry.get_checks(include_deployment_checks=False))
    ours = {(one.__name__, tag) for one in known for tag in one.tags if one.__module__ == checks.__name__}
    assert ours == {
        ("safe_to_serve", "security"),
        ("fit_for_production", "security"),
        ("weak_database_role", "database"),
        ("wrong_root_key", "database"),
    }


OTHER_KEY = base64.b64encode(b"another root key of this suite !").decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("key", "ids"), [(None, []), (OTHER_KEY, ["access.E010"]), ("damaged", []), ("", [])])
def test_another_root_key_than_the_databases_is_named(settings: Settings, key: str | None, ids: list[str]) -> None:
    """A missing or damaged one is named by E001."""
    settings.VAULT_ROOT_KEY = settings.VAULT_ROOT_KEY if key is None else key
    with as_application():
        found = checks.wrong_root_key(databases=["default"])
    assert [message.id for message in found] == ids
    assert [(message.msg, message.hint) for message in found] == [
        (
            "The root key is not the one that this database was sealed with.",
            "Put the right key back (VAULT_ROOT_KEY, VAULT_ROOT_KEY_FILE or var/keys/root.key). Nothing opens without"
            " it; docs/keys.md says what to do when it is lost. After an update run `manage.py walls` once.",
        )
        for _ in ids
    ]
    assert checks.wrong_root_key() == checks.wrong_root_key(databases=["cache"]) == []


@pytest.mark.django_db(transaction=True)
def test_the_server_does_not_start_with_another_root_key() -> None:
    url = make_conninfo(os.environ["TEST_APP_URL"], dbname=connection.settings_dict["NAME"])
    right: dict[str, str | None] = {"DATABASE_URL": url, "VAULT_ROOT_KEY": os.environ["VAULT_ROOT_KEY"]}
    assert run(["-c", "import casework.wsgi"], right).returncode == 0
    for key, said in ((OTHER_KEY, "access.E010"), ("damaged", "access.E001"), (None, "access.E001")):
        absent: dict[str, str | None] = {"CASEWORK_VAR": "/nowhere"} if key is None else {}
        refused = run(["-c", "import casework.wsgi"], right | {"VAULT_ROOT_KEY": key} | absent)
        assert (refused.returncode, "Casework does not start:" in refused.stderr, said in refused.stderr) == (
            1, True, True,
        )  # fmt: skip


@pytest.mark.django_db
def test_the_applications_own_role_is_weak_enough() -> None:
    with override_settings(**PRODUCTION), as_application():
        assert checks.weak_database_role(databases=["default"]) == []


@pytest.fixture
def superuser(transactional_db: None) -> Iterator[None]:
    """Django asks as the server's superuser, in one transaction that is taken back.

    Roles belong to the whole server: a right that is given for good would open the databases of the other tests that
    run at the same time.
    """
    connection.close()
    before = dict(connection.settings_dict)
    parts = conninfo_to_dict(os.environ["TEST_ADMIN_URL"])
    connection.settings_dict |= {"USER": parts["user"], "PASSWORD": parts.get("password", "")}
    connection.settings_dict["OPTIONS"] = before["OPTIONS"] | {"assume_role": None}
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    connection.close()
    connection.settings_dict |= before


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE access_user OWNER TO casework_app",
        "GRANT casework_owner TO casework_app",
        "GRANT casework_definer TO casework_app",
    ],
)
@pytest.mark.usefixtures("superuser")
def test_a_role_that_could_pass_the_walls_is_refused(change: str) -> None:
    with override_settings(**PRODUCTION):
        for statement, ids in ((None, []), (change, ["access.E007"])):
            if statement:
                with connection.cursor() as cursor:
                    cursor.execute("RESET ROLE")
                    cursor.execute(statement)
            become("casework_app")
            found = checks.weak_database_role(databases=["default"])
            assert [(message.id, message.msg, message.hint) for message in found] == [
                (
                    one,
                    "The database role could pass the walls.",
                    "Connect as casework_app: DATABASE_URL of serving processes must not name an administrator or the"
                    " owner.",
                )
                for one in ids
            ]
        assert checks.weak_database_role() == checks.weak_database_role(databases=["cache"]) == []
    assert checks.weak_database_role(databases=["default"]) == []  # a demo has no other role to give


def test_the_server_itself_refuses_too() -> None:
    found = run(["-c", "import casework.wsgi"], {})
    assert found.returncode == 0, found.stderr
    refused = run(["-c", "import casework.wsgi"], {"PROXY_COUNT": "0"})
    assert refused.returncode == 1
    assert "Casework does not start:" in refused.stderr
    assert "access.E005" in refused.stderr


def test_the_mode_of_the_tests_is_not_served() -> None:
    refused = run(["-c", "import casework.wsgi"], {"CASEWORK_MODE": "test"})
    assert (refused.returncode, "CASEWORK_MODE=test is for the tests" in refused.stderr) == (1, True)


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("f" * 60 + "\n")
    code = "from django.conf import settings; print(settings.SECRET_KEY)"
    assert run(["-c", code], {"SECRET_KEY": None, "SECRET_KEY_FILE": str(file)}).stdout == "f" * 60 + "\n"


def test_production_cookies_are_bound_to_the_host() -> None:
    code = (
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
        " s.SESSION_COOKIE_PATH, s.SESSION_COOKIE_DOMAIN)"
    )
    assert run(["-c", code], {}).stdout == "__Host-session __Host-csrf True True / None\n"
