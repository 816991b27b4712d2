"""Worker processes that a test may kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


class Workers:
    """Worker processes, one at a time."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Start the process that forks them."""
        self.nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.worker.process"],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = 0

    def ask(self, words: str) -> str:
        """Say something to the nursery; its answer."""
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        print(words, file=self.nursery.stdin, flush=True)
        return self.nursery.stdout.readline()

    def go(self) -> str:
        """Have a worker at work; its name."""
        pid, name = self.ask("go").split()
        self.pid = int(pid)
        return name

    def kill(self) -> None:
        """SIGKILL: no clean-up, no goodbye."""
        os.kill(self.pid, signal.SIGKILL)

    def bury(self) -> None:
        """Wait for the killed one's end."""
        assert self.ask(f"bury {self.pid}") == "buried\n"
        self.pid = 0

    def stop(self) -> None:
        """End whoever is left."""
        if self.pid:
            self.kill()
            self.bury()
        self.nursery.communicate(timeout=PATIENCE)
