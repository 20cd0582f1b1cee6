#!/usr/bin/env python
"""Django's command line for Casework."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    of = "benchmarks" if sys.argv[1:2] == ["seed_scale"] else "casework"  # the product knows nothing of its figures
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"{of}.settings")
    execute_from_command_line(sys.argv)
