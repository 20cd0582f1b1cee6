"""System checks: what must be right before anybody is served. Run by `manage.py check` and at the server's start."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections, transaction

from casework.access import walls
from casework.access.demo import is_loopback
from casework.vault.cipher import root_key

SHARED_CACHE = "casework.access.cache.SharedCache"
MOST_PROXIES = 5
SHORTEST_SECRET = 50


def safe_to_serve(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Every mode: the vault has its key, and the demo is served on this machine only."""
    found: list[CheckMessage] = []
    try:
        root_key()
    except ImproperlyConfigured as error:
        hint = "Run `manage.py create_key` once, or set VAULT_ROOT_KEY or VAULT_ROOT_KEY_FILE."
        found.append(Error(str(error), hint=hint, id="access.E001"))
    if settings.DEMO and not (is_loopback(settings.BIND) and all(map(is_loopback, settings.ALLOWED_HOSTS))):
        hint = "Leave BIND at 127.0.0.1 and ALLOWED_HOSTS empty, or set CASEWORK_MODE=production."
        found.append(Error("The demo, which anybody may enter, would be open to others.", hint=hint, id="access.E002"))
    return found


def fit_for_production(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Production: no debug pages, a real secret, a known number of proxies, a cache that all workers share."""
    if not settings.PRODUCTION:
        return []
    found: list[CheckMessage] = []
    if settings.DEBUG:
        hint = "Unset DEBUG: its error pages show code, settings and what people typed."
        found.append(Error("DEBUG is on.", hint=hint, id="access.E003"))
    if len(settings.SECRET_KEY) < SHORTEST_SECRET:
        hint = f"At least {SHORTEST_SECRET} random characters, the same for all workers."
        found.append(Error("SECRET_KEY is too short.", hint=hint, id="access.E004"))
    if not 1 <= settings.PROXY_COUNT <= MOST_PROXIES:
        hint = (
            "PROXY_COUNT is how many proxies of yours stand in front, usually 1, the one that ends TLS. With a wrong"
            " number everybody seems to come from one address, or can choose the address they seem to come from."
        )
        found.append(Error(f"PROXY_COUNT is {settings.PROXY_COUNT}.", hint=hint, id="access.E005"))
    backend = settings.CACHES["default"]["BACKEND"]
    if backend != SHARED_CACHE:
        hint = f"Use {SHARED_CACHE}: limits on wrong passwords and used codes must hold for all workers, and last."
        found.append(Error(f"Workers do not share the cache {backend}.", hint=hint, id="access.E006"))
    if not settings.ALLOWED_HOSTS or any(host.startswith((".", "*")) for host in settings.ALLOWED_HOSTS):
        hint = "Name each host: whoever chooses the name in a request would choose it in our cookies and pages too."
        found.append(Error("ALLOWED_HOSTS is empty or holds a wildcard.", hint=hint, id="access.E008"))
    if not settings.PUBLIC_URL.startswith("https://"):
        hint = "PUBLIC_URL stands in mails with links that reset passwords: it must begin with https://."
        found.append(Error("PUBLIC_URL is not encrypted.", hint=hint, id="access.E009"))
    return found


def wrong_root_key(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Wherever a database is asked: the root key must be the one that it was sealed with."""
    if "default" not in (databases or []):
        return []
    try:
        with transaction.atomic():
            if walls.standing() is None or walls.root_key_stands():
                return []
    except (DatabaseError, ImproperlyConfigured):
        return []  # said elsewhere: by /readyz, or by E001
    hint = (
        "Put the right key back (VAULT_ROOT_KEY, VAULT_ROOT_KEY_FILE or var/keys/root.key). Nothing opens without it;"
        " docs/keys.md says what to do when it is lost. After an update run `manage.py walls` once."
    )
    return [Error("The root key is not the one that this database was sealed with.", hint=hint, id="access.E010")]


def weak_database_role(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Wherever a database is asked: the application's role must be one that the walls hold back."""
    if "default" not in (databases or []) or not settings.PRODUCTION:
        return []
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper OR rolbypassrls OR rolcreaterole"
                " OR EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user)"
                " OR EXISTS (SELECT 1 FROM pg_roles o WHERE o.rolname IN ('casework_owner', 'casework_definer')"
                " AND pg_has_role(current_user, o.oid, 'MEMBER'))"
                " FROM pg_roles WHERE rolname = current_user"
            )
            strong = cursor.fetchone()[0]
    except DatabaseError:
        return []  # /readyz reports a database that does not answer
    hint = "Connect as casework_app: DATABASE_URL of serving processes must not name an administrator or the owner."
    return [Error("The database role could pass the walls.", hint=hint, id="access.E007")] if strong else []
