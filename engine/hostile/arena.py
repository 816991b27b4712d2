"""The product as it is attacked: its own processes on loopback over one fresh database, and a handle to look inside."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from engine.commands import add_person, publish_policy
from engine.hostile import packs
from engine.hostile.client import Answer, Client, new_key
from engine.hostile.grounds import Ground
from engine.hostile.postgresql import PostgreSQL
from engine.hostile.running import Running
from engine.model.bundle import Bundle
from engine.model.case import Case
from engine.model.incident import Incident
from engine.model.journal import Entry
from engine.model.person import Actor, Person
from engine.model.task import Task
from engine.settings import from_environment
from engine.store.product import StoredOffset
from engine.wiring import Alongside, build

PASSWORD = "an arena has one password"  # noqa: S105
_LONG_AGO = date(2020, 1, 1)


class NotAcknowledged(Exception):
    """The server did not do what a trial's set-up asked of it."""


@dataclass(frozen=True)
class Effect:
    """Something that the server acknowledged, and so must be in state and journal exactly once."""

    key: str
    kind: str
    case_id: str
    task_id: str = ""


@dataclass
class Arena(Running):
    """One run of the product: `serve` and workers as processes, and `alongside`, a handle in this process.

    `folder` is scratch and ALONGSIDE_VAR; `quick` asks trials for fewer instances. `spoilt` names the cases that a
    trial tampered with on purpose: they are not verified afterwards.
    """

    quick: bool = False
    ground: Ground | None = None
    spoilt: set[str] = field(default_factory=set)
    acknowledged: list[Effect] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open the handle."""
        self._clients: dict[tuple[str, int], Client] = {}
        self._versions = 0
        self._lock = threading.Lock()
        self.alongside: Alongside = build(from_environment(self.environment()))

    @property
    def postgresql(self) -> PostgreSQL | None:
        """The PostgreSQL server beneath, where it is ours to stop and start."""
        return self.ground.postgresql if self.ground else None

    @contextmanager
    def another(self, *, at: datetime | None = None) -> Iterator[Arena]:
        """One more arena on the same kind of database, whose clock begins at `at`."""
        if self.ground is None:
            raise LookupError("this arena does not know what it stands on")
        with opened(self.ground, quick=self.quick, name="another", at=at) as other:
            yield other

    # People

    def client(self, username: str) -> Client:
        """Somebody signed in (see `packs.PEOPLE`); the same client until the server is started anew."""
        with self._lock:
            found = self._clients.get((username, self.starts))
        if found is None:
            found = self.new_client(username)
            with self._lock:
                self._clients[username, self.starts] = found
        return found

    def new_client(self, username: str) -> Client:
        """Somebody signed in with a session of their own."""
        return Client(self.url, username, PASSWORD).sign_in()

    def person(self, username: str) -> Person:
        """Somebody of the office."""
        return next(person for person in packs.PEOPLE if person.username == username)

    def actor(self, username: str) -> Actor:
        """The same in their role."""
        person = self.person(username)
        return Actor(person, min(person.roles))

    # Time

    def now(self) -> datetime:
        """The product's time, UTC."""
        return self.alongside.now()

    def move(self, **by: float) -> datetime:
        """Move the clock ahead for all processes: `days=14`; gives the new time."""
        to = self.now() + timedelta(**by)
        self.alongside.move_clock(to)
        return to

    def set_clock(self, to: datetime) -> None:
        """Put the clock to a moment, in the past too: only before anything is recorded, for nothing runs after that."""
        offset = StoredOffset(self.alongside.uow.engine)
        offset.move(to.astimezone(UTC) - datetime.now(UTC) - offset.read())
        self.wait_for_clock()

    def wait_for_clock(self) -> None:
        """Processes may go on with the offset they know for half a second."""
        threading.Event().wait(0.6)

    # Setting up and looking

    def publish(self, bundle: Bundle) -> str:
        """Put a pack in force for every day since 2020; its digest. Raises PolicyRejected."""
        self._versions += 1
        publish_policy(
            self.alongside.uow,
            self.alongside.machine,
            bundle=bundle,
            number=f"h{self._versions}",
            effective_from=_LONG_AGO,
            updated_by=self.actor("olive"),
            approved_by=self.actor("oscar"),
            now=datetime.now(UTC),
        )
        return bundle.digest

    def start_case(self, username: str = "wes", *, key: str | None = None, **answers: object) -> str:
        """Start a case of the policy in force through its page; the reference. Raises NotAcknowledged."""
        key = key or new_key()
        answer = self.client(username).post("/cases/start", answers, key=key)
        case_id = answer.location.removeprefix("/cases/")
        if answer.status != 303 or not case_id:
            raise NotAcknowledged(f"No case was started: {answer.status} {answer.text[:300]}")
        self.acknowledge(Effect(key, "case_started", case_id))
        return case_id

    def complete(
        self,
        task_id: str,
        answers: Mapping[str, object] | None = None,
        *,
        username: str = "wes",
        key: str | None = None,
        seen: int | None = None,
        client: Client | None = None,
    ) -> Answer:
        """Complete a task through its page; what the server said. An acknowledged one is remembered."""
        key = key or new_key()
        who = client or self.client(username)
        answer = who.post(f"/tasks/{task_id}", answers or {}, key=key, seen=seen)
        if answer.status == 303:
            self.acknowledge(Effect(key, "task_completed", task_id.partition(".")[0], task_id))
        return answer

    def acknowledge(self, effect: Effect) -> None:
        """Remember what the server acknowledged; one key is one effect."""
        with self._lock:
            if all(each.key != effect.key for each in self.acknowledged[-500:]):
                self.acknowledged.append(effect)

    def tasks(self, case_id: str) -> list[Task]:
        """The case's open tasks, soonest due first."""
        with self.alongside.uow.read() as tx:
            return list(tx.tasks.of_case(case_id))

    def task(self, case_id: str, element_id: str) -> Task:
        """The case's open task of an element. Raises NotAcknowledged."""
        for task in self.tasks(case_id):
            if task.element_id == element_id:
                return task
        raise NotAcknowledged(f"The case {case_id} has no open task {element_id}.")

    def case(self, case_id: str) -> Case:
        """The case as it is stored."""
        with self.alongside.uow.read() as tx:
            return tx.cases.find(case_id)

    def journal(self, case_id: str) -> list[Entry]:
        """What has happened in the case."""
        with self.alongside.uow.read() as tx:
            return list(tx.journal.entries(case_id))

    def variables(self, case_id: str) -> Mapping[str, object]:
        """The case's variables as its stored state has them."""
        with self.alongside.uow.read() as tx:
            case = tx.cases.find(case_id)
            definitions = self.alongside.uow.library.open(tx, case.head.policy_digest).definitions
        return self.alongside.machine.variables(definitions, case.state)

    def incidents(self, case_id: str | None = None) -> list[Incident]:
        """What the machine could not do, newest first."""
        with self.alongside.uow.read() as tx:
            return list(tx.incidents.listed(case_id=case_id))

    def close(self) -> None:
        """Stop everything."""
        self.stop()
        self.alongside.close()


@contextmanager
def opened(
    ground: Ground,
    *,
    quick: bool = False,
    keep: Path | None = None,
    name: str = "arena",
    start: bool = True,
    at: datetime | None = None,
) -> Iterator[Arena]:
    """An arena on a fresh database, with its people and the office's pack in force, started; gone at the end.

    Its clock begins at `at`. With `keep` its folder stays there, for whoever wants to see what happened.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"alongside-{name}-"))
    try:
        with ground.database(folder) as url:
            arena = Arena(folder, url, quick=quick, ground=ground)
            try:
                for person in packs.PEOPLE:
                    add_person(arena.alongside.uow, person=person, password_hash=_hash())
                arena.publish(packs.bundle())
                if at is not None:
                    arena.set_clock(at)
                if start:
                    arena.start()
                yield arena
            finally:
                arena.close()
                if keep is not None:
                    shutil.copytree(folder, keep / f"{ground.kind}-{name}", dirs_exist_ok=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@lru_cache(maxsize=1)
def _hash() -> str:
    """The arena's password as it is kept."""
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    return PasswordHash((Argon2Hasher(),)).hash(PASSWORD)
