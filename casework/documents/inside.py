"""The process that reads one file of a stranger, started by apart.py: bytes on standard input, JSON on standard output.

Everything is imported before the limits hold, since nothing can be opened afterwards.
"""

import json
import resource
import sys
from importlib import import_module


def hold(cpu_seconds: int, memory_bytes: int, *, threads: bool = False) -> None:
    """Limits this process for good. With `threads` it may start threads, and so processes, which can open nothing."""
    for what, most in (
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 3),
        *([] if threads else [(resource.RLIMIT_NPROC, 0)]),
    ):
        resource.setrlimit(what, (most, most))


def main(root: str, reader: str, cpu_seconds: str, memory_bytes: str, threads: str, said: str) -> None:  # noqa: PLR0917
    """Reads it with a function of ours, such as `casework.intake.sheets:inside`; `said` are its further arguments."""
    sys.path.insert(0, root)
    module, _, name = reader.partition(":")
    read = getattr(import_module(module), name)
    content = sys.stdin.buffer.read()
    hold(int(cpu_seconds), int(memory_bytes), threads=threads == "threads")
    sys.stdout.write(json.dumps(read(content, **json.loads(said))))


if __name__ == "__main__":
    main(*sys.argv[1:])
