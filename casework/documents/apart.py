"""Files of strangers are read in a process of their own, with limits, that can only compute and answer.

It gets the bytes on standard input and answers JSON on standard output. Before it looks at them it gives up opening
files and sockets (the kernel refuses: no number above its three is left), writing files, and starting processes; what
it knows of this machine is the code of Casework. Whatever it answers is data of a stranger, too.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

INSIDE = Path(__file__).with_name("inside.py")


@dataclass(frozen=True)
class Limits:
    """The most that reading one file may take. `threads` for a library that cannot do without."""

    cpu_seconds: int = 20
    wall_seconds: float = 25.0
    memory_bytes: int = 768 * 1024**2
    answer_bytes: int = 64 * 1024**2
    threads: bool = False


DEFAULT_LIMITS = Limits()


class NotRead(Exception):
    """The process ended without an answer, or went beyond its limits. The message says nothing of the file."""


class TookTooLong(NotRead):
    """The time of the limits was used up."""


def read(reader: str, content: bytes, limits: Limits = DEFAULT_LIMITS, **said: int) -> Any:
    """What a function of ours says of a file: `reader` names it as `module:function`; it makes JSON of bytes.

    Its module knows neither Django nor the database; `said` are its further arguments. Raises NotRead, and TookTooLong.
    """
    order = [
        str(INSIDE.parent.parent.parent), reader, str(limits.cpu_seconds), str(limits.memory_bytes),
        "threads" if limits.threads else "alone", json.dumps(said),
    ]  # fmt: skip
    child = subprocess.Popen(
        [sys.executable, "-I", "-B", str(INSIDE), *order],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/",
        env={"LC_ALL": "C.UTF-8", "PATH": os.defpath},
    )  # fmt: skip
    clock = threading.Timer(limits.wall_seconds, child.kill)
    clock.start()
    began = time.monotonic()
    try:
        answer = _exchange(child, content, limits.answer_bytes + 1)
    finally:
        clock.cancel()
        child.kill()
        code = child.wait()
    try:
        if len(answer) > limits.answer_bytes:
            raise ValueError
        return json.loads(answer)
    except (ValueError, RecursionError):
        import structlog  # noqa: PLC0415 - the process itself imports this module, and has no use for it

        structlog.get_logger("casework").warning("documents", state="a file was not read", error=f"exit code {code}")
        late = time.monotonic() - began >= limits.wall_seconds or code == -signal.SIGXCPU
        raise (TookTooLong if late else NotRead)(f"exit code {code}") from None


def _exchange(child: subprocess.Popen[bytes], content: bytes, most: int) -> bytes:
    """Hands the file over and takes the answer, as far as it may go."""
    if child.stdin is None or child.stdout is None:
        raise NotRead("no pipe")
    with child.stdout as answer:
        with contextlib.suppress(BrokenPipeError), child.stdin as file:
            file.write(content)
        return answer.read(most)
