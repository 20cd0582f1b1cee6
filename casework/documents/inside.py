"""The process that reads one file of a stranger, started by apart.py: bytes on standard input, JSON on standard output.

Everything is imported before the limits hold, since nothing can be opened afterwards.
"""

import json
import resource
import sys
from importlib import import_module


def hold(cpu_seconds: int, memory_bytes: int) -> None:
    """Limits this process for good."""
    for what, most in (
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 3),
    ):
        resource.setrlimit(what, (most, most))


def main(root: str, reader: str, cpu_seconds: str, memory_bytes: str) -> None:
    """Reads it with a function of ours, such as `casework.intake.sheets:inside`."""
    sys.path.insert(0, root)
    module, _, name = reader.partition(":")
    read = getattr(import_module(module), name)
    content = sys.stdin.buffer.read()
    hold(int(cpu_seconds), int(memory_bytes))
    sys.stdout.write(json.dumps(read(content)))


if __name__ == "__main__":
    main(*sys.argv[1:])
