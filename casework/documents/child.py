"""The process that lays out one paper: JSON on standard input, PDF on standard output, an exit code of limits.Exit.

Started by pdf.py with its own environment; knows neither Django nor the database, and ends after one paper.
"""

import json
import logging
import resource
import sys
from types import TracebackType

from casework.documents.limits import Exit


def hold(cpu_seconds: int, memory_bytes: int) -> None:
    """Limit this process. The kernel ends it with SIGXCPU when its CPU time is used up; a core file would hold the
    paper, so there is none.
    """
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def name_only(kind: type[BaseException], _error: BaseException, _trace: TracebackType | None) -> None:
    """Say which exception ended this process; Python then ends it with Exit.BROKEN."""
    sys.stderr.write(kind.__name__)


def main() -> Exit:
    """Lay out the paper that stands on standard input."""
    # Warnings, and the messages of exceptions, may quote the paper.
    logging.getLogger("weasyprint").addHandler(logging.NullHandler())
    sys.excepthook = name_only
    order = json.load(sys.stdin)
    try:
        from casework.documents import layout  # noqa: PLC0415 - opens libraries that may be missing
    except OSError as error:
        sys.stderr.write(f"{error}")
        return Exit.UNAVAILABLE
    hold(order.pop("cpu_seconds"), order.pop("memory_bytes"))
    try:
        sys.stdout.buffer.write(layout.pdf(**order))
    except layout.TooManyPages:
        return Exit.TOO_LONG
    except layout.Refused as error:
        sys.stderr.write(f"{error}")
        return Exit.REFUSED
    except (MemoryError, SystemError):  # C code that finds no memory may return nothing and not say why
        return Exit.MEMORY
    return Exit.DONE


if __name__ == "__main__":
    sys.exit(main())
