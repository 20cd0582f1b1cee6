"""guardian as its manual sets it up: stock settings, `auth.User`, generic tables, in a schema of its own beside ours.

A process of its own, which `walls.py` asks over a pipe. It connects as the administrator, whom no wall slows down, on a
connection like the product's.
"""

import json
import os
import sys
import time
import uuid
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from benchmarks.apart import Apart

SCHEMA = "stock"
LIST = 50
MEANING = {"user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT", "dbname": "NAME"}


class Stock(Apart):
    """The other process, seen from the benchmark. Its schema goes when it stops."""

    def __init__(self, admin: str, organization: uuid.UUID, membership: uuid.UUID) -> None:
        super().__init__("benchmarks.stock", STOCK_DATABASE=admin)
        self.permissions: int = self.ask([str(organization), str(membership)])

    def rows(self) -> list[uuid.UUID]:
        """What guardian lists."""
        return [uuid.UUID(one) for one in self.ask("rows")]

    def ms(self, level: str) -> float:
        """How long it took: "orm" for a transaction with the queryset, "sql" for its statement alone."""
        taken: float = self.ask(level)
        return taken


def configure(admin: str) -> None:
    """Stock settings."""
    import django
    from django.conf import settings

    parts = conninfo_to_dict(admin)
    entry = {meaning: str(parts.get(key) or "") for key, meaning in MEANING.items()}
    options = {"server_side_binding": True, "prepare_threshold": 5, "options": f"-c search_path={SCHEMA}"}
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", **entry, "OPTIONS": options}},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "guardian"],
        AUTHENTICATION_BACKENDS=[
            "django.contrib.auth.backends.ModelBackend",
            "guardian.backends.ObjectPermissionBackend",
        ],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()


def tables() -> None:
    """Makes the schema with guardian's tables, and from then on looks into ours as well."""
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
    call_command("migrate", verbosity=0)
    connection.close()
    connection.settings_dict["OPTIONS"]["options"] = f"-c search_path={SCHEMA},public"


def case_model() -> Any:
    """Our table of cases as a plain model."""
    from django.contrib.postgres.fields import ArrayField
    from django.db import models

    class Case(models.Model):
        id = models.UUIDField(primary_key=True)
        organization_id = models.UUIDField()
        person_id = models.UUIDField()
        reference = models.CharField(max_length=24)
        stage = models.CharField(max_length=12)
        matters = ArrayField(models.CharField(max_length=24))
        restricted = models.BooleanField()
        opened_at = models.DateTimeField()
        opened_by_id = models.UUIDField()
        version = models.PositiveIntegerField()

        class Meta:
            app_label = "cases"
            managed = False

        def __str__(self) -> str:
            return self.reference

    return Case


def grant(user: Any, model: Any, organization: str, membership: str) -> int:
    """One permission for each case that the asker sees in the product; how many it was."""
    from django.contrib.auth.models import Permission
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection

    kind = ContentType.objects.get_for_model(model)
    permission = Permission.objects.create(content_type=kind, codename="view_case", name="Can view case")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO guardian_userobjectpermission (object_pk, content_type_id, permission_id, user_id)"
            " SELECT id::text, %s, %s, %s FROM cases_case WHERE organization_id = %s"
            " AND (NOT restricted OR id IN (SELECT case_id FROM cases_assignment WHERE membership_id = %s))",
            [kind.pk, permission.pk, user.pk, organization, membership],
        )
        made: int = cursor.rowcount
        cursor.execute("VACUUM (ANALYZE) guardian_userobjectpermission")
    return made


def answer() -> None:
    """Reads questions from standard input and answers on standard output, a line each."""
    from django.contrib.auth.models import User
    from django.db import connection, transaction
    from guardian.shortcuts import get_objects_for_user

    model = case_model()
    asker = User.objects.create_user("asker")
    organization, membership = json.loads(sys.stdin.readline())
    print(json.dumps(grant(asker, model, organization, membership)), flush=True)

    def listed() -> Any:
        user = User(pk=asker.pk, username=asker.username)  # as in each request: what the user may is not known yet
        return get_objects_for_user(user, "cases.view_case", klass=model).order_by("-opened_at", "id")[:LIST]

    statement, values = listed().query.sql_with_params()

    for line in sys.stdin:
        question = json.loads(line)
        if question == "rows":
            print(json.dumps([str(one.pk) for one in listed()]), flush=True)
            continue
        began = time.perf_counter()
        if question == "orm":
            with transaction.atomic():
                list(listed())
        else:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                cursor.fetchall()
        print(json.dumps((time.perf_counter() - began) * 1000), flush=True)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


if __name__ == "__main__":
    configure(os.environ["STOCK_DATABASE"])
    tables()
    answer()
