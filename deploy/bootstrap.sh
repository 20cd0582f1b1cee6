#!/bin/sh
# Makes .venv from the lock files, with the system libraries it needs. `bootstrap.sh run` for serving, `bootstrap.sh dev`
# for tests too, `bootstrap.sh proof` for the long ones. Does nothing when all is there. PYTHON names another interpreter.
set -eu
cd "$(dirname "$0")/.."
for_what=${1:-run}
python=${PYTHON:-python3}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Casework needs Python 3.11 or later. Set PYTHON to one: make demo PYTHON=python3.12" >&2
    exit 1
fi

# Debian's packages that are missing, by what shows that they are there.
library() {
    "$python" - "$1" <<'EOF' || missing="$missing $2"
import ctypes, sys
try:
    ctypes.CDLL(sys.argv[1])
except OSError:
    sys.exit(1)
EOF
}
missing=
if [ "$for_what" = proof ]; then
    for_what=dev
    command -v nginx >/dev/null || missing="$missing nginx-light"
fi
library libpango-1.0.so.0 libpango-1.0-0
library libpangoft2-1.0.so.0 libpangoft2-1.0-0
library libharfbuzz-subset.so.0 libharfbuzz-subset0
"$python" -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
if [ "$for_what" = dev ]; then
    command -v chromium >/dev/null || missing="$missing chromium"
    command -v git >/dev/null || missing="$missing git"
    # What people fill in forms with: the engines of Evince and of Firefox.
    library libpoppler-glib.so.8 libpoppler-glib8
    [ -f /usr/share/javascript/pdf/build/pdf.js ] || missing="$missing libjs-pdf"
fi
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing system packages:$missing"
        DEBIAN_FRONTEND=noninteractive apt-get update -qq
        # shellcheck disable=SC2086
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
    else
        echo "System packages are missing. As root, run this once, then try again:" >&2
        echo "    apt-get update && apt-get install -y$missing" >&2
        exit 1
    fi
fi

lock=requirements.lock
[ "$for_what" = dev ] && lock=requirements-dev.lock
stamp=".venv/installed-$for_what"
wanted="$("$python" -V 2>&1) $(cat requirements.lock "$lock" | cksum)"
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && .venv/bin/python -c '' 2>/dev/null && exit 0

echo "Installing Python packages ..."
.venv/bin/python -c '' 2>/dev/null || rm -rf .venv
[ -d .venv ] || "$python" -m venv .venv
if .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
    -r requirements-bootstrap.lock 2>/dev/null &&
    .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes --only-binary :all: -r "$lock" 2>/dev/null
then :; else
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r "$lock"
fi
echo "$wanted" >"$stamp"
# The packages for tests hold those for serving.
if [ "$for_what" = dev ]; then
    echo "$("$python" -V 2>&1) $(cat requirements.lock requirements.lock | cksum)" >.venv/installed-run
fi
