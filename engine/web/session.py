"""Sessions kept on the server: the cookie holds only a random token, and the store only the token's hash.

The token changes at sign-in, so that a token planted before it is worth nothing. A session ends after an hour without
a request, and after twelve hours in any case; these are real hours, whatever the demo clock says.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

IDLE_SECONDS = 60 * 60
LONGEST_SECONDS = 12 * 60 * 60
#: More sessions than this drop the ones unused for longest, so that strangers cannot fill the memory.
MOST_SESSIONS = 20_000


@dataclass(frozen=True)
class Record:
    """One session: its values, and when it began and was last used, in seconds of a steady clock."""

    values: dict[str, Any] = field(default_factory=dict)
    began: float = 0.0
    used: float = 0.0


class Sessions(Protocol):
    """Where sessions are kept, by the hash of their token."""

    def read(self, key: str) -> Record | None:
        """The session that is still good, or None."""

    def write(self, key: str, values: dict[str, Any]) -> None:
        """Keep these values; begins the session if it is new."""

    def remove(self, key: str) -> None:
        """Forget the session."""


class MemorySessions:
    """Sessions in this process: they end when it does."""

    def __init__(self, clock: Any = time.monotonic) -> None:
        """`clock` gives seconds; tests move it."""
        self._clock = clock
        self._kept: dict[str, Record] = {}
        self._lock = threading.Lock()

    def read(self, key: str) -> Record | None:
        """The session if it was used within the hour; using it keeps it alive."""
        now = self._clock()
        with self._lock:
            record = self._kept.pop(key, None)
            if record is None or now - record.used > IDLE_SECONDS or now - record.began > LONGEST_SECONDS:
                return None
            self._kept[key] = replace(record, used=now)
            return self._kept[key]

    def write(self, key: str, values: dict[str, Any]) -> None:
        """Keep these values as the most recently used session."""
        now = self._clock()
        with self._lock:
            old = self._kept.pop(key, None)
            self._kept[key] = Record(dict(values), old.began if old else now, now)
            while len(self._kept) > MOST_SESSIONS:
                self._kept.pop(next(iter(self._kept)))

    def remove(self, key: str) -> None:
        """Forget the session."""
        with self._lock:
            self._kept.pop(key, None)


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """The session of one request."""

    def __init__(self, values: dict[str, Any] | None = None, token: str = "") -> None:
        """`token` is "" for a session that nothing has been written to yet."""
        super().__init__(values or {}, _note_change)
        self.token = token
        self.old_token = ""
        self.modified = False

    def rotate(self) -> None:
        """Give the session a new token; the old one stops working."""
        self.old_token, self.token, self.modified = self.token, "", True


def _note_change(session: CallbackDict[str, Any]) -> None:
    """Remember that the session must be saved."""
    assert isinstance(session, ServerSession)  # noqa: S101 - tells mypy what CallbackDict calls us with
    session.modified = True


class ServerSessions(SessionInterface):
    """Flask's session, kept on the server."""

    def __init__(self, sessions: Sessions) -> None:
        """Keep them in this store."""
        self.sessions = sessions

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        """The session that the cookie names, or a new one."""
        token = request.cookies.get(self.get_cookie_name(app), "")
        record = self.sessions.read(_key(token)) if token else None
        return ServerSession(dict(record.values), token) if record else ServerSession()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep what changed, and give the browser a new token where there is one."""
        if not isinstance(session, ServerSession) or not session.modified:
            return
        if session.old_token:
            self.sessions.remove(_key(session.old_token))
        if not session:
            self._forget(app, session, response)
            return
        fresh = not session.token
        session.token = session.token or secrets.token_urlsafe(32)
        self.sessions.write(_key(session.token), dict(session))
        if fresh:
            self._give_cookie(app, session.token, response)

    def _forget(self, app: Flask, session: ServerSession, response: Response) -> None:
        """Remove an emptied session and its cookie."""
        if session.token:
            self.sessions.remove(_key(session.token))
        response.delete_cookie(self.get_cookie_name(app), path="/", secure=self.get_cookie_secure(app), httponly=True)

    def _give_cookie(self, app: Flask, token: str, response: Response) -> None:
        """A cookie that scripts cannot read and other sites' forms do not send."""
        response.set_cookie(
            self.get_cookie_name(app),
            token,
            httponly=True,
            secure=self.get_cookie_secure(app),
            samesite="Lax",
            path="/",
        )


def _key(token: str) -> str:
    """The store's name for a token: reading the store does not give anybody a session."""
    return hashlib.sha256(token.encode()).hexdigest()
