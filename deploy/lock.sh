#!/bin/sh
# Writes the lock files anew from pyproject.toml: exact versions with hashes, and no index's address.
set -eu
cd "$(dirname "$0")/.."
compile() {
    uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 "$@"
}
compile pyproject.toml --output-file requirements.lock
compile pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock
compile --group bootstrap --output-file requirements-bootstrap.lock
