"""The product's settings, and the commands of `benchmarks/`: `manage.py seed_scale` takes them by itself.

Nothing here is for a server that people use: without a mode and a database of its own in the environment the mode is
`test`, on the server in `var/bench` that the command starts.
"""

import base64
import os
from pathlib import Path

VAR = Path(__file__).resolve().parent.parent / "var" / "bench"
ROOT_KEY = base64.b64encode(b"the root key of the benchmarks !").decode()

if "DATABASE_URL" not in os.environ:
    os.environ.setdefault("CASEWORK_MODE", "test")
if os.environ.get("CASEWORK_MODE") == "test":
    os.environ.setdefault("CASEWORK_VAR", str(VAR))
    os.environ.setdefault("VAULT_ROOT_KEY", ROOT_KEY)

from casework.settings import *  # noqa: E402, F403
from casework.settings import INSTALLED_APPS  # noqa: E402

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks"]
