"""Before anything else: the settings of the tests, and a PostgreSQL of their own.

The server starts once, in the process that steers the test run; its workers find it through the environment.
A template database is built once for each state of migrations, walls and cast, and cloned for every worker.
"""

import base64
import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from deploy import translations
from deploy.postgres import Server, create_roles, own_database

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("CASEWORK_VAR", ROOT / "var" / "test"))
KEEP_TEMPLATES = 3
PREFIX = f"casework_{hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]}_"  # of this folder's databases
MAKES_TEMPLATE = [
    "casework/*/migrations/*.py",
    "casework/*/walls*.sql",
    "casework/access/walls.py",
    "casework/access/context.py",
    "casework/*/models.py",
    "casework/*/models/*.py",
    "casework/*/demo.py",
    "casework/vault/*.py",
    "casework/directory/*.py",
    "fixtures/*.json",
    "fixtures/directory/**/*.csv",
    "requirements.lock",
]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "casework.settings")
os.environ |= {
    "CASEWORK_MODE": "test",
    "CASEWORK_VAR": str(VAR),
    "VAULT_ROOT_KEY": base64.b64encode(b"the root key of the test suite !").decode(),
}
SERVER = pytest.StashKey[Server]()
LOCK = pytest.StashKey[IO[str]]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Starts the server and makes the template, unless this is a worker or only a listing."""
    if hasattr(config, "workerinput") or config.option.collectonly or config.option.help:
        return
    VAR.mkdir(parents=True, exist_ok=True)
    config.stash[LOCK] = (VAR / "lock").open("a")
    fcntl.flock(config.stash[LOCK], fcntl.LOCK_EX)  # a second run from the same folder waits for the first
    admin = os.environ.get("DATABASE_URL")
    if not admin:
        config.stash[SERVER] = server = Server(
            VAR / "postgres", VAR / "secrets", options={"fsync": "off", "full_page_writes": "off"}
        )
        server.start()
        admin = server.url()
    translations.compile_catalogs()
    # On a server that is not ours the demo may stand as well: its roles serve both.
    urls = create_roles(admin, VAR / "secrets" if SERVER in config.stash else ROOT / "var" / "secrets", "casework_none")
    os.environ |= {"TEST_ADMIN_URL": admin, "TEST_APP_URL": urls["app"], "TEST_URL": create_test_role(admin)}
    os.environ["TEST_MIGRATE_URL"] = urls["migrate"]
    os.environ["TEST_TEMPLATE"] = make_template(admin, urls["migrate"])


def create_test_role(admin: str) -> str:
    """The connection string of a role that may become the application's role or the owner.

    Tests plant as the one what the other must not reach, in one transaction.
    """
    password = "only in tests"
    with psycopg.connect(admin, autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_roles WHERE rolname = 'casework_test'").fetchone():
            server.execute("CREATE ROLE casework_test NOINHERIT LOGIN PASSWORD 'only in tests'")
        server.execute("GRANT casework_app, casework_owner TO casework_test WITH INHERIT FALSE, SET TRUE")
    return make_conninfo(admin, user="casework_test", password=password)


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVER in config.stash:
        config.stash[SERVER].stop()


def make_template(admin: str, migrate_url: str) -> str:
    """The name of the template database; built when none exists for this state of the code."""
    state = hashlib.sha256()
    for pattern in MAKES_TEMPLATE:
        for file in sorted(ROOT.glob(pattern)):
            state.update(file.read_bytes())
    name = f"{PREFIX}template_{state.hexdigest()[:12]}"
    with psycopg.connect(admin, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid DESC", [PREFIX]
        ).fetchall()
        found = [row[0] for row in rows]
        templates = [one for one in found if "template" in one]
        for old in {*found} - {*templates[:KEEP_TEMPLATES], name}:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(old)))
        if name in found:
            return name
        building = f"{name}_building"
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(building)))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(building)))
        own_database(make_conninfo(admin, dbname=building), building)
        environment = os.environ | {
            "CASEWORK_DATABASE_ROLE": "migrate",
            "DATABASE_MIGRATE_URL": make_conninfo(migrate_url, dbname=building),
        }
        for command in (["migrate", "--verbosity=0"], ["load_directory"], ["load_demo", "--cast"]):
            subprocess.run(
                [sys.executable, "manage.py", *command],
                cwd=ROOT,
                env=environment,
                check=True,
                stdout=subprocess.DEVNULL,
            )
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        connection.execute(rename.format(sql.Identifier(building), sql.Identifier(name)))
    return name
