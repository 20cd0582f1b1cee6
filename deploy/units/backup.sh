#!/bin/sh
# As root: make, check or restore a copy as the web server's user, with its settings and secrets (docs/install.md).
#     deploy/units/backup.sh check /var/lib/casework/backups/2026-11-24.backup
# A copy is made with the role of `backup-url`, and restored with the superuser of `admin-url`.
set -eu
secrets=/etc/casework/secrets
case ${1:-} in
    restore) admin=admin-url ;;
    *) admin=backup-url ;;
esac
exec systemd-run --quiet --pty --wait --collect --uid=casework --gid=casework --working-directory=/opt/casework \
    --property=EnvironmentFile=/etc/casework/environment --property=UMask=0077 --property=LimitCORE=0 \
    --property=LoadCredential=secret-key:$secrets/secret-key --property=LoadCredential=root-key:$secrets/root-key \
    --property=LoadCredential=database-url:$secrets/database-url \
    --property=LoadCredential=database-migrate-url:$secrets/database-migrate-url \
    --property=LoadCredential=admin:$secrets/$admin --setenv=CASEWORK_VAR=/var/lib/casework \
    /bin/sh -c '
        export SECRET_KEY_FILE="$CREDENTIALS_DIRECTORY/secret-key" VAULT_ROOT_KEY_FILE="$CREDENTIALS_DIRECTORY/root-key"
        export DATABASE_URL_FILE="$CREDENTIALS_DIRECTORY/database-url"
        export DATABASE_MIGRATE_URL_FILE="$CREDENTIALS_DIRECTORY/database-migrate-url"
        ADMIN_URL=$(cat "$CREDENTIALS_DIRECTORY/admin") exec .venv/bin/python -m deploy.backup "$@"' backup "$@"
