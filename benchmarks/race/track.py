"""Starts contestants, each in a process of its own, and asks them in turn."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent
#: Where the peers that are not part of the product are installed (benchmarks/README.md).
PEERS = _HERE.parents[1] / "var" / "bench" / "bin" / "python"
PYTHONS = {"ours": Path(sys.executable), "raw": Path(sys.executable), "viewflow": PEERS}


class Seat:
    """A contestant's process."""

    def __init__(self, name: str, process: subprocess.Popen[str]) -> None:
        """Wait until it is ready. Raises RuntimeError when it does not come up."""
        if process.stdin is None or process.stdout is None:
            raise RuntimeError(f"The contestant {name} cannot be spoken to.")
        self.name, self._write, self._read_from = name, process.stdin, process.stdout
        self._read()

    def ask(self, what: str, **arguments: Any) -> dict[str, Any]:
        """The answer to one request: `value`, `cpu` and `wall` in microseconds."""
        answer: dict[str, Any] = self._asked({"do": what, **arguments})
        return answer

    def turn(self, completions: Sequence[tuple[int, Mapping[str, Any]]]) -> list[dict[str, Any]]:
        """Cases with the answers to their oldest open tasks, completed one after the other: such an answer for each."""
        asked = [{"case": case, "answers": dict(answers)} for case, answers in completions]
        done: list[dict[str, Any]] = self._asked({"do": "turn", "completions": asked})
        return done

    def _asked(self, request: Mapping[str, Any]) -> Any:
        self._write.write(json.dumps(request) + "\n")
        self._write.flush()
        return self._read()

    def _read(self) -> Any:
        line = self._read_from.readline()
        if not line:
            raise RuntimeError(f"The contestant {self.name} stopped.")
        return json.loads(line)


@contextmanager
def seated(names: Collection[str] = tuple(PYTHONS)) -> Iterator[Mapping[str, Seat]]:
    """Those of the contestants that are installed, on databases that are gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="alongside-race-")))
        there = {name: python for name, python in PYTHONS.items() if name in names and python.exists()}
        yield {name: stack.enter_context(_seat(name, python, folder)) for name, python in there.items()}


@contextmanager
def _seat(name: str, python: Path, folder: Path) -> Iterator[Seat]:
    own = folder / name
    own.mkdir()
    command = [str(python), str(_HERE / "seat.py"), name, str(own)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
    try:
        yield Seat(name, process)
    finally:
        process.kill()
        process.communicate()
