"""Sessions kept in the database: the cookie holds only a random token, the store its hash and what the token opens.

Every web process has the same sessions, and a restart signs nobody out. What a session holds (a form that was being
sent when it ended, a name that was looked for) is sealed under the token, so that it can be read only while its owner
is here. The token changes at sign-in, so that a token planted before it is worth nothing. A session ends after an hour
without a request, and after twelve hours in any case; these are real hours, whatever the demo clock says.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask, Request, Response
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SessionInterface, SessionMixin

from engine.model.errors import StoreBusy
from engine.ports import Sessions

log = structlog.get_logger(__name__)
_NONCE = 12
_written = TaggedJSONSerializer()


class ServerSession(SessionMixin):
    """The session of one request; looked up when it is first asked for, so that what needs none costs nothing."""

    def __init__(self, token: str = "", look_up: Callable[[str], dict[str, Any] | None] = lambda _: None) -> None:
        """`token` is what the browser sent, "" for nothing."""
        self.token = token
        self.old_token = ""
        self.modified = False
        self._look_up = look_up
        self._values: dict[str, Any] | None = None

    def rotate(self) -> None:
        """Give the session a new token; the old one stops working."""
        self._load()
        self.old_token, self.token, self.modified = self.token, "", True

    def _load(self) -> dict[str, Any]:
        """What it holds; a token that names no session is forgotten, for it may be somebody's invention."""
        if self._values is None:
            found = self._look_up(self.token) if self.token else None
            self.token = self.token if found is not None else ""
            self._values = found or {}
        return self._values

    def __getitem__(self, name: str) -> Any:
        """A value."""
        return self._load()[name]

    def __setitem__(self, name: str, value: Any) -> None:
        """Kept at the end of the request."""
        self._load()[name] = value
        self.modified = True

    def __delitem__(self, name: str) -> None:
        """Gone at the end of the request."""
        del self._load()[name]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._load())

    def __len__(self) -> int:
        """How many."""
        return len(self._load())


class ServerSessions(SessionInterface):
    """Flask's session, kept in the store."""

    def __init__(self, sessions: Sessions) -> None:
        """Keep them there."""
        self.sessions = sessions

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        """The session that the cookie names, or a new one."""
        return ServerSession(request.cookies.get(self.get_cookie_name(app), ""), self._read)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep what changed, and give the browser a new token where there is one."""
        if not isinstance(session, ServerSession) or not session.modified:
            return
        if not session:
            self._forget(app, session, response)
        elif session.token:
            self._keep(session)
        else:
            self._begin(app, session, response)

    def _keep(self, session: ServerSession) -> None:
        """Keep what changed; where the store has just gone, a message to the person is lost, and not what they did."""
        try:
            self.sessions.write(_key(session.token), session.get("username"), _seal(session.token, dict(session)))
        except StoreBusy:
            log.warning("session_not_kept")

    def _read(self, token: str) -> dict[str, Any] | None:
        """What the session of that token holds."""
        sealed = self.sessions.read(_key(token))
        return None if sealed is None else _open(token, sealed)

    def _begin(self, app: Flask, session: ServerSession, response: Response) -> None:
        """A new session, in place of the one that was rotated away."""
        session.token = secrets.token_urlsafe(32)
        ended = _key(session.old_token) if session.old_token else ""
        sealed = _seal(session.token, dict(session))
        self.sessions.begin(_key(session.token), session.get("username"), sealed, instead_of=ended)
        self._give_cookie(app, session.token, response)

    def _forget(self, app: Flask, session: ServerSession, response: Response) -> None:
        """Remove an emptied session and its cookie."""
        for token in filter(None, (session.token, session.old_token)):
            self.sessions.remove(_key(token))
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


def _cipher(token: str) -> AESGCM:
    """Under a key that only the token gives, and that its name in the store does not."""
    return AESGCM(hashlib.blake2b(token.encode(), digest_size=32, person=b"session-values").digest())


def _seal(token: str, values: dict[str, Any]) -> bytes:
    """The values, to be opened with the token alone, and only as this session's."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + _cipher(token).encrypt(nonce, _written.dumps(values).encode(), _key(token).encode())


def _open(token: str, sealed: bytes) -> dict[str, Any] | None:
    """The values; None when somebody has tampered with them."""
    try:
        text = _cipher(token).decrypt(sealed[:_NONCE], sealed[_NONCE:], _key(token).encode())
    except InvalidTag:
        return None
    values: dict[str, Any] = _written.loads(text.decode())
    return values
