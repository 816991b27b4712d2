"""An SMTP server for tests: keeps what it was given, and calls back at each point of the dialogue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller

from tests.worker.small import free_port

#: The points: the client has said hello; the whole mail has arrived; it has been acknowledged and the client leaves.
HELLO, ARRIVED, LEFT = "hello", "arrived", "left"


class Inbox:
    """What arrived, in order: (Message-ID, subject)."""

    def __init__(self) -> None:
        """Nothing happens at the points until a test says so."""
        self.arrived: list[tuple[str, str]] = []
        self.at: Callable[[str], None] = lambda _point: None
        self.refuse = ""

    async def handle_EHLO(self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: Any) -> Any:  # noqa: N802
        """The client says hello: nothing has been sent yet."""
        session.host_name = hostname
        self.at(HELLO)
        return responses

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """The mail is here; the client does not know yet."""
        if self.refuse:
            return self.refuse
        message = message_from_bytes(envelope.content)
        self.arrived.append((str(message["Message-ID"]), str(message["Subject"])))
        self.at(ARRIVED)
        return "250 OK"

    async def handle_QUIT(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
        """The client knows, and has yet to note it."""
        self.at(LEFT)
        return "221 Bye"


@contextmanager
def mail_server() -> Iterator[tuple[Inbox, int]]:
    """A running server: its inbox and its port."""
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield inbox, controller.port
    finally:
        controller.stop()
