"""Django's admin over the product's own table of cases: the change list beside the caseload page, on the same rows.

The admin is set up as its manual does it for a list that is to be quick: related rows in one query, 50 on a page, the
filters that the caseload has and that are columns of the case. It runs apart, with a new project's middleware, as an
administrator whom no wall slows down; names are opened by the product's own vault, since they stand nowhere else.
"""

import json
import os
import re
import sys
import time
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from benchmarks.apart import Apart

ROWS, ROUNDS, WARM = 50, 40, 5
PATH = "/admin/cases/case/"
MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
    "allauth.account.middleware.AccountMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)  # fmt: skip


def figures(admin: str, migrate: str) -> None:
    """Prints a page of the caseload beside the admin's, in turns."""
    from benchmarks.growth import Size, answered, opened
    from benchmarks.measure import head, in_turns, line, ms

    print("\nCaseload beside the Django admin's change list: 50 of the same 10,000 cases")
    size: Size = opened(admin, migrate, 10_000)
    other = Apart("benchmarks.changelist", CHANGELIST_DATABASE=size.url)
    try:
        shown = other.ask("rows")
        with size.here():
            ours = size.client.get("/cases/?stage=any").content.decode()
            assert len(shown["pks"]) == ROWS, shown
            assert all(pk in ours for pk in shown["pks"]), "not the same rows"
            ways = {
                "caseload": lambda: ms(lambda: answered(size.client.get("/cases/?stage=any"))),
                "admin": lambda: float(other.ask("ms")["ms"]),
            }
            head("a page of 50, in process", "caseload", "admin")
            line("GET, whole request", in_turns(ways, ROUNDS), "caseload", "admin")
    finally:
        other.stop()


def configure(admin: str) -> None:
    """The product's settings, the admin beside it."""
    import django
    from django.conf import settings

    from casework import settings as product

    parts = conninfo_to_dict(admin)
    mine = {"USER": parts["user"], "PASSWORD": parts["password"], "HOST": parts["host"], "NAME": parts["dbname"]}
    kept = {name: getattr(product, name) for name in dir(product) if name.isupper()}
    settings.configure(
        **kept | {
            "DATABASES": {alias: entry | mine for alias, entry in product.DATABASES.items()},
            "INSTALLED_APPS": [*product.INSTALLED_APPS, "django.contrib.admin"],
            "MIDDLEWARE": MIDDLEWARE,
            "ROOT_URLCONF": "benchmarks.changelist_site",
            "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",
            "AUTHENTICATION_BACKENDS": ["django.contrib.auth.backends.ModelBackend"],
            "DEBUG": False,
        }
    )  # fmt: skip
    django.setup()


def answer() -> None:
    """Reads questions from standard input and answers on standard output, a line each."""
    import logging

    from django.test import Client

    from benchmarks.scale import plan
    from casework.access.doors import window
    from casework.access.models import User

    logging.disable(logging.WARNING)
    for name in ("is_staff", "is_superuser"):  # the product has neither
        setattr(User, name, True)
    for name in ("has_perm", "has_module_perms"):
        setattr(User, name, lambda *_: True)
    client = Client()
    with window("the admin"):
        client.force_login(User.objects.get(pk=plan.USER))
        for line in sys.stdin:
            began = time.perf_counter()
            page: Any = client.get(PATH)
            taken = (time.perf_counter() - began) * 1000
            assert page.status_code == 200, page.status_code
            found: dict[str, Any] = {"ms": taken}
            if json.loads(line) == "rows":
                found["pks"] = re.findall(rf'href="{PATH}([0-9a-f-]{{36}})/change/', page.content.decode())
            print(json.dumps(found), flush=True)


if __name__ == "__main__":
    configure(os.environ["CHANGELIST_DATABASE"])
    answer()
