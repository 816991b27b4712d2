"""A mail server that does as a trial tells it: takes mail, breaks off, keeps silent, refuses. It passes nothing on."""

from __future__ import annotations

import socketserver
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default

#: The points of the dialogue at which a script is asked: the client has connected; it names an address; the whole mail
#: is here; the client has been told 250.
GREETING, ADDRESS, ARRIVED, ACCEPTED = "greeting", "address", "arrived", "accepted"
_GOOD = {GREETING: "220 ready", ADDRESS: "250 good", ARRIVED: "250 taken"}


class HangUp(Exception):
    """Told by a script: break the connection off here, without a word."""


class Silent(Exception):
    """Told by a script: say nothing until the client has gone."""


@dataclass(frozen=True)
class Received:
    """A mail whose last byte arrived; `taken` when the server said 250 to it."""

    message_id: str
    subject: str
    to: tuple[str, ...]
    taken: bool


#: Asked at each point with what is known there (an address, a Message-ID): a reply of its own, or "" for the good one.
Script = Callable[[str, str], str]


@dataclass
class Inbox:
    """What arrived, in order; the script may be changed while the server runs."""

    script: Script = lambda _point, _what: ""
    received: list[Received] = field(default_factory=list)

    def taken(self) -> list[Received]:
        """The mails that the server said 250 to."""
        return [each for each in self.received if each.taken]

    def times(self) -> Counter[str]:
        """Message-ID -> how often it was taken."""
        return Counter(each.message_id for each in self.taken())

    def of(self, word: str) -> list[Received]:
        """The mails taken whose subject holds the word, such as a case's reference."""
        return [each for each in self.taken() if word in each.subject]


@contextmanager
def mail_server(inbox: Inbox | None = None) -> Iterator[tuple[Inbox, int]]:
    """A running server on loopback: its inbox and its port."""
    kept = inbox or Inbox()
    with _Server(("127.0.0.1", 0), _Dialogue) as server:
        server.inbox = kept
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield kept, int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    inbox: Inbox


class _Dialogue(socketserver.StreamRequestHandler):
    """One connection, as RFC 5321 has it and no more of it than our client speaks."""

    server: _Server

    def handle(self) -> None:
        """Speak until the client leaves, or the script breaks it off."""
        self.addresses: list[str] = []
        try:
            if self._ask(GREETING, "").startswith("220"):
                while self._answer(self._line()):
                    pass
        except (HangUp, OSError):
            return
        except Silent:
            self._wait_for_the_end()

    def _answer(self, line: str) -> bool:
        """Answer one command; whether another may follow."""
        verb, _, rest = line.partition(" ")
        if verb.upper() == "QUIT" or not line:
            self._say("221 goodbye")
            return False
        if verb.upper() == "RCPT":
            self._address(rest)
        elif verb.upper() == "DATA":
            self._data()
        else:
            self._say("250 good")
        return True

    def _address(self, rest: str) -> None:
        address = rest.partition("<")[2].partition(">")[0]
        if self._ask(ADDRESS, address).startswith("250"):
            self.addresses.append(address)

    def _data(self) -> None:
        """The mail: kept as soon as it is whole, with whether the client was told so."""
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        message = message_from_bytes(b"".join(lines), policy=default)
        about = (str(message["Message-ID"]), str(message["Subject"]), tuple(self.addresses))
        inbox, self.addresses = self.server.inbox, []
        try:
            said = inbox.script(ARRIVED, about[0]) or _GOOD[ARRIVED]
        except (HangUp, Silent):
            inbox.received.append(Received(*about, taken=False))
            raise
        inbox.received.append(Received(*about, taken=said.startswith("250")))
        self._say(said)
        inbox.script(ACCEPTED, about[0])

    def _ask(self, point: str, what: str) -> str:
        """Say what the script wants said here, else the good answer."""
        said = self.server.inbox.script(point, what) or _GOOD[point]
        self._say(said)
        return said

    def _line(self) -> str:
        return self.rfile.readline(4096).decode("ascii", "replace").strip()

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def _wait_for_the_end(self) -> None:
        """Read until the client has given up."""
        try:
            while self.rfile.read(1):
                pass
        except OSError:
            return
