"""What is compared with us runs apart: a process of its own, since Django has one set of settings."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


class Apart:
    """The other process, seen from the benchmark: a line is asked, a line is answered, as JSON."""

    def __init__(self, module: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=Path(__file__).resolve().parent.parent,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, question: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def stop(self) -> None:
        """The process ends when nobody asks any more."""
        self.process.communicate()
