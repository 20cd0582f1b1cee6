#!/bin/sh
# As root: one of manage.py's commands as the web server's user, with its settings and secrets.
#     deploy/units/manage.sh found_organization --help
# MIGRATE=yes runs it as the role of deploys (rotate_keys, shred_file, audit_verify).
set -eu
secrets=/etc/casework/secrets
role=${MIGRATE:+migrate}
exec systemd-run --quiet --pty --wait --collect --uid=casework --gid=casework --working-directory=/opt/casework \
    --property=EnvironmentFile=/etc/casework/environment --property=UMask=0077 --property=LimitCORE=0 \
    --property=LoadCredential=secret-key:$secrets/secret-key --property=LoadCredential=root-key:$secrets/root-key \
    --property=LoadCredential=database-url:$secrets/database-url \
    --property=LoadCredential=database-migrate-url:$secrets/database-migrate-url \
    --setenv=CASEWORK_VAR=/var/lib/casework --setenv=CASEWORK_DATABASE_ROLE="${role:-app}" \
    /bin/sh -c '
        export SECRET_KEY_FILE="$CREDENTIALS_DIRECTORY/secret-key" VAULT_ROOT_KEY_FILE="$CREDENTIALS_DIRECTORY/root-key"
        export DATABASE_URL_FILE="$CREDENTIALS_DIRECTORY/database-url"
        export DATABASE_MIGRATE_URL_FILE="$CREDENTIALS_DIRECTORY/database-migrate-url"
        exec .venv/bin/python manage.py "$@"' manage "$@"
