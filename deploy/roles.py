"""`python -m deploy.roles ADMIN_URL`: the database of an installation and its four roles, on any PostgreSQL.

Passwords are made once and kept in `var/secrets/`, readable by their owner alone.
"""

import sys
from pathlib import Path

from deploy.postgres import create_roles

SECRETS = Path(__file__).resolve().parent.parent / "var" / "secrets"


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    urls = create_roles(sys.argv[1], SECRETS)
    print(f"DATABASE_URL={urls['app']!r}\nDATABASE_MIGRATE_URL={urls['migrate']!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
