"""`python -m deploy.roles`: the database of an installation and its four roles, on any PostgreSQL.

ADMIN_URL in the environment names a role that may create roles and databases. Passwords are made once; they and the
two connection strings are kept in `var/secrets/`, readable by their owner alone.
"""

import os
import sys
from pathlib import Path

import psycopg

from deploy.postgres import CannotStart, create_roles

VAR = Path(os.environ.get("CASEWORK_VAR", Path(__file__).resolve().parent.parent / "var"))


def main() -> int:
    if "ADMIN_URL" not in os.environ:
        print(__doc__)
        return 2
    secrets = VAR / "secrets"
    try:
        urls = create_roles(os.environ["ADMIN_URL"], secrets)
    except (CannotStart, psycopg.Error) as error:
        print(error)
        return 1
    for name, role in (("DATABASE_URL", "app"), ("DATABASE_MIGRATE_URL", "migrate")):
        path = secrets / name.lower().replace("_", "-")
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(urls[role])
        print(f"{name}_FILE={path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
