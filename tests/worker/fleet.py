"""Several web and worker processes over one database, a small pack whose task leads to a letter, and people at it."""

from __future__ import annotations

import http.client
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from engine.commands import add_person, publish_policy, start_case
from engine.hostile import processes
from engine.hostile.client import Client, new_key
from engine.hostile.nursery import Forked
from engine.model.bundle import Bundle
from engine.model.person import Actor
from engine.settings import Settings, from_environment
from engine.web.signin import passwords
from engine.wiring import Alongside, build, migrate
from tests.worker import small

PASSWORD = "the fleet has one password"
PATIENCE = 300.0
_TASK = """<bpmn:userTask id="write" name="Write">
      <bpmn:extensionElements>
        <zeebe:formDefinition formId="start" />
        <zeebe:assignmentDefinition candidateGroups="clerk" />
      </bpmn:extensionElements>
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f3" sourceRef="write" targetRef="send" />
    <bpmn:serviceTask id="send" """


def pack() -> Bundle:
    """The small pack with a task before its letter."""
    diagram = (
        small.DIAGRAM.format(type="letter", letter="letter")
        .replace('sourceRef="start" targetRef="send"', 'sourceRef="start" targetRef="write"')
        .replace('<bpmn:serviceTask id="send" ', _TASK)
        .replace(
            "<bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2", "<bpmn:incoming>f3</bpmn:incoming><bpmn:outgoing>f2"
        )
    )
    return Bundle({**small.bundle().files, "processes/one-letter.bpmn": diagram.encode()})


@dataclass
class Fleet:
    """The processes; `alongside` is a handle in this one, which does no jobs."""

    alongside: Alongside
    settings: Settings
    folder: Path
    environment: dict[str, str]
    webs: dict[int, Forked] = field(default_factory=dict)
    workers: dict[str, Forked] = field(default_factory=dict)

    def start(self, *, webs: int = 0, workers: int = 0, **told: str) -> None:
        """Start so many, and wait until all are at work; workers are known by their names, webs by their ports."""
        ports = [processes.free_port() for _ in range(webs)]
        logs = [self.folder / f"worker-{time.monotonic_ns()}-{number}.log" for number in range(workers)]
        for port in ports:
            own = {**self.environment, **told, "ALONGSIDE_PORT": str(port)}
            self.webs[port] = processes.launch("serve", own, self.folder / f"web-{port}.log")
        for log in logs:
            log.touch()
        launched = [processes.launch("worker", {**self.environment, **told}, log) for log in logs]
        for port in ports:
            processes.wait(lambda port=port: processes.answers(port), "the pages answer", patience=PATIENCE)
        for log, process in zip(logs, launched, strict=True):
            processes.wait(lambda log=log: "is ready" in log.read_text(), "the worker is ready", patience=PATIENCE)
            self.workers[log.read_text().partition("Worker ")[2].split()[0]] = process

    def kill_worker(self, name: str) -> None:
        """SIGKILL."""
        processes.kill(self.workers.pop(name))

    def kill_web(self, port: int) -> None:
        """SIGKILL."""
        processes.kill(self.webs.pop(port))

    def stop(self) -> None:
        """Ask all to end."""
        processes.stop(*self.webs.values(), *self.workers.values())
        self.webs, self.workers = {}, {}

    def begin(self, cases: int) -> list[tuple[str, str]]:
        """Start cases: (case, its open task or "") of each."""
        actor = Actor(small.MAKER, "clerk")
        begun = [
            start_case(
                self.alongside.uow, self.alongside.machine, actor=actor, title="A case", team="north", now=small.NOW
            )
            for _ in range(cases)
        ]
        return [(each.case_id, next(iter(each.opened), "")) for each in begun]

    def finished(self) -> int:
        """How many jobs are done."""
        with self.alongside.uow.read() as tx:
            return tx.connection.exec_driver_sql("SELECT count(*) FROM jobs WHERE status = 'finished'").scalar_one()

    def letters(self) -> int:
        """How many letters were sent, and are known to have been."""
        with self.alongside.uow.read() as tx:
            sent = "SELECT count(*) FROM documents WHERE sent_at IS NOT NULL"
            return tx.connection.exec_driver_sql(sent).scalar_one()

    @staticmethod
    def wait(holds: Callable[[], object], what: str, *, patience: float = PATIENCE) -> None:
        """Until it holds. Raises DidNotComeAbout."""
        processes.wait(holds, what, patience=patience)

    def in_hand(self, name: str) -> int:
        """How many tries the queue believes to be with that worker."""
        assert self.alongside.queue is not None
        client = self.alongside.queue.client()
        return len(client.list_workflows(status="PENDING", executor_id=name, load_input=False, load_output=False))


@contextmanager
def fleet(database: str, folder: Path, smtp_port: int, bundle: Bundle | None = None, **told: str) -> Iterator[Fleet]:
    """A pack (else one whose task leads to a letter) in force on a migrated database; no process yet.

    All processes are ended with it.
    """
    environment = {**small.environment(database, folder, smtp_port), "ALONGSIDE_TESTING": "1", **told}
    settings = from_environment(environment)
    migrate(settings)
    alongside = build(settings)
    made = Fleet(alongside, settings, folder, environment)
    try:
        _publish(alongside, bundle or pack())
        yield made
    finally:
        made.stop()
        alongside.close()


def _publish(alongside: Alongside, bundle: Bundle) -> None:
    for person in (small.MAKER, small.OWNER):
        add_person(alongside.uow, person=person, password_hash=passwords.hash(PASSWORD))
    publish_policy(
        alongside.uow,
        alongside.machine,
        bundle=bundle,
        number="1",
        effective_from=small.NOW.date().replace(month=1, day=1),
        updated_by=Actor(small.MAKER, "clerk"),
        approved_by=Actor(small.OWNER, "owner"),
        now=small.NOW,
    )


class People:
    """Clients with a session each, who go to another web process with it when theirs does not answer."""

    def __init__(self, ports: Sequence[int], number: int) -> None:
        """Sign in, each at another process in turn."""
        self.ports = tuple(ports)
        self.acknowledged: dict[str, str] = {}
        self.tries_again = 0
        self.trouble: list[str] = []
        self._lock = threading.Lock()
        self.clients = [
            Client(f"http://127.0.0.1:{ports[at % len(ports)]}", small.MAKER.username, PASSWORD).sign_in()
            for at in range(number)
        ]

    @contextmanager
    def completing(self, tasks: Sequence[str], patience: float = PATIENCE) -> Iterator[Callable[[], None]]:
        """All of them complete tasks while the block runs; what it gives waits until the last one is done."""
        waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
        for task in tasks:
            waiting.put(task)
        threads = [threading.Thread(target=self._work, args=(client, waiting)) for client in self.clients]
        for thread in threads:
            thread.start()

        def wait() -> None:
            until = time.monotonic() + patience
            for thread in threads:
                thread.join(max(0.0, until - time.monotonic()))
            assert not any(thread.is_alive() for thread in threads), "the clients did not end in time"

        try:
            yield wait
        finally:
            wait()

    def _work(self, client: Client, waiting: queue.SimpleQueue[str]) -> None:
        while True:
            try:
                task = waiting.get_nowait()
            except queue.Empty:
                return
            self._complete(client, task)

    def _complete(self, client: Client, task: str) -> None:
        """Send the form under one key until a server says that it is done."""
        key, until = new_key(), time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                answer = client.post(f"/tasks/{task}", {"note": "done", "do": "complete"}, key=key)
            except (OSError, http.client.HTTPException):
                with self._lock:
                    self.tries_again += 1
                client.port = self.ports[(self.ports.index(client.port) + 1) % len(self.ports)]
                continue
            with self._lock:
                if answer.status == 303 and answer.location.startswith("/cases/"):
                    self.acknowledged[task] = key
                else:
                    self.trouble.append(f"{answer.status} {answer.location} {answer.text[:200]}")
            return
        self.trouble.append(f"{task} was never answered")
