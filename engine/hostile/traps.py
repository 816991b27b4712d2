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

from sqlalchemy import Connection, inspect, text

from engine.hostile.arena import Arena

_OWN = ("information_schema", "pg_catalog")


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

    def sprung(self, *answers: str) -> list[str]:
        """A sentence for each trap that was sprung, looking into these answers too."""
        found = ["The canary file is there: code of the attacker ran."] if self.canary.exists() else []
        if self.calls:
            found.append(f"The product called the listener {len(self.calls)} times.")
        if any(self.marker in each for each in answers):
            found.append("The secret's text is in an answer.")
        return found

    def kept(self, arena: Arena) -> list[str]:
        """A sentence for each place where the secret's text is kept; looks into the log and every table."""
        places = {"the log": self.marker in arena.log(), "the database": holds_text(arena, self.marker)}
        return [f"The secret's text is in {place}." for place, is_there in places.items() if is_there]


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
    """Whether any row of any table holds the text, as text or as bytes.

    SQLite's file is never opened besides: to close it would let go of every lock that this process holds on it.
    """
    with arena.alongside.uow.read() as tx:
        found = inspect(tx.connection)
        schemas = [None] if not arena.is_postgresql else [each for each in found.get_schema_names() if each not in _OWN]
        places = [(schema, table) for schema in schemas for table in found.get_table_names(schema)]
        return any(_holds(tx.connection, arena, schema, table, wanted) for schema, table in places)


def _holds(connection: Connection, arena: Arena, schema: str | None, table: str, wanted: str) -> bool:
    if arena.is_postgresql:
        asked = (
            f'SELECT EXISTS (SELECT 1 FROM "{schema}"."{table}" AS r WHERE r::text LIKE :plain OR r::text LIKE :hex)'
        )
        return bool(connection.scalar(text(asked), {"plain": f"%{wanted}%", "hex": f"%{wanted.encode().hex()}%"}))
    columns = [each["name"] for each in inspect(connection).get_columns(table)]
    held = " OR ".join(f'instr(CAST("{name}" AS BLOB), :wanted) > 0' for name in columns)
    return bool(
        connection.scalar(text(f'SELECT EXISTS (SELECT 1 FROM "{table}" WHERE {held})'), {"wanted": wanted.encode()})
    )
