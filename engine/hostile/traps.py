"""What shows that an attack got through: a file that must not appear, a secret that must not be read, a port that
nobody may call."""

from __future__ import annotations

import socket
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import inspect, text

from engine.hostile.arena import Arena


@dataclass
class Traps:
    """The canary's path, the secret's path and marker, and the port, with how often it was called."""

    canary: Path
    secret: Path
    port: int
    marker: str = field(default_factory=lambda: f"MARKER{uuid.uuid4().hex}")
    calls: list[str] = field(default_factory=list)

    @property
    def marks(self) -> Mapping[str, str]:
        """What stands for them in a case's files."""
        return {"@@CANARY@@": str(self.canary), "@@SECRET@@": str(self.secret), "@@PORT@@": str(self.port)}

    def replaced(self, content: bytes) -> bytes:
        """A file with its marks replaced."""
        for mark, value in self.marks.items():
            content = content.replace(mark.encode(), value.encode())
        return content

    def sprung(self, arena: Arena, *answers: str) -> list[str]:
        """A sentence for each trap that was sprung, looking into answers, log and database too."""
        found = ["The canary file is there: code of the attacker ran."] if self.canary.exists() else []
        if self.calls:
            found.append(f"The product called the listener {len(self.calls)} times.")
        places = {"an answer": any(self.marker in each for each in answers), "the log": self.marker in arena.log()}
        places["the database"] = holds_text(arena, self.marker)
        return found + [f"The secret's text is in {place}." for place, is_there in places.items() if is_there]


@contextmanager
def traps(folder: Path) -> Iterator[Traps]:
    """Set them in a scratch folder; the listener closes at the end."""
    name = uuid.uuid4().hex
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(0.1)
        found = Traps(folder / f"canary-{name}", folder / f"secret-{name}", int(listener.getsockname()[1]))
        found.secret.write_text(found.marker)
        stop = threading.Event()
        thread = threading.Thread(target=_listen, args=(listener, stop, found.calls), daemon=True)
        thread.start()
        try:
            yield found
        finally:
            stop.set()
            thread.join()


def _listen(listener: socket.socket, stop: threading.Event, calls: list[str]) -> None:
    """Count every call, and answer none."""
    while not stop.is_set():
        try:
            connection, caller = listener.accept()
        except TimeoutError:
            continue
        calls.append(str(caller))
        connection.close()


def holds_text(arena: Arena, wanted: str) -> bool:
    """Whether any row of any table holds the text, as text or as bytes."""
    engine = arena.alongside.uow.engine
    if not arena.is_postgresql:
        files = sorted(arena.folder.glob("alongside.db*"))
        return any(wanted.encode() in path.read_bytes() for path in files)
    forms = {"plain": f"%{wanted}%", "hex": f"%{wanted.encode().hex()}%"}
    with engine.connect() as connection:
        tables = [
            f'"{schema}"."{table}"'
            for schema in inspect(engine).get_schema_names()
            if schema not in ("information_schema", "pg_catalog")
            for table in inspect(engine).get_table_names(schema)
        ]
        asked = "SELECT EXISTS (SELECT 1 FROM {} AS row WHERE row::text LIKE :plain OR row::text LIKE :hex)"
        return any(bool(connection.scalar(text(asked.format(table)), forms)) for table in tables)
