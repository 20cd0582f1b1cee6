"""The process that lays out one paper: JSON on standard input, PDF on standard output, an exit code of limits.Exit.

Started by pdf.py with its own environment; knows neither Django nor the database, and ends after one paper.
"""

import json
import logging
import resource
import sys

from casework.documents.limits import Exit


def hold(cpu_seconds: int, memory_bytes: int) -> None:
    """Limit this process. The kernel ends it with SIGXCPU when its CPU time is used up; a core file would hold the
    paper, so there is none.
    """
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> Exit:
    """Lay out the paper that stands on standard input."""
    order = json.load(sys.stdin)
    logging.getLogger("weasyprint").addHandler(logging.NullHandler())  # its warnings quote the paper
    try:
        from casework.documents import layout
    except OSError as error:  # WeasyPrint opens the libraries when it is imported
        print(error, file=sys.stderr)
        return Exit.UNAVAILABLE
    hold(order.pop("cpu_seconds"), order.pop("memory_bytes"))
    try:
        sys.stdout.buffer.write(layout.pdf(**order))
    except layout.TooManyPages:
        return Exit.TOO_LONG
    except layout.FatalURLFetchingError as error:
        print(error, file=sys.stderr)
        return Exit.REFUSED
    except MemoryError:
        return Exit.MEMORY
    except Exception as error:
        print(type(error).__name__, file=sys.stderr)  # the message may quote the paper
        return Exit.BROKEN
    return Exit.DONE


if __name__ == "__main__":
    sys.exit(main())
