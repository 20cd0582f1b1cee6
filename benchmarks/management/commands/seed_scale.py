"""`manage.py seed_scale --cases 1000000`: a coalition of that size for the figures, sealed as real data is."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from psycopg.conninfo import make_conninfo

from benchmarks import seed
from benchmarks.scale import plan, store
from benchmarks.settings import VAR
from deploy import translations
from deploy.postgres import Server, create_roles

DATABASE = "casework_scale"
LOADING = {"wal_level": "minimal", "max_wal_senders": "0"}  # an index is then written once, to its own file


class Command(BaseCommand):
    help = (
        "Fills a database of its own on the server in var/bench, or on the one of --admin. One that has cases of this"
        " command gets what is missing, so that a run that was stopped goes on; --anew throws them away first."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cases", type=int, default=1_000_000)
        parser.add_argument("--own", type=int, default=plan.OWN_CASES, help="of the organization that asks")
        parser.add_argument("--database", default=DATABASE)
        parser.add_argument("--admin", help="connection of an administrator; VAULT_ROOT_KEY must be set, too")
        parser.add_argument("--passwords", type=Path, default=VAR / "secrets", help="of that server's roles")
        parser.add_argument("--anew", action="store_true", help="drop the database first, if this command filled it")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("seed_scale writes invented people, and never in production mode.")
        translations.compile_catalogs()
        server = None if options["admin"] else Server(VAR / "postgres", VAR / "secrets", options=seed.SERVER | LOADING)
        if server:
            server.start()
        try:
            admin = options["admin"] or server.url()  # type: ignore[union-attr]
            migrate = create_roles(admin, options["passwords"])["migrate"]
            url = ready(admin, migrate, options["database"], anew=options["anew"])
            store.seed(url, options["cases"], options["own"])
            seed.manage(migrate, options["database"], "walls")  # of today, where the database is older
        except store.Refused as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. The same command goes on from here; with --anew it begins again.") from None
        finally:
            if server:
                server.stop()


def ready(admin: str, migrate: str, name: str, *, anew: bool = False) -> str:
    """The database, made where it is missing; how an administrator connects to it. Raises Refused."""
    url = make_conninfo(admin, dbname=name)
    with psycopg.connect(admin, autocommit=True) as server:
        found = server.execute(
            "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
        if found and not found[0].startswith((store.MARK, store.MAKING)):
            raise store.Refused(f"{name} was not made by seed_scale. Name a database that does not exist yet.")
        if found and found[0] != store.MAKING and not anew:
            return url
    seed.empty(admin, migrate, name, store.MAKING)
    seed.said("courts, facilities, rules", lambda: seed.manage(migrate, name, "load_directory"))
    return url
