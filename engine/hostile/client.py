"""A person at the product's pages over HTTP: signs in, carries the cookie, and knows the token that forms need.

Every request has a connection of its own, so that one client may be used from many threads at once.
"""

from __future__ import annotations

import http.client
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

PATIENCE = 60.0
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')

#: Field name -> one value, or several under the same name.
Fields = Mapping[str, object]
#: (field name, file name, content)
Files = Sequence[tuple[str, str, bytes]]


class CannotSignIn(Exception):
    """The sign-in page refused; the text holds its status."""


@dataclass(frozen=True)
class Answer:
    """What the server answered; header names are in lower case, `location` is the path of a redirect."""

    status: int
    headers: Mapping[str, str]
    text: str
    location: str = ""

    @property
    def is_acknowledged(self) -> bool:
        """Whether the server said that it was done."""
        return 200 <= self.status < 300 or self.status == 303


class Client:
    """One person's browser."""

    def __init__(self, url: str, username: str, password: str, *, patience: float = PATIENCE) -> None:
        """`patience` in seconds is how long an answer may take."""
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 80
        self.username = username
        self._password = password
        self.patience = patience
        self.cookies: dict[str, str] = {}
        self.token = ""

    def sign_in(self) -> Client:
        """Sign in afresh, after a restart of the server too. Raises CannotSignIn."""
        self.cookies = {}
        self.token = _token(self.get("/sign-in").text)
        answer = self.post("/sign-in", {"username": self.username, "password": self._password}, key="")
        if answer.status != 303:
            raise CannotSignIn(f"{self.username} could not sign in: {answer.status}.")
        self.token = _token(self.get("/tasks").text)
        return self

    def get(self, path: str, **headers: str) -> Answer:
        """One page."""
        return self.raw("GET", path, b"", "", headers=headers)

    def post(
        self,
        path: str,
        fields: Fields | None = None,
        *,
        files: Files = (),
        key: str | None = None,
        seen: int | None = None,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """A form as a page sends it, with the token; a `key` of its own unless given ("" sends none).

        `seen` is the case's version on the page; with `files` the form is multipart.
        """
        own: dict[str, object] = {"csrf_token": self.token if token is None else token}
        own |= {"key": key or new_key()} if key != "" else {}
        own |= {"seen_version": seen} if seen is not None else {}
        body, content_type = encoded({**own, **(fields or {})}, files)
        return self.raw("POST", path, body, content_type, headers=headers)

    def raw(
        self, method: str, path: str, body: bytes, content_type: str, *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Any request with the person's cookie. Raises OSError or HTTPException when no answer comes."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self.patience)
        sent = {"Content-Type": content_type} if content_type else {}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body or None, {**sent, **(headers or {})})
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            self._keep_cookies(answer.headers.get_all("Set-Cookie") or [])
            named = {name.lower(): value for name, value in answer.getheaders()}
        finally:
            connection.close()
        return Answer(answer.status, named, text, urlsplit(named.get("location", "")).path)

    def _keep_cookies(self, given: Sequence[str]) -> None:
        for line in given:
            for name, morsel in SimpleCookie(line).items():
                self.cookies = {**self.cookies, name: morsel.value}


def new_key() -> str:
    """A key as the pages make them: the same key twice is one request."""
    return uuid.uuid4().hex


def encoded(fields: Fields, files: Files = ()) -> tuple[bytes, str]:
    """A form's body and its type: urlencoded, or multipart where there are files."""
    pairs = [(name, str(each)) for name, value in fields.items() for each in _values(value)]
    if not files:
        return urlencode(pairs).encode(), "application/x-www-form-urlencoded"
    boundary = uuid.uuid4().hex
    parts = [f'form-data; name="{name}"\r\n\r\n'.encode() + value.encode() for name, value in pairs]
    for name, filename, content in files:
        head = f'form-data; name="{name}"; filename="{filename}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        parts.append(head.encode() + content)
    body = b"".join(f"--{boundary}\r\nContent-Disposition: ".encode() + part + b"\r\n" for part in parts)
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _values(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else (value,)


def _token(page: str) -> str:
    """The token of a page's form; "" where it has none."""
    found = _TOKEN.search(page)
    return found[1] if found else ""
