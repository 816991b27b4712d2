"""The product's processes over one database: started together, stopped, killed, and started again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.hostile import processes
from engine.hostile.nursery import Forked
from engine.hostile.processes import PATIENCE, DidNotComeAbout

_WORKER_READY = b" is ready"


@dataclass
class Running:
    """`serve` and workers on loopback; `folder` is theirs to write in, `database` a migrated one's URL.

    `starts` counts how often they were started: a session may not outlive that.
    """

    folder: Path
    database: str
    web: Forked | None = None
    workers: list[Forked] = field(default_factory=list)
    port: int = field(default_factory=processes.free_port)
    starts: int = 0

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_postgresql(self) -> bool:
        """Whether it stands on PostgreSQL."""
        return self.database.startswith("postgresql")

    @property
    def processes(self) -> list[Forked]:
        """Serve and the workers."""
        return [*([self.web] if self.web else []), *self.workers]

    def environment(self) -> dict[str, str]:
        """What the processes are told: the demo, so that its clock can be moved, and no patience."""
        return {
            "ALONGSIDE_DATABASE": self.database,
            "ALONGSIDE_VAR": str(self.folder),
            "ALONGSIDE_PORT": str(self.port),
            "ALONGSIDE_DEMO": "1",
            "ALONGSIDE_SWEEP_SECONDS": "0.2",
            "ALONGSIDE_POLL_SECONDS": "0.1",
            "ALONGSIDE_BACKOFF_SECONDS": "0.2",
        }

    def start(self, *, workers: int = 1, web: bool = True, **environment: str) -> None:
        """Start serve and workers, with these variables as well, and wait until all answer."""
        self.starts += 1
        told = {**self.environment(), **environment}
        if web:
            self.web = processes.launch("serve", told, self.folder / "serve.log")
        ready = self._workers_ready()
        started = [processes.launch("worker", told, self.folder / "worker.log") for _ in range(workers)]
        self.workers = [*self.workers, *started]
        if web:
            self.wait(lambda: self._is_up(self.web), "the pages answer")
        self.wait(lambda: self._workers_ready() - ready >= workers or self._a_dead(started), "the workers are ready")

    def stop(self) -> None:
        """Ask all processes to end, and wait for it."""
        processes.stop(*self.processes)
        self.web, self.workers = None, []

    def stop_workers(self) -> None:
        """Ask the workers to end, and wait for it: the pages go on."""
        processes.stop(*self.workers)
        self.workers = []

    def restart(self, *, workers: int = 1, **environment: str) -> None:
        """Stop politely, and start again with these variables as well."""
        self.stop()
        self.start(workers=workers, web=True, **environment)

    def kill(self) -> None:
        """SIGKILL to serve and workers."""
        for process in self.processes:
            processes.kill(process)
        self.web, self.workers = None, []

    def log(self) -> str:
        """Everything that the processes have printed."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))

    def wait(self, holds: Callable[[], object], what: str, *, patience: float = PATIENCE) -> None:
        """Until it holds. Raises DidNotComeAbout."""
        processes.wait(holds, what, patience=patience)

    def _is_up(self, process: Forked | None) -> bool:
        if process is not None and process.poll() is not None:
            raise DidNotComeAbout(f"The server ended with {process.returncode}: {self.log()[-1500:]}")
        return processes.answers(self.port)

    def _workers_ready(self) -> int:
        log = self.folder / "worker.log"
        return log.read_bytes().count(_WORKER_READY) if log.exists() else 0

    def _a_dead(self, started: Sequence[Forked]) -> bool:
        dead = [each for each in started if each.poll() is not None]
        if dead:
            raise DidNotComeAbout(f"A worker ended with {dead[0].returncode}: {self.log()[-1500:]}")
        return False
